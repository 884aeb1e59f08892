/**
 * What a database is made of, as plain values: what models want it to be, and what it was found to be.
 *
 * @since 0.1.0
 */
import type { OnDelete } from "../model/columnMark.ts"
import type { Slot } from "../model/ColumnType.ts"

/**
 * The name of something in a database.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place {
  /** The attached database that it is in; the session's own, where it is undefined. */
  readonly database?: string | undefined
  /** The schema that it is in; the one where tables are made by default, where it is undefined. */
  readonly schema?: string | undefined
  readonly name: string
}

/**
 * A piece of SQL: one text that means the same in every database, or a text for each, by the names `duckdb` and `postgres`.
 *
 * @category models
 * @since 0.1.0
 */
export type SqlText = string | Readonly<Record<string, string>>

/**
 * All texts of a piece of SQL.
 *
 * @category conversions
 * @since 0.1.0
 */
export const sqlTexts = (sql: SqlText): ReadonlyArray<string> => typeof sql === "string" ? [sql] : Object.values(sql)

/**
 * A column of a table.
 *
 * @category models
 * @since 0.1.0
 */
export interface ColumnStructure extends Slot {
  readonly name: string
  /** The expression of what an insert that leaves the column out puts there. */
  readonly default?: SqlText | undefined
  /** Whether the database numbers the rows in it. */
  readonly identity?: true | undefined
  /** The expression that the database computes it of. */
  readonly generated?: SqlText | undefined
  readonly comment?: string | undefined
}

/**
 * A key: columns, and the name of its constraint where the database keeps one.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeyStructure {
  readonly name?: string | undefined
  readonly columns: ReadonlyArray<string>
}

/**
 * A condition that every row meets.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckStructure {
  readonly name?: string | undefined
  readonly condition: SqlText
}

/**
 * Columns that refer to those of another table.
 *
 * @category models
 * @since 0.1.0
 */
export interface ForeignKeyStructure extends KeyStructure {
  readonly references: Place
  /** The columns of the other table, in the order of those that refer to them. */
  readonly targets: ReadonlyArray<string>
  readonly onDelete?: OnDelete | undefined
}

/**
 * An index: of columns and of expressions over them, each as a piece of SQL in which names are quoted where that is needed.
 *
 * @category models
 * @since 0.1.0
 */
export interface IndexStructure {
  readonly name: string
  readonly on: ReadonlyArray<SqlText>
  readonly unique: boolean
  /** The condition of the rows that it holds, where it holds a part of them. */
  readonly where?: SqlText | undefined
  /** The kind of index, such as `gin`, where it is not the one that a database makes by itself. */
  readonly using?: string | undefined
}

/**
 * A table.
 *
 * @category models
 * @since 0.1.0
 */
export interface TableStructure extends Place {
  readonly columns: ReadonlyArray<ColumnStructure>
  readonly primaryKey?: KeyStructure | undefined
  readonly uniques: ReadonlyArray<KeyStructure>
  readonly checks: ReadonlyArray<CheckStructure>
  readonly foreignKeys: ReadonlyArray<ForeignKeyStructure>
  readonly indexes: ReadonlyArray<IndexStructure>
  readonly distribution?: DistributionStructure | undefined
  readonly comment?: string | undefined
}

/**
 * How the rows of a table are spread over several servers: by a column of its keys, or all of them on each server. Databases of one
 * server have no such thing.
 *
 * @category models
 * @since 0.1.0
 */
export type DistributionStructure = { readonly by: string } | "reference"

/**
 * A view.
 *
 * @category models
 * @since 0.1.0
 */
export interface ViewStructure extends Place {
  /** The query of its rows. */
  readonly sql: SqlText
  readonly comment?: string | undefined
  /** The tables and views that its query reads, where the database tells. */
  readonly reads?: ReadonlyArray<Place> | undefined
}

/**
 * A sequence that belongs to no column.
 *
 * @category models
 * @since 0.1.0
 */
export interface SequenceStructure extends Place {
  readonly start: number
  readonly increment: number
}

/**
 * A type of the texts that are its values.
 *
 * @category models
 * @since 0.1.0
 */
export interface EnumStructure extends Place {
  readonly values: ReadonlyArray<string>
}

/**
 * What a database is made of. The order of what is in it means nothing, but for the columns of keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface Structure {
  /** The schemas beside the one where tables are made by default. */
  readonly schemas: ReadonlyArray<string>
  readonly enums: ReadonlyArray<EnumStructure>
  readonly sequences: ReadonlyArray<SequenceStructure>
  readonly tables: ReadonlyArray<TableStructure>
  readonly views: ReadonlyArray<ViewStructure>
}

/**
 * A database with nothing in it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Structure = { schemas: [], enums: [], sequences: [], tables: [], views: [] }

/**
 * The name with those of its database and schema, for people.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fullName = ({ database, name, schema }: Place): string =>
  [database, schema, name].filter((part) => part !== undefined).join(".")

/**
 * Whether two names are the same.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSamePlace = (one: Place, other: Place): boolean =>
  one.name === other.name && one.schema === other.schema && one.database === other.database

/**
 * The name of a thing alone.
 *
 * @category conversions
 * @since 0.1.0
 */
export const placeOf = ({ database, name, schema }: Place): Place => ({
  ...(database === undefined ? {} : { database }),
  ...(schema === undefined ? {} : { schema }),
  name
})

/**
 * The thing of a name among others, if it is there.
 *
 * @example
 * ```ts
 * import { Structure } from "andamios-orm"
 *
 * const books: Structure.Place = { name: "books", schema: "sales" }
 * const name = Structure.fullName(books) // "sales.books"
 * const same = Structure.isSamePlace(books, Structure.placeOf({ name: "books", schema: "sales" }))
 * const table = Structure.at(Structure.empty.tables, books) // undefined: nothing is there
 * const texts = Structure.sqlTexts({ duckdb: "now()", postgres: "CURRENT_TIMESTAMP" })
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const at = <P extends Place>(things: ReadonlyArray<P>, place: Place): P | undefined =>
  things.find((thing) => isSamePlace(thing, place))
