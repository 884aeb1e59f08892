/**
 * Turns an expression into the text of a dialect.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { TableColumn } from "../model/Table.ts"
import { type Compilation, Inexpressible, present } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"
import { encodeValue } from "./encode.ts"
import type { Aggregate, Bound, Field, Frame, Node, Order, ValueList, Window } from "./node.ts"
import { slotOf } from "./slot.ts"

type Of<Tag extends Node["_tag"]> = Node & { readonly _tag: Tag }

/** The text of an expression; throws `NotStorable` where a parameter is no value of its column. */
export const nodeText = (node: Node, compilation: Compilation): string => {
  const text = (inner: Node) => nodeText(inner, compilation)
  switch (node._tag) {
    case "Field":
      return fieldText(node, compilation)
    case "Value":
      return compilation.once(node, () => ({
        type: node.slot.type,
        value: encodeValue(node, compilation.dialect.features),
        ...isSensitive(node.column)
      }))
    case "Comparison":
      return `(${text(node.left)} ${node.operator} ${text(node.right)})`
    case "Logical":
      return `(${text(node.left)} ${node.operator} ${text(node.right)})`
    case "Not":
      return `(NOT ${text(node.operand)})`
    case "NullCheck":
      return `(${text(node.operand)} IS ${node.negated ? "NOT NULL" : "NULL"})`
    case "Membership":
      return membershipText(node, compilation)
    case "Within":
      return `(${text(node.operand)} IN (${compilation.readText(node.read, compilation)}))`
    case "Exists":
      return `(EXISTS (${compilation.readText(node.read, compilation)}))`
    case "Scalar":
      return `(${compilation.readText(node.read, compilation)})`
    case "Match":
      return matchText(node, compilation)
    case "Tuple":
      return `(${node.items.map(text).join(", ")})`
    case "Call": {
      const call = present(`the function ${node.name}`, compilation.dialect.functions[node.name])
      return call(node.arguments.map(text), node.arguments.map((argument) => slotOf(argument).type))
    }
    case "Arithmetic":
      return arithmeticText(node, compilation)
    case "Case": {
      const branches = node.branches.map(({ then, when }) => `WHEN ${text(when)} THEN ${text(then)}`)
      const otherwise = node.otherwise === undefined ? "" : ` ELSE ${text(node.otherwise)}`
      return `(CASE ${branches.join(" ")}${otherwise} END)`
    }
    case "Cast":
      return compilation.dialect.cast(text(node.operand), node.slot.type)
    case "Aggregate":
      return aggregateText(node, "", compilation)
    case "Window":
      return windowText(node, compilation)
    case "Fragment":
      return node.texts.map((part, index) => {
        const inner = node.nodes[index]
        return inner === undefined ? part : part + text(inner)
      }).join("")
  }
}

const fieldText = ({ name, source }: Field, { dialect, literal, nameOf }: Compilation): string =>
  literal === undefined ? `${nameOf(source)}.${dialect.identifier(name)}` : dialect.identifier(name)

const membershipText = (node: Of<"Membership">, compilation: Compilation): string => {
  const { dialect, literal, once } = compilation
  const subject = nodeText(node.operand, compilation)
  const list = listParameter(node, dialect)
  if (literal !== undefined) {
    const items = list.value.map((value) => literal(node.slot.type, value))
    return items.length === 0 ? "FALSE" : `(${subject} IN (${items.join(", ")}))`
  }
  return dialect.membership(subject, once(node, () => list), node.slot.type)
}

/** Values as one parameter, each encoded as its column is; throws `NotStorable`. */
export const listParameter = ({ column, slot, values }: ValueList, { features }: Dialect) => ({
  type: { _tag: "List", element: slot } as const,
  value: values.map((value) => encodeValue({ _tag: "Value", value, slot, column }, features)),
  ...isSensitive(column)
})

const isSensitive = (column: TableColumn | undefined) => column?.sensitive === true && { sensitive: true }

const matchText = ({ kind, operand, pattern }: Of<"Match">, compilation: Compilation): string => {
  const subject = nodeText(operand, compilation)
  const sought = nodeText(pattern, compilation)
  switch (kind) {
    case "startsWith":
      return `starts_with(${subject}, ${sought})`
    case "endsWith":
      return `(right(${subject}, length(${sought})) = ${sought})`
    case "contains":
      return `(strpos(${subject}, ${sought}) > 0)`
    case "like":
      return `(${subject} LIKE ${sought} ESCAPE '\\')`
    case "ilike":
      return `(${subject} ILIKE ${sought} ESCAPE '\\')`
    case "regex":
      return compilation.dialect.matchesRegex(subject, sought)
  }
}

/** Databases disagree about the type of what they calculate, so both sides are of the type that the result has. */
const arithmeticText = (node: Of<"Arithmetic">, compilation: Compilation): string => {
  const { left, operator, right, slot } = node
  const side = (operand: Node) => {
    const { type } = slotOf(operand)
    if (!calculable.has(type._tag)) {
      throw new Inexpressible(`calculating with a ${type._tag}`, "Cast it to a number first, or store it as one.")
    }
    const text = nodeText(operand, compilation)
    return type._tag === slot.type._tag || type._tag === "Decimal" ? text : compilation.dialect.cast(text, slot.type)
  }
  const divisor = operator === "/" || operator === "%" ? `nullif(${side(right)}, 0)` : side(right)
  const text = `(${side(left)} ${operator} ${divisor})`
  return slot.type._tag === "Decimal" ? compilation.dialect.cast(text, slot.type) : text
}

const calculable = new Set<ColumnType["_tag"]>([
  "Int8",
  "Int16",
  "Int32",
  "Int64",
  "Int128",
  "UInt8",
  "UInt16",
  "UInt32",
  "UInt64",
  "UInt128",
  "Float",
  "Double",
  "Decimal"
])

const aggregateText = (node: Aggregate, over: string, compilation: Compilation): string => {
  const { distinct, filter, kind, operands, orderBy, slot } = node
  const filtered = filter === undefined ? "" : ` FILTER (WHERE ${nodeText(filter, compilation)})`
  return present(`the aggregate ${kind}`, compilation.dialect.aggregates[kind])({
    texts: operands.length === 0 ? ["*"] : operands.map((operand) => nodeText(operand, compilation)),
    types: operands.map((operand) => slotOf(operand).type),
    type: slot.type,
    distinct: distinct ? "DISTINCT " : "",
    orderBy: orderBy.length === 0 ? "" : ` ORDER BY ${orderText(orderBy, compilation)}`,
    suffix: filtered + over
  })
}

const windowText = (node: Window, compilation: Compilation): string => {
  const over = ` OVER (${overParts(node, compilation).join(" ")})`
  const called = node.function
  return called._tag === "Aggregate"
    ? aggregateText(called, over, compilation)
    : `${called.name}(${called.arguments.map((argument) => nodeText(argument, compilation)).join(", ")})${over}`
}

const overParts = ({ frame, orderBy, partitionBy }: Window, compilation: Compilation): ReadonlyArray<string> => [
  ...(partitionBy.length === 0
    ? []
    : [`PARTITION BY ${partitionBy.map((node) => nodeText(node, compilation)).join(", ")}`]),
  ...(orderBy.length === 0 ? [] : [`ORDER BY ${orderText(orderBy, compilation)}`]),
  ...(frame === undefined ? [] : [frameText(frame, compilation)])
]

const frameText = ({ exclude, from, to, unit }: Frame, compilation: Compilation): string =>
  `${unit} BETWEEN ${boundText(from, compilation)} AND ${boundText(to, compilation)}` +
  (exclude === undefined ? "" : ` EXCLUDE ${exclude}`)

const boundText = (bound: Bound, compilation: Compilation): string => {
  switch (bound._tag) {
    case "Unbounded":
      return `UNBOUNDED ${bound.side}`
    case "Offset":
      return `${nodeText(bound.by, compilation)} ${bound.side}`
    case "CurrentRow":
      return "CURRENT ROW"
  }
}

/** The text of what is sorted by. */
export const orderText = (orders: ReadonlyArray<Order>, compilation: Compilation): string =>
  orders.map(({ direction, node, nulls }) => `${nodeText(node, compilation)} ${direction} NULLS ${nulls}`).join(", ")
