/**
 * A repository over Parquet files: every read of a repository, answered by the files that can hold what is asked for, and no write.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, type Plan, Query, QueryCache, Repository, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { kinds } from "../contract/columnKinds.ts"
import { fieldsOf } from "../contract/fieldsOf.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const fields = {
  id: Column.primaryKey(Schema.Int),
  day: Column.date,
  month: Column.int8,
  origin: Schema.String.check(Schema.isPattern(/^[A-Z]{3}$/)),
  delay: Schema.NullOr(Schema.Int),
  price: Column.decimal({ precision: 10, scale: 2 }),
  tags: Schema.Array(Schema.String),
  note: Schema.OptionFromNullOr(Schema.String)
}

/** Flights in a table, which the files are made of. */
class Flight extends Model.Class<Flight>("Flight")(fields, { table: "repository_flights" }) {}

/** The same in files. */
class Archived extends Model.Class<Archived>("Archived")(fields, { table: "repository_archive" }) {
  get isLate() {
    return this.delay !== null && this.delay > 60
  }
}

class Flights extends Repository.ReadOnly<Flights>()("test/Flights", Archived, (flights) => ({
  from: (origin: string) => flights.find((flight) => flight.origin.eq(origin)),
  late: flights.query.where((flight) => flight.delay.gt(60))
})) {}

const origins = ["SFO", "LAX", "OAK"]

const inputs = Array.from({ length: 600 }, (_, id) => ({
  id,
  day: `2024-${String(id % 12 + 1).padStart(2, "0")}-01`,
  month: id % 12 + 1,
  origin: origins[id % 3],
  delay: id % 5 === 0 ? null : id % 120,
  price: `${id}.50`,
  tags: id % 2 === 0 ? [] : ["é", `tag ${id}`],
  note: id % 7 === 0 ? null : `note ${id}`
}))

const inserted = Effect.gen(function*() {
  const flights = yield* Repository.make(Flight)
  yield* flights.importFrom(Stream.fromIterable(inputs))
  return flights
})

/** A folder with the flights, one file for each of the partitions. */
const dataset = Effect.fnUntraced(function*(partitionBy: ReadonlyArray<"month" | "origin">) {
  const folder = join(yield* temporaryDirectory, "flights")
  const flights = yield* Repository.make(Flight)
  yield* Files.exportTo(flights.query, folder, { partitionBy })
  return folder
})

/** The repository over a folder, in a database of its own. */
const over = (path: string) =>
  Flights.layer.pipe(
    Layer.provide(Files.layer(Archived, path)),
    Layer.provideMerge(TestDatabase.layer([]))
  )

/** All that the steps of a plan say. */
const stepsOf = (plan: Plan.Plan): ReadonlyArray<string> => [
  ...Object.entries(plan.details).map(([name, detail]) => `${name}: ${detail}`),
  ...plan.children.flatMap(stepsOf)
]

const database = Layer.effectDiscard(inserted).pipe(Layer.provideMerge(TestDatabase.layer([Flight])))

layer(database, { timeout: "60 seconds" })("a repository over Parquet files", (it) => {
  it.effect("asks them each time, though there is a cache: nobody tells what becomes of them", () =>
    Effect.gen(function*() {
      const folder = yield* dataset(["month"])
      yield* Effect.gen(function*() {
        const flights = yield* Flights
        assert.strictEqual((yield* flights.get(61)).id, 61)
        rmSync(folder, { recursive: true })
        assert.strictEqual((yield* Effect.flip(flights.get(61)))._tag, "QueryFailed")
      }).pipe(Effect.provide(QueryCache.layerMemory()), Effect.provide(over(folder), { local: true }))
    }))

  it.effect("has every read of a repository, by keys, conditions and pages", () =>
    Effect.gen(function*() {
      const folder = yield* dataset(["month"])
      yield* Effect.gen(function*() {
        const flights = yield* Flights
        const flight = yield* flights.get(61)
        assert.instanceOf(flight, Archived)
        assert.deepStrictEqual([flight.origin, flight.isLate], ["LAX", true])
        assert.strictEqual((yield* Effect.flip(flights.get(10_000)))._tag, "NotFound")
        assert.deepStrictEqual(yield* flights.findById(-1), Option.none())
        const found = yield* flights.findMany([5, -1, 5, 0])
        assert.deepStrictEqual(found.map(Option.map(({ id }) => id)), [
          Option.some(5),
          Option.none(),
          Option.some(5),
          Option.some(0)
        ])
        const loaded = yield* Effect.forEach([1, 2, 1], flights.loader, { concurrency: "unbounded" })
        assert.deepStrictEqual(loaded.map(Option.map(({ id }) => id)), [1, 2, 1].map(Option.some))
        assert.deepStrictEqual(Option.map(yield* flights.first, ({ id }) => id), Option.some(0))
        assert.strictEqual(yield* flights.count(), 600)
        assert.strictEqual(yield* flights.count((row) => row.note.isNull()), 86)
        assert.isTrue(yield* flights.exists((row) => row.delay.eq(119)))
        assert.strictEqual((yield* flights.from("OAK")).length, 200)

        const page = yield* flights.page({ size: 10, where: (row) => row.origin.eq("SFO") })
        assert.deepStrictEqual(page.rows.map(({ id }) => id), [0, 3, 6, 9, 12, 15, 18, 21, 24, 27])
        const next = yield* flights.page({
          size: 1,
          where: (row) => row.origin.eq("SFO"),
          after: Option.getOrUndefined(page.next)
        })
        assert.deepStrictEqual(next.rows.map(({ id }) => id), [30])
        assert.strictEqual((yield* flights.numberedPage({ size: 7, number: 2 })).total, 600)
        assert.strictEqual(yield* Stream.runCount(flights.stream((row) => row.month.lte(2))), 100)
        const exported = yield* flights.exportTo(Sink.collect())
        assert.strictEqual(exported.length, 600)
      }).pipe(Effect.provide(over(folder)))
    }).pipe(Effect.scoped))

  it.effect("holds the rows that were exported, each as it was", () =>
    Effect.gen(function*() {
      const stored = yield* Query.from(Flight).orderBy(({ id }) => id.asc())
      for (const partitionBy of [["month"], ["origin", "month"]] as const) {
        const found = yield* Effect.flatMap(Flights, (flights) => flights.query.orderBy(({ id }) => id.asc())).pipe(
          Effect.provide(over(yield* dataset(partitionBy)))
        )
        assert.deepStrictEqual(found.map(fieldsOf), stored.map(fieldsOf))
      }
    }).pipe(Effect.scoped))

  it.effect("opens the files that can hold what is asked for, and reads the columns that are wanted", () =>
    Effect.gen(function*() {
      const folder = yield* dataset(["month"])
      yield* Effect.gen(function*() {
        const flights = yield* Flights
        const march = flights.query.where((row) => row.month.eq(3).and(row.delay.gt(60))).select(({ id }) => ({ id }))
        const steps = stepsOf(yield* march.explain({ analyze: true }))
        assert.include(steps.join("\n"), "Scanning Files: 1/12")
        assert.isTrue(steps.some((step) => step.startsWith("Filters: ") && step.includes("delay>60")), steps.join("\n"))
        assert.deepStrictEqual(
          steps.filter((step) => /\b(?:note|tags|price|origin|day)\b/.test(step)),
          []
        )
      }).pipe(Effect.provide(over(folder)))
    }).pipe(Effect.scoped))

  it.effect("sees the files of a pattern that come later", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      const part = (from: number) => Query.from(Flight).where((row) => row.id.between(from, from + 9))
      yield* Files.exportTo(part(0), join(folder, "a.parquet"))
      const { later, sooner } = yield* Effect.gen(function*() {
        const flights = yield* Flights
        const first = yield* flights.count()
        yield* Files.exportTo(flights.query.where((row) => row.id.lt(5)), join(folder, "b.parquet"))
        return { sooner: first, later: yield* flights.count() }
      }).pipe(Effect.provide(over(join(folder, "*.parquet"))))
      assert.deepStrictEqual([sooner, later], [10, 15])
    }).pipe(Effect.scoped))

  it.effect("can be tested without the files", () =>
    Effect.gen(function*() {
      const written = yield* Repository.make(Archived)
      yield* written.importFrom(Stream.fromIterable(inputs.slice(0, 100)))
      const late = yield* Effect.flatMap(Flights, ({ late: query }) => query)
      assert.strictEqual(late.length, inputs.slice(0, 100).filter(({ delay }) => (delay ?? 0) > 60).length)
      assert.isTrue(late.every(({ isLate }) => isLate))
    }).pipe(Effect.provide(TestDatabase.layerOf(Flights))))

  it.effect("reads CSV and JSON from a table that they were imported into", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      yield* Files.exportTo(Query.from(Flight).where(({ id }) => id.lt(20)), join(folder, "flights.csv"))
      yield* Files.exportTo(Query.from(Flight).where(({ id }) => id.lt(20)), join(folder, "flights.ndjson"))
      for (const file of ["flights.csv", "flights.ndjson"]) {
        const imported = Layer.effectDiscard(
          Effect.andThen(Session.createTables([Archived]), Files.importFrom(Archived, join(folder, file)))
        )
        const live = Flights.layer.pipe(
          Layer.provide(imported),
          Layer.provideMerge(TestDatabase.layer([]))
        )
        const rows = yield* Effect.flatMap(Flights, ({ from }) => from("LAX")).pipe(Effect.provide(live))
        const expected = yield* Query.from(Flight).where((row) => row.id.lt(20).and(row.origin.eq("LAX")))
        assert.deepStrictEqual(rows.map(fieldsOf), expected.map(fieldsOf))
      }
    }).pipe(Effect.scoped))

  it.effect("fails to be made where the files are no rows of the model", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      yield* Files.exportTo(Query.from(Flight).select(({ id }) => ({ id })), join(folder, "ids.parquet"))
      writeFileSync(join(folder, "text.parquet"), "no Parquet")
      const failures = yield* Effect.forEach(["ids.parquet", "text.parquet", "nothing.parquet"], (file) =>
        Effect.flip(Effect.provide(Effect.asVoid(Flights), over(join(folder, file)))))
      assert.deepStrictEqual(
        failures.map(({ _tag }) =>
          _tag
        ),
        ["FileMismatch", "FileFailed", "FileFailed"]
      )
    }).pipe(Effect.scoped))
})

/** What Parquet holds as another type, so that a view could not promise its values. */
const travels = new Set([
  "Int128",
  "UInt128",
  "Duration",
  "calendar interval",
  "vector",
  "array of texts",
  "array of arrays",
  "map of integers"
])

layer(TestDatabase.layer([]), { timeout: "60 seconds" })("a repository over a file", (it) => {
  it.effect.each(kinds.map((kind, index) => ({ ...kind, index })))(
    "reads every value as it was, or is not bound: $name",
    (kind) =>
      Effect.gen(function*() {
        const { edges, index, name, schema } = kind
        const columns = { id: Column.primaryKey(Schema.Int), value: schema, option: Schema.OptionFromNullOr(schema) }
        class Written extends Model.Class<Written>(`Written ${name}`)(columns, { table: `written_${index}` }) {}
        class Read extends Model.Class<Read>(`Read ${name}`)(columns, { table: `read_${index}` }) {}
        yield* Session.createTables([Written])
        const written = yield* Repository.make(Written)
        const stored = yield* written.insertMany(
          edges.map((value, id) => ({ id, value, option: id % 2 === 0 ? Option.some(value) : Option.none() }))
        )
        const file = join(yield* temporaryDirectory, "values.parquet")
        yield* Files.exportTo(written.query, file)
        const bound = yield* Effect.result(Files.bind(Read, file))
        if (travels.has(name)) {
          assert(Result.isFailure(bound) && bound.failure._tag === "FileMismatch")
          assert.deepStrictEqual(bound.failure.differences.map(({ column }) => column), ["value", "option"])
          return
        }
        const read = yield* Repository.readOnly(Read)
        const found = yield* read.getMany(stored.map(({ id }) => id))
        assert.deepStrictEqual(found.map(fieldsOf), stored.map(fieldsOf))
      }).pipe(Effect.scoped)
  )
})
