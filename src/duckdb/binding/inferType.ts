/**
 * The type of a value that comes without one: one that holds it, and all items of a list with it, exactly.
 *
 * @since 0.1.0
 */
import { type DuckDBType, DuckDBTypeId, SQLNULL } from "@duckdb/node-api"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Statement from "effect/sql/Statement"
import { mostDigits } from "../../sql/slot.ts"
import * as DuckDbType from "../DuckDbType.ts"
import { fieldsProblem } from "./encodeNested.ts"
import { digitsOfDecimal } from "./encodeNumber.ts"
import { nanosecondsOf } from "./encodeTime.ts"
import { isPlain, NotBindable, refuse, within } from "./notBindable.ts"
import { make } from "./typeOfParameters.ts"

/** A type that takes the value it was inferred from. */
export type Inferred = DuckDbType.DuckDbType<never>

/** What is known of a type while the items of a list have their say. */
type Sketch =
  | { readonly _tag: "Null" }
  | { readonly _tag: "Integer"; readonly least: bigint; readonly greatest: bigint }
  | { readonly _tag: "Double" }
  | { readonly _tag: "Decimal"; readonly whole: number; readonly scale: number }
  | { readonly _tag: "Instant"; readonly hasNanoseconds: boolean }
  | { readonly _tag: "Scalar"; readonly type: Inferred }
  | { readonly _tag: "List"; readonly item: Sketch }
  | { readonly _tag: "Struct"; readonly fields: ReadonlyMap<string, Sketch> }
  | { readonly _tag: "Map"; readonly key: Sketch; readonly value: Sketch }

/** The type of a value; where the statement expects one, its instants are of that kind. It throws `NotBindable`. */
export const inferType = (value: unknown, expected: DuckDBType | undefined): Inferred =>
  finished(sketch(value, []), expected)

// shared, so that the items of a long list are told to be alike at a glance
const nothing: Sketch = { _tag: "Null" }
const natural: Sketch = { _tag: "Integer", least: 0n, greatest: 2n ** 63n - 1n }
const negative: Sketch = { _tag: "Integer", least: -(2n ** 63n), greatest: 0n }
const double: Sketch = { _tag: "Double" }
const scalar = (type: Inferred): Sketch => ({ _tag: "Scalar", type })
const text = scalar(DuckDbType.VARCHAR)
const boolean = scalar(DuckDbType.BOOLEAN)
const blob = scalar(DuckDbType.BLOB)
const interval = scalar(DuckDbType.INTERVAL)

/** `above` are the objects that hold the value. */
const sketch = (value: unknown, above: ReadonlyArray<object>): Sketch => {
  switch (typeof value) {
    case "undefined":
      return nothing
    case "string":
      return text
    case "boolean":
      return boolean
    case "number":
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return double
      return value < 0 ? negative : natural
    case "bigint":
      if (BigInt.asIntN(64, value) !== value) return { _tag: "Integer", least: value, greatest: value }
      return value < 0n ? negative : natural
    case "object":
      return value === null ? nothing : sketchObject(value, above)
    case "symbol":
    case "function":
      return refuse(value, advice)
  }
}

const advice = "has no type in DuckDB: pass its parts, or its JSON as a text"

const sketchObject = (value: object, above: ReadonlyArray<object>): Sketch => {
  if (value instanceof Date || DateTime.isDateTime(value)) return sketchInstant(value)
  if (Duration.isDuration(value)) return interval
  if (BigDecimal.isBigDecimal(value)) return { _tag: "Decimal", ...digitsOfDecimal(value) }
  if (ArrayBuffer.isView(value)) return sketchArray(value)
  if (above.includes(value)) throw new NotBindable("an object that holds itself has no type in DuckDB")
  const path = [...above, value]
  if (Array.isArray(value)) return { _tag: "List", item: unified(value.map((item) => sketch(item, path))) }
  if (value instanceof Map) {
    const key = unified(Array.from(value.keys(), (item) => sketch(item, path)))
    return { _tag: "Map", key, value: unified(Array.from(value.values(), (item) => sketch(item, path))) }
  }
  if (Statement.isFragment(value)) throw new NotBindable("a piece of SQL is no value: put it into the statement's text")
  if (!isPlain(value)) return refuse(value, `${advice}, or DuckDb.parameter(type, value)`)
  const fields = Object.entries(value).map(([name, item]: [string, unknown]) =>
    [name, within(name, () => sketch(item, path))] as const
  )
  const problem = fieldsProblem(fields.map(([name]) => name))
  if (problem !== undefined) throw new NotBindable(problem)
  return { _tag: "Struct", fields: new Map(fields) }
}

const sketchInstant = (value: Date | DateTime.DateTime): Sketch => {
  const nanoseconds = nanosecondsOf(value)
  return nanoseconds === undefined
    ? refuse(value, "is no instant that DuckDB keeps: it is invalid, or has less than microseconds")
    : { _tag: "Instant", hasNanoseconds: nanoseconds % 1000n !== 0n }
}

/** Typed arrays say by themselves what their items are. */
const sketchArray = (value: ArrayBufferView): Sketch => {
  if (value instanceof Uint8Array) return blob
  const item = items.get(value.constructor)
  return item === undefined ? refuse(value, advice) : scalar(item)
}

const items = new Map<unknown, Inferred>([
  [Int8Array, DuckDbType.LIST(DuckDbType.TINYINT)],
  [Uint8ClampedArray, DuckDbType.LIST(DuckDbType.UTINYINT)],
  [Int16Array, DuckDbType.LIST(DuckDbType.SMALLINT)],
  [Uint16Array, DuckDbType.LIST(DuckDbType.USMALLINT)],
  [Int32Array, DuckDbType.LIST(DuckDbType.INTEGER)],
  [Uint32Array, DuckDbType.LIST(DuckDbType.UINTEGER)],
  [BigInt64Array, DuckDbType.LIST(DuckDbType.BIGINT)],
  [BigUint64Array, DuckDbType.LIST(DuckDbType.UBIGINT)],
  [Float32Array, DuckDbType.LIST(DuckDbType.FLOAT)],
  [Float64Array, DuckDbType.LIST(DuckDbType.DOUBLE)]
])

const unified = (sketches: ReadonlyArray<Sketch>): Sketch => sketches.reduce(unify, nothing)

/** One type for the values of two. That integers beside fractions are doubles is checked when they are made so. */
const unify = (one: Sketch, other: Sketch): Sketch => {
  if (one === other || other._tag === "Null") return one
  if (one._tag === "Null") return other
  if (one._tag === "Integer" && other._tag === "Integer") {
    const least = one.least < other.least ? one.least : other.least
    return { _tag: "Integer", least, greatest: one.greatest > other.greatest ? one.greatest : other.greatest }
  }
  if (isNumber(one) && isNumber(other)) return double
  const [decimal, otherDecimal] = [asDecimal(one), asDecimal(other)]
  if (decimal !== undefined && otherDecimal !== undefined) {
    const whole = Math.max(decimal.whole, otherDecimal.whole)
    return { _tag: "Decimal", whole, scale: Math.max(decimal.scale, otherDecimal.scale) }
  }
  if (one._tag === "Instant" && other._tag === "Instant") return one.hasNanoseconds ? one : other
  if (one._tag === "Scalar" && other._tag === "Scalar" && one.type === other.type) return one
  if (one._tag === "List" && other._tag === "List") return { _tag: "List", item: unify(one.item, other.item) }
  if (one._tag === "Map" && other._tag === "Map") {
    return { _tag: "Map", key: unify(one.key, other.key), value: unify(one.value, other.value) }
  }
  if (one._tag === "Struct" && other._tag === "Struct") {
    const fields = new Map(one.fields)
    for (const [name, field] of other.fields) fields.set(name, unify(fields.get(name) ?? nothing, field))
    return { _tag: "Struct", fields }
  }
  throw new NotBindable(
    `the items of a list have different types, ${finished(one, undefined).name} and ${
      finished(other, undefined).name
    }: ` +
      "make them alike, or say their type with DuckDb.parameter(type, value)"
  )
}

const isNumber = ({ _tag }: Sketch): boolean => _tag === "Integer" || _tag === "Double"

const asDecimal = (one: Sketch): { readonly whole: number; readonly scale: number } | undefined => {
  if (one._tag === "Decimal") return one
  if (one._tag !== "Integer") return undefined
  const [least, greatest] = [-one.least, one.greatest].map((bound) => String(bound).length)
  return { whole: Math.max(least ?? 0, greatest ?? 0), scale: 0 }
}

const finished = (found: Sketch, expected: DuckDBType | undefined): Inferred => {
  switch (found._tag) {
    case "Null":
      return nulls
    case "Integer":
      return integerType(found.least, found.greatest)
    case "Double":
      return DuckDbType.DOUBLE
    case "Decimal":
      return decimalType(found.whole, found.scale)
    case "Instant":
      if (expected?.typeId === DuckDBTypeId.TIMESTAMP_TZ) return DuckDbType.TIMESTAMPTZ
      return found.hasNanoseconds ? DuckDbType.TIMESTAMP_NS : DuckDbType.TIMESTAMP
    case "Scalar":
      return found.type
    case "List":
      return DuckDbType.LIST(finished(found.item, itemOf(expected)))
    case "Map": {
      const [key, value] = expected?.typeId === DuckDBTypeId.MAP ? [expected.keyType, expected.valueType] : []
      return DuckDbType.MAP(finished(found.key, key), finished(found.value, value))
    }
    case "Struct": {
      const fields = Array.from(
        found.fields,
        ([name, field]) => [name, finished(field, fieldOf(expected, name))] as const
      )
      const problem = fieldsProblem(fields.map(([name]) => name))
      if (problem !== undefined) throw new NotBindable(problem)
      return DuckDbType.STRUCT(Object.fromEntries(fields))
    }
  }
}

const nulls: Inferred = make(SQLNULL, () => null, "NULL")

const integerType = (least: bigint, greatest: bigint): Inferred => {
  if (least >= -(2n ** 63n) && greatest < 2n ** 63n) return DuckDbType.BIGINT
  if (least >= -(2n ** 127n) && greatest < 2n ** 127n) return DuckDbType.HUGEINT
  if (least >= 0n && greatest < 2n ** 128n) return DuckDbType.UHUGEINT
  return refuse(
    least < 0n ? least : greatest,
    "is beyond the integers of 128 bits: pass DuckDb.parameter(DuckDbType.BIGNUM, value)"
  )
}

const decimalType = (whole: number, scale: number): Inferred => {
  const width = Math.max(1, whole + scale)
  if (width <= mostDigits) return DuckDbType.DECIMAL(width, scale)
  throw new NotBindable(
    `a decimal of ${whole} digits before its point and ${scale} behind it has more than the ${mostDigits} of a DECIMAL: ` +
      "round it, or pass its text"
  )
}

/** The type of a list's items, where the statement expects a list. */
export const itemOf = (type: DuckDBType | undefined): DuckDBType | undefined =>
  type?.typeId === DuckDBTypeId.LIST || type?.typeId === DuckDBTypeId.ARRAY ? type.valueType : undefined

/** The type of a struct's field, where the statement expects a struct. */
export const fieldOf = (type: DuckDBType | undefined, name: string): DuckDBType | undefined => {
  if (type?.typeId !== DuckDBTypeId.STRUCT) return undefined
  return type.entryTypes[type.entryNames.findIndex((entry) => entry.toLowerCase() === name.toLowerCase())]
}
