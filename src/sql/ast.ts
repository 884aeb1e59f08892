/**
 * What can be asked of a database, as plain values.
 *
 * @since 0.1.0
 */
import type { Slot } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"

/**
 * A scalar expression.
 *
 * @category models
 * @since 0.1.0
 */
export type Node =
  /** A column of a source. */
  | { readonly _tag: "Field"; readonly source: string; readonly column: TableColumn; readonly slot: Slot }
  | Value
  | { readonly _tag: "Comparison"; readonly operator: ComparisonOperator; readonly left: Node; readonly right: Node }
  | { readonly _tag: "Logical"; readonly operator: "AND" | "OR"; readonly left: Node; readonly right: Node }
  | { readonly _tag: "Not"; readonly operand: Node }
  | { readonly _tag: "NullCheck"; readonly operand: Node; readonly negated: boolean }
  /** Whether the operand is one of these values, which are sent as one list. */
  | {
    readonly _tag: "Membership"
    readonly operand: Node
    readonly values: ReadonlyArray<unknown>
    readonly slot: Slot
    readonly column: TableColumn | undefined
  }
  | { readonly _tag: "Match"; readonly kind: MatchKind; readonly operand: Node; readonly pattern: Node }
  | {
    readonly _tag: "Aggregate"
    readonly kind: AggregateKind
    readonly operand: Node | undefined
    readonly distinct: boolean
    readonly slot: Slot
  }

/**
 * A value sent as a parameter; where it meets a column, it is encoded as that column is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Value {
  readonly _tag: "Value"
  readonly value: unknown
  readonly slot: Slot
  readonly column: TableColumn | undefined
}

/**
 * How two values are compared.
 *
 * @category models
 * @since 0.1.0
 */
export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">="

/**
 * How a text is matched.
 *
 * @category models
 * @since 0.1.0
 */
export type MatchKind = "startsWith" | "endsWith" | "contains" | "like" | "ilike"

/**
 * What is made of many rows.
 *
 * @category models
 * @since 0.1.0
 */
export type AggregateKind = "count" | "sum" | "avg" | "min" | "max"

/**
 * Where rows come from: a table under an alias, or another select.
 *
 * @category models
 * @since 0.1.0
 */
export type Source =
  | { readonly _tag: "TableSource"; readonly table: Table; readonly alias: string }
  | { readonly _tag: "SelectSource"; readonly select: Select<unknown>; readonly alias: string }

/**
 * A further source, and the condition its rows are joined on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Join {
  readonly kind: "inner" | "left"
  readonly source: Source & { readonly _tag: "TableSource" }
  readonly on: Node
}

/**
 * What to sort by. Nulls come last in both directions, on every database.
 *
 * @category models
 * @since 0.1.0
 */
export interface Order {
  readonly node: Node
  readonly direction: "ASC" | "DESC"
}

/**
 * What a row of a select becomes.
 *
 * @category models
 * @since 0.1.0
 */
export type Projection =
  | { readonly _tag: "Value"; readonly node: Node }
  | { readonly _tag: "Record"; readonly fields: ReadonlyArray<readonly [name: string, projection: Projection]> }
  | { readonly _tag: "Instance"; readonly source: string; readonly table: Table; readonly optional: boolean }

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
  readonly groupBy: ReadonlyArray<Node>
  readonly having: Node | undefined
  readonly orderBy: ReadonlyArray<Order>
  readonly limit: number | undefined
  readonly offset: number | undefined
  readonly projection: Projection
  readonly "~row"?: A
}

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
  groupBy: [],
  having: undefined,
  orderBy: [],
  limit: undefined,
  offset: undefined,
  projection
})

/**
 * All rows of a table, as instances of its model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const selectTable = (table: Table, alias = table.name): Select<unknown> =>
  selectFrom(
    { _tag: "TableSource", table, alias },
    { _tag: "Instance", source: alias, table, optional: false }
  )

/**
 * Rows to insert, as the model's own values. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Insert<out A> {
  readonly _tag: "Insert"
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** Whether the inserted rows are wanted back. */
  readonly returning: boolean
  readonly "~row"?: A
}

/**
 * Rows to delete: those that the condition holds for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delete {
  readonly _tag: "Delete"
  readonly table: Table
  readonly where: Node
}

/**
 * Rows to insert, or to overwrite the row with that has the same key. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Upsert<out A> {
  readonly _tag: "Upsert"
  readonly table: Table
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly key: ReadonlyArray<TableColumn>
  /** Columns of a stored row that are overwritten; it stays as it is where there are none. */
  readonly update: ReadonlyArray<TableColumn>
  readonly "~row"?: A
}

/**
 * Changes of rows: each holds the values of a primary key, and those of the fields to change. `A` is the model's instance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Patch<out A> {
  readonly _tag: "Patch"
  readonly table: Table
  readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly "~row"?: A
}

/**
 * Primary keys of rows to delete.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeleteKeys {
  readonly _tag: "DeleteKeys"
  readonly table: Table
  readonly keys: ReadonlyArray<Readonly<Record<string, unknown>>>
}
