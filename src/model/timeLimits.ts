/**
 * Which days, times of day and lengths of time every database keeps.
 *
 * @since 0.1.0
 */

/** A time of day: hours and minutes, then seconds, then their microseconds, of which the last two may be left out. */
export const timePattern = /^((?:[01]\d|2[0-3]):[0-5]\d)(?:(:[0-5]\d)(\.\d{1,6})?)?$/

/** Databases count an interval's microseconds in 64 bits, and DuckDB reads no text of more hours than these. */
const mostMicroseconds = 3_600_000_000_000_000_000n

/** Whether a length of so many microseconds is less than 1,000,000,000 hours, or some 114,000 years. */
export const isShortSpan = (microseconds: bigint): boolean =>
  microseconds > -mostMicroseconds && microseconds < mostMicroseconds

/** Milliseconds of a day. */
export const dayLength = 86_400_000

/** Whether an instant, in milliseconds since 1970, is in the years 1 to 9999. */
export const isInYears = (milliseconds: number): boolean =>
  milliseconds >= -62_135_596_800_000 && milliseconds < 253_402_300_800_000
