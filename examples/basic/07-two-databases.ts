/**
 * One program, two databases: DuckDB inside the process and a PostgreSQL server, chosen by the Layer alone.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { BigDecimal, Console, DateTime, Effect, Layer, Schema } from "effect"

class Launch extends Model.Class<Launch>("Launch")({
  number: Column.serial(Schema.Int), // numbered by the database, whichever it is
  mission: Column.unique(Schema.NonEmptyString),
  target: Schema.Literals(["moon", "orbit"]),
  at: Column.timestamp,
  cost: Column.decimal({ precision: 14, scale: 2 }),
  crew: Schema.Array(Schema.String), // a LIST in DuckDB, jsonb in PostgreSQL: the program can't tell
  pad: Column.withDefault(Schema.NonEmptyString, "39A")
}, { table: "launches" }) {}

const history: ReadonlyArray<Model.Insert<typeof Launch>> = [
  {
    mission: "Apollo 11",
    target: "moon",
    at: DateTime.makeUnsafe("1969-07-16T13:32:00Z"),
    cost: BigDecimal.fromStringUnsafe("355000000.10"),
    crew: ["Neil", "Buzz", "Michael"]
  },
  {
    mission: "Apollo 17",
    target: "moon",
    at: DateTime.makeUnsafe("1972-12-07T05:33:00Z"),
    cost: BigDecimal.fromStringUnsafe("450000000.20"),
    crew: ["Gene", "Harrison", "Ron"]
  },
  {
    mission: "Vostok 1",
    target: "orbit",
    at: DateTime.makeUnsafe("1961-04-12T06:07:00Z"),
    cost: BigDecimal.fromStringUnsafe("9000000.50"),
    crew: ["Yuri"],
    pad: "Gagarin's Start"
  }
]

// Nothing below names a database. `Session` in its type is all that it asks for.
const program = Effect.gen(function*() {
  yield* Session.createTables([Launch])
  const launches = yield* Repository.make(Launch)
  yield* launches.insertMany(history)

  const targets = yield* Query.from(Launch)
    .groupBy(({ target }) => ({ target }))
    .select(({ at, cost }) => ({ number: Query.count(), cost: Query.sum(cost), last: Query.max(at) }))
    .orderBy(({ target }) => target.asc())
  for (const { cost, last, number, target } of targets) {
    yield* Console.log(
      `  ${target}: ${number}, for ${BigDecimal.format(cost)}, last ${DateTime.formatIsoDateUtc(last)}`
    )
  }

  for (const { crew, mission, number, pad } of yield* launches.query.orderBy((launch) => launch.at.asc())) {
    yield* Console.log(`  ${number}. ${mission} from ${pad}: ${crew.join(", ")}`)
  }

  // Failures have the same names everywhere too, although the two databases word and time them differently.
  yield* Session.transaction(launches.insertMany(history)).pipe(
    Effect.catchTag("UniqueViolation", ({ columns }) => Console.log(`  again: refused, ${columns.join(", ")} is taken`))
  )
  yield* Console.log(`  stored: ${yield* launches.query.count}`)
})

const duckDb = DuckDb.layer({ path: ":memory:" })

// A server of its own for this example, gone with the Layer. A program in service says Postgres.layer({ url }) instead.
const postgres = Layer.unwrap(Effect.map(PostgresServer.start(), Postgres.layer))

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* Console.log("DuckDB:")
  yield* Effect.provide(program, duckDb)

  yield* Console.log("PostgreSQL:")
  yield* Effect.provide(program, postgres).pipe(
    Effect.catchTag("PostgresUnavailable", ({ problem, remedy }) => Console.log(`  skipped. ${problem}\n  ${remedy}`))
  )
})

if (import.meta.main) NodeRuntime.runMain(main)
