/**
 * Values of columns as JSON, for those who keep rows outside of the database, and back.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import { Buffer } from "node:buffer"
import { type ColumnType, fromEpochMilliseconds, toDuration } from "../model/ColumnType.ts"

/** Why values can't be told as JSON so that they come back as they are. */
export class Untellable extends Error {}

/** Makes JSON of a value and a value of JSON; both throw `Untellable`. */
export interface Cells {
  readonly tell: (value: unknown) => unknown
  readonly make: (json: unknown) => unknown
}

/** The cells of a place that may hold `null`, whatever its type says: a join may have no partner. */
export const cellsOf = (type: ColumnType): Cells => {
  const { make, tell } = present(type)
  return {
    tell: (value) => value === null || value === undefined ? null : tell(value),
    make: (json) => json === null ? null : make(json)
  }
}

const present = (type: ColumnType): Cells => {
  switch (type._tag) {
    case "Text":
    case "Uuid":
    case "Enum":
    case "Time":
      return texts
    case "Int8":
    case "Int16":
    case "Int32":
    case "UInt8":
    case "UInt16":
    case "UInt32":
      return numbers
    case "Int64":
      return type.as === "number" ? numbers : bigints
    case "Int128":
    case "UInt64":
    case "UInt128":
      return bigints
    case "Float":
    case "Double":
      return numbers
    case "Decimal":
      return decimals
    case "Boolean":
      return booleans
    case "Date":
      return instants
    case "Timestamp":
      return type.as === "Date" ? dates : instants
    case "Interval":
      return type.as === "Duration" ? durations : spans
    case "Blob":
      return bytes
    case "Json":
      return documents
    case "List":
      return lists(cellsOf(type.element.type))
    case "Struct":
      return structs(type.fields.map((field) => [field.name, cellsOf(field.type)]))
    case "Map":
      return maps(cellsOf(type.key), cellsOf(type.value.type))
    case "Custom":
      return present(type.base)
  }
}

/** Cells of values that are told by what they are made of. */
const cells = <A, I>(
  isValue: (value: unknown) => value is A,
  isTold: (json: unknown) => json is I,
  tell: (value: A) => I,
  make: (json: I) => A
): Cells => ({
  tell: (value) => isValue(value) ? tell(value) : untellable(value),
  make: (json) => isTold(json) ? make(json) : untellable(json)
})

const untellable = (value: unknown): never => {
  throw new Untellable(`${typeof value === "object" ? "an object" : `a ${typeof value}`} is none of its column's type`)
}

const same = <A>(isValue: (value: unknown) => value is A): Cells =>
  cells(isValue, isValue, (value) => value, (value) => value)

const texts = same(Predicate.isString)
const booleans = same(Predicate.isBoolean)

const isNumberOrText = Predicate.or(Predicate.isNumber, Predicate.isString)

/** JSON has no infinities, nor -0. */
const toldNumber = (value: number): number | string => {
  if (Object.is(value, -0)) return "-0"
  return Number.isFinite(value) ? value : String(value)
}

const numbers = cells(Predicate.isNumber, isNumberOrText, toldNumber, Number)

const bigints = cells(Predicate.isBigInt, Predicate.isString, String, BigInt)

const isDigitsAndScale = (json: unknown): json is readonly [string, number] =>
  Array.isArray(json) && Predicate.isString(json[0]) && Predicate.isNumber(json[1])

const decimals = cells(
  BigDecimal.isBigDecimal,
  isDigitsAndScale,
  ({ scale, value }) => [String(value), scale] as const,
  ([digits, scale]) => BigDecimal.make(BigInt(digits), scale)
)

const isUtc = (value: unknown): value is DateTime.Utc => DateTime.isDateTime(value) && DateTime.isUtc(value)

/** The milliseconds are a double, which JSON tells to the last digit: with their microseconds. */
const instants = cells(
  isUtc,
  isNumberOrText,
  ({ epochMilliseconds }) => toldNumber(epochMilliseconds),
  (milliseconds) => fromEpochMilliseconds(Number(milliseconds))
)

/** One that knows more than a `Date` would come back as less. */
const isPlainDate = (value: unknown): value is Date =>
  value instanceof Date && Reflect.getPrototypeOf(value) === Date.prototype

const dates = cells(isPlainDate, Predicate.isNumber, (date) => date.getTime(), (milliseconds) => new Date(milliseconds))

const durations = cells(
  Duration.isDuration,
  Predicate.isString,
  (duration) => String(Duration.toNanosUnsafe(duration) / 1000n),
  (microseconds) => toDuration(BigInt(microseconds))
)

interface Span {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint
}

const isSpan = (value: unknown): value is Span =>
  Predicate.isObject(value) && Predicate.isNumber(value.months) && Predicate.isNumber(value.days) &&
  Predicate.isBigInt(value.microseconds)

const isToldSpan = (json: unknown): json is readonly [number, number, string] =>
  Array.isArray(json) && Predicate.isNumber(json[0]) && Predicate.isNumber(json[1]) && Predicate.isString(json[2])

const spans = cells(
  isSpan,
  isToldSpan,
  ({ days, microseconds, months }) => [months, days, String(microseconds)] as const,
  ([months, days, microseconds]) => ({ months, days, microseconds: BigInt(microseconds) })
)

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

const bytes = cells(
  isBytes,
  Predicate.isString,
  (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
  (text) => new Uint8Array(Buffer.from(text, "base64"))
)

/** A document comes back as it is, unless it holds what JSON has no word for. */
const documents: Cells = {
  tell: (value) => isJson(value) ? value : untellable(value),
  make: (json) => json
}

const isJson = (value: unknown): boolean => {
  if (Predicate.isNumber(value)) return Number.isFinite(value) && !Object.is(value, -0)
  if (Array.isArray(value)) return value.every(isJson)
  return Predicate.isObject(value)
    ? Object.values(value).every(isJson)
    : value === null || Predicate.isString(value) || Predicate.isBoolean(value)
}

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

const lists = ({ make, tell }: Cells): Cells =>
  cells(isList, isList, (values) => values.map(tell), (values) => values.map(make))

const structs = (fields: ReadonlyArray<readonly [name: string, cells: Cells]>): Cells =>
  cells(
    Predicate.isObject,
    isList,
    (value) => fields.map(([name, { tell }]) => tell(value[name])),
    (values) => Object.fromEntries(fields.map(([name, { make }], index) => [name, make(values[index])]))
  )

const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> => value instanceof Map

const isEntries = (json: unknown): json is ReadonlyArray<readonly [unknown, unknown]> =>
  Array.isArray(json) && json.every(isList)

const maps = (key: Cells, value: Cells): Cells =>
  cells(
    isMap,
    isEntries,
    (map) => Array.from(map, ([one, other]) => [key.tell(one), value.tell(other)] as const),
    (entries) => new Map(entries.map(([one, other]) => [key.make(one), value.make(other)]))
  )
