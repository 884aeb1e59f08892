/**
 * Functions of days and instants follow the calendar, in UTC, from the year 1 to 9999.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ColumnType, type Expression, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { day as utc } from "./people.ts"
import type { Database } from "./Subject.ts"

class Event extends Model.Class<Event>("Event")({
  id: Column.serial(Schema.Int),
  round: Schema.Int,
  day: Column.date,
  at: Column.timestamp,
  ended: Schema.NullOr(Schema.Date),
  months: Schema.Int
}, { table: "time_events" }) {}

type Events = Expression.Columns<typeof Event>

const dayLength = 86_400_000

const midnight = (at: DateTime.Utc) => Math.floor(at.epochMilliseconds / dayLength) * dayLength

const instant = (milliseconds: number) => ColumnType.fromEpochMilliseconds(milliseconds + 0)

const dateOf = (at: DateTime.Utc) => new Date(Math.floor(at.epochMilliseconds))

/** The instant of these parts; `Date.UTC` would take the years before 100 for others. */
const utcOf = (year: number, month: number, day = 1) => {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

/** 1 (Monday) to 7. */
const weekday = (at: DateTime.Utc) => (dateOf(at).getUTCDay() + 6) % 7 + 1

const dayOfYear = (at: DateTime.Utc) => (midnight(at) - utcOf(dateOf(at).getUTCFullYear(), 0)) / dayLength + 1

/** The week that has this one's Thursday. */
const isoWeek = (at: DateTime.Utc) => {
  const thursday = ColumnType.fromEpochMilliseconds(midnight(at) + (4 - weekday(at)) * dayLength)
  return Math.ceil(dayOfYear(thursday) / 7)
}

const truncated = (at: DateTime.Utc, unit: Expression.TimeUnit): number => {
  const date = dateOf(at)
  const year = date.getUTCFullYear()
  switch (unit) {
    case "year":
      return utcOf(year, 0)
    case "quarter":
      return utcOf(year, Math.floor(date.getUTCMonth() / 3) * 3)
    case "month":
      return utcOf(year, date.getUTCMonth())
    case "week":
      return midnight(at) - (weekday(at) - 1) * dayLength
    case "day":
      return midnight(at)
    case "hour":
      return Math.floor(at.epochMilliseconds / 3_600_000) * 3_600_000
    case "minute":
      return Math.floor(at.epochMilliseconds / 60_000) * 60_000
    case "second":
      return Math.floor(at.epochMilliseconds / 1000) * 1000
  }
}

/** The same day of another month, or its last one. */
const monthsLater = (at: DateTime.Utc, months: number): number => {
  const date = dateOf(at)
  const month = date.getUTCMonth() + months
  const last = new Date(utcOf(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
  return utcOf(date.getUTCFullYear(), month, Math.min(date.getUTCDate(), last)) + (at.epochMilliseconds - midnight(at))
}

const iso = (at: DateTime.Utc) => {
  const microseconds = ColumnType.toMicroseconds(at)
  const rest = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n
  return `${dateOf(at).toISOString().slice(0, 19)}.${String(rest).padStart(6, "0")}Z`
}

const units: ReadonlyArray<Expression.TimeUnit> = [
  "year",
  "quarter",
  "month",
  "week",
  "day",
  "hour",
  "minute",
  "second"
]

/** What each function gives, and what it should. */
const functions: ReadonlyArray<
  readonly [
    says: string,
    asked: (event: Events) => Expression.Expression<unknown, Expression.PlainStage>,
    expected: (event: Event) => unknown
  ]
> = [
  ["year", (event) => event.at.year(), ({ at }) => dateOf(at).getUTCFullYear()],
  ["quarter", (event) => event.at.quarter(), ({ at }) => Math.floor(dateOf(at).getUTCMonth() / 3) + 1],
  ["month", (event) => event.day.month(), ({ day }) => dateOf(day).getUTCMonth() + 1],
  ["week", (event) => event.day.week(), ({ day }) => isoWeek(day)],
  ["day", (event) => event.at.day(), ({ at }) => dateOf(at).getUTCDate()],
  ["dayOfWeek", (event) => event.at.dayOfWeek(), ({ at }) => weekday(at)],
  ["dayOfYear", (event) => event.day.dayOfYear(), ({ day }) => dayOfYear(day)],
  ["hour", (event) => event.at.hour(), ({ at }) => dateOf(at).getUTCHours()],
  ["hour of a day", (event) => event.day.hour(), () => 0],
  ["minute", (event) => event.at.minute(), ({ at }) => dateOf(at).getUTCMinutes()],
  ["second", (event) => event.at.second(), ({ at }) => dateOf(at).getUTCSeconds()],
  ["second of a null", (event) => event.ended.second(), ({ ended }) => ended && ended.getUTCSeconds()],
  ["epoch", (event) => event.at.epoch(), ({ at }) => Number(ColumnType.toMicroseconds(at)) / 1_000_000],
  ["epoch of a day", (event) => event.day.epoch(), ({ day }) => day.epochMilliseconds / 1000],
  ...units.map((unit) =>
    [
      `truncate to the ${unit}`,
      (event: Events) => event.at.truncate(unit),
      ({ at }: Event) => instant(truncated(at, unit))
    ] as const
  ),
  ["truncate of a day", (event) => event.day.truncate("month"), ({ day }) => instant(truncated(day, "month"))],
  ["add", (event) => event.at.add("90 minutes"), ({ at }) => moved(at, 5_400_000_000n)],
  ["add of a microsecond", (event) => event.at.add(Duration.micros(1n)).since(event.at, "microseconds"), () => 1],
  ["subtract", (event) => event.at.subtract(Duration.days(1)), ({ at }) => moved(at, -86_400_000_000n)],
  ["add to a day", (event) => event.day.add("1 day"), ({ day }) => moved(day, 86_400_000_000n)],
  [
    "add to a Date",
    (event) => event.ended.add("1 hour"),
    ({ ended }) => ended && new Date(ended.getTime() + 3_600_000)
  ],
  ["addMonths", (event) => event.day.addMonths(event.months), ({ day, months }) => instant(monthsLater(day, months))],
  [
    "addMonths of one",
    (event) => event.at.addMonths(1),
    ({ at }) => ColumnType.toMicroseconds(instant(monthsLater(at, 1)))
  ],
  ["since in days", (event) => event.at.since(event.day, "days"), ({ at, day }) => whole(at, day, 86_400_000_000n)],
  ["since in hours", (event) => event.at.since(event.day, "hours"), ({ at, day }) => whole(at, day, 3_600_000_000n)],
  [
    "since a value in weeks",
    (event) => event.at.since(utc("2024-02-29"), "weeks"),
    ({ at }) => whole(at, utc("2024-02-29"), 604_800_000_000n)
  ],
  ["toDate", (event) => event.at.toDate(), ({ at }) => instant(midnight(at))],
  [
    "toDate of a null",
    (event) => event.ended.toDate(),
    ({ ended }) => ended && instant(Math.floor(ended.getTime() / dayLength) * dayLength)
  ],
  ["toIso", (event) => event.at.toIso(), ({ at }) => iso(at)],
  ["toIso of a day", (event) => event.day.toIso(), ({ day }) => dateOf(day).toISOString().slice(0, 10)],
  [
    "a day beside an instant",
    (event) => event.at.toDate().eq(event.day),
    ({ at, day }) => midnight(at) === day.epochMilliseconds
  ],
  ["orElse", (event) => event.ended.orElse(new Date(0)), ({ ended }) => ended ?? new Date(0)],
  ["nested", (event) => event.at.truncate("month").add("1 day").day(), () => 2]
]

const moved = (at: DateTime.Utc, by: bigint) => ColumnType.fromMicroseconds(ColumnType.toMicroseconds(at) + by)

const whole = (at: DateTime.Utc, other: DateTime.Utc, unit: bigint) =>
  Number((ColumnType.toMicroseconds(at) - ColumnType.toMicroseconds(other)) / unit)

/** Instants are compared by their microseconds. */
const comparable = (value: unknown): unknown =>
  DateTime.isDateTime(value) && DateTime.isUtc(value) ? ColumnType.toMicroseconds(value) : value

const integer = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const within = (first: string, last: string) =>
  integer(utc(first).epochMilliseconds / 1000, utc(last).epochMilliseconds / 1000)

/** Seconds in years where doubles tell microseconds apart, and in far ones. */
const seconds = Arbitrary.schema(Schema.Union([
  within("1900-01-01", "2100-01-01"),
  within("2023-12-25", "2024-03-05"),
  within("0001-02-01", "9999-10-01")
]))

const events = Arbitrary.array(
  Arbitrary.map(
    Arbitrary.all({
      day: seconds,
      at: seconds,
      microseconds: Arbitrary.schema(integer(0, 999_999)),
      ended: Arbitrary.schema(Schema.NullOr(integer(-1e12, 1e12))),
      months: Arbitrary.schema(integer(0, 13))
    }),
    ({ at, day, ended, microseconds, months }) => ({
      day: instant(Math.floor(day / 86_400) * dayLength),
      at: Math.abs(at) < 7e9
        ? ColumnType.fromMicroseconds(BigInt(at) * 1_000_000n + BigInt(microseconds))
        : instant(at * 1000),
      ended: ended === null ? null : new Date(ended),
      months: day < 0 ? months : -months
    })
  ),
  { minLength: 1, maxLength: 12 }
)

export const timeFunctions = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Event]), { timeout: "60 seconds" })(
    `${name}: functions of days and instants`,
    (it) => {
      let round = 0
      it.effect.prop(
        "follow the calendar as JavaScript does",
        { events },
        ({ events: given }) =>
          Effect.gen(function*() {
            round += 1
            const repository = yield* Repository.make(Event)
            const stored = yield* repository.insertMany(given.map((event) => ({ ...event, round })))
            const found = yield* Query.from(Event)
              .where((event) => event.round.eq(round))
              .orderBy((event) => event.id.asc())
              .select((event) => Object.fromEntries(functions.map(([says, asked]) => [says, asked(event)])))
            for (const [index, event] of stored.entries()) {
              for (const [says, , expected] of functions) {
                assert.deepStrictEqual(
                  comparable(found[index]?.[says]),
                  comparable(expected(event)),
                  `${says} of ${event.day.toString()} and ${event.at.toString()}`
                )
              }
            }
          }),
        { arbitrary: { runs: 60 } }
      )

      it.effect("find rows by parts of instants, and group by them", () =>
        Effect.gen(function*() {
          const repository = yield* Repository.make(Event)
          const at = (text: string) => ({ round: -1, day: utc(text), at: utc(text), ended: null, months: 0 })
          yield* repository.insertMany(["2024-02-29", "2024-03-01", "2023-02-28", "2024-02-01"].map(at))
          const months = yield* Query.from(Event)
            .where((event) => event.round.eq(-1).and(event.day.gte(utc("2024-01-01"))))
            .groupBy((event) => ({ month: event.day.truncate("month") }))
            .select(() => ({ events: Query.count() }))
            .orderBy(({ month }) => month.asc())
          assert.deepStrictEqual(months, [{ month: utc("2024-02-01"), events: 2 }, {
            month: utc("2024-03-01"),
            events: 1
          }])
          const leap = yield* Query.from(Event).where((event) => event.round.eq(-1).and(event.at.dayOfYear().eq(60)))
          assert.deepStrictEqual(leap.map(({ day }) => DateTime.formatIsoDateUtc(day)), ["2024-02-29"])
        }))

      it.effect("refuse what is no duration", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(
            Query.from(Event).select((event) => ({ at: event.at.add(Infinity) })).all
          )
          assert.include(["QueryFailed", "Unsupported"], failure._tag)
        }))
    }
  )
