/**
 * An increment adds to what is stored by then, so that of those made at the same time none is lost.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Repository, Session } from "andamios-orm"
import { expectState, TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { Model as EffectModel } from "effect/schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

class Meter extends Model.Class<Meter>("Meter")({
  id: Column.primaryKey(Column.int32),
  tiny: Column.int8,
  small: Column.int16,
  count: Column.int32.check(Schema.isGreaterThanOrEqualTo(0)),
  big: Column.int64,
  ratio: Schema.Number,
  price: Column.decimal({ precision: 6, scale: 2 }),
  maybe: Schema.NullOr(Column.int32),
  text: Schema.NumberFromString,
  label: Schema.String
}, { table: "increment_meters" }) {}

/** A counter that is watched over: who changed it when, and how often. */
class Watched extends Model.Class<Watched>("Watched")({
  room: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int16),
  count: Column.int32,
  seen: EffectModel.DateTimeUpdateFromDate,
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "increment_watched" }) {}

const decimal = BigDecimal.fromStringUnsafe

const meter = (id: number) => ({
  id,
  tiny: 100,
  small: 32_740,
  count: 5,
  big: 2n ** 60n,
  ratio: 0.5,
  price: decimal("9.90"),
  maybe: null,
  text: 1,
  label: "a"
})

export const increment = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Meter, Watched]), { timeout: "60 seconds" })(`${name}: increment`, (it) => {
    const rowOf = Effect.fnUntraced(function*(id: number) {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql`SELECT * FROM increment_meters WHERE id = ${id}`
      return row
    })

    it.effect("adds to numbers of every kind, and answers with the row as it is stored", () =>
      Effect.gen(function*() {
        const meters = yield* Repository.make(Meter)
        const before = yield* meters.insert(meter(1))
        const amounts = { small: 9, count: -5, big: -1n, ratio: 0.25, price: decimal("0.1") }
        const after = yield* meters.increment(1, amounts)
        assert.deepStrictEqual(fieldsOf(after), {
          ...fieldsOf(before),
          small: 32_749,
          count: 0,
          big: 2n ** 60n - 1n,
          ratio: 0.75,
          price: decimal("10.00")
        })
        assert.deepStrictEqual(yield* meters.get(1), after)
        const stored = yield* rowOf(1)
        assert.deepStrictEqual([stored?.["small"], stored?.["count"], stored?.["label"]], [32_749, 0, "a"])
      }))

    it.effect("leaves null what is null", () =>
      Effect.gen(function*() {
        const meters = yield* Repository.make(Meter)
        yield* meters.insertMany([meter(2), { ...meter(3), maybe: 1 }])
        assert.strictEqual((yield* meters.increment(2, { maybe: 1 })).maybe, null)
        assert.strictEqual((yield* meters.increment(3, { maybe: 1 })).maybe, 2)
      }))

    for (
      const [what, amounts] of [
        ["a small integer", { tiny: 28 }],
        ["an integer", { small: 28 }],
        ["a decimal", { price: decimal("9990.10") }],
        ["a bigint", { big: 2n ** 63n - 1n }]
      ] as const
    ) {
      it.effect(`changes nothing where ${what} would be larger than its column`, () =>
        Effect.gen(function*() {
          const meters = yield* Repository.make(Meter)
          const id = 10 + what.length
          yield* meters.insert(meter(id))
          const before = yield* rowOf(id)
          const failure = yield* Effect.flip(meters.increment(id, { count: 1, ...amounts }))
          // PostgreSQL has no type so small, but a check on a larger one
          assert.include(["QueryFailed", "CheckViolation"], failure._tag, failure.message)
          assert.deepStrictEqual(yield* rowOf(id), before)
        }))
    }

    it.effect("changes nothing where the sum breaks a check", () =>
      Effect.gen(function*() {
        const meters = yield* Repository.make(Meter)
        yield* meters.insert(meter(40))
        const before = yield* rowOf(40)
        const failure = yield* Effect.flip(meters.increment(40, { count: -6, ratio: 1 }))
        assert.strictEqual(failure._tag, "CheckViolation", failure.message)
        assert.deepStrictEqual(yield* rowOf(40), before)
      }))

    it.effect("refuses what can't be added, and tells all of it", () =>
      Effect.gen(function*() {
        const meters = yield* Repository.make(Meter)
        yield* meters.insert(meter(50))
        const before = yield* rowOf(50)
        const refused = Effect.fnUntraced(function*(amounts: object) {
          const failure = yield* Effect.flip(meters.increment(50, amounts))
          if (failure._tag !== "Invalid") return assert.fail(failure.message)
          return failure.issues.map(({ message, path }) => `${path.join()}: ${message}`)
        })
        assert.deepStrictEqual(yield* refused({}), [": there is nothing to add"])
        assert.deepStrictEqual(yield* refused({ id: 1, tilte: 1, count: 1 }), [
          "id: there is no such field to change",
          "tilte: there is no such field to change"
        ])
        assert.deepStrictEqual(yield* refused({ count: undefined, ratio: null, big: 1, price: decimal("0.001") }), [
          "count: it grows by undefined; leave the field out to keep what is stored",
          "big: expected a bigint from -9223372036854775808 to 9223372036854775807",
          "ratio: it grows by null; leave the field out to keep what is stored",
          "price: expected a decimal of at most 6 digits, 2 of them behind the point"
        ])
        const noNumber = "it is not stored as a number, so nothing can be added to it"
        assert.deepStrictEqual(yield* refused({ text: 1, label: "b" }), [`text: ${noNumber}`, `label: ${noNumber}`])
        assert.deepStrictEqual(yield* rowOf(50), before)
      }))

    it.effect("counts the version without asking for it, and sets what every change sets", () =>
      Effect.gen(function*() {
        const watched = yield* Repository.make(Watched)
        const key = { room: "A", number: 1 }
        const before = yield* watched.insert({ ...key, count: 1 })
        yield* TestClock.adjust("1 hour")
        const after = yield* watched.increment(key, { count: 41 })
        assert.deepStrictEqual(fieldsOf(after), {
          ...fieldsOf(before),
          count: 42,
          version: 2,
          updatedAt: DateTime.add(before.updatedAt, { hours: 1 }),
          seen: DateTime.add(before.seen, { hours: 1 })
        })
        assert.strictEqual((yield* Effect.flip(watched.patch({ ...key, version: 1, count: 0 })))._tag, "StaleRow")
        yield* watched.delete(key)
        assert.strictEqual((yield* Effect.flip(watched.increment(key, { count: 1 })))._tag, "NotFound")
        const version: object = { version: 1 }
        assert.strictEqual((yield* Effect.flip(watched.increment(key, version)))._tag, "Invalid")
        yield* expectState([Watched, [{ count: 42, version: 3 }]])
      }))

    it.effect("loses none of many that are made at the same time", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const meters = yield* Repository.make(Meter)
        yield* meters.insert({ ...meter(60), count: 0 })
        const once = Effect.retry(meters.increment(60, { count: 1 }), {
          schedule: Schedule.forever,
          while: ({ _tag }) => _tag === "Conflict"
        })
        yield* Effect.forEach(Array.from({ length: 8 }), () => Effect.repeat(once, { times: 24 }), {
          concurrency: "unbounded",
          discard: true
        })
        assert.deepStrictEqual(yield* sql`SELECT "count" FROM increment_meters WHERE id = 60`, [{ count: 200 }])
      }))

    it.effect("is undone with its transaction", () =>
      Effect.gen(function*() {
        const meters = yield* Repository.make(Meter)
        yield* meters.insert(meter(70))
        const before = yield* rowOf(70)
        const inside = Effect.andThen(meters.increment(70, { count: 1 }), ({ count }) => Effect.fail(count))
        assert.strictEqual(yield* Effect.flip(Session.transaction(inside)), 6)
        assert.deepStrictEqual(yield* rowOf(70), before)
      }))
  })
