/**
 * Turns an expression into the text of a dialect.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { type Compilation, Inexpressible, present } from "./compilation.ts"
import type { Parameter } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import { encoderOf } from "./encode.ts"
import type { Aggregate, AggregateKind, Bound, Field, Frame, Node, Order, Value, ValueList, Window } from "./node.ts"
import { columnOf, listedIn } from "./operand.ts"
import { toldParameter } from "./placeholder.ts"
import { rawText } from "./rawText.ts"
import { type Signature, signatures } from "./signature.ts"
import { isNumber, isSameNumber, mostDigits, slotOf, text } from "./slot.ts"

type Of<Tag extends Node["_tag"]> = Node & { readonly _tag: Tag }

/** The text of an expression; throws `NotStorable` where a parameter is no value of its column. */
export const nodeText = (node: Node, compilation: Compilation): string => {
  const textOf = (inner: Node) => nodeText(inner, compilation)
  switch (node._tag) {
    case "Field":
      return fieldText(node, compilation)
    case "Value":
      return valueText(node, compilation)
    case "Comparison":
    case "Logical":
      return `(${textOf(node.left)} ${node.operator} ${textOf(node.right)})`
    case "Not":
      return `(NOT ${textOf(node.operand)})`
    case "NullCheck":
      return `(${textOf(node.operand)} IS ${node.negated ? "NOT NULL" : "NULL"})`
    case "Membership":
      return membershipText(node, compilation)
    case "Within":
      return `(${textOf(node.operand)} IN (${compilation.readText(node.read, compilation)}))`
    case "Exists":
      return `(EXISTS (${compilation.readText(node.read, compilation)}))`
    case "Scalar":
      return `(${compilation.readText(node.read, compilation)})`
    case "Match":
      return matchText(node, compilation)
    case "Call":
      return callText(node, compilation)
    case "Arithmetic":
      return arithmeticText(node, compilation)
    case "Case": {
      const branches = node.branches.map(({ value, when }) => `WHEN ${textOf(when)} THEN ${textOf(value)}`)
      const otherwise = node.otherwise === undefined ? "" : ` ELSE ${textOf(node.otherwise)}`
      return `(CASE ${branches.join(" ")}${otherwise} END)`
    }
    case "Cast":
      return castText(node, compilation)
    case "Access":
      return accessText(node, compilation)
    case "Record":
      return compilation.dialect.record(
        node.fields.map((
          [name, field]
        ) => [name, plainText(field, `a struct with ${name}`, compilation), slotOf(field).type])
      )
    case "Aggregate":
      return aggregateText(node, "", compilation)
    case "Window":
      return windowText(node, compilation)
    case "Fragment":
      // a text of ours stands as it is; SQL by hand could be anything
      return node.column === undefined ? rawText(node.raw, compilation) : `(${rawText(node.raw, compilation)})`
    case "Unasked":
      return "TRUE"
    case "Refused":
      throw new Inexpressible(node.feature, node.instead)
  }
}

const fieldText = ({ name, source }: Field, { dialect, literal, nameOf }: Compilation): string =>
  literal === undefined ? `${nameOf(source)}.${dialect.identifier(name)}` : dialect.identifier(name)

/** The placeholder of a value; what is null by itself would have no type. */
const valueText = (node: Value, compilation: Compilation): string => {
  const { dialect, once } = compilation
  const { placeholder, slot } = node
  const sent = once(
    node,
    () =>
      placeholder === undefined
        ? parameterOf(node, dialect)
        : toldParameter({ type: slot.type, placeholder, made: valueMaker(node, dialect) }, compilation)
  )
  const mayBeNull = placeholder === undefined ? node.value === null : slot.nullable
  return mayBeNull ? dialect.cast(sent, slot.type) : sent
}

/** What makes values of a place ready to be sent; it throws `NotStorable`. */
const valueMaker = (place: Value, { features }: Dialect) => {
  const encode = encoderOf(place, features)
  const { type } = place.slot
  const sensitive = isSensitive(place)
  return (value: unknown): Parameter => ({ type, value: encode(value), ...sensitive })
}

/** A value as it is sent; throws `NotStorable`. */
export const parameterOf = (value: Value, dialect: Dialect): Parameter => valueMaker(value, dialect)(value.value)

const membershipText = (node: Of<"Membership">, compilation: Compilation): string => {
  const { dialect, literal, once } = compilation
  const { operand, placeholder, slot, values } = node
  const subject = nodeText(operand, compilation)
  if (literal !== undefined) {
    const list = encodedList(node, dialect).map((value) => literal(slot.type, value))
    return values.length === 0 ? "FALSE" : `(${subject} IN (${list.join(", ")}))`
  }
  const sent = once(
    node,
    () =>
      placeholder === undefined
        ? listParameter(node, dialect)
        : toldParameter({ type: slot.type, placeholder, made: listMaker(node, dialect) }, compilation)
  )
  return dialect.membership(subject, sent, slot.type)
}

/** What makes lists of a place ready to be sent; it throws `NotStorable`, and `Inexpressible` where a value is missing. */
const listMaker = (node: Of<"Membership">, dialect: Dialect) => (given: unknown): Parameter => {
  const asked = listedIn(node.operand, Array.isArray(given) ? given : undefined)
  if (asked._tag === "Refused") throw new Inexpressible(asked.feature, asked.instead)
  return listParameter(asked, dialect)
}

/** Values as one parameter, each encoded as its column is; throws `NotStorable`. */
export const listParameter = (list: ValueList, dialect: Dialect): Parameter => ({
  type: { _tag: "List", element: list.slot },
  value: encodedList(list, dialect),
  ...isSensitive(list)
})

const encodedList = (list: ValueList, { features }: Dialect): ReadonlyArray<unknown> =>
  list.values.map(encoderOf(list, features))

const isSensitive = ({ column }: ValueList | Of<"Value">) => column?.sensitive === true && { sensitive: true }

/** An expression as a text, which a uuid is only once it is cast. */
const asText = (node: Node, what: string, compilation: Compilation): string => {
  const { _tag } = slotOf(node).type
  if (_tag === "Json") throw new Inexpressible(`${what} of a Json`, "Ask for its parts, with get and at.")
  const plain = plainText(node, what, compilation)
  return _tag === "Uuid" ? compilation.dialect.cast(plain, text) : plain
}

/** An expression that a function is asked of. Where a schema transforms its values, those in the database are others. */
const plainText = (node: Node, what: string, compilation: Compilation): string => {
  const column = columnOf(node)
  if (column?.codec === undefined || column.type._tag === "Json") return nodeText(node, compilation)
  throw new Inexpressible(
    `${what} of ${column.field}, whose schema transforms its values`,
    "The database has other values than the model. Compare the column as it is, or ask of the rows once they are read."
  )
}

const matchText = ({ kind, operand, pattern }: Of<"Match">, compilation: Compilation): string => {
  const subject = asText(operand, kind, compilation)
  const sought = asText(pattern, kind, compilation)
  switch (kind) {
    case "startsWith":
      return `starts_with(${subject}, ${sought})`
    case "endsWith":
      return `(right(${subject}, CAST(length(${sought}) AS INTEGER)) = ${sought})`
    case "contains":
      return `(strpos(${subject}, ${sought}) > 0)`
    case "like":
      return `(${subject} LIKE ${sought} ESCAPE '\\')`
    case "notLike":
      return `(${subject} NOT LIKE ${sought} ESCAPE '\\')`
    case "ilike":
      return `(${subject} ILIKE ${sought} ESCAPE '\\')`
    case "regex":
      return compilation.dialect.matchesRegex(subject, sought)
  }
}

const callText = (node: Of<"Call">, compilation: Compilation): string => {
  const { dialect } = compilation
  const { isPick, of, refusal }: Signature = signatures[node.name]
  const types = node.arguments.map((argument) => slotOf(argument).type)
  const [subject] = types
  const instead = subject && refusal(subject)
  if (instead !== undefined) throw new Inexpressible(`${node.name} of a ${subject?._tag}`, instead)
  const texts = node.arguments.map((argument, place) => {
    if (isPick && columnOf(argument)?.codec !== undefined) return nodeText(argument, compilation)
    if (of === "texts") return asText(argument, node.name, compilation)
    const plain = plainText(argument, node.name, compilation)
    const isCast = of === "numbers" || of === "number" && place === 0
    return isCast ? numberText(plain, slotOf(argument).type, node.slot.type, compilation) : plain
  })
  const call = present(`the function ${node.name}`, dialect.functions[node.name])(texts, types, node.slot.type)
  const isCalculated = of !== "texts" && node.slot.type._tag === "Decimal"
  return isCalculated ? dialect.cast(call, node.slot.type) : call
}

/**
 * A number as the kind of number that it is calculated with; anything else as it is. Decimals get as many places as the result
 * has: where places differ, DuckDB would cut off digits.
 */
const numberText = (plain: string, from: ColumnType, to: ColumnType, { dialect }: Compilation): string =>
  isSameNumber(from, to) || !isNumber(from) || !isNumber(to) ? plain : dialect.cast(plain, to)

const castText = ({ attempted = false, operand, slot }: Of<"Cast">, compilation: Compilation): string => {
  const { dialect } = compilation
  // a value as its own type is what it is stored as
  const isOwn = slotOf(operand).type === slot.type
  const plain = isOwn ? nodeText(operand, compilation) : plainText(operand, "a cast", compilation)
  return attempted
    ? present("a cast that may fail", dialect.tryCast)(plain, slot.type)
    : dialect.cast(plain, slot.type)
}

const accessText = ({ key, operand, slot }: Of<"Access">, compilation: Compilation): string => {
  const { dialect, once } = compilation
  const value = typeof key.value === "number" ? key.value : String(key.value)
  return dialect.access({
    whole: nodeText(operand, compilation),
    from: slotOf(operand).type,
    key: value,
    bound: () => once(key, () => ({ type: key.slot.type, value: dialect.documentKey(String(value)) })),
    to: slot.type
  })
}

/** Databases disagree about the type of what they calculate, so both sides are of the type that the result has. */
const arithmeticText = (node: Of<"Arithmetic">, compilation: Compilation): string => {
  const { left, operator, right, slot } = node
  const side = (operand: Node) => {
    const { type } = slotOf(operand)
    const plain = plainText(operand, "calculating", compilation)
    const to = operator === "*" && slot.type._tag === "Decimal" ? factorType(type) : slot.type
    if (isNumber(type)) return numberText(plain, type, to, compilation)
    throw new Inexpressible(`calculating with a ${type._tag}`, "Cast it to a number first, or store it as one.")
  }
  const divisor = operator === "/" || operator === "%" ? `nullif(${side(right)}, 0)` : side(right)
  if (operator === "%" && slot.type._tag === "Double") return compilation.dialect.remainder(side(left), divisor)
  const calculated = `(${side(left)} ${operator} ${divisor})`
  return slot.type._tag === "Decimal" ? compilation.dialect.cast(calculated, slot.type) : calculated
}

/** A product of decimals has the places of both factors. */
const factorType = (type: ColumnType): ColumnType =>
  type._tag === "Decimal" ? type : { _tag: "Decimal", precision: mostDigits, scale: 0 }

/** Aggregates that ask nothing of the values but whether they are the same, or which comes first. */
const valueAggregates = new Set<AggregateKind>([
  "count",
  "approxCountDistinct",
  "min",
  "max",
  "mode",
  "argMin",
  "argMax",
  "quantileDiscrete"
])

const aggregateText = (node: Aggregate, over: string, compilation: Compilation): string => {
  const { distinct, filter, kind, operands, orderBy, slot } = node
  const operandText = (operand: Node) =>
    valueAggregates.has(kind) ? nodeText(operand, compilation) : plainText(operand, kind, compilation)
  return present(`the aggregate ${kind}`, compilation.dialect.aggregates[kind])({
    texts: operands.length === 0 ? ["*"] : operands.map(operandText),
    types: operands.map((operand) => slotOf(operand).type),
    type: slot.type,
    distinct: distinct ? "DISTINCT " : "",
    orderBy: orderBy.length === 0 ? "" : ` ORDER BY ${orderText(orderBy, compilation)}`,
    filter: filter === undefined ? "" : nodeText(filter, compilation),
    over
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
  orders.map((order) => `${nodeText(order.node, compilation)} ${directionText(order)}`).join(", ")

/**
 * The direction of an order, and where nulls come in it. Of a column that has none nothing is said: PostgreSQL reads an index from its end
 * for an order that says of nulls what the index does.
 */
export const directionText = ({ direction, node, nulls }: Order): string =>
  node._tag === "Field" && !node.slot.nullable ? direction : `${direction} NULLS ${nulls}`
