/**
 * What an insert leaves out is the model's default, also for inserts from elsewhere, or what the database makes.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const hostile = "it's; DROP TABLE \"defaults\"; -- \\ $1 ü 🤦"
const instant = DateTime.makeUnsafe("1969-12-31T23:59:59.999Z")
const precise = DateTime.mapEpochMillis(instant, (milliseconds) => milliseconds + 0.5)
const price = Column.decimal({ precision: 38, scale: 10 })

class Default extends Model.Class<Default>("Default")({
  id: Column.primaryKey(Schema.Int),
  text: Column.withDefault(Schema.String, hostile),
  label: Column.withDefault(Schema.Literals(["plain", "it's; --"]), "it's; --"),
  nothing: Column.withDefault(Schema.NullOr(Schema.String), null),
  tiny: Column.withDefault(Column.int8, -128),
  whole: Column.withDefault(Column.uint64, 2n ** 64n - 1n),
  float: Column.withDefault(Column.float, Math.fround(0.1)),
  noon: Column.withDefault(Column.time, "12:00:00.000001"),
  zoned: Column.withDefault(Column.timestamptz, precise),
  big: Column.withDefault(Column.int64, -(2n ** 63n)),
  yes: Column.withDefault(Schema.Boolean, true),
  small: Column.withDefault(Column.double, 5e-324),
  zero: Column.withDefault(Column.double, -0),
  endless: Column.withDefault(Column.double, -Infinity),
  none: Column.withDefault(Column.double, Number.NaN),
  price: Column.withDefault(price, BigDecimal.make(-12_345_678_901_234_567_890_123_456_789n, 10)),
  first: Column.withDefault(Column.date, DateTime.makeUnsafe("0001-01-01T00:00:00Z")),
  last: Column.withDefault(Column.timestamp, DateTime.makeUnsafe("9999-12-31T23:59:59.999Z")),
  before: Column.withDefault(Column.timestamp, precise),
  date: Column.withDefault(Schema.Date, new Date(-1)),
  uuid: Column.withDefault(Column.uuid, "0198F0C0-0000-7000-8000-0000000000AB"),
  tags: Column.withDefault(Schema.Array(Schema.NullOr(Schema.String)), [hostile, null]),
  empty: Column.withDefault(Schema.Array(Column.int32), []),
  matrix: Column.withDefault(Schema.Array(Schema.Array(Schema.BigInt)), [[1n], []]),
  place: Column.withDefault(
    Schema.Struct({ name: Schema.String, at: Schema.NullOr(Column.timestamp), "it's": Column.int32 }),
    { name: hostile, at: precise, "it's": 1 }
  ),
  json: Column.withDefault(Column.json(Schema.Struct({ a: Schema.String })), { a: hostile }),
  option: Column.withDefault(Schema.NumberFromString, 12)
}, { table: "defaults" }) {}

class Visit extends Model.Class<Visit>("Visit")({
  id: Column.primaryKey(Column.databaseDefault(Column.uuid, "uuid")),
  page: Column.unique(Schema.String),
  at: Column.databaseDefault(Column.timestamp, "now"),
  seen: Column.databaseDefault(Schema.Date, "now"),
  zoned: Column.databaseDefault(Column.timestamptz, "now"),
  day: Column.databaseDefault(Column.date, "today")
}, { table: "defaults_visits" }) {}

class Only extends Model.Class<Only>("Only")({
  id: Column.primaryKey(Column.databaseDefault(Column.uuid, "uuid")),
  at: Column.databaseDefault(Column.timestamp, "now")
}, { table: "defaults_only" }) {}

/** A row that takes its time to be made. */
class Slow extends Model.Class<Slow>("Slow")({
  id: Column.primaryKey(Schema.Int),
  ...Mixin.timestamps,
  at: Schema.BigInt.pipe(
    Schema.withConstructorDefault(Effect.withSpan(Effect.delay(Clock.currentTimeNanos, "2 millis"), "at"))
  ),
  took: Schema.Int.pipe(
    Schema.withConstructorDefault(
      Effect.map(Effect.timed(Effect.sleep("2 millis")), ([duration]) => Math.round(Duration.toMillis(duration)))
    )
  )
}, { table: "defaults_slow" }) {}

class Impossible extends Model.Class<Impossible>("Impossible")({
  id: Column.primaryKey(Schema.Int),
  text: Column.withDefault(Schema.String, "nul \0 in it")
}, { table: "defaults_impossible" }) {}

export const defaults = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Default, Visit, Only, Slow]), {
    timeout: "60 seconds",
    excludeTestServices: true
  })(
    `${name}: defaults`,
    (it) => {
      it.effect("are the same from the application and from plain SQL, for every type", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const repository = yield* Repository.make(Default)
          const ours = yield* repository.insert({ id: 1 })
          yield* sql`INSERT INTO defaults (id) VALUES (2)`
          const theirs = yield* repository.get(2)
          assert.deepStrictEqual(Object.entries(theirs).slice(1), Object.entries(ours).slice(1))
          assert.strictEqual(theirs.text, hostile)
          assert.isTrue(Object.is(theirs.zero, -0))
          assert.deepStrictEqual(theirs.before, precise)
        }))

      it.effect("that no statement can hold are refused, saying what to do", () =>
        Effect.gen(function*() {
          const refused = yield* Effect.flip(Session.createTables([Impossible]))
          assert.strictEqual(refused._tag, "Unsupported")
          assert.match(refused.message, /U\+0000/)
        }))

      it.effect("of the database are read back with what they are", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          const before = yield* DateTime.now
          const visit = yield* visits.insert({ page: "/" })
          const after = yield* DateTime.now
          assert.match(visit.id, /^[0-9a-f-]{36}$/)
          const at = DateTime.toEpochMillis(visit.at)
          assert.isAtLeast(at, DateTime.toEpochMillis(before) - 1_000)
          assert.isAtMost(at, DateTime.toEpochMillis(after) + 1_000)
          assert.strictEqual(visit.seen.getTime(), Math.floor(at))
          assert.strictEqual(DateTime.toEpochMillis(visit.zoned), at)
          assert.strictEqual(DateTime.formatIsoDateUtc(visit.day), DateTime.formatIsoDateUtc(visit.at))
          assert.deepStrictEqual(yield* visits.get(visit.id), visit)
        }))

      it.effect("of the database give way to what is given, row by row, in the order of the rows", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`
          const rows = Array.from({ length: 1_000 }, (_, index) => ({
            page: `/${index}`,
            ...(index % 2 === 0 && { id: id(index) }),
            ...(index % 3 === 0 && { at: instant })
          }))
          const inserted = yield* visits.insertMany(rows)
          assert.deepStrictEqual(inserted.map(({ page }) => page), rows.map(({ page }) => page))
          inserted.forEach((visit, index) => {
            assert.strictEqual(visit.id === id(index), index % 2 === 0)
            assert.strictEqual(DateTime.Equivalence(visit.at, instant), index % 3 === 0)
          })

          const again = yield* Effect.flip(visits.insertMany([{ page: "/new" }, { page: "/1", at: instant }]))
          assert.strictEqual(again._tag, "UniqueViolation")
          assert.strictEqual(yield* Query.from(Visit).where((visit) => visit.page.eq("/new")).count, 0)
        }))

      it.effect("of the database stay as they are stored where an upsert leaves them out", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          const stored = yield* visits.insert({ page: "upserted", at: instant })
          const [same, fresh, changed] = yield* visits.upsertMany(
            [{ page: "upserted" }, { page: "fresh" }, { page: "other", seen: new Date(0) }],
            { on: "page" }
          )
          assert.deepStrictEqual(same, stored)
          assert.strictEqual(fresh?.page, "fresh")
          assert.strictEqual(changed?.seen.getTime(), 0)
          const twice = yield* Effect.flip(
            visits.upsertMany([{ page: "twice" }, { page: "twice", seen: new Date(0) }], { on: "page" })
          )
          assert.include(twice.message, "rows 0 and 1 have the same key")
          const keyless = yield* Effect.flip(visits.upsert({ page: "keyless" }))
          assert.strictEqual(keyless._tag, "Invalid")
        }))

      it.effect("of the database make whole rows", () =>
        Effect.gen(function*() {
          const only = yield* Repository.make(Only)
          const rows = yield* only.insertMany([{}, {}, {}])
          assert.strictEqual(new Set(rows.map(({ id }) => id)).size, 3)
          assert.deepStrictEqual(yield* only.insertMany([]), [])
        }))

      it.effect("of the model may take their time, while all rows of a statement have one instant", () =>
        Effect.gen(function*() {
          const slow = yield* Repository.make(Slow)
          const [one, two] = yield* slow.insertMany([{ id: 1 }, { id: 2 }])
          if (one === undefined || two === undefined) return assert.fail("two were inserted")
          assert.deepStrictEqual([two.createdAt, two.updatedAt, two.at], [one.createdAt, one.createdAt, one.at])
          for (const { took } of [one, two]) assert.isAtLeast(took, 1)
          assert.deepStrictEqual(yield* slow.get(2), two)
        }))

      it.effect("tell an invalid row by its place among all", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          const invalid = yield* Effect.flip(
            visits.insertMany([{ page: "a" }, { page: "b", at: instant }, { page: "\ud800", at: instant }])
          )
          assert.strictEqual(invalid._tag, "Invalid")
          if (invalid._tag === "Invalid") assert.deepStrictEqual(invalid.issues.map(({ row }) => row), [2])
        }))
    }
  )
