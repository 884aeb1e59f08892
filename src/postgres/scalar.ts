/**
 * Single values: how PostgreSQL reads them from text, and what the model holds for what PostgreSQL returns.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import {
  type CalendarInterval,
  type ColumnType,
  decimalText,
  fromEpochMilliseconds,
  integerRange,
  numberRange,
  toDuration
} from "../model/ColumnType.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import { BoundedMap } from "../sql/boundedMap.ts"
import { dayText, instantText, parseInstant, parseZoned, timeText, zonedText } from "./calendar.ts"
import { Unread } from "./unread.ts"

/** The types whose values are neither lists nor objects, and that PostgreSQL has by itself. */
export type Scalar = Exclude<ColumnType, { readonly _tag: "Json" | "List" | "Struct" | "Map" | "Custom" }>

/** Whether a type is such a one. */
export const isScalar = (type: ColumnType): type is Scalar =>
  type._tag !== "List" && type._tag !== "Struct" && type._tag !== "Map" && type._tag !== "Json" &&
  type._tag !== "Custom"

/** The value as the server reads it from text. */
export const scalarText = (type: Scalar, value: unknown): string => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "Int128":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "UInt128":
    case "Boolean":
    case "Time":
    case "Uuid":
      return String(value)
    case "Float":
    case "Double":
      return Object.is(value, -0) ? "-0" : String(value)
    case "Decimal":
      return digitsOf(value)
    case "Date":
      return dayText(millisecondsOf(value))
    case "Timestamp":
      return type.zoned === true ? zonedText(millisecondsOf(value)) : instantText(millisecondsOf(value))
    case "Interval": {
      const { days, microseconds, months } = intervalParts(value)
      return `${months} months ${days} days ${microseconds} microseconds`
    }
    case "Blob":
      return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : refuse(value, "bytes")
  }
}

const millisecondsOf = (value: unknown): number => {
  if (value instanceof Date) return value.getTime()
  return DateTime.isDateTime(value) ? value.epochMilliseconds : refuse(value, "a point in time")
}

/** The parts of an interval; a length of time has no months and no days. */
export const intervalParts = (value: unknown): CalendarInterval => {
  if (Duration.isDuration(value)) {
    return { months: 0, days: 0, microseconds: Duration.toNanosUnsafe(value) / 1000n }
  }
  const { days, microseconds, months }: { days?: unknown; microseconds?: unknown; months?: unknown } =
    typeof value === "object" && value !== null ? value : {}
  return typeof months === "number" && typeof days === "number" && typeof microseconds === "bigint"
    ? { months, days, microseconds }
    : refuse(value, "an interval")
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
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return integerDecoder(...numberRange(type))
    case "Int64":
      return type.as === "bigint" ? decodeBigint : integerDecoder(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    case "Int128":
    case "UInt64":
    case "UInt128":
      return wholeDecoder(...integerRange(type))
    case "Float":
      return (cell) => typeof cell === "number" ? cell : refuse(cell, "a number of single precision")
    case "Double":
      return (cell) => typeof cell === "number" ? cell : refuse(cell, "a number of double precision")
    case "Boolean":
      return (cell) => typeof cell === "boolean" ? cell : refuse(cell, "true or false")
    case "Decimal":
      return decimalDecoder(type.scale)
    case "Date":
      return decodeDay
    case "Time":
      return (cell) =>
        typeof cell === "bigint" ? timeText(cell) : typeof cell === "string" ? cell : refuse(cell, "a time")
    case "Timestamp":
      return instantDecoder(type.as, type.zoned === true ? parseZoned : parseInstant)
    case "Interval":
      return type.as === "Duration" ? decodeDuration : decodeInterval
    case "Blob":
      return decodeBlob
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

/** Whole numbers that PostgreSQL keeps as decimals. */
const wholeDecoder = (least: bigint, most: bigint) => (cell: unknown): unknown => {
  const whole = unscaledOf(cell, 0)
  return whole >= least && whole <= most ? whole : refuse(cell, `an integer from ${least} to ${most}`)
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

/** Days that were read: a table has few of them, so each is made once. */
const midnights = new BoundedMap<string, DateTime.Utc>(4_096)

const decodeDay = (cell: unknown): unknown =>
  getOrInsert(midnights, typeof cell === "string" ? cell : refuse(cell, "a day"), midnight)

const midnight = (day: string): DateTime.Utc => fromEpochMilliseconds(parseInstant(day))

/** A `Date` holds whole milliseconds: choosing it is choosing to lose what is below. */
const instantDecoder = (as: "DateTime" | "Date", parse: (text: string) => number) => (cell: unknown): unknown => {
  if (as === "DateTime") {
    return fromEpochMilliseconds(typeof cell === "string" ? parse(cell) : refuse(cell, "a timestamp as text"))
  }
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell
  return new Date(Math.floor(typeof cell === "string" ? parse(cell) : refuse(cell, "a timestamp")))
}

/** From the driver, or from the text that it was made in JSON. */
const decodeInterval = (cell: unknown): CalendarInterval => {
  if (typeof cell !== "string") return intervalParts(cell)
  const [, months, days, microseconds] = /^(-?\d+) months (-?\d+) days (-?\d+) microseconds$/.exec(cell) ?? []
  return microseconds === undefined
    ? refuse(cell, "an interval")
    : { months: Number(months), days: Number(days), microseconds: BigInt(microseconds) }
}

const decodeDuration = (cell: unknown): unknown => {
  const { days, microseconds, months } = decodeInterval(cell)
  if (months === 0 && days === 0) return toDuration(microseconds)
  return refuse(`${months} months and ${days} days`, "an interval of hours, minutes and seconds")
}

const decodeBlob = (cell: unknown): unknown => {
  if (cell instanceof Uint8Array) return cell
  return typeof cell === "string" && /^\\x([0-9a-f]{2})*$/.test(cell)
    ? new Uint8Array(Buffer.from(cell.slice(2), "hex"))
    : refuse(cell, "bytes")
}

/** Says what was found instead of what was expected. */
export const refuse = (found: unknown, expected: string): never => {
  if (found instanceof Unread) throw new Error(`expected ${expected}, found ${found.reason}`)
  const shown = typeof found === "string" || typeof found === "number" || typeof found === "bigint"
  throw new Error(`expected ${expected}, found ${shown ? found : "a value of another type"}`)
}
