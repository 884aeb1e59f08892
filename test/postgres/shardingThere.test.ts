/**
 * What is there already, on the coordinator or on a shard, is taken as it is where that is right, and refused where it would be lost.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Migration, Model, Session, type Structure, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import type { Database } from "../../src/session/Database.ts"
import { carryOut, rowsOf, sql } from "../migration/carryOut.ts"
import { executeAt, layerOf, type Places, places, rowsAt } from "./shardedServers.ts"

const onShards = <A, E>(test: (all: Places) => Effect.Effect<A, E, Database | Session.Session>) =>
  Effect.flatMap(places, (all) => Effect.provide(test(all), layerOf(all)))

/** What each shard has of a query, in one list. */
const onEach = ({ shards }: Places, query: string) =>
  Effect.map(Effect.forEach(shards, (shard) => rowsAt(shard, query)), (found) => found.flat())

const column = Migration.column

const entries = Migration.createTable({
  name: "entries",
  columns: [column("id", Type.int32), column("text", Type.text)],
  primaryKey: { columns: ["id"] },
  distribution: { by: "id" }
})

const fields = {
  left: Column.primaryKey(Column.int32),
  right: Column.primaryKey(Column.int32)
}

class ByLeft extends Model.Class<ByLeft>("ByLeft")(fields, { table: "pairs", distribution: { by: "left" } }) {}

class ByRight extends Model.Class<ByRight>("ByRight")(fields, { table: "pairs", distribution: { by: "right" } }) {}

class Everywhere extends Model.Class<Everywhere>("Everywhere")(fields, { table: "pairs", distribution: "reference" }) {}

class Alone extends Model.Class<Alone>("Alone")(fields, { table: "pairs" }) {}

describe("sharded PostgreSQL: tables that are there", () => {
  it.effect("stay spread as they are: `createTables` refuses to spread them otherwise", () =>
    onShards(() =>
      Effect.gen(function*() {
        yield* Session.createTables([ByLeft])
        yield* Session.createTables([ByLeft])
        for (const [model, how] of [[ByRight, "not spread by right"], [Everywhere, "spread"]] as const) {
          const failure = yield* Effect.flip(Session.createTables([model]))
          assert.include(failure.message, `the table "pairs" is there, and its rows are ${how}`)
          assert.include(failure.message, "Distribute it by a migration.")
        }
        const failure = yield* Effect.flip(sql(`UPDATE pairs SET "left" = 1`))
        assert.strictEqual(failure._tag, "Unsupported")
      })
    ))

  it.effect("on one server are not spread by `createTables`", () =>
    onShards(() =>
      Effect.gen(function*() {
        yield* Session.createTables([Alone])
        const failure = yield* Effect.flip(Session.createTables([ByRight]))
        assert.include(failure.message, `the table "pairs" is there, and its rows are not spread by right`)
      })
    ))

  const trigger = [
    "CREATE FUNCTION silent() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER silent AFTER INSERT ON entries FOR EACH STATEMENT EXECUTE FUNCTION silent()"
  ]
  const kept: ReadonlyArray<readonly [what: string, ...statements: ReadonlyArray<string>]> = [
    ["row security", "ALTER TABLE entries ENABLE ROW LEVEL SECURITY"],
    ["policies", "CREATE POLICY own ON entries USING (id = 1)"],
    ["grants", "GRANT SELECT ON entries TO pg_monitor"],
    ["grants", "GRANT SELECT (id) ON entries TO pg_monitor"],
    [
      "triggers",
      ...trigger
    ]
  ]
  const to: Structure.DistributionStructure = "reference"
  for (const [what, ...statements] of kept) {
    it.effect(`don't lose their ${what} when they are spread otherwise (${statements.at(-1)})`, () =>
      onShards((all) =>
        Effect.gen(function*() {
          yield* carryOut([entries])
          yield* executeAt(all.coordinator, ...statements)
          const failure = yield* Effect.flip(carryOut([Migration.distribute("entries", { from: { by: "id" }, to })]))
          assert.include(failure.message, `the table "entries" has ${what}, which would be lost`)
          assert.include(failure.message, "make them anew on the table that it has become")
        })
      ))
  }

  it.effect("don't lose the triggers that they have on a shard", () =>
    onShards((all) =>
      Effect.gen(function*() {
        yield* carryOut([entries])
        for (const shard of all.shards.slice(1)) yield* executeAt(shard, ...trigger)
        const failure = yield* Effect.flip(carryOut([Migration.distribute("entries", { from: { by: "id" }, to })]))
        assert.include(failure.message, `the table "entries" has triggers, which would be lost`)
      })
    ))
})

describe("sharded PostgreSQL: types that are there", () => {
  it.effect("come to the shards with their schemas, with a table and with a column", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const mood = Type.custom(Type.text, { postgres: "other.mood" })
        const size = Type.custom(Type.text, { postgres: "other.size" })
        const shape = Type.custom(Type.text, { postgres: "shape" })
        yield* sql(
          "CREATE SCHEMA other",
          "CREATE TYPE other.mood AS ENUM ('sad', 'happy')",
          "CREATE TYPE other.size AS ENUM ('small', 'large')",
          "CREATE TYPE shape AS ENUM ('round', 'square')"
        )
        yield* carryOut([
          Migration.createTable({
            name: "things",
            columns: [column("id", Type.int32), column("mood", mood), column("shape", Type.text)],
            primaryKey: { columns: ["id"] },
            distribution: { by: "id" }
          })
        ])
        yield* sql("INSERT INTO things SELECT n, 'sad', 'round' FROM generate_series(1, 8) AS n")
        yield* carryOut([
          Migration.addColumn("things", column("size", size, { default: "'small'" })),
          Migration.changeColumn("things", {
            from: column("shape", Type.text),
            to: column("shape", shape),
            using: "CAST(shape AS shape)"
          })
        ])
        assert.lengthOf(
          yield* rowsOf("SELECT * FROM things WHERE mood = 'sad' AND size = 'small' AND shape = 'round'"),
          8
        )
        assert.lengthOf(yield* onEach(all, "SELECT * FROM things WHERE size = 'small' AND shape = 'round'"), 8)
      })
    ))
})
