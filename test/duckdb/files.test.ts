/**
 * An export is whole or not there; an import stores all rows of a file or none, and says what is wrong with it.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, type Model as AnyModel, Query, Repository, Session } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as TestClock from "effect/testing/TestClock"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { temporaryDirectory } from "./temporaryDirectory.ts"

class Trip extends Model.Class<Trip>("Trip")({
  id: Column.primaryKey(Schema.Int),
  mode: Schema.Literals(["bus", "rail"]),
  place: Schema.NonEmptyString,
  price: Column.decimal({ precision: 8, scale: 2 }),
  note: Schema.NullOr(Schema.String),
  at: Column.timestamp,
  stops: Schema.Array(Schema.Struct({ name: Schema.String, minutes: Column.int16 }))
}, { table: "trips" }) {}

/** The same table, as it could have been declared later. */
const Later = {
  wider: class
    extends Model.Class<Trip>("Wider")({ ...fieldsOf(Trip), note: Schema.String }, { table: "later_wider" })
  {},
  stricter: class extends Model.Class<Trip>("Stricter")(
    { ...fieldsOf(Trip), place: Schema.String.check(Schema.isMinLength(5)) },
    { table: "later_stricter" }
  ) {},
  renamed: class extends Model.Class<Trip>("Renamed")(
    { ...fieldsOf(Trip), comment: Schema.NullOr(Schema.String) },
    { table: "later_renamed" }
  ) {},
  retyped: class
    extends Model.Class<Trip>("Retyped")({ ...fieldsOf(Trip), place: Column.int32 }, { table: "later_retyped" })
  {},
  smaller: class
    extends Model.Class<Trip>("Smaller")({ ...fieldsOf(Trip), id: Column.int8 }, { table: "later_smaller" })
  {}
}

function fieldsOf(model: typeof Trip) {
  const { at, id, mode, note, place, price, stops } = model.fields
  return { id, mode, place, price, note, at, stops }
}

const at = DateTime.makeUnsafe("2024-02-29T12:00:00.123Z")

const trips = (count: number) =>
  Array.from({ length: count }, (_, id): AnyModel.Insert<typeof Trip> => ({
    id,
    mode: id % 2 === 0 ? "bus" : "rail",
    place: `place ${id % 5}`,
    price: BigDecimal.make(BigInt(id), 2),
    note: id % 3 === 0 ? null : `note "${id}"`,
    at,
    stops: [{ name: "a", minutes: id }]
  }))

const line = (id: unknown, fields: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    id,
    mode: "bus",
    place: "here",
    price: "1.50",
    note: null,
    at: "2024-01-01T00:00:00Z",
    stops: [],
    ...fields
  })

const count = (model: AnyModel.Any) => Query.from(model).count

const models = [Trip, ...Object.values(Later)]

/** Empty tables, a folder, and in it a file of ten trips that `Trip` has exported. */
const prepared = Effect.gen(function*() {
  const directory = yield* temporaryDirectory
  const sql = yield* SqlClient.SqlClient
  yield* Session.createTables(models)
  yield* Effect.forEach(
    ["trips", ...Object.keys(Later).map((name) => `later_${name}`)],
    (table) => sql`DELETE FROM ${sql(table)}`
  )
  const repository = yield* Repository.make(Trip)
  yield* repository.insertMany(trips(10))
  const exported = join(directory, "trips.parquet")
  yield* Files.exportTo(Trip, exported)
  return { directory, sql, exported, path: (name: string) => join(directory, name) }
})

layer(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }), { timeout: "60 seconds" })("files", (it) => {
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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

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
    }).pipe(Effect.scoped))

  it.effect("with a row twice store none, and name the constraint", () =>
    Effect.gen(function*() {
      const { exported, path } = yield* prepared
      assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, exported)))._tag, "UniqueViolation")
      writeFileSync(path("twice.json"), `${line(20)}\n${line(20)}\n`)
      assert.strictEqual((yield* Effect.flip(Files.importFrom(Trip, path("twice.json"))))._tag, "UniqueViolation")
      assert.strictEqual(yield* count(Trip), 10)
    }).pipe(Effect.scoped))
})

layer(DuckDb.layer({ path: ":memory:" }), { timeout: "60 seconds" })("a file that doesn't fit its model", (it) => {
  const mismatch = (model: AnyModel.Any, path: string) =>
    Effect.map(Effect.flip(Files.importFrom(model, path)), (failure) => {
      if (failure._tag !== "FileMismatch") return assert.fail(failure.message)
      return failure.differences.map(({ column, expected, found }) => ({ column, expected, found }))
    })

  const invalid = (model: AnyModel.Any, file: string, options?: Files.ImportOptions) =>
    Effect.map(Effect.flip(Files.importFrom(model, file, options)), (failure) => {
      if (failure._tag !== "FileInvalid") return assert.fail(failure.message)
      return failure.rows.map(({ issues, row }) => [row, issues.map(({ path }) => path.join("."))])
    })

  it.effect("is refused with each column that is missing, too many or of another type", () =>
    Effect.gen(function*() {
      const { exported, path } = yield* prepared
      assert.deepStrictEqual(yield* mismatch(Later.renamed, exported), [
        { column: "comment", expected: "VARCHAR", found: undefined }
      ])
      assert.deepStrictEqual(yield* mismatch(Later.retyped, exported), [
        { column: "place", expected: "INTEGER", found: "VARCHAR" }
      ])
      writeFileSync(path("trips.csv"), "id,mode,plaice,price,note,at\n")
      assert.deepStrictEqual(yield* mismatch(Trip, path("trips.csv")), [
        { column: "place", expected: "VARCHAR", found: undefined },
        { column: "stops", expected: "STRUCT(\"name\" VARCHAR, \"minutes\" SMALLINT)[]", found: undefined },
        { column: "plaice", expected: undefined, found: "text" }
      ])
      writeFileSync(path("trips.json"), `${line(1)}\n${line(2, { extra: true })}`)
      assert.deepStrictEqual(yield* mismatch(Trip, path("trips.json")), [
        { column: "extra", expected: undefined, found: "JSON" }
      ])
      assert.strictEqual(
        yield* Files.importFrom(Later.wider, exported, { extraColumns: "ignore" }).pipe(
          Effect.catchTag("FileInvalid", ({ rows }) => Effect.succeed(-rows.length))
        ),
        -4
      )
    }).pipe(Effect.scoped))

  it.effect("is told row by row, also where its columns are those of the model", () =>
    Effect.gen(function*() {
      const { exported } = yield* prepared
      assert.deepStrictEqual(yield* invalid(Later.wider, exported), [0, 3, 6, 9].map((row) => [row, ["note"]]))
      assert.strictEqual(yield* Files.importFrom(Later.stricter, exported), 10)
      assert.strictEqual(yield* Files.importFrom(Later.smaller, exported), 10)
    }).pipe(Effect.scoped))

  it.effect("is told with the row and the column of every cell, in a CSV file", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const stop = `"[{""name"":""a"",""minutes"":5}]"`
      const header = "stops,id,mode,place,price,note,at"
      const good = (id: number) => `[],${id},bus,"two\nlines",1.5,,2024-01-01`
      writeFileSync(
        path("trips.csv"),
        [
          header,
          good(100),
          `[],x101,bus,here,1.50,,2024-01-01`,
          `${stop},102,boat,"",1.505,,2024-01-01T00:00:00+02:00`,
          `"[{""name"":""a"",""minutes"":5.5}]",103,rail,here,1.50,,yesterday`,
          `[],104,rail,,1.50,,2024-02-30`,
          good(105),
          `[],106.0,rail,here,1e3,,2024-01-01 10:00:00.1234567`,
          `{},9007199254740993,rail,here,1234567.00,,2024-01-01 10:00`
        ].join("\r\n")
      )
      assert.deepStrictEqual(yield* invalid(Trip, path("trips.csv")), [
        [1, ["id"]],
        [2, ["price"]],
        [3, ["at", "stops"]],
        [4, ["at"]],
        [6, ["id", "price", "at"]],
        [7, ["price", "stops"]]
      ])
      assert.deepStrictEqual(yield* invalid(Trip, path("trips.csv"), { mostInvalid: 2 }), [[1, ["id"]], [2, ["price"]]])
      assert.strictEqual(yield* count(Trip), 10)

      writeFileSync(
        path("few.csv"),
        [header, good(100), `${stop},101,rail,there,0,"",2024-01-01T01:00:00.000001+01:00`].join("\n")
      )
      assert.strictEqual(yield* Files.importFrom(Trip, path("few.csv")), 2)
      const [first, second] = yield* Query.from(Trip).where(({ id }) => id.gte(100)).orderBy(({ id }) => id.asc())
      assert.strictEqual(first?.place, "two\nlines")
      assert.strictEqual(first?.note, null)
      assert.strictEqual(second?.note, "")
      assert.deepStrictEqual(second?.stops, [{ name: "a", minutes: 5 }])
      assert.strictEqual(second?.at.epochMilliseconds, Date.parse("2024-01-01T00:00:00Z") + 0.001)
    }).pipe(Effect.scoped))

  it.effect("is told with the row and the member of every value, in a JSON file", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const rows = [
        line(100),
        line("101"),
        line(102.5, { mode: 5 }),
        line(null),
        line(103, { price: 1.5 }),
        line(104, { price: 1.555, note: ["no"] }),
        line(105, { stops: [{ name: "a", minutes: 1 }, { name: 7, minutes: 2 }] }),
        line(106, { stops: { name: "a" } }),
        "5",
        line(107, { at: 12 }),
        line(108, { stops: [{ name: "a" }] })
      ]
      writeFileSync(path("trips.json"), rows.join("\n"))
      assert.deepStrictEqual(yield* invalid(Trip, path("trips.json")), [
        [2, ["id", "mode"]],
        [3, ["id"]],
        [5, ["price", "note"]],
        [6, ["stops"]],
        [7, ["stops"]],
        [8, [""]],
        [9, ["at"]],
        [10, ["stops.0.minutes"]]
      ])
      writeFileSync(path("array.json"), `[${line(100)},\n${line(101, { note: undefined })}]`)
      assert.strictEqual(yield* Files.importFrom(Trip, path("array.json")), 2)
    }).pipe(Effect.scoped))

  it.effect("is told with the row of a value that its type has and the model has not, in a Parquet file", () =>
    Effect.gen(function*() {
      const { path, sql } = yield* prepared
      const columns = sql.literal(`'bus' AS mode, 'here' AS place, 1.5::DOUBLE AS price, NULL::VARCHAR AS note`)
      const write = (name: string, values: string) =>
        sql`COPY (SELECT ${columns}, ${sql.literal(values)} FROM range(5) t(n)) TO ${path(name)} (FORMAT parquet)`
      const stops = "[{'minutes': n::DOUBLE, 'name': 'a'}] AS stops"
      yield* write(
        "good.parquet",
        `n::UTINYINT + 100 AS id, ('2024-01-01'::DATE + n::INT)::TIMESTAMP_NS AS at, ${stops}`
      )
      assert.strictEqual(yield* Files.importFrom(Trip, path("good.parquet")), 5)
      yield* write(
        "bad.parquet",
        `n / 2 AS id, CASE WHEN n = 4 THEN 'infinity'::TIMESTAMP ELSE '2024-01-01' END AS at,
         [{'minutes': CASE WHEN n = 2 THEN 0.5 ELSE n::DOUBLE END, 'name': 'a'}] AS stops`
      )
      assert.deepStrictEqual(yield* invalid(Trip, path("bad.parquet")), [[1, ["id"]], [2, ["stops"]], [3, ["id"]], [4, [
        "at"
      ]]])
    }).pipe(Effect.scoped))

  it.effect("is told by the file where there are several", () =>
    Effect.gen(function*() {
      const { directory, path } = yield* prepared
      mkdirSync(path("many"))
      writeFileSync(path("many/a.json"), `${line(100)}\n${line(101)}`)
      writeFileSync(path("many/b.json"), `${line(102)}\n${line(103, { place: "" })}`)
      const failure = yield* Effect.flip(Files.importFrom(Trip, path("many/*.json")))
      assert.strictEqual(
        failure.message.replaceAll(`${directory}/`, ""),
        `many/*.json holds rows that are no Trip, so none is stored:\n` +
          `  row 1 of many/b.json: place: Expected a value with a length of at least 1`
      )
      writeFileSync(path("many/b.json"), line(102))
      assert.strictEqual(yield* Files.importFrom(Trip, path("many/*.json")), 3)
    }).pipe(Effect.scoped))

  it.effect("can be read row by row, to store those that fit", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const trip = yield* Repository.make(Trip)
      writeFileSync(
        path("trips.json"),
        [line(100), line("no number"), line(102, { stops: [{ name: "b", minutes: 3 }] })].join("\n")
      )
      const { inserted, reasons, rejected } = yield* trip.importFrom(Files.rows(Trip, path("trips.json")))
      assert.deepStrictEqual([inserted, rejected], [2, 1])
      assert.deepStrictEqual(reasons.map(({ issues, row }) => [row, issues[0]?.path]), [[1, ["id"]]])
      assert.deepStrictEqual((yield* trip.get(102)).stops, [{ name: "b", minutes: 3 }])
    }).pipe(Effect.scoped))

  it.effect("goes on numbering after the numbers that a file brought", () =>
    Effect.gen(function*() {
      class Ticket extends Model.Class<Ticket>("Ticket")(
        { number: Column.serial(Schema.Int), owner: Schema.String },
        { table: "tickets" }
      ) {}
      const { path } = yield* prepared
      yield* Session.createTables([Ticket])
      const tickets = yield* Repository.make(Ticket)
      writeFileSync(path("tickets.csv"), "number,owner\n5,Ada\n9,Grace\n")
      yield* Files.importFrom(Ticket, path("tickets.csv"))
      assert.strictEqual((yield* tickets.insert({ owner: "Jean" })).number, 10)
      writeFileSync(path("owners.csv"), "owner\nAnn\n")
      yield* Files.importFrom(Ticket, path("owners.csv"))
      assert.deepStrictEqual(
        (yield* Query.from(Ticket).orderBy(({ number }) => number.asc())).map(({ number }) => number),
        [
          5,
          9,
          10,
          11
        ]
      )
    }).pipe(Effect.scoped))
})
