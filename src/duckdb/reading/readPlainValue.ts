/**
 * Values of the binding's own classes, as plain SQL gives them.
 *
 * @since 0.1.0
 */
import * as Native from "@duckdb/node-api"
import { decimalText } from "../../model/ColumnType.ts"
import { clockName, dayName } from "../calendar.ts"
import { plainClockWithOffset, plainInstant } from "./readPlainTime.ts"

/** What stands for integers of more than 32 bits. */
export type Integers = "number" | "bigint"

/** A span of time as DuckDB keeps it: neither months nor days have a fixed length. */
export interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/** An integer as a number where it is exact; anything else as it is. */
export const narrowed = (value: unknown): unknown => {
  const number = typeof value === "bigint" ? Number(value) : value
  return Number.isSafeInteger(number) ? number : value
}

/** The plain value of one of the binding's, which hold others of their kind. */
export const plainValue = (value: Native.DuckDBValue, integers: Integers): unknown => {
  const plain = (inner: Native.DuckDBValue): unknown => plainValue(inner, integers)
  if (typeof value !== "object" || value === null) {
    return typeof value === "bigint" && integers === "number" ? narrowed(value) : value
  }
  if (value instanceof Native.DuckDBVariantValue) return plain(value.value)
  if (value instanceof Native.DuckDBUnionValue) return { tag: value.tag, value: plain(value.value) }
  if (value instanceof Native.DuckDBListValue || value instanceof Native.DuckDBArrayValue) return value.items.map(plain)
  if (value instanceof Native.DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, plain(field)]))
  }
  if (value instanceof Native.DuckDBMapValue) {
    return new Map(value.entries.map((entry) => [plain(entry.key), plain(entry.value)]))
  }
  if (value instanceof Native.DuckDBBlobValue) return new Uint8Array(value.bytes)
  if (value instanceof Native.DuckDBDecimalValue) return decimalText(value.value, value.scale)
  if (value instanceof Native.DuckDBIntervalValue) {
    return { months: value.months, days: value.days, micros: value.micros } satisfies Interval
  }
  return plainTime(value) ?? value.toString()
}

const plainTime = (value: NonNullable<Native.DuckDBValue>): unknown => {
  if (value instanceof Native.DuckDBDateValue) return dayName(value.days)
  if (value instanceof Native.DuckDBTimeValue) return clockName(value.micros, 6)
  if (value instanceof Native.DuckDBTimeNSValue) return clockName(value.nanos, 9)
  if (value instanceof Native.DuckDBTimeTZValue) return plainClockWithOffset(value.bits)
  if (value instanceof Native.DuckDBTimestampTZValue) return plainInstant(value.micros, 6, "+00")
  if (value instanceof Native.DuckDBTimestampValue) return plainInstant(value.micros, 6, "")
  if (value instanceof Native.DuckDBTimestampNanosecondsValue) return plainInstant(value.nanos, 9, "")
  if (value instanceof Native.DuckDBTimestampMillisecondsValue) return plainInstant(value.millis, 3, "")
  if (value instanceof Native.DuckDBTimestampSecondsValue) return plainInstant(value.seconds, 0, "")
  return undefined
}
