/**
 * Reads days and instants.
 *
 * @since 0.1.0
 */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import type { Vector } from "@duckdb/node-bindings"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import { type CalendarInterval, fromEpochMilliseconds, toDuration } from "../../model/ColumnType.ts"
import { getOrInsert } from "../../model/getOrInsert.ts"
import { dayLength } from "../../model/timeLimits.ts"
import { BoundedMap } from "../../sql/boundedMap.ts"
import { clockName } from "../calendar.ts"
import { Unreadable } from "./unreadable.ts"
import { isNull, readBytes, type Reader, readValidity, readWords } from "./vector.ts"

const lastDay = 100_000_000
const infiniteDay = 2_147_483_647

/** Reads `DATE` with a function of the days since 1970; a column's days repeat, so each is made once. */
export const dayReader = <A>(make: (days: number) => A): Reader<A> => {
  const made = new BoundedMap<number, A>(4_096)
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const words = readWords(vector, count * 4)
    const result = new Array<A | null>(count)
    for (let row = 0; row < count; row++) {
      result[row] = isNull(validity, row)
        ? null
        : getOrInsert(made, words.getInt32(row * 4, true), make)
    }
    return result
  }
}

/** The midnight that begins the day. */
export const midnight = (days: number): DateTime.Utc => {
  if (Math.abs(days) === infiniteDay) throw new Unreadable(undefined, "the day is infinite, which a DateTime can't be")
  if (Math.abs(days) > lastDay) {
    throw new Unreadable(undefined, `the day ${days} days from 1970 is outside what a DateTime can be`)
  }
  return fromEpochMilliseconds(days * dayLength)
}

/** Reads `DATE` as days since 1970. */
export const finiteDays = (vector: Vector, count: number, isValid: IsValid): Int32Array => {
  const days = readInt32s(vector, count)
  for (let row = 0; row < count; row++) {
    if (Math.abs(days[row] ?? 0) === infiniteDay && (isValid?.(row) ?? true)) {
      throw new Unreadable(undefined, "the day is infinite, which no count of days is")
    }
  }
  return days
}

/** Which rows hold a value; all, where it is `undefined`. */
type IsValid = ((row: number) => boolean) | undefined

const readInt32s = (vector: Vector, count: number): Int32Array => {
  const bytes = readBytes(vector, count * 4)
  return new Int32Array(bytes.buffer, bytes.byteOffset, count)
}

/** From here on, in microseconds, a double of milliseconds no longer tells each microsecond. */
const exactLimit = 2 ** 43 * 1000

/** Reads timestamps as `DateTime`s with microseconds as a fraction; `undefined` where the type is no timestamp. */
export const instantReader = (type: DuckDBType): Reader<DateTime.Utc> | undefined =>
  timestampReader(type, (microseconds) => fromEpochMilliseconds(microseconds / 1000), (value) => {
    const unit = units.get(type.typeId) ?? microsecond
    return fromEpochMilliseconds(exactMilliseconds(value, unit))
  })

/** Reads timestamps as `Date`s of whole milliseconds; `undefined` where the type is no timestamp. */
export const dateReader = (type: DuckDBType): Reader<Date> | undefined =>
  timestampReader(type, (microseconds) => new Date(Math.floor(microseconds / 1000)), (value) => {
    const unit = units.get(type.typeId) ?? microsecond
    return new Date(inRange(floorDivide(finite(value) * unit, millisecond)))
  })

/** Units of the timestamp types, in nanoseconds. */
const microsecond = 1000n
const millisecond = 1_000_000n
const units = new Map<DuckDBTypeId, bigint>([
  [DuckDBTypeId.TIMESTAMP, microsecond],
  [DuckDBTypeId.TIMESTAMP_TZ, microsecond],
  [DuckDBTypeId.TIMESTAMP_NS, 1n],
  [DuckDBTypeId.TIMESTAMP_MS, millisecond],
  [DuckDBTypeId.TIMESTAMP_S, 1_000_000_000n]
])

/** `near` makes an instant of the microseconds of most of them, `far` makes any of the stored value. */
const timestampReader = <A>(
  type: DuckDBType,
  near: (microseconds: number) => A,
  far: (value: bigint) => A
): Reader<A> | undefined => {
  const unit = units.get(type.typeId)
  if (unit === undefined) return undefined
  const limit = unit === microsecond ? exactLimit : 0
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const words = readWords(vector, count * 8)
    const result = new Array<A | null>(count)
    for (let row = 0; row < count; row++) {
      if (isNull(validity, row)) {
        result[row] = null
        continue
      }
      const microseconds = words.getInt32(row * 8 + 4, true) * 4_294_967_296 + words.getUint32(row * 8, true)
      result[row] = microseconds > -limit && microseconds < limit
        ? near(microseconds)
        : far(words.getBigInt64(row * 8, true))
    }
    return result
  }
}

/** Reads `TIMESTAMP` as microseconds since 1970. Halves are compared, because a bigint would have to be made of each whole. */
export const finiteInstants = (vector: Vector, count: number, isValid: IsValid): BigInt64Array => {
  const halves = readInt32s(vector, count * 2)
  for (let row = 0; row < count; row++) {
    const [low, high] = [halves[row * 2], halves[row * 2 + 1]]
    const isInfinite = (high === 0x7fffffff && low === -1) || (high === -0x80000000 && low === 1)
    if (isInfinite && (isValid?.(row) ?? true)) {
      throw new Unreadable(undefined, "the timestamp is infinite, which no count of microseconds is")
    }
  }
  return new BigInt64Array(halves.buffer, halves.byteOffset, count)
}

const infinite = 2n ** 63n - 1n

const finite = (value: bigint): bigint => {
  if (value !== infinite && value !== -infinite) return value
  throw new Unreadable(undefined, "the timestamp is infinite, which no date of JavaScript is")
}

const exactMilliseconds = (value: bigint, unit: bigint): number => {
  const nanoseconds = finite(value) * unit
  if (nanoseconds % microsecond !== 0n) {
    throw new Unreadable(undefined, "the timestamp has nanoseconds, which a DateTime would lose")
  }
  const microseconds = nanoseconds / microsecond
  const isNear = microseconds > -exactLimit && microseconds < exactLimit
  if (isNear) return inRange(Number(microseconds) / 1000)
  // as a number, so many microseconds would be rounded
  if (microseconds % 1000n === 0n) return inRange(Number(microseconds / 1000n))
  throw new Unreadable(undefined, "the timestamp has microseconds too far from 1970 for a DateTime to tell them apart")
}

const floorDivide = (dividend: bigint, divisor: bigint): number => {
  const quotient = dividend / divisor
  return Number(dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient)
}

const inRange = (milliseconds: number): number => {
  if (Math.abs(milliseconds) <= lastDay * dayLength) return milliseconds
  throw new Unreadable(undefined, "the timestamp is outside the years that a date of JavaScript can be in")
}

/** Reads `TIME` as texts. */
export const readTimes: Reader<string> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 8)
  return Array.from(
    { length: count },
    (_, row) => isNull(validity, row) ? null : clockName(words.getBigInt64(row * 8, true), 6)
  )
}

/** Reads `INTERVAL` as its parts. */
export const readIntervals: Reader<CalendarInterval> = (vector, count, within) => {
  const validity = readValidity(vector, count, within)
  const words = readWords(vector, count * 16)
  return Array.from({ length: count }, (_, row) =>
    isNull(validity, row) ? null : {
      months: words.getInt32(row * 16, true),
      days: words.getInt32(row * 16 + 4, true),
      microseconds: words.getBigInt64(row * 16 + 8, true)
    })
}

/** Reads `INTERVAL` as a length of time, which months and days are not. */
export const readDurations: Reader<Duration.Duration> = (vector, count, within) =>
  Array.from(readIntervals(vector, count, within), (interval) => interval === null ? null : durationOf(interval))

const durationOf = ({ days, microseconds, months }: CalendarInterval): Duration.Duration => {
  if (months === 0 && days === 0) return toDuration(microseconds)
  throw new Unreadable(undefined, `the interval has ${months} months and ${days} days, whose length no Duration tells`)
}
