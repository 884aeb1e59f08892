/**
 * A test says how many statements there should be.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { expectNoNPlusOne, expectStatements, Statements, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { type Database, duckDbInMemory, postgres } from "../databases.ts"

class Stamp extends Model.Class<Stamp>("Stamp")({
  id: Column.primaryKey(Schema.Int),
  country: Schema.String
}, { table: "counted_stamps" }) {}

const stamp = (id: number) => ({ id, country: "at" })

const counting = (
  name: string,
  database: Database,
  layerOf: (models: ReadonlyArray<Model.Stored>) => Layer.Layer<Session.Session, unknown>
) =>
  layer(TestDatabase.layerOn(database, [Stamp]), { timeout: "60 seconds" })(`${name}: statements`, (it) => {
    it.effect("are as many as are expected, without what begins and ends transactions", () =>
      Effect.gen(function*() {
        const stamps = yield* Repository.make(Stamp)
        const found = yield* Session.transaction(
          Effect.andThen(stamps.insertMany([stamp(1), stamp(2)]), stamps.findById(1))
        ).pipe(expectStatements(2), expectStatements({ insert: 1, select: 1 }))
        assert.isDefined(found)
        yield* Session.transaction(stamps.findById(1)).pipe(expectStatements({ select: 1, transaction: 2 }))
        yield* Effect.void.pipe(expectStatements(0), expectStatements({}))
      }))

    it.effect("of plain SQL count, too, and so do those of fibers that are forked", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const one = sql`SELECT 1 AS one`
        yield* Effect.all([one, one], { concurrency: "unbounded" }).pipe(expectStatements({ select: 2 }))
      }))

    it.effect("are listed by their texts where they are others", () =>
      Effect.gen(function*() {
        const all = Query.from(Stamp).all
        const error = yield* Effect.flip(Effect.andThen(all, all).pipe(expectStatements(1)))
        if (error._tag !== "UnexpectedStatements") return assert.fail(error.message)
        assert.deepStrictEqual(error.sent.map(({ count, kind }) => ({ count, kind })), [{ count: 2, kind: "select" }])
        assert.match(
          error.message,
          /^Expected 1 statement, found 2:\ntimes {2}statement\n {4}2 {2}SELECT .*counted_stamps/
        )

        const kinds = yield* Effect.flip(all.pipe(expectStatements({ insert: 2 })))
        assert.include(kinds.message, "Expected 2 insert, found 1 select:")
        const none = yield* Effect.flip(Effect.void.pipe(expectStatements(2)))
        assert.strictEqual(none.message, "Expected 2 statements, found 0:\n  none was sent")
        const nothing = yield* Effect.flip(all.pipe(expectStatements({})))
        assert.include(nothing.message, "Expected no statements, found 1 select:")
      }))

    it.effect("of a test are not those that make its database, be it the first one", () =>
      Effect.gen(function*() {
        class Coin extends Model.Class<Coin>(`${name} coin`)({ id: Column.primaryKey(Schema.Int) }, {
          table: "counted_coins"
        }) {}
        const coins = layerOf([Coin])
        const counted = Effect.provide(Query.from(Coin).all, coins, { local: true }).pipe(expectStatements(1))
        assert.deepStrictEqual(yield* Effect.all([counted, counted]), [[], []])
      }))

    it.effect("leave a failure as it is", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* Effect.flip(Effect.fail("no").pipe(expectStatements(7))), "no")
      }))

    it.effect("for each row are told, with what to do instead", () =>
      Effect.gen(function*() {
        const stamps = yield* Repository.make(Stamp)
        const ids = [11, 12, 13]
        const inserts = Effect.forEach(ids, (id) => stamps.insert(stamp(id)))
        const error = yield* Effect.flip(inserts.pipe(expectNoNPlusOne()))
        if (error._tag !== "RepeatedStatements") return assert.fail(error.message)
        assert.match(error.message, /^Expected no statement more than once:\ntimes {2}statement\n {4}3 {2}INSERT /)
        assert.include(error.message, "Insert all rows at once, with `insertMany`.")

        const messages = yield* Effect.forEach([
          Effect.forEach(ids, (id) => stamps.get(id), { discard: true }),
          Effect.forEach(ids, (id) => stamps.patch({ id, country: "de" }), { discard: true }),
          Effect.forEach(ids, (id) => stamps.delete(id), { discard: true })
        ], (effect) => Effect.map(Effect.flip(effect.pipe(expectNoNPlusOne({ most: 2 }))), ({ message }) => message))
        const advice = ["`include`", "`patchMany`", "`deleteMany`"]
        messages.forEach((message, index) => {
          assert.include(message, "Expected no statement more than 2 times")
          assert.include(message, advice[index] ?? "")
        })

        const sql = yield* SqlClient.SqlClient
        const analyzed = sql`ANALYZE`
        const other = yield* Effect.flip(Effect.andThen(analyzed, analyzed).pipe(expectNoNPlusOne()))
        assert.include(other.message, "Do it with one statement for all rows.")
      }))

    it.effect("for all rows pass", () =>
      Effect.gen(function*() {
        const stamps = yield* Repository.make(Stamp)
        const found = yield* stamps.findMany([1, 2, 3]).pipe(expectNoNPlusOne())
        assert.isAtMost(found.length, 3)
        yield* Effect.forEach([1, 2], (id) => stamps.findById(id)).pipe(expectNoNPlusOne({ most: 2 }))
      }))

    it.effect("can be asked for, also inside of others", () =>
      Effect.gen(function*() {
        const all = Query.from(Stamp).all
        const [[rows, inner], outer] = yield* Effect.andThen(all, Statements.counted(all)).pipe(Statements.counted)
        assert.isArray(rows)
        assert.deepStrictEqual(inner.map(({ count }) => count), [1])
        assert.deepStrictEqual(outer.map(({ count }) => count), [2])
      }))

    it.effect("can be asked for one by one, in their order", () =>
      Effect.gen(function*() {
        const stamps = yield* Repository.make(Stamp)
        const all = Query.from(Stamp).all
        const twice = Effect.andThen(Effect.andThen(all, stamps.insert(stamp(31))), all)
        const [rows, sent] = yield* Session.transaction(twice).pipe(Statements.sent)
        assert.include(rows.map(({ id }) => id), 31)
        const kinds = ["transaction", "select", "insert", "select", "transaction"]
        assert.deepStrictEqual(sent.map(({ kind }) => kind), kinds)
        assert.strictEqual(sent[1]?.text, sent[3]?.text)
        assert.include(sent[2]?.text, "counted_stamps")
      }))
  })

counting("DuckDB", duckDbInMemory, TestDatabase.layer)
counting("PostgreSQL", postgres, TestDatabase.layerPostgres)
