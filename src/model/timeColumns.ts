/**
 * Schemas of columns of days, times, instants and spans.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as EffectModel from "effect/schema/Model"
import { holding, type Holds } from "./arrayKind.ts"
import { withType } from "./columnMark.ts"
import { dayLength, isInYears, isShortSpan, timePattern } from "./timeLimits.ts"

/**
 * The schema of `Column.date`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Day extends EffectModel.Date, Holds<Int32Array> {
  readonly "Rebuild": Day
}

const years = (expected: string, also: (instant: DateTime.Utc) => boolean) =>
  Schema.makeFilter(
    (instant: DateTime.Utc) => isInYears(instant.epochMilliseconds) && also(instant),
    { expected }
  )

/**
 * A day of the calendar, as the `DateTime.Utc` of its midnight, from the years 1 to 9999.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { DateTime, Duration, Schema } from "effect"
 *
 * class Shift extends Model.Class<Shift>("Shift")({
 *   id: Column.serial(Schema.Int),
 *   day: Column.date,
 *   begins: Column.time,
 *   length: Column.duration,
 *   every: Column.interval,
 *   entered: Column.timestamp,
 *   paid: Schema.NullOr(Column.timestamptz)
 * }, { table: "shifts" }) {}
 *
 * const shift = Shift.insert.make({
 *   day: DateTime.makeUnsafe("2026-03-01"),
 *   begins: "09:30",
 *   length: Duration.hours(8),
 *   every: { months: 1, days: 0, microseconds: 0n },
 *   entered: DateTime.makeUnsafe("2026-02-27T08:15:00Z"),
 *   paid: null
 * })
 * ```
 *
 * @category types
 * @since 0.1.0
 */
export const date: Day = holding<Day>(withType(
  EffectModel.Date.check(
    years("midnight (UTC) of a day between the years 1 and 9999", (day) => day.epochMilliseconds % dayLength === 0)
  ),
  { _tag: "Date" }
))

/**
 * An instant in whole microseconds, from the years 1 to 9999, stored in UTC.
 *
 * The milliseconds of the `DateTime.Utc` carry the microseconds as a fraction, exactly so between the years 1691 and 2248.
 *
 * @category types
 * @since 0.1.0
 */
export const timestamp: Schema.DateTimeUtcFromDate = withType(
  Schema.DateTimeUtcFromDate.check(years("an instant between the years 1 and 9999", () => true)),
  { _tag: "Timestamp", as: "DateTime" }
)

/**
 * An instant in whole microseconds like `timestamp`, in a column whose type tells that it is one: `TIMESTAMP WITH TIME ZONE`.
 *
 * No database keeps the zone. It is the type for columns that plain SQL reads and writes in a session with a time zone of its own.
 *
 * @category types
 * @since 0.1.0
 */
export const timestamptz: Schema.DateTimeUtcFromDate = withType(
  Schema.DateTimeUtcFromDate.check(years("an instant between the years 1 and 9999", () => true)),
  { _tag: "Timestamp", as: "DateTime", zoned: true }
)

/**
 * A time of day without a date: `HH:MM`, `HH:MM:SS` or, to the microsecond, `HH:MM:SS.ffffff`, from `00:00` to `23:59:59.999999`.
 *
 * It is read with its seconds, and with as many decimal places of them as it needs, so that texts sort as times do.
 *
 * @category types
 * @since 0.1.0
 */
export const time: Schema.String = withType(
  Schema.String.check(
    Schema.makeFilter((text: string) => timePattern.test(text), {
      expected: "a time of day, such as 09:30 or 23:59:59.999999"
    })
  ),
  { _tag: "Time" }
)

/**
 * A length of time in whole microseconds, of less than 114,000 years. For months and days, which differ in length, see `interval`.
 *
 * @category types
 * @since 0.1.0
 */
export const duration: Schema.Duration = withType(
  Schema.Duration.check(Schema.makeFilter((length: Duration.Duration) => {
    if (!Duration.isFinite(length)) return false
    const nanoseconds = Duration.toNanosUnsafe(length)
    return nanoseconds % 1000n === 0n && isShortSpan(nanoseconds / 1000n)
  }, { expected: "a Duration of whole microseconds, less than 114,000 years" })),
  { _tag: "Interval", as: "Duration" }
)

/**
 * The schema of `Column.interval`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Interval extends
  Schema.Struct<{
    readonly months: Schema.Int
    readonly days: Schema.Int
    readonly microseconds: Schema.BigInt
  }>
{}

const count = Schema.Int.check(Schema.isBetween({ minimum: 1 - 2 ** 31, maximum: 2 ** 31 - 1 }))

/**
 * A span of the calendar: months, days and microseconds, each by itself, because a month is no number of days and a day no number
 * of hours. Databases compare intervals as if a month had 30 days and a day 24 hours.
 *
 * @category types
 * @since 0.1.0
 */
export const interval: Interval = withType(
  Schema.Struct({
    months: count,
    days: count,
    microseconds: Schema.BigInt.check(
      Schema.makeFilter(isShortSpan, { expected: "microseconds of less than 114,000 years" })
    )
  }),
  { _tag: "Interval", as: "Calendar" }
)
