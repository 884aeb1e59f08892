/**
 * An export is whole or not there; an import stores all rows of a file or none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Model, Query, Repository, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { count, database, Later, line, prepared, Trip, trips } from "./trips.ts"

describe("files", () => {
  it.effect("are written with the rows of a query, under the names that it selects", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const late = Query.from(Trip).where((trip) => trip.id.gt(6)).orderBy((trip) => trip.id.asc())
      assert.deepStrictEqual(yield* Files.exportTo(late, path("late.parquet")), { rows: 3, files: 1 })

      const byMode = Query.from(Trip)
        .groupBy(({ mode }) => ({ mode }))
        .select(({ id, price }) => ({ trips: Query.count(), ids: Query.sum(id), paid: Query.sum(price) }))
        .orderBy(({ mode }) => mode.asc())
      yield* Files.exportTo(byMode, path("modes.csv.gz"))
      assert.strictEqual(
        gunzipSync(readFileSync(path("modes.csv.gz"))).toString(),
        "mode,trips,ids,paid\nbus,5,20,0.20\nrail,5,25,0.25\n"
      )
      yield* Files.exportTo(byMode, path("modes"), { format: "json" })
      assert.strictEqual(
        readFileSync(path("modes"), "utf8").split("\n")[0],
        `{"mode":"bus","trips":5,"ids":20,"paid":"0.20"}`
      )
    }).pipe(Effect.provide(database)))

  it.effect("tell in their metadata which columns they have", () =>
    Effect.gen(function*() {
      const { exported, sql } = yield* prepared
      const found = yield* sql<{ readonly key: string; readonly value: string }>`
        SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata(${exported}) ORDER BY key`
      assert.deepStrictEqual(found.map(({ key }) => key), ["andamios.columns", "andamios.hash"])
      assert.deepInclude(JSON.parse(found[0]?.value ?? ""), {
        name: "price",
        type: { _tag: "Decimal", precision: 8, scale: 2 },
        nullable: false
      })
      assert.match(found[1]?.value ?? "", /^[0-9a-f]{64}$/)
    }).pipe(Effect.provide(database)))

  it.effect("are not replaced unless that is asked for", () =>
    Effect.gen(function*() {
      const { exported, path } = yield* prepared
      const before = readFileSync(exported)
      const failure = yield* Effect.flip(Files.exportTo(Trip, exported))
      assert.strictEqual(failure._tag, "FileFailed")
      assert.include(failure.message, "trips.parquet: it exists")
      assert.deepStrictEqual(readFileSync(exported), before)

      yield* Files.exportTo(Query.from(Trip).limit(1), exported, { overwrite: true })
      assert.notDeepEqual(readFileSync(exported), before)

      yield* Files.exportTo(Trip, path("set"), { partitionBy: ["mode"] })
      yield* Files.exportTo(Query.from(Trip).where(({ mode }) => mode.eq("bus")), path("set"), {
        partitionBy: ["mode"],
        overwrite: true
      })
      assert.deepStrictEqual(readdirSync(path("set")), ["mode=bus"])
    }).pipe(Effect.provide(database)))

  it.effect("that can't be written leave nothing behind, under any name", () =>
    Effect.gen(function*() {
      const { directory, path, sql } = yield* prepared
      const before = readdirSync(directory)
      // the rows fail after some of them were written
      yield* sql`CREATE OR REPLACE VIEW broken AS SELECT CASE WHEN range < 200000 THEN range ELSE error('no more') END AS n FROM range(300000)`
      class Broken extends Model.Class<Broken>("Broken")({ n: Schema.Int }, { table: "broken" }) {}
      for (const name of ["broken.parquet", "broken.csv", "broken.json"]) {
        const failure = yield* Effect.flip(Files.exportTo(Broken, path(name)))
        assert.include(failure.message, "no more")
      }
      const folder = yield* Effect.flip(Files.exportTo(Trip, path("no/such/folder/trips.parquet")))
      assert.strictEqual(folder._tag, "FileFailed")
      assert.strictEqual((yield* Effect.flip(Files.exportTo(Trip, path("trips"))))._tag, "FileFailed")
      assert.deepStrictEqual(readdirSync(directory), before)
    }).pipe(Effect.provide(database)))

  it.effect("that are interrupted leave nothing behind, and the connection is whole", () =>
    Effect.gen(function*() {
      const { directory, path, sql } = yield* prepared
      const before = readdirSync(directory)
      yield* sql`CREATE OR REPLACE VIEW endless AS SELECT range AS n, range % 3 AS k FROM range(1000000000000)`
      class Endless extends Model.Class<Endless>("Endless")({ n: Schema.Int, k: Schema.Int }, { table: "endless" }) {}
      for (const [name, options] of [["endless.parquet", {}], ["endless", { partitionBy: ["k"] as const }]] as const) {
        const fiber = yield* Effect.forkChild(Files.exportTo(Endless, path(name), options))
        yield* TestClock.withLive(
          Effect.repeat(Effect.sleep(5), { until: () => readdirSync(directory).length > before.length })
        )
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(readdirSync(directory), before)
      }
      assert.strictEqual(yield* count(Trip), 10)
    }).pipe(Effect.provide(database)))

  it.effect("with hostile names are just files with such names", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      class Odd extends Model.Class<Odd>("Odd")(
        {
          "x\"y'; DROP TABLE trips; --": Schema.Int,
          "{a}": Schema.String,
          "$1": Schema.NullOr(Schema.Array(Schema.Number))
        },
        { table: "odd \"'; --" }
      ) {}
      yield* Session.createTables([Odd])
      const odd = yield* Repository.make(Odd)
      yield* odd.insertMany([{ "x\"y'; DROP TABLE trips; --": 1, "{a}": "'", "$1": [1, 2.5] }])
      const names = ["it's; DROP TABLE trips; --", "a*b?[c]", "100%$1{x}", "ünï", "new\nline", "-- ', ( FORMAT csv)"]
      for (
        const [name, ending] of names.flatMap((one) =>
          ["parquet", "csv", "json"].map((format) => [one, format] as const)
        )
      ) {
        const file = path(`${name}.${ending}`)
        yield* Files.exportTo(Query.from(Odd).limit(1), file)
        assert.isTrue(existsSync(file), file)
        yield* Files.importFrom(Odd, file)
      }
      assert.strictEqual(yield* count(Odd), 1 + names.length * 3)
      assert.strictEqual(yield* count(Trip), 10)
      assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, path("a\0b.csv"))))._tag, "FileFailed")
      assert.strictEqual((yield* Effect.flip(Files.exportTo(Trip, path("a\0b.csv"))))._tag, "FileFailed")
    }).pipe(Effect.provide(database)))

  it.effect("that aren't there, or are something else, are told by name", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      writeFileSync(path("no.parquet"), "not a Parquet file at all")
      writeFileSync(path("no.json"), "{\"id\": 1")
      writeFileSync(path("half.json"), `[${line(100)},\n`)
      const failures = yield* Effect.forEach(
        ["none.csv", "none-*.parquet", "folder", "no.parquet", "no.json", "half.json"],
        (name) => Effect.flip(Files.importFrom(Trip, path(name)))
      )
      assert.deepStrictEqual(failures.map(({ _tag }) => _tag), new Array(6).fill("FileFailed"))
      assert.include(failures[0]?.message, "none.csv: there is no such file")
    }).pipe(Effect.provide(database)))

  it.effect("are imported in the transaction that there is", () =>
    Effect.gen(function*() {
      const { exported } = yield* prepared
      const failure = yield* Session.transaction(Effect.gen(function*() {
        yield* Query.from(Trip).count
        const imported = yield* Files.importFrom(Later.stricter, exported)
        assert.strictEqual(yield* count(Later.stricter), imported)
        return yield* Effect.fail("changed my mind")
      })).pipe(Effect.flip)
      assert.strictEqual(failure, "changed my mind")
      assert.strictEqual(yield* count(Later.stricter), 0)
    }).pipe(Effect.provide(database)))

  it.effect("with rows that don't fit leave a transaction as it was", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      writeFileSync(path("bad.json"), line(1, { place: "" }))
      yield* Session.transaction(Effect.gen(function*() {
        const repository = yield* Repository.make(Trip)
        yield* repository.insertMany(trips(12).slice(10))
        assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, path("bad.json"))))._tag, "FileInvalid")
      }))
      assert.strictEqual(yield* count(Trip), 12)
    }).pipe(Effect.provide(database)))

  it.effect("with a row twice store none, and name the constraint", () =>
    Effect.gen(function*() {
      const { exported, path } = yield* prepared
      assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, exported)))._tag, "UniqueViolation")
      writeFileSync(path("twice.json"), `${line(20)}\n${line(20)}\n`)
      assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, path("twice.json"))))._tag, "UniqueViolation")
      assert.strictEqual(yield* count(Trip), 10)
    }).pipe(Effect.provide(database)))
})
