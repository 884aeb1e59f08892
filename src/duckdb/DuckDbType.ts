/**
 * The types of DuckDB, by the names they have in SQL: each says which values its parameters take.
 *
 * | type | value |
 * | --- | --- |
 * | `TINYINT` … `BIGINT`, `UTINYINT` … `UBIGINT`, `HUGEINT`, `UHUGEINT`, `BIGNUM` | a whole `number` or a `bigint`, in range |
 * | `DOUBLE`, `FLOAT` | `number` |
 * | `DECIMAL(18, 3)` | `BigDecimal`, its digits as `string`, or a number that is printed with these digits |
 * | `BOOLEAN` | `boolean` |
 * | `VARCHAR`, `UUID`, `ENUM(["a", "b"])` | `string` |
 * | `BIT` | a `string` of zeros and ones |
 * | `BLOB` | `Uint8Array` |
 * | `DATE` | `"YYYY-MM-DD"`, or a `Date` or `DateTime` at midnight (UTC) |
 * | `TIME`, `TIME_NS`, `TIMETZ` | `"HH:MM:SS.ffffff"`, with an offset such as `+01` for `TIMETZ` |
 * | `TIMESTAMP`, `TIMESTAMP_S`, `TIMESTAMP_MS`, `TIMESTAMP_NS`, `TIMESTAMPTZ` | `Date`, `DateTime`, or a text as DuckDB prints it |
 * | `INTERVAL` | `Duration` or `{ months, days, micros }` |
 * | `LIST(INTEGER)`, `ARRAY(FLOAT, 3)` | an array or a typed array |
 * | `STRUCT({ a: INTEGER })` | an object |
 * | `MAP(VARCHAR, INTEGER)` | `Map` |
 * | `UNION({ number: INTEGER, text: VARCHAR })` | `{ tag: "number", value: 1 }` |
 * | `JSON` | a JSON value |
 *
 * Days and timestamps without end are `"infinity"` and `"-infinity"`. A `VARIANT` takes any value that plain SQL takes, as in
 * `CAST(${value} AS VARIANT)`; DuckDB offers no way to bind a `GEOMETRY`.
 *
 * @since 0.1.0
 */
import * as Native from "@duckdb/node-api"
import { mostDigits } from "../sql/slot.ts"
import {
  encodeArray,
  encodeList,
  encodeMap,
  encodeStruct,
  encodeUnion,
  fieldsProblem,
  isName
} from "./binding/encodeNested.ts"
import { encodeDecimal } from "./binding/encodeNumber.ts"
import { encodeMember } from "./binding/encodeText.ts"
import type { Decimal } from "./binding/scalarTypes.ts"
import { type DuckDbType, make } from "./binding/typeOfParameters.ts"

export * from "./binding/scalarTypes.ts"
export type { DuckDbType } from "./binding/typeOfParameters.ts"

/**
 * The values that a type's parameters take.
 *
 * @category models
 * @since 0.1.0
 */
export type Value<T> = T extends DuckDbType<infer A> ? A : never

/**
 * Exact decimals of `width` digits (1 to 38), of which `scale` stand behind the point.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const Euro = DuckDbType.DECIMAL(12, 2)
 * const State = DuckDbType.ENUM(["packed", "sent", "lost"])
 *
 * const priced = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`UPDATE parcels SET price = ${DuckDb.parameter(Euro, "8.49")}
 *     WHERE state = ${DuckDb.parameter(State, "packed")}`
 * })
 * ```
 *
 * @category numbers
 * @since 0.1.0
 */
export const DECIMAL = (width: number, scale: number): DuckDbType<Decimal> => {
  demand(isBetween(width, 1, mostDigits) && isBetween(scale, 0, width), `there is no DECIMAL(${width}, ${scale})`)
  return make(Native.DECIMAL(width, scale), encodeDecimal(width, scale))
}

/**
 * One of these texts.
 *
 * @category texts
 * @since 0.1.0
 */
export const ENUM = <const V extends ReadonlyArray<string>>(values: V): DuckDbType<V[number]> => {
  demand(values.length > 0 && new Set(values).size === values.length, "the values of an ENUM are some, and different")
  demand(values.every(isName), "DuckDB can't keep such a text as a value of an ENUM")
  return make(Native.ENUM(values), encodeMember(values))
}

/**
 * Lists of any length.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const { DOUBLE, INTEGER, VARCHAR } = DuckDbType
 *
 * const Stops = DuckDbType.LIST(VARCHAR)
 * const Position = DuckDbType.ARRAY(DOUBLE, 2)
 * const Captain = DuckDbType.STRUCT({ name: VARCHAR, phone: VARCHAR })
 * const Seats = DuckDbType.MAP(VARCHAR, INTEGER)
 * const Gate = DuckDbType.UNION({ number: INTEGER, name: VARCHAR })
 *
 * const stored = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`INSERT INTO flights ${sql.insert({
 *     stops: DuckDb.parameter(Stops, ["MAD", null]),
 *     position: DuckDb.parameter(Position, [40.4, -3.7]),
 *     captain: DuckDb.parameter(Captain, { name: "Ada", phone: null }),
 *     seats: DuckDb.parameter(Seats, new Map([["economy", 120]])),
 *     gate: DuckDb.parameter(Gate, { tag: "name", value: "B" })
 *   })}`
 * })
 * ```
 *
 * @category nested
 * @since 0.1.0
 */
export const LIST = <A>(item: DuckDbType<A>): DuckDbType<ArrayLike<A | null>> =>
  make(Native.LIST(item.native), encodeList(item), `${item.name}[]`)

/**
 * Lists of one length.
 *
 * @category nested
 * @since 0.1.0
 */
export const ARRAY = <A>(item: DuckDbType<A>, length: number): DuckDbType<ArrayLike<A | null>> => {
  demand(isBetween(length, 1, 100_000), `an ARRAY has 1 to 100,000 items, not ${length}`)
  return make(Native.ARRAY(item.native, length), encodeArray(item, length), `${item.name}[${length}]`)
}

type Parts = Readonly<Record<string, DuckDbType<never>>>

/**
 * Named fields, each of which may be `null`.
 *
 * @category nested
 * @since 0.1.0
 */
export const STRUCT = <const P extends Parts>(
  fields: P
): DuckDbType<{ readonly [K in keyof P]: Value<P[K]> | null }> => {
  const names = Object.keys(fields)
  demandFields(names)
  const native = new Native.DuckDBStructType(names, Object.values(fields).map((field) => field.native))
  return make(native, encodeStruct(fields), `STRUCT(${named(fields)})`)
}

/**
 * Values by keys, of which none is `null`.
 *
 * @category nested
 * @since 0.1.0
 */
export const MAP = <K, V>(key: DuckDbType<K>, value: DuckDbType<V>): DuckDbType<ReadonlyMap<K, V | null>> =>
  make(Native.MAP(key.native, value.native), encodeMap(key, value), `MAP(${key.name}, ${value.name})`)

/**
 * A value of one of several types, which the member's name tells apart.
 *
 * @category nested
 * @since 0.1.0
 */
export const UNION = <const P extends Parts>(
  members: P
): DuckDbType<{ readonly [K in keyof P]: { readonly tag: K; readonly value: Value<P[K]> } }[keyof P]> => {
  const names = Object.keys(members)
  demandFields(names)
  const native = new Native.DuckDBUnionType(names, Object.values(members).map((member) => member.native))
  return make(native, encodeUnion(members), `UNION(${named(members)})`)
}

const named = (parts: Parts): string =>
  Object.entries(parts).map(([name, part]) => `${Native.quotedIdentifier(name)} ${part.name}`).join(", ")

const isBetween = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most

const demandFields = (names: ReadonlyArray<string>): void => {
  const problem = fieldsProblem(names)
  demand(problem === undefined, problem ?? "")
}

/** A type that doesn't exist is a mistake of the program. */
const demand = (isSo: boolean, reason: string): void => {
  if (!isSo) throw new RangeError(reason)
}
