/**
 * Reads days, times and instants of plain SQL, so that nothing is lost and nothing fails.
 *
 * @since 0.1.0
 */
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api"
import { clockName, dayName, instantName, offsetName, type Places } from "../calendar.ts"
import { fromNanoseconds, PreciseDate } from "../PreciseDate.ts"
import { dayReader } from "./readTime.ts"
import { instantPlaces } from "../timePlaces.ts"
import { isNull, type Reader, readValidity, readWords } from "./vector.ts"

/** Reads `DATE` as its name. */
export const plainDays: Reader<string> = dayReader(dayName)

/** Reads timestamps of any unit; `undefined` where the type is none. */
export const plainInstantReader = (type: DuckDBType): Reader<Date | string> | undefined => {
  const places = instantPlaces.get(type.typeId)
  if (places === undefined) return undefined
  const suffix = type.typeId === DuckDBTypeId.TIMESTAMP_TZ ? "+00" : ""
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const words = readWords(vector, count * 8)
    const result = new Array<Date | string | null>(count)
    for (let row = 0; row < count; row++) {
      if (isNull(validity, row)) {
        result[row] = null
        continue
      }
      const ticks = words.getInt32(row * 8 + 4, true) * 4_294_967_296 + words.getUint32(row * 8, true)
      result[row] = places === 6 && Number.isSafeInteger(ticks)
        ? ofMicroseconds(ticks)
        : plainInstant(words.getBigInt64(row * 8, true), places, suffix)
    }
    return result
  }
}

const ofMicroseconds = (microseconds: number): Date => {
  const milliseconds = Math.floor(microseconds / 1000)
  const rest = microseconds - milliseconds * 1000
  return rest === 0 ? new Date(milliseconds) : new PreciseDate(milliseconds, rest * 1000)
}

/** The most milliseconds of a `Date`. */
const lastDate = 8_640_000_000_000_000

/** An instant as plain SQL gives it; what no `Date` can be, with the suffix of its type. */
export const plainInstant = (ticks: bigint, places: Places, suffix: string): Date | string => {
  const name = instantName(ticks, places)
  if (name.endsWith("infinity")) return name
  const instant = fromNanoseconds(ticks * 10n ** BigInt(9 - places))
  if (!(Math.abs(instant.getTime()) <= lastDate)) return name + suffix
  return instant.nanoseconds === 0 ? new Date(instant.getTime()) : instant
}

const clocks = new Map<DuckDBTypeId, (stored: bigint) => string>([
  [DuckDBTypeId.TIME, (microseconds) => clockName(microseconds, 6)],
  [DuckDBTypeId.TIME_NS, (nanoseconds) => clockName(nanoseconds, 9)],
  [DuckDBTypeId.TIME_TZ, (bits) => plainClockWithOffset(bits)]
])

/** Reads times of day as their names; `undefined` where the type is none. */
export const clockReader = (type: DuckDBType): Reader<string> | undefined => {
  const nameOf = clocks.get(type.typeId)
  if (nameOf === undefined) return undefined
  return (vector, count, within) => {
    const validity = readValidity(vector, count, within)
    const words = readWords(vector, count * 8)
    return Array.from(
      { length: count },
      (_, row) => isNull(validity, row) ? null : nameOf(words.getBigUint64(row * 8, true))
    )
  }
}

/** `TIMETZ` has its microseconds in the upper 40 bits and below them how far its offset is from the greatest one. */
export const plainClockWithOffset = (bits: bigint): string =>
  clockName(bits >> 24n, 6) + offsetName(57_599 - Number(bits & 0xff_ffffn))
