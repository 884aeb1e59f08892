/**
 * The types of DuckDB that are not made of others.
 *
 * @since 0.1.0
 */
import * as Native from "@duckdb/node-api"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { Json } from "effect/Schema"
import { encodeBig, encodeBignum, encodeBoolean, encodeDouble, encodeFloat, encodeSmall } from "./encodeNumber.ts"
import { encodeBits, encodeBlob, encodeJson, encodeText, encodeUuid } from "./encodeText.ts"
import {
  encodeClock,
  encodeClockWithOffset,
  encodeDay,
  encodeInstant,
  encodeInterval,
  offsetInstantOf
} from "./encodeTime.ts"
import { signed, unsigned } from "../reading/readNumber.ts"
import { type DuckDbType, make } from "./typeOfParameters.ts"

/**
 * A whole number, in the range of its type.
 *
 * @category models
 * @since 0.1.0
 */
export type Integer = number | bigint

/**
 * What has the digits of a decimal.
 *
 * @category models
 * @since 0.1.0
 */
export type Decimal = BigDecimal.BigDecimal | string | number | bigint

/**
 * A point in time.
 *
 * @category models
 * @since 0.1.0
 */
export type Instant = Date | DateTime.DateTime

/**
 * A span of time as DuckDB keeps it, or one of a fixed length.
 *
 * @category models
 * @since 0.1.0
 */
export type Span = Duration.Duration | { readonly months?: number; readonly days?: number; readonly micros?: bigint }

/**
 * Integers of 8 bits.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const { parameter } = DuckDb
 *
 * // columns of integers with 8 to 128 bits, with a sign and without, and of as many bits as there are
 * const measured = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`INSERT INTO signed VALUES (
 *     ${parameter(DuckDbType.TINYINT, -1)}, ${parameter(DuckDbType.SMALLINT, -1)}, ${parameter(DuckDbType.INTEGER, -1)},
 *     ${parameter(DuckDbType.BIGINT, -1n)}, ${parameter(DuckDbType.HUGEINT, -(2n ** 100n))}
 *   )`
 *   yield* sql`INSERT INTO unsigned VALUES (
 *     ${parameter(DuckDbType.UTINYINT, 255)}, ${parameter(DuckDbType.USMALLINT, 1)}, ${parameter(DuckDbType.UINTEGER, 1)},
 *     ${parameter(DuckDbType.UBIGINT, 1n)}, ${parameter(DuckDbType.UHUGEINT, 2n ** 127n)}, ${parameter(DuckDbType.BIGNUM, 2n ** 500n)}
 *   )`
 *   yield* sql`INSERT INTO others VALUES (
 *     ${parameter(DuckDbType.DOUBLE, 0.1)}, ${parameter(DuckDbType.FLOAT, 0.5)}, ${parameter(DuckDbType.BOOLEAN, true)}
 *   )`
 * })
 * ```
 *
 * @category numbers
 * @since 0.1.0
 */
export const TINYINT: DuckDbType<Integer> = make(Native.TINYINT, encodeSmall("TINYINT", signed(8n)))

/**
 * Integers of 16 bits.
 *
 * @category numbers
 * @since 0.1.0
 */
export const SMALLINT: DuckDbType<Integer> = make(Native.SMALLINT, encodeSmall("SMALLINT", signed(16n)))

/**
 * Integers of 32 bits.
 *
 * @category numbers
 * @since 0.1.0
 */
export const INTEGER: DuckDbType<Integer> = make(Native.INTEGER, encodeSmall("INTEGER", signed(32n)))

/**
 * Integers of 64 bits.
 *
 * @category numbers
 * @since 0.1.0
 */
export const BIGINT: DuckDbType<Integer> = make(Native.BIGINT, encodeBig("BIGINT", signed(64n)))

/**
 * Integers of 128 bits.
 *
 * @category numbers
 * @since 0.1.0
 */
export const HUGEINT: DuckDbType<Integer> = make(Native.HUGEINT, encodeBig("HUGEINT", signed(128n)))

/**
 * Integers of 8 bits without a sign.
 *
 * @category numbers
 * @since 0.1.0
 */
export const UTINYINT: DuckDbType<Integer> = make(Native.UTINYINT, encodeSmall("UTINYINT", unsigned(8n)))

/**
 * Integers of 16 bits without a sign.
 *
 * @category numbers
 * @since 0.1.0
 */
export const USMALLINT: DuckDbType<Integer> = make(Native.USMALLINT, encodeSmall("USMALLINT", unsigned(16n)))

/**
 * Integers of 32 bits without a sign.
 *
 * @category numbers
 * @since 0.1.0
 */
export const UINTEGER: DuckDbType<Integer> = make(Native.UINTEGER, encodeSmall("UINTEGER", unsigned(32n)))

/**
 * Integers of 64 bits without a sign.
 *
 * @category numbers
 * @since 0.1.0
 */
export const UBIGINT: DuckDbType<Integer> = make(Native.UBIGINT, encodeBig("UBIGINT", unsigned(64n)))

/**
 * Integers of 128 bits without a sign.
 *
 * @category numbers
 * @since 0.1.0
 */
export const UHUGEINT: DuckDbType<Integer> = make(Native.UHUGEINT, encodeBig("UHUGEINT", unsigned(128n)))

/**
 * Integers without end.
 *
 * @category numbers
 * @since 0.1.0
 */
export const BIGNUM: DuckDbType<Integer> = make(Native.VARCHAR, encodeBignum, "BIGNUM")

/**
 * Numbers of 64 bits, as JavaScript has them.
 *
 * @category numbers
 * @since 0.1.0
 */
export const DOUBLE: DuckDbType<number> = make(Native.DOUBLE, encodeDouble)

/**
 * Numbers of 32 bits: a fraction is rounded to the nearest of them.
 *
 * @category numbers
 * @since 0.1.0
 */
export const FLOAT: DuckDbType<number> = make(Native.FLOAT, encodeFloat)

/**
 * True or false.
 *
 * @category numbers
 * @since 0.1.0
 */
export const BOOLEAN: DuckDbType<boolean> = make(Native.BOOLEAN, encodeBoolean)

/**
 * Texts.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const { parameter } = DuckDb
 *
 * // what a value alone doesn't tell: this text is a UUID, that one bits, and the object is JSON and no STRUCT
 * const stored = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`INSERT INTO parcels ${sql.insert({
 *     id: parameter(DuckDbType.UUID, "0198a1f2-7d3e-7c41-9b3a-5f2d8e6c1a90"),
 *     label: parameter(DuckDbType.VARCHAR, "00042"),
 *     customs: parameter(DuckDbType.JSON, { origin: "ES", goods: ["books"] }),
 *     photo: parameter(DuckDbType.BLOB, new Uint8Array([0xff, 0xd8])),
 *     flags: parameter(DuckDbType.BIT, "0101")
 *   })}`
 * })
 * ```
 *
 * @category texts
 * @since 0.1.0
 */
export const VARCHAR: DuckDbType<string> = make(Native.VARCHAR, encodeText)

/**
 * Bytes.
 *
 * @category texts
 * @since 0.1.0
 */
export const BLOB: DuckDbType<Uint8Array> = make(Native.BLOB, encodeBlob)

/**
 * Bits, as a text of zeros and ones.
 *
 * @category texts
 * @since 0.1.0
 */
export const BIT: DuckDbType<string> = make(Native.BIT, encodeBits)

/**
 * Uuids.
 *
 * @category texts
 * @since 0.1.0
 */
export const UUID: DuckDbType<string> = make(Native.UUID, encodeUuid)

/**
 * JSON values; what plain SQL gives back is their text.
 *
 * @category texts
 * @since 0.1.0
 */
export const JSON: DuckDbType<Json> = make(Native.VARCHAR, encodeJson, "JSON")

/**
 * Days.
 *
 * @example
 * ```ts
 * import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
 * import { DateTime, Duration, Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const { parameter } = DuckDb
 *
 * const scheduled = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   const now = yield* DateTime.now
 *   yield* sql`INSERT INTO flights ${sql.insert({
 *     day: parameter(DuckDbType.DATE, "2026-06-01"),
 *     boards_at: parameter(DuckDbType.TIME, "09:30:00"),
 *     measured_at: parameter(DuckDbType.TIME_NS, "09:30:00.000000001"),
 *     lands_at: parameter(DuckDbType.TIMETZ, "11:45:00+02"),
 *     departs: parameter(DuckDbType.TIMESTAMP, "2026-06-01 10:00:00"),
 *     booked_until: parameter(DuckDbType.TIMESTAMPTZ, "infinity"),
 *     stored: parameter(DuckDbType.TIMESTAMP_MS, now),
 *     lasts: parameter(DuckDbType.INTERVAL, Duration.minutes(105)),
 *     valid: parameter(DuckDbType.INTERVAL, { months: 3, days: 1 })
 *   })}`
 *   // other precisions: of seconds, and of nanoseconds
 *   yield* sql`SELECT * FROM signals WHERE sent = ${parameter(DuckDbType.TIMESTAMP_S, "2026-06-01 10:00:00")}
 *     AND received < ${parameter(DuckDbType.TIMESTAMP_NS, "2026-06-01 10:00:00.000000001")}`
 * })
 * ```
 *
 * @category times
 * @since 0.1.0
 */
export const DATE: DuckDbType<string | Instant> = make(Native.DATE, encodeDay)

/**
 * Times of day, to the microsecond.
 *
 * @category times
 * @since 0.1.0
 */
export const TIME: DuckDbType<string> = make(
  Native.TIME,
  encodeClock("TIME", 6, (ticks) => new Native.DuckDBTimeValue(ticks))
)

/**
 * Times of day, to the nanosecond.
 *
 * @category times
 * @since 0.1.0
 */
export const TIME_NS: DuckDbType<string> = make(
  Native.TIME_NS,
  encodeClock("TIME_NS", 9, (ticks) => new Native.DuckDBTimeNSValue(ticks))
)

/**
 * Times of day with an offset from UTC.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMETZ: DuckDbType<string> = make(Native.TIMETZ, encodeClockWithOffset)

/**
 * Instants, to the microsecond, as the clock of UTC shows them.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMESTAMP: DuckDbType<string | Instant> = make(
  Native.TIMESTAMP,
  encodeInstant("TIMESTAMP", 6, (ticks) => new Native.DuckDBTimestampValue(ticks))
)

/**
 * Instants, to the second.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMESTAMP_S: DuckDbType<string | Instant> = make(
  Native.TIMESTAMP_S,
  encodeInstant("TIMESTAMP_S", 0, (ticks) => new Native.DuckDBTimestampSecondsValue(ticks))
)

/**
 * Instants, to the millisecond.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMESTAMP_MS: DuckDbType<string | Instant> = make(
  Native.TIMESTAMP_MS,
  encodeInstant("TIMESTAMP_MS", 3, (ticks) => new Native.DuckDBTimestampMillisecondsValue(ticks))
)

/**
 * Instants of the years 1677 to 2262, to the nanosecond.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMESTAMP_NS: DuckDbType<string | Instant> = make(
  Native.TIMESTAMP_NS,
  encodeInstant("TIMESTAMP_NS", 9, (ticks) => new Native.DuckDBTimestampNanosecondsValue(ticks))
)

/**
 * Instants, to the microsecond, as the clock of the session's time zone shows them.
 *
 * @category times
 * @since 0.1.0
 */
export const TIMESTAMPTZ: DuckDbType<string | Instant> = make(
  Native.TIMESTAMPTZ,
  encodeInstant("TIMESTAMPTZ", 6, (ticks) => new Native.DuckDBTimestampTZValue(ticks), offsetInstantOf)
)

/**
 * Spans of time: neither months nor days have a fixed length.
 *
 * @category times
 * @since 0.1.0
 */
export const INTERVAL: DuckDbType<Span> = make(Native.INTERVAL, encodeInterval)
