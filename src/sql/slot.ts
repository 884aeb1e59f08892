/**
 * The place that an expression's value takes in a result: its type, and whether it may be null.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import type { ColumnType, NumberType, Slot } from "../model/ColumnType.ts"
import type { AggregateKind, ArithmeticOperator, Node } from "./node.ts"

/** The types of what databases make that no column has: truths, texts, floating point numbers, and numbers that count or rank. */
export const truth: ColumnType = { _tag: "Boolean" }
export const text: ColumnType = { _tag: "Text" }
export const float: ColumnType = { _tag: "Double" }
export const integer: ColumnType = { _tag: "Int64", as: "number" }

/** The slot of a whole number that is counted or ranked. */
export const whole: Slot = { type: integer, nullable: false }

/** The place an expression's value takes in a result. */
export const slotOf = (node: Node): Slot => {
  switch (node._tag) {
    case "Field":
    case "Value":
    case "Aggregate":
    case "Window":
    case "Call":
    case "Arithmetic":
    case "Case":
    case "Cast":
    case "Access":
    case "Record":
    case "Scalar":
    case "Fragment":
      return node.slot
    case "NullCheck":
    case "Exists":
      return { type: truth, nullable: false }
    case "Comparison":
    case "Logical":
    case "Not":
    case "Membership":
    case "Within":
    case "Match":
    case "Unasked":
    case "Refused":
      return { type: truth, nullable: true }
  }
}

/** Whether values of a type can be calculated with. */
export const isNumber = (type: ColumnType): type is NumberType => numbers.has(type._tag)

const numbers = new Set<ColumnType["_tag"]>([
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

/** Whether two types are the same kind of number, decimals with the same places. */
export const isSameNumber = (one: ColumnType, other: ColumnType): boolean =>
  one._tag === other._tag && (one._tag !== "Decimal" || other._tag !== "Decimal" || one.scale === other.scale)

/** The slot of a constant in a calculation: that of what it meets where it fits in there, else that of its own kind. */
export const numberSlot = ({ type }: Slot, value: unknown): Slot => {
  const slot = (own: ColumnType): Slot => ({ type: own, nullable: false })
  if (BigDecimal.isBigDecimal(value)) {
    return slot({ _tag: "Decimal", precision: mostDigits, scale: Math.max(0, BigDecimal.normalize(value).scale) })
  }
  if (typeof value === "bigint") return slot({ _tag: "Int64", as: "bigint" })
  return slot(
    type._tag !== "Double" && type._tag !== "Float" && Number.isSafeInteger(value)
      ? integer
      : float
  )
}

/** The most digits that a decimal has. */
export const mostDigits = 38

/** Integers are calculated with 64 bits and decimals with the most digits there are; a quotient is a floating point number. */
export const arithmeticSlot = (operator: ArithmeticOperator, left: Slot, right: Slot): Slot => {
  const nullable = left.nullable || right.nullable || operator === "/" || operator === "%"
  if (operator === "/") return { type: float, nullable }
  if ([left, right].some(({ type }) => type._tag === "Double" || type._tag === "Float")) {
    return { type: float, nullable }
  }
  if (left.type._tag === "Decimal" || right.type._tag === "Decimal") {
    const [first, second] = [scaleOf(left.type), scaleOf(right.type)]
    const scale = operator === "*" ? first + second : Math.max(first, second)
    return { type: { _tag: "Decimal", precision: mostDigits, scale }, nullable }
  }
  const isBigint = [left, right].some(({ type }) => asOf(sumType(type)) === "bigint")
  return { type: { _tag: "Int64", as: isBigint ? "bigint" : "number" }, nullable }
}

const scaleOf = (type: ColumnType): number => type._tag === "Decimal" ? type.scale : 0

/** The slot of an aggregate of such operands. */
export const aggregateSlot = (kind: AggregateKind, operand: Node | undefined): Slot => {
  const slot = operand === undefined ? { type: float, nullable: true } : slotOf(operand)
  switch (kind) {
    case "count":
    case "approxCountDistinct":
      return whole
    case "avg":
    case "standardDeviation":
    case "variance":
    case "correlation":
    case "median":
    case "quantile":
      return { type: float, nullable: true }
    case "sum":
      return { type: sumType(slot.type), nullable: true }
    case "min":
    case "max":
    case "mode":
    case "argMin":
    case "argMax":
    case "quantileDiscrete":
      return { type: slot.type, nullable: true }
    case "list":
      return { type: { _tag: "List", element: slot }, nullable: true }
    case "joined":
      return { type: text, nullable: true }
    case "every":
    case "some":
      return { type: truth, nullable: true }
  }
}

/** A sum of integers is a 64-bit integer, a sum of decimals a decimal of the most digits there are. */
const sumType = (type: ColumnType): ColumnType => {
  switch (type._tag) {
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return integer
    case "Int128":
    case "UInt64":
    case "UInt128":
      return { _tag: "Int64", as: "bigint" }
    case "Decimal":
      return { ...type, precision: mostDigits }
    case "Int64":
    case "Double":
      return type
    case "Float":
    case "Text":
    case "Boolean":
    case "Date":
    case "Timestamp":
    case "Time":
    case "Interval":
    case "Uuid":
    case "Blob":
    case "Json":
    case "Enum":
    case "List":
    case "Struct":
    case "Map":
    case "Custom":
      return float
  }
}

const asOf = (type: ColumnType): string | undefined => type._tag === "Int64" ? type.as : undefined
