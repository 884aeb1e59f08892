/**
 * A model that is bound to Parquet files reads them as its table, opens only those it needs, and never writes to them.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { copyFileSync, existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const Level = Schema.NullOr(Schema.String)

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Schema.Int),
  day: Column.date,
  month: Column.int8,
  level: Level,
  station: Schema.String,
  value: Schema.Number
}, { table: "readings" }) {}

class Archived extends Model.Class<Archived>("Archived")({ ...Reading.fields, id: Column.primaryKey(Schema.Int) }, {
  table: "it's \"archived\""
}) {}

class Station extends Model.Class<Station>("Station")({
  name: Column.primaryKey(Schema.String),
  city: Schema.String
}, { table: "stations" }) {}

class NamedStation extends Model.Class<NamedStation>("NamedStation")({
  name: Column.primaryKey(Schema.String),
  city: Schema.NonEmptyString
}, { table: "named_stations" }) {}

const firstOf = (month: number) => DateTime.makeUnsafe(Date.UTC(2024, month - 1, 1))

const readings = Array.from({ length: 1_200 }, (_, id) => ({
  id,
  day: firstOf(id % 12 + 1),
  month: id % 12 + 1,
  level: [null, "", "a/b=c %41", "é"][id % 4] ?? null,
  station: `s${id % 3}`,
  value: id / 4
}))

const filled = Layer.effectDiscard(
  Effect.flatMap(Repository.make(Reading), (repository) => repository.insertMany(readings))
).pipe(Layer.provideMerge(TestDatabase.layer([Reading, Station])))

const prepared = Effect.gen(function*() {
  const directory = yield* temporaryDirectory
  const sql = yield* SqlClient.SqlClient
  return { directory, sql, path: (name: string) => join(directory, name) }
})

const valuesOf = (row: object) => Object.fromEntries(Object.entries(row))

/** What DuckDB says of the files that a query has read. */
const planOf = Effect.fnUntraced(function*(query: string) {
  const sql = yield* SqlClient.SqlClient
  const [plan] = yield* sql.unsafe<{ readonly explain_value: string }>(`EXPLAIN ANALYZE ${query}`)
  return plan?.explain_value ?? ""
})

const archive = "\"it's \"\"archived\"\"\""

layer(filled, { timeout: "60 seconds" })("a model that is bound to files", (it) => {
  it.effect("reads a dataset in partitions as the rows that were written, nulls and odd texts among them", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      for (const partitionBy of [["month"], ["level", "month"], ["day"], ["station", "level"]] as const) {
        const folder = path(partitionBy.join("-"))
        yield* Files.exportTo(Reading, folder, { partitionBy })
        yield* Files.bind(Archived, folder)
        const found = yield* Query.from(Archived).orderBy(({ id }) => id.asc())
        const expected = yield* Query.from(Reading).orderBy(({ id }) => id.asc())
        assert.deepStrictEqual(found.map(valuesOf), expected.map(valuesOf))
      }
    }).pipe(Effect.scoped))

  it.effect("opens only the partitions that can hold what is asked for", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      yield* Files.exportTo(Reading, path("months"), { partitionBy: ["month"] })
      yield* Files.bind(Archived, path("months"))
      assert.include(yield* planOf(`SELECT sum(value) FROM ${archive} WHERE month = 3`), "Scanning Files: 1/12")
      assert.include(
        yield* planOf(`SELECT sum(value) FROM ${archive} WHERE month > 9 AND id > 5`),
        "Scanning Files: 3/12"
      )

      yield* Files.exportTo(Reading, path("days"), { partitionBy: ["day"] })
      yield* Files.bind(Archived, path("days"))
      assert.include(
        yield* planOf(`SELECT sum(value) FROM ${archive} WHERE day < DATE '2024-03-01'`),
        "Scanning Files: 2/12"
      )
      assert.strictEqual(yield* Query.from(Archived).where((row) => row.day.eq(firstOf(4))).count, 100)
    }).pipe(Effect.scoped))

  it.effect("skips the groups of rows that can't hold what is asked for", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      class Number extends Model.Class<Number>("Number")({ n: Schema.Int }, { table: "numbers" }) {}
      class Bound extends Model.Class<Bound>("Bound")({ n: Schema.Int }, { table: "bound_numbers" }) {}
      yield* Session.createTables([Number])
      const numbers = yield* Repository.make(Number)
      yield* numbers.insertMany(Array.from({ length: 20_480 }, (_, n) => ({ n })))
      yield* Files.exportTo(Query.from(Number).orderBy(({ n }) => n.asc()), path("n.parquet"), { rowGroupSize: 2_048 })
      yield* Files.bind(Bound, path("n.parquet"))
      // the condition has reached the scan, which knows the least and the greatest value of each group
      assert.match(yield* planOf("SELECT * FROM bound_numbers WHERE n BETWEEN 5000 AND 5001"), /n>=5000 AND n<=5001/)
      assert.strictEqual(yield* Query.from(Bound).where(({ n }) => n.between(5_000, 5_001)).count, 2)
    }).pipe(Effect.scoped))

  it.effect("joins tables, and sees files that come later", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const stations = yield* Repository.make(Station)
      yield* stations.insertMany([{ name: "s0", city: "Bern" }, { name: "s1", city: "Basel" }])
      mkdirSync(path("readings"))
      yield* Files.exportTo(Query.from(Reading).where(({ id }) => id.lt(6)), path("readings/a.parquet"))
      yield* Files.bind(Archived, path("readings/*.parquet"))
      const cities = Query.from(Archived, "reading")
        .join(Station, "station", ({ reading, station }) => reading.station.eq(station.name))
        .groupBy(({ station }) => ({ city: station.city }))
        .select(() => ({ readings: Query.count() }))
        .orderBy(({ city }) => city.asc())
      assert.deepStrictEqual([...(yield* cities)], [{ city: "Basel", readings: 2 }, { city: "Bern", readings: 2 }])
      copyFileSync(path("readings/a.parquet"), path("readings/b.parquet"))
      assert.strictEqual(yield* Query.from(Archived).count, 12)
    }).pipe(Effect.scoped))

  it.effect("refuses what would change it, in a transaction that goes on", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      yield* Files.exportTo(Reading, path("all.parquet"))
      yield* Files.bind(Archived, path("all.parquet"))
      const archived = yield* Repository.make(Archived)
      const [row] = readings
      if (row === undefined) return assert.fail("there are no readings")
      yield* Session.transaction(Effect.gen(function*() {
        const failures = [
          yield* Effect.flip(archived.insert(row)),
          yield* Effect.flip(archived.insertMany(readings.slice(0, 100))),
          yield* Effect.flip(archived.delete(5)),
          yield* Effect.flip(Files.importFrom(Archived, path("all.parquet")))
        ]
        assert.deepStrictEqual(
          failures.map(({ _tag }) => _tag),
          new Array(4).fill("Unsupported")
        )
        assert.include(failures[0]?.message, "it's \"archived\", which is a view")
      }))
      assert.strictEqual(yield* archived.query.count, 1_200)
    }).pipe(Effect.scoped))

  it.effect("is refused where a value of the file might not be one of its own", () =>
    Effect.gen(function*() {
      const { path, sql } = yield* prepared
      const columns = "1::BIGINT AS id, DATE '2024-01-01' AS day, 1::TINYINT AS month, 'x' AS level, 's' AS station"
      const write = (name: string, values: string) =>
        sql.unsafe(`COPY (SELECT ${columns}, ${values}) TO '${path(name)}' (FORMAT parquet)`)
      const differences = (name: string, options?: Files.BindOptions) =>
        Effect.map(Effect.flip(Files.bind(Archived, path(name), options)), (failure) =>
          failure._tag === "FileMismatch"
            ? failure.differences.map(({ column, expected, found }) => [column, expected, found])
            : assert.fail(failure.message))

      yield* write("float.parquet", "1.5::FLOAT AS value")
      yield* Files.bind(Archived, path("float.parquet"))
      assert.strictEqual((yield* Query.from(Archived).one).value, 1.5)

      yield* write("text.parquet", "'1.5' AS value")
      assert.deepStrictEqual(yield* differences("text.parquet"), [["value", "DOUBLE", "VARCHAR"]])
      yield* write("long.parquet", "1::BIGINT AS value")
      assert.deepStrictEqual(yield* differences("long.parquet"), [["value", "DOUBLE", "BIGINT"]])
      yield* write("more.parquet", "1.0::DOUBLE AS value, 2 AS more")
      assert.deepStrictEqual(yield* differences("more.parquet"), [["more", undefined, "INTEGER"]])
      yield* Files.bind(Archived, path("more.parquet"), { extraColumns: "ignore" })
      assert.strictEqual((yield* Query.from(Archived).one).value, 1)

      // DuckDB would take the types of the first file for all
      mkdirSync(path("mixed"))
      yield* write("mixed/a.parquet", "1::INTEGER AS value")
      yield* write("mixed/b.parquet", "1.7::DOUBLE AS value")
      assert.deepStrictEqual(yield* differences("mixed"), [["value", "INTEGER", "DOUBLE"]])
      assert.strictEqual((yield* Effect.flip(Files.bind(Archived, path("nothing.parquet"))))._tag, "FileFailed")

      mkdirSync(path("union"))
      yield* write("union/a.parquet", "1::DOUBLE AS value")
      const { level: _, ...lacking } = Reading.fields
      class Lacking extends Model.Class<Lacking>("Lacking")(lacking, { table: "readings" }) {}
      yield* Files.exportTo(Lacking, path("union/b.parquet"))
      assert.deepStrictEqual(yield* differences("union"), [["level", "VARCHAR", undefined]])
      yield* Files.bind(Archived, path("union"), { unionByName: true })
      assert.deepStrictEqual(
        [yield* Query.from(Archived).count, yield* Query.from(Archived).where(({ level }) => level.isNotNull()).count],
        [1_201, 1]
      )
    }).pipe(Effect.scoped))

  it.effect("is not bound where a table of its name exists", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      yield* Files.exportTo(Reading, path("all.parquet"))
      const failure = yield* Effect.flip(Files.bind(Reading, path("all.parquet")))
      assert.include(failure.message, "readings is of type Table")
      assert.strictEqual(yield* Query.from(Reading).count, 1_200)
    }).pipe(Effect.scoped))

  it.effect("is read strictly, and not vouched for when its rows are written again", () =>
    Effect.gen(function*() {
      const { path, sql } = yield* prepared
      yield* sql`COPY (SELECT 'north' AS name, '' AS city) TO ${sql.literal(`'${path("stations.parquet")}'`)}`
      yield* Files.bind(NamedStation, path("stations.parquet"))
      const unreadable = yield* Effect.flip(Query.from(NamedStation).all)
      assert.deepInclude(unreadable, { _tag: "Undecodable", column: "city", row: "name = north" })

      yield* Files.exportTo(NamedStation, path("again.parquet"))
      const [keys] = yield* sql<{ keys: number }>`SELECT count(*) AS keys FROM parquet_kv_metadata(${
        path("again.parquet")
      })`
      assert.strictEqual(keys?.keys, 0)
    }).pipe(Effect.scoped))

  it.effect("can be bound by a Layer", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      yield* Files.exportTo(Reading, path("all.parquet"))
      const database = TestDatabase.layer([])
      const found = yield* Query.from(Archived).count.pipe(
        Effect.provide(Layer.provideMerge(Files.layer(Archived, path("all.parquet")), database), { local: true })
      )
      assert.strictEqual(found, 1_200)
    }).pipe(Effect.scoped))
})

layer(filled)("a partition", (it) => {
  it.effect("is refused by a value that its folder could not say", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const failures = yield* Effect.forEach([
        Files.exportTo(Reading, path("value"), { partitionBy: ["value"] }),
        Files.exportTo(Reading, path("month.csv"), { partitionBy: ["month"] })
      ], Effect.flip)
      assert.deepStrictEqual(failures.map(({ _tag }) => _tag), ["Unsupported", "Unsupported"])

      const repository = yield* Repository.make(Reading)
      for (const [index, level] of ["NULL", "null", "__HIVE_DEFAULT_PARTITION__"].entries()) {
        const [row] = readings
        if (row !== undefined) yield* repository.insert({ ...row, id: 2_000 + index, level })
        const failure = yield* Effect.flip(
          Files.exportTo(Query.from(Reading).where(({ id }) => id.eq(2_000 + index)), path("level"), {
            partitionBy: ["level"]
          })
        )
        assert.strictEqual(failure._tag, "Unsupported")
      }
      assert.isFalse(existsSync(path("level")))
    }).pipe(Effect.scoped))

  it.effect("is imported with the values of its folders", () =>
    Effect.gen(function*() {
      const { path, sql } = yield* prepared
      class Copied extends Model.Class<Copied>("Copied")(Reading.fields, { table: "copied" }) {}
      yield* Session.createTables([Copied])
      yield* Files.exportTo(Query.from(Reading).where(({ id }) => id.lt(1_200)), path("set"), {
        partitionBy: ["level", "month"]
      })
      for (const check of [false, true]) {
        yield* sql`DELETE FROM copied`
        assert.strictEqual(yield* Files.importFrom(Copied, path("set"), { check }), 1_200)
        const rows = yield* Query.from(Copied).orderBy(({ id }) => id.asc())
        assert.deepStrictEqual(
          rows.map(({ day, id, level, month, station, value }) => ({ id, day, month, level, station, value })),
          readings
        )
      }
      yield* sql.unsafe(
        `COPY (SELECT 1::BIGINT AS id, DATE '2024-01-01' AS day, 's' AS station, 1::DOUBLE AS value, 'many' AS month, 'x' AS level)
        TO '${path("bad")}' (FORMAT parquet, PARTITION_BY (month, level))`
      )
      const failure = yield* Effect.flip(Files.importFrom(Copied, path("bad")))
      assert.strictEqual(failure._tag, "FileInvalid")
      assert.include(failure.message, "month: Can't be read as a value of the column, got \"many\"")
    }).pipe(Effect.scoped))
})
