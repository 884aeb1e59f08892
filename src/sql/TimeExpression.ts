/**
 * What can be asked of a day or an instant.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { Certain, Expression, NullOf, Operand, PlainStage, Stage, StageOf } from "./Expression.ts"
import type { NumberExpression } from "./NumberExpression.ts"
import type { TextExpression } from "./TextExpression.ts"

/**
 * The values that stand for days and instants.
 *
 * @category models
 * @since 0.1.0
 */
export type Time = DateTime.Utc | Date

/**
 * What an instant is cut down to.
 *
 * @category models
 * @since 0.1.0
 */
export type TimeUnit = "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second"

/** The units that are always of the same length. */
type FixedUnit = "microseconds" | "milliseconds" | "seconds" | "minutes" | "hours" | "days" | "weeks"

/** A part of it as a number. */
type Part<A, L extends Stage> = NumberExpression<number | (A & null), number | (A & null), L>

/**
 * An expression whose value is a day or an instant, which is one in UTC.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimeExpression<out A, out L extends Stage = PlainStage> extends Expression<A, L> {
  /** Another day or instant where this one is null. */
  orElse<L2 extends Stage = never>(value: Operand<A, L2>): TimeExpression<NonNullable<A>, L | NoInfer<L2>> & Certain
  /** The year. */
  year(): Part<A, L>
  /** 1 to 4. */
  quarter(): Part<A, L>
  /** 1 to 12. */
  month(): Part<A, L>
  /** The ISO week, 1 to 53: the first one has the year's first Thursday. */
  week(): Part<A, L>
  /** The day of the month, from 1. */
  day(): Part<A, L>
  /** 1 (Monday) to 7 (Sunday). */
  dayOfWeek(): Part<A, L>
  /** 1 to 366. */
  dayOfYear(): Part<A, L>
  /** 0 to 23. */
  hour(): Part<A, L>
  /** 0 to 59. */
  minute(): Part<A, L>
  /** The whole second. */
  second(): Part<A, L>
  /** Seconds since 1970, with a fraction. */
  epoch(): Part<A, L>
  /** The start of the unit that it is in; weeks start on Monday. */
  truncate(unit: TimeUnit): TimeExpression<A, L>
  /** So much later; of a day this is an instant. */
  add(duration: Duration.Input): TimeExpression<A, L>
  /** So much earlier; of a day this is an instant. */
  subtract(duration: Duration.Input): TimeExpression<A, L>
  /** The same day so many months later, or the last one of that month where it has no such day. */
  addMonths<O extends Operand<number>>(months: O): TimeExpression<A | NullOf<O>, L | StageOf<O>>
  /** How many whole units it is after another one; below 0 where it is before. */
  since<O extends Operand<A>>(other: O, unit: FixedUnit): Part<A | NullOf<O>, L | StageOf<O>>
  /** The day that it is in. */
  toDate(): TimeExpression<DateTime.Utc | (A & null), L>
  /** `2024-02-29` of a day, `2024-02-29T12:30:00.000000Z` of an instant. */
  toIso(): TextExpression<string | (A & null), L>
}
