/**
 * Our values in the units DuckDB stores.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { type CalendarInterval, toMicroseconds, toUnscaled } from "../model/ColumnType.ts"
import { dayLength } from "../model/timeLimits.ts"
import { clockOf } from "./calendar.ts"

/** Whole days since 1970. */
export const daysOf = (day: DateTime.Utc): number => day.epochMilliseconds / dayLength

/** Whole microseconds since 1970. */
export const microsecondsOf = (instant: DateTime.Utc | Date): bigint => {
  const microseconds = instant instanceof Date ? BigInt(instant.getTime()) * 1000n : toMicroseconds(instant)
  if (BigInt.asIntN(64, microseconds) === microseconds) return microseconds
  throw new RangeError(`${microseconds} microseconds from 1970 are more than a TIMESTAMP holds`)
}

/** Microseconds since midnight of a storable time. */
export const clockMicroseconds = (time: string): bigint => clockOf(time, 6) ?? 0n

/** The parts of an interval; a duration has no months and no days. */
export const intervalParts = (interval: Duration.Duration | CalendarInterval): CalendarInterval =>
  Duration.isDuration(interval)
    ? { months: 0, days: 0, microseconds: Duration.toNanosUnsafe(interval) / 1000n }
    : interval

/** Whole units of the last of `scale` decimal places. */
export const unscaledOf = (decimal: BigDecimal.BigDecimal, scale: number): bigint => {
  const unscaled = decimal.scale === scale ? decimal.value : toUnscaled(decimal, scale)
  if (unscaled !== undefined) return unscaled
  throw new RangeError(`${BigDecimal.format(decimal)} has more than ${scale} decimal places`)
}

/** The uuid as 128 bits. */
export const uuidBits = (uuid: string): bigint => BigInt(`0x${uuid.replaceAll("-", "")}`)
