/**
 * The parts of conditions and expressions.
 *
 * @since 0.1.0
 */
import type { Select } from "./ast.ts"
import type { Aggregate, Node, Window } from "./node.ts"

/** Conditions that all hold. */
export const conjuncts = (condition: Node | undefined): ReadonlyArray<Node> => {
  if (condition === undefined) return []
  return condition._tag === "Logical" && condition.operator === "AND"
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition]
}

/** A read inside of an expression, and the value that is looked for among its rows. */
interface Inside {
  readonly read: Select<unknown>
  readonly among: Node | undefined
}

/** The reads inside of an expression, but for those inside of such a read. */
export const readsIn = (node: Node): ReadonlyArray<Inside> => {
  switch (node._tag) {
    case "Exists":
    case "Scalar":
      return [{ read: node.read, among: undefined }]
    case "Within":
      return [{ read: node.read, among: node.operand }, ...readsIn(node.operand)]
    case "Field":
    case "Value":
    case "Unasked":
    case "Refused":
    case "Fragment":
      return []
    case "Comparison":
    case "Logical":
    case "Arithmetic":
      return [node.left, node.right].flatMap(readsIn)
    case "Not":
    case "NullCheck":
    case "Membership":
    case "Cast":
    case "Access":
      return readsIn(node.operand)
    case "Match":
      return [node.operand, node.pattern].flatMap(readsIn)
    case "Call":
      return node.arguments.flatMap(readsIn)
    case "Case":
      return [...node.branches.flatMap(({ value, when }) => [when, value]), ...optional(node.otherwise)].flatMap(
        readsIn
      )
    case "Record":
      return node.fields.flatMap(([, field]) => readsIn(field))
    case "Aggregate":
      return aggregated(node).flatMap(readsIn)
    case "Window":
      return windowed(node).flatMap(readsIn)
  }
}

const optional = (node: Node | undefined): ReadonlyArray<Node> => node === undefined ? [] : [node]

const aggregated = ({ filter, operands, orderBy }: Aggregate): ReadonlyArray<Node> => [
  ...operands,
  ...optional(filter),
  ...orderBy.map(({ node }) => node)
]

const windowed = ({ function: over, orderBy, partitionBy }: Window): ReadonlyArray<Node> => [
  ...over._tag === "Aggregate" ? aggregated(over) : over.arguments,
  ...partitionBy,
  ...orderBy.map(({ node }) => node)
]
