/**
 * Queries that are built and compiled once, and run with other values each time.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Relation, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema } from "effect"

class Station extends Model.Class<Station>("Station")({
  code: Column.primaryKey(Schema.String),
  city: Schema.String
}, { table: "stations" }) {
  static readonly relations = () => ({ departures: Relation.hasMany(() => Departure, { from: "code", to: "station" }) })
}

class Departure extends Model.Class<Departure>("Departure")({
  id: Column.serial(Schema.Int),
  station: Column.references(Schema.String, () => Station, "code"),
  destination: Schema.String,
  platform: Schema.NullOr(Column.int32),
  minute: Column.int32
}, { table: "departures" }) {}

const stations: ReadonlyArray<Model.Insert<typeof Station>> = [
  { code: "ATO", city: "Madrid" },
  { code: "SAN", city: "Barcelona" }
]

const timetable: ReadonlyArray<Model.Insert<typeof Departure>> = [
  { station: "ATO", destination: "Sevilla", platform: 4, minute: 420 },
  { station: "ATO", destination: "Valencia", platform: null, minute: 435 },
  { station: "ATO", destination: "Málaga", platform: 4, minute: 470 },
  { station: "SAN", destination: "Girona", platform: 2, minute: 425 }
]

// A parameter is told by the schema of its values, such as a model's field, and stands where a value does.
const nextFrom = Query.prepare(
  { station: Departure.fields.station, minute: Departure.fields.minute, most: Schema.Int },
  ({ minute, most, station }) =>
    Query.from(Departure)
      .where((departure) => departure.station.eq(station).and(departure.minute.gte(minute)))
      .orderBy((departure) => departure.minute.asc())
      .limit(most)
)

const board = Query.prepare({ codes: Schema.Array(Schema.String) }, ({ codes }) =>
  Query.from(Station)
    .where((station) => station.code.in(codes))
    .orderBy((station) => station.code.asc())
    .include({ departures: { orderBy: (departure) => departure.minute.asc() } }))

const atPlatform = Query.prepare({ platform: Departure.fields.platform }, ({ platform }) =>
  Query.from(Departure)
    .where((departure) => departure.platform.is(platform))
    .orderBy((departure) => departure.id.asc())
    .select(({ destination }) => ({ destination })))

const time = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`

const shown = ({ destination, minute }: Departure) => `${time(minute)} ${destination}`

/** Each of these is a message of the compiler. */
export const refused = () => [
  // @ts-expect-error -- Type 'string' is not assignable to type 'number'
  nextFrom({ station: "ATO", minute: "420", most: 2 }),
  // @ts-expect-error -- Property 'most' is missing
  nextFrom({ station: "ATO", minute: 420 }),
  // @ts-expect-error -- Type 'null' is not assignable to type 'number': no departure leaves at null
  nextFrom({ station: "ATO", minute: null, most: 2 })
]

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Station, Departure])
  yield* Effect.flatMap(Repository.make(Station), (repository) => repository.insertMany(stations))
  yield* Effect.flatMap(Repository.make(Departure), (repository) => repository.insertMany(timetable))

  yield* Console.log("1. One text, other values each time")
  for (const minute of [400, 430]) {
    const found = yield* nextFrom({ station: "ATO", minute, most: 2 })
    yield* Console.log(`from ${time(minute)}  ${found.map(shown).join(", ")}`)
  }
  const { parameters, sql } = yield* nextFrom({ station: "SAN", minute: 0, most: 1 }).toSql
  yield* Console.log(sql.slice(sql.indexOf("WHERE")))
  yield* Console.log(`with ${JSON.stringify(parameters)}`)

  yield* Console.log("\n2. They end as any query does")
  const late = nextFrom({ station: "SAN", minute: 430, most: 1 })
  yield* Console.log(`later ones: ${yield* late.count}, one at all: ${yield* late.exists}`)
  for (const platform of [4, null]) {
    const found = yield* atPlatform({ platform })
    yield* Console.log(`platform ${platform ?? "unknown"}: ${found.map(({ destination }) => destination).join(", ")}`)
  }

  yield* Console.log("\n3. Lists are parameters too, and rows come with what is related to them")
  for (const { city, departures } of yield* board({ codes: ["ATO", "SAN"] })) {
    yield* Console.log(`${city}: ${departures.map(shown).join(", ")}`)
  }
})

/** What this file shows, from start to end. */
export const main = Effect.provide(lesson, DuckDb.layer({ path: ":memory:" }))

if (import.meta.main) NodeRuntime.runMain(main)
