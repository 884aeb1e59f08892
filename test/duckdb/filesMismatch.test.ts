/**
 * An import says what is wrong with a file, and then stores none of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, type Model as AnyModel, Query, Repository, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdirSync, writeFileSync } from "node:fs"
import { count, database, Later, line, prepared, Trip } from "./trips.ts"

describe("a file that doesn't fit its model", () => {
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
    }).pipe(Effect.provide(database)))

  it.effect("is told row by row, also where its columns are those of the model", () =>
    Effect.gen(function*() {
      const { exported } = yield* prepared
      assert.deepStrictEqual(yield* invalid(Later.wider, exported), [0, 3, 6, 9].map((row) => [row, ["note"]]))
      assert.strictEqual(yield* Files.importFrom(Later.stricter, exported), 10)
      assert.strictEqual(yield* Files.importFrom(Later.smaller, exported), 10)
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))

  it.effect("is told by its first ten rows, and how many more there are", () =>
    Effect.gen(function*() {
      const { path } = yield* prepared
      const messageOf = (rows: number) => {
        const lines = Array.from({ length: rows }, (_, id) => line(100 + id, { mode: "boat" }))
        writeFileSync(path("boats.json"), lines.join("\n"))
        return Effect.map(Effect.flip(Files.importFrom(Trip, path("boats.json"))), ({ message }) => message.split("\n"))
      }
      const ten = yield* messageOf(10)
      assert.lengthOf(ten, 11)
      assert.match(ten[10] ?? "", /^  row 9 of .*boats\.json: mode: /)
      assert.deepStrictEqual(yield* messageOf(12), [...ten, "  and 2 rows more"])
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))

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
    }).pipe(Effect.provide(database)))
})
