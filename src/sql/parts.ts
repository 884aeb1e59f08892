/**
 * The parts of conditions and expressions.
 *
 * @since 0.1.0
 */
import type { Select } from "./ast.ts"
import type { Aggregate, Node, Order, Window } from "./node.ts"

/** Conditions that all hold. */
export const conjuncts = (condition: Node | undefined): ReadonlyArray<Node> => {
  if (condition === undefined) return []
  return condition._tag === "Logical" && condition.operator === "AND"
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition]
}

/** The expressions that an expression is made of, but for what is in reads and SQL by hand inside of it. */
export const partsOf = (node: Node): ReadonlyArray<Node> => {
  switch (node._tag) {
    case "Field":
    case "Value":
    case "Unasked":
    case "Refused":
    case "Fragment":
    case "Exists":
    case "Scalar":
      return []
    case "Comparison":
    case "Logical":
    case "Arithmetic":
      return [node.left, node.right]
    case "Not":
    case "NullCheck":
    case "Membership":
    case "Within":
    case "Cast":
    case "Access":
      return [node.operand]
    case "Match":
      return [node.operand, node.pattern]
    case "Call":
      return node.arguments
    case "Case":
      return [...node.branches.flatMap(({ value, when }) => [when, value]), ...optional(node.otherwise)]
    case "Record":
      return node.fields.map(([, field]) => field)
    case "Aggregate":
      return aggregated(node)
    case "Window":
      return windowed(node)
  }
}

const optional = (node: Node | undefined): ReadonlyArray<Node> => node === undefined ? [] : [node]

const aggregated = ({ filter, operands, orderBy }: Aggregate): ReadonlyArray<Node> => [
  ...operands,
  ...optional(filter),
  ...ordered(orderBy)
]

const windowed = ({ frame, function: over, orderBy, partitionBy }: Window): ReadonlyArray<Node> => [
  ...over._tag === "Aggregate" ? aggregated(over) : over.arguments,
  ...partitionBy,
  ...ordered(orderBy),
  ...(frame === undefined ? [] : [frame.from, frame.to]).flatMap((bound) => bound._tag === "Offset" ? [bound.by] : [])
]

const ordered = (orders: ReadonlyArray<Order>): ReadonlyArray<Node> => orders.map(({ node }) => node)

/** A read inside of an expression, and the value that is looked for among its rows. */
interface Inside {
  readonly read: Select<unknown>
  readonly among: Node | undefined
}

/** The reads inside of an expression, but for those inside of such a read. */
export const readsIn = (node: Node): ReadonlyArray<Inside> => [...own(node), ...partsOf(node).flatMap(readsIn)]

const own = (node: Node): ReadonlyArray<Inside> =>
  "read" in node ? [{ read: node.read, among: node._tag === "Within" ? node.operand : undefined }] : []
