/**
 * What can be asked of a database, as plain values: reads and the sources of their rows.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import type { Alike } from "./alike.ts"
import type { Alias, Node, Order, ToldValue, ValueList } from "./node.ts"
import type { Given } from "./prepared.ts"
import type { Raw } from "./raw.ts"

/**
 * Where rows come from.
 *
 * @category models
 * @since 0.1.0
 */
export type Source = TableSource | ReadSource | CteSource | ListSource

/**
 * The rows of a table.
 *
 * @category models
 * @since 0.1.0
 */
export interface TableSource {
  readonly _tag: "TableSource"
  readonly table: Table
  readonly alias: Alias
  readonly sample?: Sample | undefined
  /** Rows that are read although the table's conditions hide them. */
  readonly lifted?: ReadonlyArray<Lifted> | undefined
}

/**
 * Rows that a read can ask for although they are hidden: those that are deleted, or those of all tenants.
 *
 * @category models
 * @since 0.1.0
 */
export type Lifted = "deleted" | "tenants"

/** The rows of a read. A lateral one sees the sources before it. */
interface ReadSource {
  readonly _tag: "ReadSource"
  readonly read: Read
  readonly alias: Alias
  readonly lateral: boolean
}

/** The rows of a common table expression. */
interface CteSource {
  readonly _tag: "CteSource"
  readonly cte: Cte
  readonly alias: Alias
}

/**
 * Rows of given values, column by column, each of which is sent as one list: so there is one statement for any number of rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListSource {
  readonly _tag: "ListSource"
  readonly alias: Alias
  readonly lists: ReadonlyArray<ValueList & { readonly name: string }>
  /** The name of a further column, which numbers the rows from 1 on in the order given. */
  readonly place: string
}

/**
 * A read with a name, which a statement may use several times. One that is recursive has `step`, which reads from itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cte {
  readonly name: Alias
  readonly base: Read
  readonly step: Read | undefined
  /** Whether rows that were found already are found again. */
  readonly repeats: boolean
}

/**
 * A part of a table's rows, drawn by chance; with a seed, the same again.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sample {
  readonly percent: number
  /** `rows` decides for each row by itself, `blocks` for some thousands at once, which is faster. */
  readonly by: "rows" | "blocks"
  readonly seed: number | undefined
}

/**
 * A further source, and the condition its rows are joined on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Join {
  readonly kind: JoinKind
  readonly source: Source
  /** All rows are paired where there is none. */
  readonly on: Node | undefined
  /** An asof join takes of the rows that fit the nearest by this comparison. */
  readonly nearest?: Node
}

/**
 * Which rows a join keeps.
 *
 * @category models
 * @since 0.1.0
 */
export type JoinKind = "inner" | "left" | "right" | "full" | "cross" | "asof" | "asofLeft"

/**
 * What a row of a select becomes.
 *
 * @category models
 * @since 0.1.0
 */
export type Projection =
  | { readonly _tag: "Value"; readonly node: Node }
  | { readonly _tag: "Record"; readonly fields: ReadonlyArray<readonly [name: string, projection: Projection]> }
  | { readonly _tag: "Instance"; readonly source: Alias; readonly table: Table; readonly optional: boolean }
  /** The rows of another read, which sees the sources of this one, as a list. */
  | { readonly _tag: "Rows"; readonly read: Select<unknown> }

/**
 * Rows in groups: of one set of keys, or of several.
 *
 * @category models
 * @since 0.1.0
 */
export interface Grouping {
  readonly kind: "plain" | "rollup" | "cube" | "sets"
  readonly sets: ReadonlyArray<ReadonlyArray<Node>>
}

/**
 * Rows that are locked until the transaction ends.
 *
 * @category models
 * @since 0.1.0
 */
export interface Lock {
  readonly strength: "update" | "share"
  readonly wait: "wait" | "noWait" | "skipLocked"
}

/**
 * A read. `A` is the type of one row.
 *
 * @category models
 * @since 0.1.0
 */
export interface Select<out A> {
  readonly _tag: "Select"
  readonly from: Source
  readonly joins: ReadonlyArray<Join>
  readonly where: Node | undefined
  readonly grouping: Grouping | undefined
  readonly having: Node | undefined
  readonly qualify: Node | undefined
  /** Whether equal rows are one; with nodes, the first of those that are equal in them. */
  readonly distinct: boolean | ReadonlyArray<Node>
  readonly orderBy: ReadonlyArray<Order>
  readonly limit: number | ToldValue | undefined
  readonly offset: number | ToldValue | undefined
  readonly lock: Lock | undefined
  readonly projection: Projection
  /** Of selects that differ in nothing but values, what they have in common. */
  readonly alike?: Alike | undefined
  /** Of a select that is prepared, what one run of it is given. */
  readonly given?: Given | undefined
  readonly "~row"?: A
}

/**
 * Rows of one read, of the other, of both or of one alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface Compound {
  readonly _tag: "Compound"
  readonly operator: "UNION" | "UNION ALL" | "INTERSECT" | "INTERSECT ALL" | "EXCEPT" | "EXCEPT ALL"
  readonly left: Read
  readonly right: Read
}

/**
 * Rows of given values, under these names.
 *
 * @category models
 * @since 0.1.0
 */
export interface Values {
  readonly _tag: "Values"
  readonly names: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<Node>>
}

/**
 * A row for each item of a list: its value and its place, under these names.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unnest {
  readonly _tag: "Unnest"
  readonly list: Node
  readonly value: string
  readonly place: string
}

/**
 * Rows of SQL by hand, under the names that it gives them.
 *
 * @category models
 * @since 0.1.0
 */
export interface RawRead {
  readonly _tag: "RawRead"
  readonly raw: Raw
}

/**
 * What gives rows inside a statement.
 *
 * @category models
 * @since 0.1.0
 */
export type Read = Select<unknown> | Compound | Values | Unnest | RawRead

/**
 * All rows of a source.
 *
 * @category constructors
 * @since 0.1.0
 */
export const selectFrom = <A>(from: Source, projection: Projection): Select<A> => ({
  _tag: "Select",
  from,
  joins: [],
  where: undefined,
  grouping: undefined,
  having: undefined,
  qualify: undefined,
  distinct: false,
  orderBy: [],
  limit: undefined,
  offset: undefined,
  lock: undefined,
  projection
})

/**
 * All rows of a table, as instances of its model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const selectTable = (table: Table, alias: Alias): Select<unknown> =>
  selectFrom(
    { _tag: "TableSource", table, alias },
    { _tag: "Instance", source: alias, table, optional: false }
  )
