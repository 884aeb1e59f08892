/**
 * Makes a model's values into what is stored, and refuses what a database would silently change.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import {
  type ColumnType,
  fromMicroseconds,
  integerRange,
  type IntegerType,
  numberRange,
  type NumberType,
  type Slot,
  toMicroseconds,
  toUnscaled
} from "../model/ColumnType.ts"
import { rethrow } from "../model/rethrow.ts"
import { dayLength, isInYears, isShortSpan, timePattern } from "../model/timeLimits.ts"
import type { Dialect } from "./Dialect.ts"

/** Why a value can't be stored: where in it, and what. */
export class NotStorable extends Error {
  readonly path: ReadonlyArray<string | number>
  constructor(message: string, path: ReadonlyArray<string | number> = []) {
    super(message)
    this.path = path
  }
}

type Storer = (value: unknown) => unknown

/** The function that makes a place's values storable; it throws `NotStorable`. */
export const storer = (slot: Slot, features: Dialect["features"]): Storer => {
  const store = typeStorer(slot.type, features)
  return (value) => {
    if (value !== null && value !== undefined) return store(value)
    if (slot.nullable) return null
    throw new NotStorable("a value is missing")
  }
}

const typeStorer = (type: ColumnType, features: Dialect["features"]): Storer => {
  switch (type._tag) {
    case "Text":
    case "Enum":
      return textStorer(features)
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
    case "Float":
    case "Double":
    case "Decimal":
      return numberStorer(type)
    case "Boolean":
      return expecting("true or false", (value) => typeof value === "boolean")
    case "Date":
      return storeDay
    case "Time":
      return storeTime
    case "Interval":
      return type.as === "Duration" ? storeDuration : storeCalendarInterval
    case "Timestamp":
      return type.as === "DateTime" ? storeInstant : expecting("a Date between the years 1 and 9999", isValidDate)
    case "Uuid":
      return storeUuid
    case "Json":
      return jsonStorer(features)
    case "Blob":
      return expecting("a Uint8Array", (value) => value instanceof Uint8Array)
    case "List":
      return listStorer(type, features)
    case "Struct":
      return structStorer(type.fields.map(({ name, ...slot }) => [name, storer(slot, features)]))
    case "Map":
      return mapStorer(typeStorer(type.key, features), storer(type.value, features))
    case "Custom":
      return typeStorer(type.base, features)
  }
}

/** The function that makes numbers storable, the same for all databases; it throws `NotStorable`. */
export const numberStorer = (type: NumberType): Storer => {
  switch (type._tag) {
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return integerStorer(...numberRange(type))
    case "Int64":
      return type.as === "number" ? integerStorer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) : bigintStorer(type)
    case "Int128":
    case "UInt64":
    case "UInt128":
      return bigintStorer(type)
    case "Float":
      return storeFloat
    case "Double":
      return expecting("a number", (value) => typeof value === "number")
    case "Decimal":
      return decimalStorer(type)
  }
}

const expecting = (expected: string, holds: (value: unknown) => boolean): Storer => (value) => {
  if (holds(value)) return value
  throw new NotStorable(`expected ${expected}`)
}

const textStorer = (features: Dialect["features"]): Storer => (value) => {
  if (typeof value !== "string") throw new NotStorable("expected a text")
  if (!value.isWellFormed()) throw new NotStorable("the text has half of a surrogate pair, which no database keeps")
  if (!features.nulInText && value.includes("\0")) {
    throw new NotStorable("the text has a character U+0000, which this database can't hold")
  }
  return value
}

/** No database has an integer -0; adding 0 makes it 0. */
const integerStorer = (least: number, most: number): Storer => (value) => {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value + 0
  throw new NotStorable(`expected an integer from ${least} to ${most}`)
}

const bigintStorer = (type: IntegerType): Storer => {
  const [least, most] = integerRange(type)
  return expecting(
    `a bigint from ${least} to ${most}`,
    (value) => typeof value === "bigint" && value >= least && value <= most
  )
}

/** The nearest number of 32 bits; one that is too large for them would become infinite. */
const storeFloat: Storer = (value) => {
  const stored = typeof value === "number" ? Math.fround(value) : Number.NaN
  if (typeof value === "number" && (Number.isFinite(stored) || !Number.isFinite(value))) return stored
  throw new NotStorable("expected a number that 32 bits hold")
}

const decimalStorer = ({ precision, scale }: ColumnType & { readonly _tag: "Decimal" }): Storer => {
  const limit = 10n ** BigInt(precision)
  return (value) => {
    const unscaled = BigDecimal.isBigDecimal(value) ? toUnscaled(value, scale) : undefined
    if (unscaled !== undefined && unscaled < limit && unscaled > -limit) return BigDecimal.make(unscaled, scale)
    throw new NotStorable(`expected a decimal of at most ${precision} digits, ${scale} of them behind the point`)
  }
}

const storeDay: Storer = (value) => {
  if (isUtc(value) && value.epochMilliseconds % dayLength === 0) return value.epochMilliseconds === 0 ? epoch : value
  throw new NotStorable("expected the midnight (UTC) of a day")
}

/** A time as it is read again: with its seconds, and no zeros behind the last digit of their fraction. */
const storeTime: Storer = (value) => {
  const [, clock, seconds = ":00", fraction = ""] = typeof value === "string" ? timePattern.exec(value) ?? [] : []
  if (clock === undefined) {
    throw new NotStorable("expected a time of day, such as 09:30 or 23:59:59.999999")
  }
  return clock + seconds + fraction.replace(/\.?0*$/, "")
}

const storeDuration: Storer = (value) => {
  const nanoseconds = Duration.isDuration(value) && Duration.isFinite(value) ? Duration.toNanosUnsafe(value) : 1n
  if (nanoseconds % 1000n === 0n && isShortSpan(nanoseconds / 1000n)) return value
  throw new NotStorable("expected a Duration of whole microseconds, less than 114,000 years")
}

const storeCalendarInterval: Storer = (value) => {
  const { days, microseconds, months }: { days?: unknown; microseconds?: unknown; months?: unknown } =
    typeof value === "object" && value !== null ? value : {}
  if (isInt32(months) && isInt32(days) && typeof microseconds === "bigint" && isShortSpan(microseconds)) {
    return { months: months + 0, days: days + 0, microseconds }
  }
  throw new NotStorable("expected { months, days, microseconds }: two integers of 32 bits, and a bigint")
}

/** PostgreSQL has no months and days of the least number: with them an interval is infinite. */
const isInt32 = (value: unknown): value is number =>
  typeof value === "number" && (value | 0) === value && value > -(2 ** 31)

/** The years that every database has. */
const isValidDate = (value: unknown) => value instanceof Date && isInYears(value.getTime())

/** The one instant that a double has twice, as 0 and as -0. */
const epoch = DateTime.makeUnsafe(0)

/** Beyond these milliseconds a double no longer tells microseconds apart. */
const mostPrecise = 2 ** 43

/** An instant is stored in whole microseconds. */
const storeInstant: Storer = (value) => {
  if (!isUtc(value) || !Number.isFinite(value.epochMilliseconds)) throw new NotStorable("expected a DateTime.Utc")
  if (value.epochMilliseconds === 0) return epoch
  if (Number.isInteger(value.epochMilliseconds)) return value
  if (Math.abs(value.epochMilliseconds) < mostPrecise) return fromMicroseconds(toMicroseconds(value))
  throw new NotStorable("outside the years 1691 to 2248 an instant has whole milliseconds")
}

const isUtc = (value: unknown): value is DateTime.Utc => DateTime.isDateTime(value) && DateTime.isUtc(value)

/** A uuid in lower case. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Databases give uuids in lower case. */
const storeUuid: Storer = (value) => {
  if (typeof value === "string") {
    if (uuidPattern.test(value)) return value
    const lower = value.toLowerCase()
    if (uuidPattern.test(lower)) return lower
  }
  throw new NotStorable("expected a uuid")
}

/** JSON has no -0; adding 0 makes it 0. */
const jsonStorer = (features: Dialect["features"]): Storer => {
  const text = textStorer(features)
  const store: Storer = (value) => {
    if (typeof value === "string") return text(value)
    if (typeof value === "number") return value + 0
    if (Array.isArray(value)) return value.map((item, index) => within(index, store, item))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), within(key, store, inner)]))
  }
  return store
}

const listStorer = (
  { element, size }: ColumnType & { readonly _tag: "List" },
  features: Dialect["features"]
): Storer => {
  const store = storer(element, features)
  return (value) => {
    if (!Array.isArray(value)) throw new NotStorable("expected an array")
    if (size !== undefined && value.length !== size) {
      throw new NotStorable(`expected an array of ${size} items, and not of ${value.length}`)
    }
    return value.map((item, index) => within(index, store, item))
  }
}

const structStorer = (fields: ReadonlyArray<readonly [string, Storer]>): Storer => (value) => {
  if (typeof value !== "object" || value === null) throw new NotStorable("expected an object")
  const given = new Map<string, unknown>(Object.entries(value))
  return Object.fromEntries(fields.map(([name, store]) => [name, within(name, store, given.get(name))]))
}

/** Entries go by their keys, so that maps with the same entries are stored as the same. */
const mapStorer = (storeKey: Storer, storeValue: Storer): Storer => (value) => {
  if (!(value instanceof Map)) throw new NotStorable("expected a Map")
  const entries = Array.from(value, ([key, one]: readonly [unknown, unknown]) => {
    const step = String(key)
    return { key: within(step, storeKey, key), value: within(step, storeValue, one) }
  })
  const stored = new Map(entries.toSorted(byKey).map((entry) => [entry.key, entry.value]))
  if (stored.size === entries.length) return stored
  throw new NotStorable("two of the map's keys are stored as the same")
}

interface Entry {
  readonly key: unknown
  readonly value: unknown
}

/** The keys of one map are all texts, all numbers or all bigints. */
const byKey = (one: Entry, other: Entry): number => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const [left, right] = [one.key as string, other.key as string]
  return left < right ? -1 : 1
}

const within = (step: string | number, store: Storer, value: unknown): unknown =>
  rethrow(() => store(value), NotStorable, ({ message, path }) => new NotStorable(message, [step, ...path]))
