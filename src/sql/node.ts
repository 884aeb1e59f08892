/**
 * Expressions, as plain values.
 *
 * @since 0.1.0
 */
import type { Slot } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Select } from "./ast.ts"
import type { FunctionName } from "./functions.ts"
import type { Placeholder } from "./placeholder.ts"
import type { Raw } from "./raw.ts"

/**
 * What a statement calls a source. Each source has an `Alias` of its own, by which its columns are told from those of others, also
 * from those of a source of the same name: the compiler gives that one another name.
 *
 * @category models
 * @since 0.1.0
 */
export interface Alias {
  readonly name: string
}

/**
 * A scalar expression.
 *
 * @category models
 * @since 0.1.0
 */
export type Node =
  | Field
  | Value
  | { readonly _tag: "Comparison"; readonly operator: ComparisonOperator; readonly left: Node; readonly right: Node }
  | { readonly _tag: "Logical"; readonly operator: "AND" | "OR"; readonly left: Node; readonly right: Node }
  | { readonly _tag: "Not"; readonly operand: Node }
  | { readonly _tag: "NullCheck"; readonly operand: Node; readonly negated: boolean }
  /** Whether the operand is one of these values, which are sent as one list. */
  | ValueList & { readonly _tag: "Membership"; readonly operand: Node }
  /** Whether the operand is among the rows of a read. */
  | { readonly _tag: "Within"; readonly operand: Node; readonly read: Select<unknown> }
  | { readonly _tag: "Exists"; readonly read: Select<unknown> }
  /** The one value of a read, or null where it has no row. */
  | { readonly _tag: "Scalar"; readonly read: Select<unknown>; readonly slot: Slot }
  | { readonly _tag: "Match"; readonly kind: MatchKind; readonly operand: Node; readonly pattern: Node }
  | { readonly _tag: "Call"; readonly name: FunctionName; readonly arguments: ReadonlyArray<Node>; readonly slot: Slot }
  | {
    readonly _tag: "Arithmetic"
    readonly operator: ArithmeticOperator
    readonly left: Node
    readonly right: Node
    readonly slot: Slot
  }
  | {
    readonly _tag: "Case"
    readonly branches: Branches
    readonly otherwise: Node | undefined
    readonly slot: Slot
  }
  /** One that is `attempted` is null where the value is none of the type. */
  | { readonly _tag: "Cast"; readonly operand: Node; readonly attempted?: boolean; readonly slot: Slot }
  /** A field of a struct or of JSON, or an item by its place from 0, or from the end before 0. */
  | {
    readonly _tag: "Access"
    readonly operand: Node
    readonly key: Value
    readonly slot: Slot
    readonly column: TableColumn | undefined
  }
  /** Values under names, as one. */
  | {
    readonly _tag: "Record"
    readonly fields: ReadonlyArray<readonly [name: string, node: Node]>
    readonly slot: Slot
  }
  /** A condition that asks nothing: beside others it is as if it weren't there. */
  | { readonly _tag: "Unasked" }
  /** What can't be said, found while it was being said. */
  | { readonly _tag: "Refused"; readonly feature: string; readonly instead: string }
  | Aggregate
  | Window
  /** SQL by hand, whose value is one of this column, where it has one. */
  | { readonly _tag: "Fragment"; readonly raw: Raw; readonly slot: Slot; readonly column: TableColumn | undefined }

/**
 * A text of ours, such as a constant where databases take no parameter.
 *
 * @category constructors
 * @since 0.1.0
 */
export const verbatim = (text: string, slot: Slot): Node => {
  const raw: Raw = { texts: [text], parts: [] }
  ours.add(raw)
  return { _tag: "Fragment", raw, slot, column: undefined }
}

const ours = new WeakSet<Raw>()

/**
 * Whether a text is one of ours, which reads from no table.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isVerbatim = (raw: Raw): boolean => ours.has(raw)

/**
 * Conditions, and the value where each is the first that holds.
 *
 * @category models
 * @since 0.1.0
 */
export type Branches = readonly [Branch, ...ReadonlyArray<Branch>]

/** One condition, and the value where it holds. */
interface Branch {
  readonly when: Node
  readonly value: Node
}

/**
 * A column of a source.
 *
 * @category models
 * @since 0.1.0
 */
export interface Field {
  readonly _tag: "Field"
  readonly source: Alias
  /** The name that the source has for it. */
  readonly name: string
  readonly slot: Slot
  /** The column of a model whose values these are, where they are: what they are compared to is encoded as it is. */
  readonly column: TableColumn | undefined
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
  /** Of a value that each run tells by itself, where it is found. */
  readonly placeholder?: Placeholder
}

/**
 * A value that each run tells by itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToldValue extends Value {
  readonly placeholder: Placeholder
}

/**
 * Values sent as one list; where they meet a column, each is encoded as that column is.
 *
 * @category models
 * @since 0.1.0
 */
export interface ValueList {
  readonly values: ReadonlyArray<unknown>
  readonly slot: Slot
  readonly column: TableColumn | undefined
  /** Of values that each run tells by itself, where they are found. */
  readonly placeholder?: Placeholder
}

/**
 * Something made of many rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Aggregate {
  readonly _tag: "Aggregate"
  readonly kind: AggregateKind
  readonly operands: ReadonlyArray<Node>
  readonly distinct: boolean
  /** Only the rows that this holds for. */
  readonly filter: Node | undefined
  /** The order in which the rows are taken. */
  readonly orderBy: ReadonlyArray<Order>
  readonly slot: Slot
}

/**
 * Something made, for each row, of the rows around it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Window {
  readonly _tag: "Window"
  readonly function:
    | Aggregate
    | { readonly _tag: "WindowCall"; readonly name: WindowFunction; readonly arguments: ReadonlyArray<Node> }
  readonly partitionBy: ReadonlyArray<Node>
  readonly orderBy: ReadonlyArray<Order>
  readonly frame: Frame | undefined
  readonly slot: Slot
}

/**
 * The rows of a window that count, from one bound to the other.
 *
 * @category models
 * @since 0.1.0
 */
export interface Frame {
  readonly unit: "ROWS" | "RANGE" | "GROUPS"
  readonly from: Bound
  readonly to: Bound
  readonly exclude: "CURRENT ROW" | "GROUP" | "TIES" | undefined
}

/**
 * An end of a frame.
 *
 * @category models
 * @since 0.1.0
 */
export type Bound =
  | { readonly _tag: "Unbounded"; readonly side: "PRECEDING" | "FOLLOWING" }
  | { readonly _tag: "Offset"; readonly side: "PRECEDING" | "FOLLOWING"; readonly by: Node }
  | { readonly _tag: "CurrentRow" }

/**
 * How two values are compared.
 *
 * @category models
 * @since 0.1.0
 */
export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "IS DISTINCT FROM" | "IS NOT DISTINCT FROM"

/**
 * How two numbers are made one.
 *
 * @category models
 * @since 0.1.0
 */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%"

/**
 * How a text is matched.
 *
 * @category models
 * @since 0.1.0
 */
export type MatchKind = "startsWith" | "endsWith" | "contains" | "like" | "notLike" | "ilike" | "regex"

/**
 * What is made of many rows.
 *
 * @category models
 * @since 0.1.0
 */
export type AggregateKind =
  | "count"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "approxCountDistinct"
  | "median"
  | "quantile"
  | "quantileDiscrete"
  | "mode"
  | "standardDeviation"
  | "variance"
  | "correlation"
  | "list"
  | "joined"
  | "every"
  | "some"
  | "argMin"
  | "argMax"

/**
 * A function that only a window has.
 *
 * @category models
 * @since 0.1.0
 */
export type WindowFunction =
  | "row_number"
  | "rank"
  | "dense_rank"
  | "percent_rank"
  | "cume_dist"
  | "ntile"
  | "lag"
  | "lead"
  | "first_value"
  | "last_value"
  | "nth_value"

/**
 * What to sort by. Nulls come last in both directions, on every database, unless told otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export interface Order {
  readonly node: Node
  readonly direction: "ASC" | "DESC"
  readonly nulls: "FIRST" | "LAST"
}

/**
 * A column of a table as an expression.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fieldOf = (source: Alias, column: TableColumn, optional = false): Field => ({
  _tag: "Field",
  source,
  name: column.name,
  slot: { type: column.type, nullable: column.nullable || optional },
  column
})

/**
 * Both conditions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const both = (left: Node, right: Node): Node => logical("AND", left, right)

/**
 * Two conditions as one. A condition that asks nothing leaves the other one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const logical = (operator: "AND" | "OR", left: Node, right: Node): Node => {
  if (left._tag === "Unasked") return right
  return right._tag === "Unasked" ? left : { _tag: "Logical", operator, left, right }
}
