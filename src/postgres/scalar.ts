/**
 * Single values: how PostgreSQL reads them from text, and what the model holds for what PostgreSQL returns.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import { type ColumnType, decimalText, fromEpochMilliseconds } from "../model/ColumnType.ts"
import { dayText, instantText, parseInstant } from "./calendar.ts"

/** The types whose values are neither lists nor objects. */
export type Scalar = Exclude<ColumnType, { readonly _tag: "Json" | "List" | "Struct" }>

/** Whether a type's values are neither lists nor objects. */
export const isScalar = (type: ColumnType): type is Scalar =>
  type._tag !== "List" && type._tag !== "Struct" && type._tag !== "Json"

/** The value as the server reads it from text. */
export const scalarText = (type: Scalar, value: unknown): string => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Boolean":
    case "Uuid":
      return String(value)
    case "Double":
      return Object.is(value, -0) ? "-0" : String(value)
    case "Decimal":
      return digitsOf(value)
    case "Date":
      return dayText(millisecondsOf(value))
    case "Timestamp":
      return instantText(millisecondsOf(value))
  }
}

const millisecondsOf = (value: unknown): number => {
  if (value instanceof Date) return value.getTime()
  return DateTime.isDateTime(value) ? value.epochMilliseconds : refuse(value, "a point in time")
}

/** The digits of a decimal, without an exponent. */
const digitsOf = (value: unknown): string =>
  BigDecimal.isBigDecimal(value) ? decimalText(value.value, value.scale) : refuse(value, "a decimal")

/** Makes the model's value of what the driver returns, or of its text; throws where the model's value can't hold it. */
export const scalarDecoder = (type: Scalar): (cell: unknown) => unknown => {
  switch (type._tag) {
    case "Text":
    case "Uuid":
      return (cell) => typeof cell === "string" ? cell : refuse(cell, "a text")
    case "Enum":
      return enumDecoder(new Set(type.values))
    case "Int8":
      return integerDecoder(-128, 127)
    case "Int16":
      return integerDecoder(-32_768, 32_767)
    case "Int32":
      return integerDecoder(-2_147_483_648, 2_147_483_647)
    case "Int64":
      return type.as === "bigint" ? decodeBigint : integerDecoder(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    case "Double":
      return (cell) => typeof cell === "number" ? cell : refuse(cell, "a number of double precision")
    case "Boolean":
      return (cell) => typeof cell === "boolean" ? cell : refuse(cell, "true or false")
    case "Decimal":
      return decimalDecoder(type.scale)
    case "Date":
      return decodeDay
    case "Timestamp":
      return type.as === "Date" ? decodeDate : decodeInstant
  }
}

const enumDecoder = (values: ReadonlySet<unknown>) => (cell: unknown): unknown =>
  values.has(cell) ? cell : refuse(cell, `one of ${Array.from(values).join(", ")}`)

const integerDecoder = (least: number, most: number) => (cell: unknown): unknown => {
  const number = typeof cell === "bigint" ? Number(cell) : cell
  const fits = typeof number === "number" && Number.isInteger(number) && number >= least && number <= most
  return fits ? number : refuse(cell, `an integer from ${least} to ${most}`)
}

const decodeBigint = (cell: unknown): unknown => {
  if (typeof cell === "bigint") return cell
  return typeof cell === "number" && Number.isSafeInteger(cell) ? BigInt(cell) : refuse(cell, "an integer of 64 bits")
}

const decimalDecoder = (scale: number) => (cell: unknown): unknown => BigDecimal.make(unscaledOf(cell, scale), scale)

/** A decimal as a whole number of units of its last place; zeros behind it may be cut off, other digits not. */
const unscaledOf = (cell: unknown, scale: number): bigint => {
  const text = typeof cell === "string" ? cell : String(decodeBigint(cell))
  const point = text.indexOf(".")
  const whole = point === -1 ? text : text.slice(0, point)
  const places = point === -1 ? "" : text.slice(point + 1)
  const fits = /^-?\d+$/.test(whole) && /^\d*$/.test(places) && /^0*$/.test(places.slice(scale))
  return fits ? BigInt(whole + places.slice(0, scale).padEnd(scale, "0")) : refuse(cell, `a decimal of ${scale} places`)
}

const decodeDay = (cell: unknown): unknown =>
  fromEpochMilliseconds(typeof cell === "string" ? parseInstant(cell) : refuse(cell, "a day"))

const decodeInstant = (cell: unknown): unknown =>
  fromEpochMilliseconds(typeof cell === "string" ? parseInstant(cell) : refuse(cell, "a timestamp as text"))

/** A `Date` holds whole milliseconds: choosing it is choosing to lose what is below. */
const decodeDate = (cell: unknown): unknown => {
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell
  return new Date(Math.floor(typeof cell === "string" ? parseInstant(cell) : refuse(cell, "a timestamp")))
}

/** Says what was found instead of what was expected. */
export const refuse = (found: unknown, expected: string): never => {
  const shown = typeof found === "string" || typeof found === "number" || typeof found === "bigint"
  throw new Error(`expected ${expected}, found ${shown ? found : "a value of another type"}`)
}
