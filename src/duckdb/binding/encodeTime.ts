/**
 * Days, times, instants and spans as the binding's values, exactly or not at all.
 *
 * @since 0.1.0
 */
import {
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  type DuckDBValue
} from "@duckdb/node-api"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { fromMicroseconds, toMicroseconds } from "../../model/ColumnType.ts"
import { clockOf, dayOf, instantOf, type Places, splitOffset } from "../calendar.ts"
import type { Encode } from "./encodeNumber.ts"
import { refuse } from "./notBindable.ts"
import { toNanoseconds } from "../PreciseDate.ts"

/** `DATE`, from its name or the midnight it begins with. */
export const encodeDay: Encode = (value) => {
  const days = typeof value === "string" ? dayOf(value) : midnightOf(value)
  return days === undefined
    ? refuse(value, "is no DATE: pass YYYY-MM-DD, or a Date or DateTime at midnight (UTC)")
    : new DuckDBDateValue(days)
}

const midnightOf = (value: unknown): number | undefined => {
  const nanoseconds = nanosecondsOf(value)
  return nanoseconds === undefined || nanoseconds % 86_400_000_000_000n !== 0n
    ? undefined
    : Number(nanoseconds / 86_400_000_000_000n)
}

/** `TIME` and `TIME_NS`. */
export const encodeClock = (type: string, places: Places, make: (ticks: bigint) => DuckDBValue): Encode => (value) => {
  const ticks = typeof value === "string" ? clockOf(value, places) : undefined
  if (ticks !== undefined) return make(ticks)
  return refuse(value, `is no ${type}: pass HH:MM:SS, with at most ${places} decimal places`)
}

/** `TIMETZ`. */
export const encodeClockWithOffset: Encode = (value) => {
  const [clock, offset] = typeof value === "string" ? splitOffset(value) ?? [] : []
  const ticks = clock === undefined ? undefined : clockOf(clock, 6)
  return ticks === undefined || offset === undefined
    ? refuse(value, "is no TIMETZ: pass HH:MM:SS+HH:MM, with at most 6 decimal places")
    : DuckDBTimeTZValue.fromMicrosAndOffset(ticks, offset)
}

/** The most microseconds of a `TIMESTAMP`, which bound those of seconds and milliseconds too. */
const [leastMicroseconds, mostMicroseconds] = [DuckDBTimestampValue.Min.micros, DuckDBTimestampValue.Max.micros]
const infinite = 2n ** 63n - 1n

/** `TIMESTAMP` of any unit, from a `Date`, a `DateTime` or its name. */
export const encodeInstant = (
  type: string,
  places: Places,
  make: (ticks: bigint) => DuckDBValue,
  nameOf: (name: string) => bigint | undefined = (name) => instantOf(name, places)
): Encode => {
  const tick = 10n ** BigInt(9 - places)
  const isWithin = (ticks: bigint): boolean => {
    if (ticks === infinite || ticks === -infinite) return true
    if (places === 9) return ticks > -infinite && ticks < infinite
    const microseconds = ticks * tick / 1000n
    return microseconds >= leastMicroseconds && microseconds <= mostMicroseconds
  }
  return (value) => {
    if (typeof value === "string") {
      const ticks = nameOf(value)
      if (ticks !== undefined && isWithin(ticks)) return make(ticks)
      return refuse(value, `is no ${type}: pass a Date, a DateTime, or a text as DuckDB prints it`)
    }
    const nanoseconds = nanosecondsOf(value)
    if (nanoseconds === undefined) return refuse(value, `is no ${type}: pass a Date or a DateTime`)
    if (nanoseconds % tick !== 0n) return refuseFiner(value, type, places)
    const ticks = nanoseconds / tick
    return isWithin(ticks) && ticks !== infinite ? make(ticks) : refuse(value, `is beyond the range of ${type}`)
  }
}

/** The failure of an instant, or of a time of day, with more of a second than its type keeps. */
export const refuseFiner = (value: unknown, type: string, places: Places): never =>
  refuse(
    value,
    places === 0
      ? `has parts of a second, and a ${type} keeps whole seconds: round it first`
      : `has more than the ${places} decimal places of a second that a ${type} keeps: round it first`
  )

/** The name of an instant with an offset, which says by itself which instant it is. */
export const offsetInstantOf = (name: string): bigint | undefined => {
  if (name.endsWith("infinity")) return instantOf(name, 6)
  const [clock, offset] = splitOffset(name) ?? []
  const local = clock === undefined ? undefined : instantOf(clock, 6)
  return local === undefined || offset === undefined ? undefined : local - BigInt(offset) * 1_000_000n
}

/** Nanoseconds since 1970; `undefined` where the value is no instant, or none that it tells exactly. */
export const nanosecondsOf = (value: unknown): bigint | undefined => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : toNanoseconds(value)
  if (!DateTime.isDateTime(value)) return undefined
  const utc = DateTime.toUtc(value)
  if (Number.isInteger(utc.epochMilliseconds)) return BigInt(utc.epochMilliseconds) * 1_000_000n
  const microseconds = toMicroseconds(utc)
  return fromMicroseconds(microseconds).epochMilliseconds === utc.epochMilliseconds ? microseconds * 1000n : undefined
}

/** `INTERVAL`, from its three parts or a `Duration`. */
export const encodeInterval: Encode = (value) => {
  if (Duration.isDuration(value)) return spanOf(value)
  if (typeof value !== "object" || value === null) return refuse(value, expected)
  const { days = 0, micros = 0n, months = 0, ...others }: Readonly<Record<string, unknown>> = { ...value }
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return refuse(value, `has a part "${unknown}", which an INTERVAL has not: ${expected}`)
  if (!isInt32(months) || !isInt32(days)) return refuse(value, expected)
  if (typeof micros !== "bigint" || BigInt.asIntN(64, micros) !== micros) return refuse(value, expected)
  return new DuckDBIntervalValue(months, days, micros)
}

const expected =
  "is no INTERVAL: pass a Duration, or { months, days, micros } as integers of 32, 32 and 64 bits, the last a bigint"

const isInt32 = (value: unknown): value is number => typeof value === "number" && (value | 0) === value

const spanOf = (duration: Duration.Duration): DuckDBValue => {
  if (!Duration.isFinite(duration)) return refuse("infinity", "is no INTERVAL, which always ends")
  const nanoseconds = Duration.toNanosUnsafe(duration)
  if (nanoseconds % 1000n !== 0n) return refuse(duration, "has nanoseconds, and an INTERVAL counts microseconds")
  return new DuckDBIntervalValue(0, 0, nanoseconds / 1000n)
}
