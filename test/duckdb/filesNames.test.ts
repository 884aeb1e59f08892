/**
 * Files have the names of a model's columns, and errors those of its fields.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class Flight extends Model.Class<Flight>("Flight")({
  flightId: Column.serial(Schema.Int),
  homeAirport: Schema.String,
  arrivalDelay: Column.int32
}, { table: "flights", schema: "air", columns: "snake_case" }) {}

layer(TestDatabase.layer([Flight]))("files of a model with column names of its own", (it) => {
  it.effect("carry the columns, in rows and in partitions by a field", () =>
    Effect.gen(function*() {
      const flights = yield* Repository.make(Flight)
      const path = yield* temporaryDirectory
      const rows = yield* flights.insertMany([
        { homeAirport: "SFO", arrivalDelay: 1 },
        { homeAirport: "LAX", arrivalDelay: 2 }
      ])
      yield* Files.exportTo(Flight, join(path, "flights.csv"))
      const sql = yield* SqlClient.SqlClient
      const lines = yield* sql`SELECT * FROM read_csv(${join(path, "flights.csv")}) ORDER BY 1`
      assert.deepStrictEqual(Object.keys(lines[0] ?? {}), ["flight_id", "home_airport", "arrival_delay"])
      yield* Files.exportTo(Flight, join(path, "flights"), { partitionBy: ["homeAirport"] })
      yield* flights.deleteMany(rows.map(({ flightId }) => flightId))
      assert.strictEqual(yield* Files.importFrom(Flight, join(path, "flights")), 2)
      assert.deepStrictEqual(yield* Query.from(Flight).orderBy((flight) => flight.flightId.asc()), rows)
      const next = yield* flights.insert({ homeAirport: "JFK", arrivalDelay: 3 })
      assert.strictEqual(next.flightId, 3)
    }))

  it.effect("tell a misread cell by its field", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "bad.csv")
      writeFileSync(path, "flight_id,home_airport,arrival_delay\n7,SFO,late\n")
      const invalid = yield* Effect.flip(Files.importFrom(Flight, path))
      assert.strictEqual(invalid._tag, "FileInvalid")
      if (invalid._tag === "FileInvalid") assert.deepStrictEqual(invalid.rows[0]?.issues[0]?.path, ["arrivalDelay"])
    }))
})
