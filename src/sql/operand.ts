/**
 * What expressions are given to be compared or called with, as nodes.
 *
 * @since 0.1.0
 */
import type { Slot } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Select } from "./ast.ts"
import { type AggregateKind, type Node, type Value, verbatim, type WindowFunction } from "./node.ts"
import { signatures } from "./signature.ts"
import { slotOf, whole } from "./slot.ts"

/** Whatever has a node: the root of all expressions. */
export class Expressed {
  readonly node: Node
  constructor(node: Node) {
    this.node = node
  }
}

/** A plain value at a place. */
export const valueAt = (value: unknown, slot: Slot, column?: TableColumn): Value => ({
  _tag: "Value",
  value,
  slot: { type: slot.type, nullable: false },
  column
})

/** A value of a column, which may be null where the column may. */
export const columnValue = (value: unknown, column: TableColumn): Value => ({
  _tag: "Value",
  value,
  slot: { type: column.type, nullable: column.nullable },
  column
})

/** The node of an expression, or of a plain value; nothing at all is refused, so that it never drops or widens a condition. */
export const givenOr = (subject: Node, given: unknown, plain: (value: unknown) => Node): Node => {
  if (given instanceof Expressed) return given.node
  return given === undefined || given === null ? refused(subject, given) : plain(given)
}

/** The node of an expression, or of a value that meets another node and is sent as that is. */
export const operandOf = (node: Node, given: unknown): Node =>
  givenOr(node, given, (value) => valueAt(value, slotOf(node), columnOf(node)))

/** A condition that is given to be combined with others. */
export const conditionOf = (given: unknown): Node =>
  given instanceof Expressed ? given.node : {
    _tag: "Refused",
    feature: "a condition that is undefined",
    instead: "Say what to do without it: Query.optional(value, (value) => condition) leaves it out."
  }

type Refused = Node & { readonly _tag: "Refused" }

/** Whether a node is one of these values; one that is missing is refused, so that it never drops or widens a condition. */
export const listedIn = (operand: Node, values: ReadonlyArray<unknown> | undefined): Membership | Refused => {
  if (values === undefined || values.includes(undefined)) return refused(operand, undefined)
  if (values.includes(null)) return refused(operand, null)
  return membership(operand, { values })
}

/** Whether a node is one of the values of a parameter, which a run tells. */
export const toldIn = (operand: Node, list: Node): Node => {
  if (list._tag === "Value" && list.placeholder !== undefined) {
    return membership(operand, { values: [], placeholder: list.placeholder })
  }
  return list._tag === "Value" && Array.isArray(list.value) ? listedIn(operand, list.value) : {
    _tag: "Refused",
    feature: "a value that is one of an expression's",
    instead: "Ask a list whether it has the value: list.contains(value)."
  }
}

type Membership = Node & { readonly _tag: "Membership" }

const membership = (operand: Node, given: Pick<Membership, "placeholder" | "values">): Membership => {
  const slot = { ...slotOf(operand), nullable: false }
  return { _tag: "Membership", operand, slot, column: columnOf(operand), ...given }
}

const refused = (subject: Node, given: undefined | null): Refused => ({
  _tag: "Refused",
  feature: `${subject._tag === "Field" ? subject.name : "a value"} beside ${given === null ? "null" : "undefined"}`,
  instead: given === null
    ? "Ask for null with isNull, isNotNull, is or isNot."
    : "Give a value, or leave the condition out with Query.optional(value, (value) => condition)."
})

/** A whole number in the text itself, where databases take no parameter. */
export const integerText = (value: unknown): Node =>
  Number.isSafeInteger(value)
    ? verbatim(String(value), whole)
    : {
      _tag: "Refused",
      feature: `${String(value)} where a whole number is needed`,
      instead: "Give an integer."
    }

/** The column of a model whose values an expression has: it is one, or picks one of its values. */
export const columnOf = (node: Node): TableColumn | undefined => {
  switch (node._tag) {
    case "Field":
    case "Value":
    case "Access":
    case "Fragment":
      return node.column
    case "Scalar":
      return readColumn(node.read)
    case "Aggregate":
      return picks.has(node.kind) ? firstColumn(node.operands) : undefined
    case "Window":
      if (node.function._tag === "Aggregate") return columnOf(node.function)
      return picks.has(node.function.name) ? firstColumn(node.function.arguments) : undefined
    case "Call":
      return signatures[node.name].isPick ? firstColumn(node.arguments) : undefined
    case "Case":
      return columnOf(node.branches[0].value)
    case "Comparison":
    case "Logical":
    case "Not":
    case "NullCheck":
    case "Membership":
    case "Within":
    case "Exists":
    case "Match":
    case "Arithmetic":
    case "Cast":
    case "Record":
    case "Unasked":
    case "Refused":
      return undefined
  }
}

const firstColumn = (nodes: ReadonlyArray<Node>): TableColumn | undefined => nodes.slice(0, 1).map(columnOf)[0]

/** Aggregates and windows whose value is one of the values that they are made of. */
const picks = new Set<AggregateKind | WindowFunction>([
  "min",
  "max",
  "argMin",
  "argMax",
  "mode",
  "quantileDiscrete",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value"
])

const readColumn = ({ projection }: Select<unknown>): TableColumn | undefined => {
  if (projection._tag !== "Record") return undefined
  const [first] = projection.fields
  return first?.[1]._tag === "Value" ? columnOf(first[1].node) : undefined
}
