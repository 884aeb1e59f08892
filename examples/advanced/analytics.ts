/**
 * Three million flights, asked what a spreadsheet can't: quantiles, windows, a pivot, the nearest row, and sums of sums.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Model, Query } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { Console, DateTime, Duration, Effect, Schema } from "effect"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

// The flights stay in the Parquet file that they came in; a model says what its columns are.
const vega = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data")

class Flight extends Model.Class<Flight>("Flight")({
  date: Schema.DateTimeUtc,
  delay: Schema.Int,
  distance: Schema.Int,
  origin: Schema.String,
  destination: Schema.String
}, { table: "flights" }) {}

const flights = Query.from(Flight, "flight").where(({ flight }) => flight.distance.gt(0))

// Half of the flights are later than the median; one in a hundred is later than the last quantile.
const delays = flights
  .groupBy(({ flight }) => ({
    length: Query.caseWhen(flight.distance.lt(500), "short").when(flight.distance.lt(1500), "middle").otherwise("long")
  }))
  .select(({ flight }) => ({
    flights: Query.count(),
    median: Query.median(flight.delay),
    worst: Query.quantile(flight.delay, 0.99),
    late: Query.count().filter(flight.delay.gt(60)).divide(Query.count()).multiply(100)
  }))
  .orderBy(({ flights: count }) => count.desc())

// A window sees the groups around a group: the busiest day of each month, and its part of the month.
const busiestDays = flights
  .where(({ flight }) => flight.origin.eq("ATL"))
  .groupBy(({ flight }) => ({ day: flight.date.truncate("day"), month: flight.date.month() }))
  .select((_, { month }) => ({
    flights: Query.count(),
    part: Query.count().multiply(100).divide(Query.sum(Query.count()).over({ partitionBy: month })),
    rank: Query.rank().over({ partitionBy: month, orderBy: Query.count().desc() })
  }))
  .qualify(({ month, rank }) => rank.eq(1).and(month.lte(3)))
  .orderBy(({ day }) => day.asc())

// Each value of a column becomes a column of its own, and the compiler knows their names.
const bySeason = flights
  .where(({ flight }) => flight.origin.in(["SFO", "ORD", "MIA"]))
  .groupBy(({ flight }) => ({ origin: flight.origin }))
  .select(({ flight }) => ({
    ...Query.pivot(
      Query.caseWhen(flight.date.month().in([12, 1, 2]), "winter").when(flight.date.month().in([6, 7, 8]), "summer")
        .otherwise("between"),
      ["winter", "summer"],
      (isIt) => Query.avg(flight.delay).filter(isIt)
    )
  }))
  .orderBy(({ origin }) => origin.asc())

// A frame of rows: the mean of a week, at every day of it.
const daily = flights
  .where(({ flight }) => flight.date.lt(DateTime.makeUnsafe("2001-01-11")))
  .groupBy(({ flight }) => ({ day: flight.date.truncate("day") }))
  .select(({ flight }) => ({ delay: Query.avg(flight.delay) }))

const smoothed = Query.from(daily, "one")
  .select(({ one }) => ({
    day: one.day,
    delay: one.delay,
    week: Query.avg(one.delay).over({
      orderBy: one.day.asc(),
      frame: { range: [{ preceding: Duration.days(6) }, "current row"] }
    }),
    change: one.delay.subtract(Query.lag(one.delay).over({ orderBy: one.day.asc() }))
  }))
  .orderBy(({ day }) => day.desc())
  .limit(3)

// ASOF: for an hour of each day, the last flight that had left by then. The given rows are a source like any other.
const hours = Query.values(
  ["2001-01-02T09:00", "2001-01-02T18:00"].map((at) => ({ at: DateTime.makeUnsafe(`${at}:00Z`) })),
  { at: Schema.DateTimeUtc }
)

const lastLeft = Query.from(hours, "hour")
  .asofJoin(Flight, "flight", {
    on: ({ flight }) => flight.origin.eq("OAK"),
    nearest: ({ flight, hour }) => flight.date.lte(hour.at)
  })
  .select(({ flight, hour }) => ({
    hour: hour.at.toIso().substring(11, 5),
    left: flight.date.toIso().substring(11, 5)
  }))
  .orderBy(({ hour }) => hour.asc())

// Sums of groups, of groups of these, and of all; `grouping` tells which is which.
const sums = flights
  .where(({ flight }) => flight.origin.in(["OAK", "SJC"]).and(flight.destination.in(["LAX", "LAS"])))
  .rollup(({ flight }) => ({ origin: flight.origin, destination: flight.destination }))
  .select((_, { destination, origin }) => ({
    flights: Query.count(),
    level: Query.grouping(origin).add(Query.grouping(destination))
  }))
  .orderBy(({ destination, level, origin }) => [level.asc(), origin.asc(), destination.asc()])

// A list of what is in a group, in an order of its own.
const farthest = flights
  .where(({ flight }) => flight.origin.eq("SJC"))
  .groupBy(({ flight }) => ({ destination: flight.destination }))
  .select(({ flight }) => ({ miles: Query.max(flight.distance) }))

const destinations = Query.from(farthest, "trip").select(({ trip }) => ({
  all: Query.count(),
  farthest: Query.list(Query.struct({ to: trip.destination, miles: trip.miles })).orderBy(trip.miles.desc())
}))

const number = (value: number | null, places = 0) =>
  value === null
    ? "-"
    : value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places })

const day = (at: DateTime.Utc) => DateTime.formatIsoDateUtc(at)

const lesson = Effect.gen(function*() {
  yield* Files.bind(Flight, join(vega, "flights-3m.parquet"))

  yield* Console.log("1. Quantiles")
  for (const { flights: count, late, length, median, worst } of yield* delays) {
    yield* Console.log(
      `${length}: ${number(count)} flights, median ${number(median)}, one in a hundred over ${
        number(worst)
      } minutes, ` +
        `${number(late, 1)} % late by an hour`
    )
  }

  yield* Console.log("\n2. The busiest day of a month in Atlanta")
  for (const row of yield* busiestDays) {
    yield* Console.log(`${day(row.day)}: ${number(row.flights)} flights, ${number(row.part, 2)} % of the month`)
  }

  yield* Console.log("\n3. Delays by season")
  for (const { origin, summer, winter } of yield* bySeason) {
    yield* Console.log(`${origin}: ${number(winter, 1)} in winter, ${number(summer, 1)} in summer`)
  }

  yield* Console.log("\n4. The week before each day")
  for (const row of yield* smoothed) {
    yield* Console.log(
      `${day(row.day)}: ${number(row.delay, 1)}, ${number(row.change, 1)} since the day before, ${
        number(row.week, 1)
      } in the week`
    )
  }

  yield* Console.log("\n5. The last flight that had left Oakland")
  for (const { hour, left } of yield* lastLeft) yield* Console.log(`by ${hour}: at ${left}`)

  yield* Console.log("\n6. Sums of sums")
  for (const { destination, flights: count, level, origin } of yield* sums) {
    const name = level === 0 ? `${origin} to ${destination}` : level === 1 ? `${origin} to both` : "all"
    yield* Console.log(`${name}: ${number(count)}`)
  }

  yield* Console.log("\n7. Lists of structs")
  for (const { all, farthest: trips } of yield* destinations) {
    const first = (trips ?? []).slice(0, 3).map(({ miles, to }) => `${to} (${number(miles)} miles)`)
    yield* Console.log(`of ${all} destinations of San José: ${first.join(", ")}`)
  }
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
