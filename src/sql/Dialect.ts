/**
 * The answers a database gives to the compiler: a record, so that nothing above ever asks which database it is.
 *
 * @since 0.1.0
 */
import type { DatabaseDefault } from "../model/columnMark.ts"
import type { ColumnType, Slot } from "../model/ColumnType.ts"
import type { TableDistribution } from "../model/Distribution.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Sample } from "./ast.ts"
import type { FunctionName, Missing, Spelling } from "./functions.ts"
import type { Nesting } from "./nesting.ts"
import type { AggregateKind } from "./node.ts"
import type { ChangeColumn, Operation, TableOperation } from "./operation.ts"
import type { Explaining } from "./Plan.ts"
import type { EnumStructure, KeyStructure, Place, Structure, TableStructure } from "./Structure.ts"

/**
 * The parts of a statement that inserts rows, or overwrites columns of those whose key is stored.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpsertParts {
  readonly table: Table
  /** The columns of the rows, in the order in which the source has them. */
  readonly columns: ReadonlyArray<TableColumn>
  readonly key: ReadonlyArray<TableColumn>
  readonly update: ReadonlyArray<TableColumn>
  /** A query that gives the rows. */
  readonly source: string
  /** Conditions by which shards find the stored rows of several that are given; none where one is, or where there are no shards. */
  readonly lookup: ReadonlyArray<string>
  /** Columns that a stored row has to share for its key to be the same row's, and that it is refused by where it does not. */
  readonly owner: ReadonlyArray<TableColumn>
  /** A column that is null in the rows that count; others are refused where the key is that of all rows. */
  readonly living: TableColumn | undefined
  /** A column of a stored row that counts its changes. */
  readonly counter: TableColumn | undefined
}

/**
 * How strictly a transaction is kept apart from others, from the least to the most: each statement in it sees what is committed; all
 * of them see the same moment; its outcome is as if transactions came one after another.
 *
 * @category models
 * @since 0.1.0
 */
export type Isolation = "read committed" | "repeatable read" | "serializable"

/**
 * How one database says what all of them can say.
 *
 * @category models
 * @since 0.1.0
 */
export interface Dialect {
  /** The database's name, for people: messages, spans and documentation. Code never branches on it. */
  readonly name: string
  /** By which a text or a name is found that is given for each database: `duckdb`, `postgres`. */
  readonly key: string
  /** A quoted identifier. */
  readonly identifier: (name: string) => string
  /** The placeholder of the parameter at this position, counted from 1, with the cast its type needs. */
  readonly placeholder: (index: number, type: ColumnType) => string
  /** The column type in DDL, such as `DECIMAL(12, 2)`. */
  readonly columnType: (type: ColumnType) => string
  /** What the column type alone does not keep out, as a condition of such a value: the range of an integer, the length of a text. */
  readonly check: (type: ColumnType, value: string) => string | undefined
  /** How a value of this type is read in a select list, where the plain expression would lose something. */
  readonly selected: (type: ColumnType, expression: string) => string
  /** Whether a value of this type is among those of a list, which is a parameter. */
  readonly membership: (value: string, list: string, type: ColumnType) => string
  /** A query that takes lists apart side by side into rows, which a further column numbers from 1 on. */
  readonly unnested: (lists: ReadonlyArray<{ readonly list: string; readonly name: string }>, place: string) => string
  /** The expression as this type. */
  readonly cast: (expression: string, type: ColumnType) => string
  /** The expression as this type, or null where it is none. */
  readonly tryCast: ((expression: string, type: ColumnType) => string) | Missing
  /** A part of a struct, list or JSON document. */
  readonly access: (parts: AccessParts) => string
  /** What is bound for the name of a field of a JSON document. */
  readonly documentKey: (name: string) => string
  /** Values under names, as one struct. */
  readonly record: (fields: ReadonlyArray<readonly [name: string, expression: string, type: ColumnType]>) => string
  /** A remainder of floating point numbers, with the sign of the first. */
  readonly remainder: (left: string, right: string) => string
  /** How it calls the functions of values. */
  readonly functions: Readonly<Record<FunctionName, Spelling | Missing>>
  /** How it makes something of many rows; what it answers is of the type that it is told, so that results decode the same everywhere. */
  readonly aggregates: Readonly<Record<AggregateKind, AggregateSpelling | Missing>>
  /** The clause behind a table that draws a part of its rows. */
  readonly sample: (sample: Sample) => string
  /** Whether a text matches a regular expression. */
  readonly matchesRegex: (text: string, pattern: string) => string
  /** The statement of an upsert; it counts the rows that it inserts and those that it overwrites. */
  readonly upsert: (parts: UpsertParts) => string
  /** How it tells the plan of a statement. */
  readonly explain: Explaining
  /** When an index answers a lookup of equal values sooner than a scan does. */
  readonly lookup: {
    /** The rows from which on a table is large enough. */
    readonly from: number
    /** The most rows that a lookup finds in a table of so many. */
    readonly most: (rows: number) => number
    /** Whether an index helps that has several columns, and one beside whose column others are compared. */
    readonly compound: boolean
  }
  /** DDL of a column that numbers its rows. */
  readonly identity: {
    /** Statements that come before the table. */
    readonly before: (table: Place, column: string) => ReadonlyArray<string>
    /** The clause behind the column's type. */
    readonly clause: (table: Place, column: string) => string
    /** The next number, which no row gets otherwise. */
    readonly next: (table: Place, column: string) => string
    /** Statements that come when the column is gone. */
    readonly after: (table: Place, column: string) => ReadonlyArray<string>
  }
  /** How it changes in place what is there. */
  readonly alterations: Alterations
  /** How tables are made anew that can't be altered as they stand; undefined where every table can. */
  readonly rebuild: Rebuilding | undefined
  /** The query for what it knows of names: `kind`, `name` and `text` of `Known`. */
  readonly knownNames: string
  readonly isolation: {
    /** The clause behind `BEGIN` of a transaction that is at least so strict; nothing where every transaction is. */
    readonly begin: Readonly<Record<Isolation, string | Missing>>
    /** The query that tells how strict the transaction is that it runs in. */
    readonly current: string
  }
  readonly features: {
    /** Whether a text may hold the character U+0000. */
    readonly nulInText: boolean
    /** Whether a select has `QUALIFY`; otherwise it is put into another. */
    readonly qualify: boolean
    /** Whether it joins each row with the last one before it; otherwise that one is looked for row by row. */
    readonly asofJoin: boolean
    /** Whether an index can hold a part of the rows; otherwise it holds an expression that is null in the others. */
    readonly partialIndexes: boolean
    /** Whether an update gives back any row that it changes; otherwise they are found before, and read after it. */
    readonly updateReturns: boolean
    /** Whether an upsert of a single row gives it back; otherwise it is read after it. */
    readonly upsertReturns: boolean
    /** Whether what a write gives back may be calculated; otherwise it is columns, of which all else is made by another read. */
    readonly returnsExpressions: boolean
    /** Whether a column can be added that is never null; otherwise it is made so by another statement. */
    readonly addsNotNull: boolean
    /** Whether rows can be locked one by one. */
    readonly rowLocks: true | Missing
    /** Whether it carries out what becomes of rows when those that they refer to are deleted. */
    readonly onDelete: boolean
    /**
     * Whether a transaction may delete a row after those that referred to it, and change what a row refers to while others refer to
     * that row; otherwise it takes two transactions.
     */
    readonly freesRows: boolean
    /** Whether it writes and reads Parquet files by itself. */
    readonly parquet: boolean
    /** Whether each statement keeps a thread of Node's pool busy for as long as it runs. */
    readonly takesThreads: boolean
  }
  /** How rows come with those of another read, in one statement; undefined where a statement for each read is as good. */
  readonly nested: Nesting | undefined
  /** How it spreads tables over several servers; undefined where it is one. */
  readonly sharding: Sharding | undefined
  /** Other databases that tables can be in: the schema that is meant where a model names none. Undefined where there are none. */
  readonly attached: { readonly schema: string } | undefined
  /** The value that the database makes where an insert gives none, as one of the type. */
  readonly databaseDefault: (kind: DatabaseDefault, type: ColumnType) => string
  /** A list or an object as text of a statement, made of the texts of its parts. */
  readonly nestedLiteral: (
    type: Extract<ColumnType, { readonly _tag: "List" | "Struct" }>,
    value: unknown,
    literal: (slot: Slot, value: unknown) => string
  ) => string
  /** A text that is the same for the same rows of these values, in whatever order, and hardly ever for others. */
  readonly fingerprint: (values: ReadonlyArray<string>) => string
  /** The length of a text: in code points, and in the units of UTF-16 that JavaScript counts. */
  readonly length: {
    readonly codePoints: (text: string) => string
    readonly utf16: (text: string) => string
  }
  /** The clause of a column that is computed by an expression, and whether it can be `NOT NULL` besides. */
  readonly generated: { readonly clause: (expression: string) => string; readonly notNull: boolean }
  /** The constraint of this name, which an error about it tells. */
  readonly constraint: (name: string, condition: string) => string
}

/**
 * How a database spreads the rows of tables over several servers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sharding {
  /** How the rows of a table are spread; undefined where they all are on the first server. */
  readonly distributionOf: (table: Table) => TableDistribution | undefined
  /** The statements of a change, made of those that it takes where there is one server. */
  readonly change: (
    operation: Operation,
    around: Around & { readonly existing: Existing },
    alone: (operation: Operation) => ReadonlyArray<string>
  ) => ReadonlyArray<string>
  /** Whether a statement may join rows of which it isn't known that they are on one server. */
  readonly joinsAcross: true | Missing
  /** Whether a transaction is stored on all servers that it spans, or on none. */
  readonly commitsTogether: boolean
  /** Whether a part of the rows of a table that is spread can be drawn by chance. */
  readonly samples: true | Missing
  /** Whether a read of such a table can leave out rows that others have locked, or fail at them at once. */
  readonly looksAtLocks: true | Missing
}

/**
 * What is known around a change: the structure before it, and what follows in the same transaction.
 *
 * @category models
 * @since 0.1.0
 */
export interface Around {
  readonly before: Structure
  readonly following: ReadonlyArray<Operation | { readonly _tag: "Run" }>
}

/**
 * Whether what exists under the name already is left alone.
 *
 * @category models
 * @since 0.1.0
 */
export type Existing = "refuse" | "keep"

/**
 * Who waits while something is changed: nobody, whoever writes, or everybody.
 *
 * @category models
 * @since 0.1.0
 */
export type Lock = "none" | "writes" | "everything"

/**
 * How a database changes in place what is there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Alterations {
  /** The statements that make a column another one of the same name. */
  readonly changeColumn: (change: ChangeColumn, around: Around) => ReadonlyArray<string>
  /** The statements that give an enum other values. */
  readonly changeEnum: (from: EnumStructure, to: EnumStructure, around: Around) => ReadonlyArray<string>
  /** The statement that drops a key whose name is not known; undefined where there is none. */
  readonly dropUnnamed:
    | ((table: Place, kind: "primary" | "unique" | "foreign", key: KeyStructure) => string)
    | undefined
  /** Who waits for a table, or for whatever else it is that is changed. */
  readonly lock: (operation: Operation, around: Around) => Lock
}

/**
 * A column of a table.
 *
 * @category models
 * @since 0.1.0
 */
export interface ColumnPlace {
  readonly table: Place
  readonly column: string
}

/**
 * A statement that takes the answer of a query in the place of `{answer}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answered {
  readonly ask: string
  readonly sql: string
}

/**
 * What a table is that is to be altered, and what there is about it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Altered {
  readonly table: TableStructure
  /** Whether a table refers to it, or an index is on it, or was when the transaction began. */
  readonly isHeld: boolean
  /** Whether the transaction may have changed its rows. */
  readonly isWritten: boolean
}

/**
 * How a database makes tables anew.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rebuilding {
  /** Whether it makes the change on the table as it stands. */
  readonly inPlace: (operation: TableOperation, altered: Altered) => boolean
  /** A value of one type as another, whatever it takes. */
  readonly convert: (expression: string, from: ColumnType, to: ColumnType) => string
  /** Whether the values of a type are those of an enum, or hold such. */
  readonly holdsEnum: (type: ColumnType, place: EnumStructure) => boolean
  /** The statement that keeps the rows of a query under a name, for the time of a transaction. */
  readonly stage: (name: string, query: string) => string
  /** The statement that lets go of them. */
  readonly unstage: (name: string) => string
  /** How they are named in a query. */
  readonly staged: (name: string) => string
  /** In the place of what comes before a numbered column: its numbers go on behind those of another. */
  readonly continued: (from: ColumnPlace, to: ColumnPlace) => Answered
  /** In the place of what comes before a numbered column: its numbers begin behind those that are among rows. */
  readonly behind: (rows: string, to: ColumnPlace) => Answered
}

/**
 * What is taken out of what.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessParts {
  readonly whole: string
  readonly from: ColumnType
  /** The name of a field, or the place of an item from 0, or from the end before 0. */
  readonly key: string | number
  /** The placeholder of the name, as `documentKey` says it. */
  readonly bound: () => string
  readonly to: ColumnType
}

/**
 * The parts of an aggregate's call.
 *
 * @category models
 * @since 0.1.0
 */
export interface AggregateParts {
  readonly texts: ReadonlyArray<string>
  readonly types: ReadonlyArray<ColumnType>
  /** The type of what is made. */
  readonly type: ColumnType
  /** `DISTINCT `, or nothing. */
  readonly distinct: string
  /** ` ORDER BY …`, or nothing. */
  readonly orderBy: string
  /** The condition of the rows that count, or nothing. */
  readonly filter: string
  /** ` OVER …`, or nothing. */
  readonly over: string
}

/**
 * How a database says an aggregate.
 *
 * @category models
 * @since 0.1.0
 */
export type AggregateSpelling = (parts: AggregateParts) => string

/**
 * An aggregate by its name in SQL.
 *
 * @example
 * ```ts
 * import { Dialect } from "andamios-orm"
 *
 * // how a database of one's own spells aggregates
 * const median = Dialect.aggregateNamed("median")
 * const share: Dialect.AggregateSpelling = ({ texts, ...parts }) =>
 *   `sum(${texts.join(", ")}) / 100${Dialect.suffix(parts)}`
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const aggregateNamed = (name: string): AggregateSpelling => ({ distinct, orderBy, texts, ...parts }) =>
  `${name}(${distinct}${texts.join(", ")}${orderBy})${suffix(parts)}`

/**
 * What stands behind an aggregate's call.
 *
 * @category constructors
 * @since 0.1.0
 */
export const suffix = ({ filter, over }: Pick<AggregateParts, "filter" | "over">): string =>
  (filter === "" ? "" : ` FILTER (WHERE ${filter})`) + over
