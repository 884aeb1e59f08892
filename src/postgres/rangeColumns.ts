/**
 * Columns of ranges: from one value to another, of which each may be left open.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Column from "../model/Column.ts"
import { fromEpochMilliseconds } from "../model/ColumnType.ts"
import { dayLength, isInYears } from "../model/timeLimits.ts"
import { dayText, instantText, parseInstant, parseZoned, zonedText } from "./calendar.ts"
import { decimalOf, decimalTextOf } from "./valueColumns.ts"

/**
 * All between two values, or nothing at all. `null` is no end; which of the ends belong to it the `bounds` say, `[` and `]` that it does.
 * Where there is no end the bound is `[` or `)`.
 *
 * @category models
 * @since 0.1.0
 */
export type Range<A> =
  | "empty"
  | { readonly lower: A | null; readonly upper: A | null; readonly bounds: Bounds }

/**
 * Which ends belong to a range.
 *
 * @category models
 * @since 0.1.0
 */
export type Bounds = "[)" | "[]" | "()" | "(]"

/**
 * The schema of a column of ranges, which are PostgreSQL's texts in JSON.
 *
 * @category models
 * @since 0.1.0
 */
export type RangeColumn<A> = Schema.Codec<Range<A>, string>

/**
 * A range from a value up to another, without that unless the bounds say so.
 *
 * @category constructors
 * @since 0.1.0
 */
export const range = <A>(lower: A | null, upper: A | null, bounds: Bounds = "[)"): Range<A> => ({
  lower,
  upper,
  bounds
})

type Ends<A> = Exclude<Range<A>, "empty">

/** What ranges are made of. */
interface Element<A> {
  readonly schema: Schema.Codec<A, unknown>
  readonly text: (value: A) => string
  readonly parse: (text: string) => A
  readonly order: Order.Order<A>
  /** The value behind another, of values that are counted: PostgreSQL keeps their ranges with `[)`. */
  readonly next?: (value: A) => A
}

const rangeColumn = <A>(name: string, element: Element<A>): RangeColumn<A> => {
  const end = Schema.NullOr(Schema.toType(element.schema))
  const isEnd = Schema.is(end)
  const isStored = ({ bounds, lower, upper }: Ends<A>) =>
    isEnd(lower) && isEnd(upper) && isRange(element, { lower, upper, bounds })
  const type = Schema.Union([
    Schema.Literal("empty"),
    Schema.Struct({ lower: end, upper: end, bounds: Schema.Literals(["[)", "[]", "()", "(]"]) }).check(
      Schema.makeFilter((found) => isStored(kept(element, found)), { expected: expected(element) })
    )
  ])
  const codec = Schema.String.pipe(Schema.decodeTo(
    type,
    SchemaTransformation.transformEffect<typeof type.Encoded, string>({
      decode: (text, options) =>
        Effect.try({
          try: () => parse(element, text),
          catch: () => new SchemaIssue.InvalidValue({ expected: `a range of the type ${name}` }, text, options)
        }),
      encode: (found) => Effect.succeed(written(element, found))
    })
  ))
  return Column.custom(codec, { as: Schema.String, postgres: name })
}

/** As PostgreSQL keeps it: of values that are counted, from the first one of the range to the one behind its last. */
const kept = <A>({ next }: Element<A>, { bounds, lower, upper }: Ends<A>): Ends<A> => {
  if (next === undefined) return { lower, upper, bounds }
  return {
    lower: lower !== null && bounds.startsWith("(") ? next(lower) : lower,
    upper: upper !== null && bounds.endsWith("]") ? next(upper) : upper,
    bounds: "[)"
  }
}

/** Whether it is as PostgreSQL keeps it: no bound that says more than it has to, and nothing that is empty without saying so. */
const isRange = <A>({ order }: Element<A>, { bounds, lower, upper }: Ends<A>): boolean => {
  if (lower === null && bounds.startsWith("(")) return false
  if (upper === null && bounds.endsWith("]")) return false
  if (lower === null || upper === null) return true
  const way = order(lower, upper)
  return way < 0 || (way === 0 && bounds === "[]")
}

const expected = <A>({ next }: Element<A>): string =>
  next === undefined
    ? "a lower end that is less than the upper one, or the same with the bounds `[]`, and `[` or `)` where there is no end"
    : "a range with a value in it (a range of none is `empty`), and a value behind its last one"

const written = <A>(element: Element<A>, found: Range<A>): string => {
  if (found === "empty") return found
  const { text } = element
  const { bounds, lower, upper } = kept(element, found)
  return `${bounds[0]}${lower === null ? "" : text(lower)},${upper === null ? "" : text(upper)}${bounds[1]}`
}

const parse = <A>(element: Element<A>, text: string): Range<A> => {
  if (text === "empty") return text
  const [, open, lower = "", upper = "", close] = /^([[(])"?([^",]*)"?,"?([^",]*)"?([\])])$/.exec(text) ?? []
  if (open === undefined) throw new Error("no range")
  const end = (one: string) => one === "" ? null : element.parse(one)
  const bounds = (lower === "" ? "[" : open) + (upper === "" ? ")" : close)
  return { lower: end(lower), upper: end(upper), bounds: boundsOf(bounds) }
}

const boundsOf = (text: string): Bounds => {
  switch (text) {
    case "[]":
    case "()":
    case "(]":
      return text
  }
  return "[)"
}

const instant = (text: (milliseconds: number) => string, parse_: (text: string) => number): Element<DateTime.Utc> => ({
  schema: Column.timestamp,
  text: (value) => text(value.epochMilliseconds),
  parse: (found) => known(fromEpochMilliseconds(parse_(found))),
  order: DateTime.Order
})

/** What lies outside of the years that columns hold is none of their values. */
const known = (value: DateTime.Utc): DateTime.Utc => {
  if (!isInYears(value.epochMilliseconds)) throw new Error("outside of the years 1 to 9999")
  return value
}

/**
 * Ranges of integers of 32 bits: `INT4RANGE`. They are kept, and come back, with the bounds `[)`, as PostgreSQL does it: `range(0, 10, "[]")`
 * as `range(0, 11)`.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { BigDecimal, DateTime, Effect, Schema } from "effect"
 *
 * class Tariff extends Model.Class<Tariff>("Tariff")({
 *   id: Column.serial(Schema.Int),
 *   grams: Postgres.int4range,
 *   numbers: Postgres.int8range,
 *   cubicMetres: Postgres.numrange,
 *   days: Postgres.daterange,
 *   counters: Postgres.tsrange
 * }, { table: "tariffs" }) {}
 *
 * const stored = Effect.gen(function*() {
 *   const tariffs = yield* Repository.make(Tariff)
 *   return yield* tariffs.insert({
 *     grams: Postgres.range(0, 2_000),
 *     numbers: Postgres.range(1n, null),
 *     cubicMetres: Postgres.range(BigDecimal.fromStringUnsafe("0"), BigDecimal.fromStringUnsafe("0.25"), "[]"),
 *     days: Postgres.range(DateTime.makeUnsafe("2026-01-01"), DateTime.makeUnsafe("2027-01-01")),
 *     counters: "empty"
 *   })
 * })
 * ```
 *
 * @category columns
 * @since 0.1.0
 */
export const int4range: RangeColumn<number> = rangeColumn("INT4RANGE", {
  schema: Column.int32,
  text: String,
  parse: Number,
  order: Order.Number,
  next: (value) => value + 1
})

/**
 * Ranges of integers of 64 bits, kept with the bounds `[)`: `INT8RANGE`.
 *
 * @category columns
 * @since 0.1.0
 */
export const int8range: RangeColumn<bigint> = rangeColumn("INT8RANGE", {
  schema: Column.int64,
  text: String,
  parse: BigInt,
  order: Order.BigInt,
  next: (value) => value + 1n
})

/**
 * Ranges of decimals of any precision, whose places are kept: `NUMRANGE`.
 *
 * @category columns
 * @since 0.1.0
 */
export const numrange: RangeColumn<BigDecimal.BigDecimal> = rangeColumn("NUMRANGE", {
  schema: Schema.BigDecimal,
  text: decimalTextOf,
  parse: decimalOf,
  order: BigDecimal.Order
})

/**
 * Ranges of days, each the `DateTime.Utc` of its midnight, kept with the bounds `[)`: `DATERANGE`.
 *
 * @category columns
 * @since 0.1.0
 */
export const daterange: RangeColumn<DateTime.Utc> = rangeColumn("DATERANGE", {
  ...instant(dayText, parseInstant),
  schema: Column.date,
  next: (day) => fromEpochMilliseconds(day.epochMilliseconds + dayLength)
})

/**
 * Ranges of instants in whole microseconds, in UTC: `TSRANGE`.
 *
 * @category columns
 * @since 0.1.0
 */
export const tsrange: RangeColumn<DateTime.Utc> = rangeColumn("TSRANGE", instant(instantText, parseInstant))

/**
 * Ranges of instants in whole microseconds, in a type that tells that they are: `TSTZRANGE`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Sql } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { DateTime, Schema } from "effect"
 *
 * class Booking extends Model.Class<Booking>("Booking")({
 *   id: Column.serial(Schema.Int),
 *   room: Schema.String,
 *   during: Postgres.tstzrange
 * }, { table: "bookings" }) {}
 *
 * const week = Postgres.range(DateTime.makeUnsafe("2026-06-01"), DateTime.makeUnsafe("2026-06-08"))
 * const booked = Query.from(Booking).where((booking) =>
 *   Sql.expression(Schema.Boolean)`${booking.during} && ${Sql.value(Postgres.tstzrange, week)}`
 * )
 * ```
 *
 * @category columns
 * @since 0.1.0
 */
export const tstzrange: RangeColumn<DateTime.Utc> = rangeColumn("TSTZRANGE", instant(zonedText, parseZoned))
