/**
 * A transaction ends when its time is up, unless it commits just then: never both.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { busy, eventually, nobody, overtime, stats, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Column.int32)
}, { table: "timed_entries" }) {}

const insert = (id: number) => Effect.flatMap(Repository.make(Entry), (entries) => entries.insert({ id }))

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly id: number }>`SELECT id FROM timed_entries ORDER BY id`,
    (rows) => rows.map(({ id }) => id)
  ))

const fresh = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM timed_entries`)

const timedOut = new OrmError.TimedOut({ what: "transaction", milliseconds: 1_000 })

export const timedTransaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Entry]), { timeout: "60 seconds" })(`${name}: timed transaction`, (it) => {
    it.effect("answers with what its effect gave in time", () =>
      Effect.gen(function*() {
        yield* fresh
        const entry = yield* Session.transaction(insert(1), { timeout: "1 second" })
        assert.strictEqual(entry.id, 1)
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("is rolled back when its time is up, and fails with TimedOut", () =>
      Effect.gen(function*() {
        yield* fresh
        const written = yield* Deferred.make<void>()
        const work = Effect.andThen(insert(1), Effect.andThen(Deferred.succeed(written, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(Effect.flip(Session.transaction(work, { timeout: "1 second" })))
        yield* Deferred.await(written)
        yield* TestClock.adjust("999 millis")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 millis")
        const failure = yield* Fiber.join(fiber)
        assert.deepStrictEqual(failure, timedOut)
        assert.strictEqual(
          failure.message,
          "The transaction took longer than 1000 ms. It is rolled back, nothing of it is stored. Give it more time, or do less in it " +
            "and wait for nobody."
        )
        assert.deepStrictEqual(yield* stored, [])
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("passes on a failure of its effect that comes in time", () =>
      Effect.gen(function*() {
        yield* fresh
        assert.strictEqual(
          yield* Effect.flip(Session.transaction(Effect.fail("mine"), { timeout: "1 second" })),
          "mine"
        )
      }))

    it.effect("ends a statement that runs when its time is up, and the connection works on", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const entries = yield* Repository.make(Entry)
        yield* entries.insertMany(Array.from({ length: 3_000 }, (_, id) => ({ id })))
        const endless = sql`SELECT count(*) FROM timed_entries a, timed_entries b, timed_entries c, timed_entries d
          WHERE a.id * b.id + c.id * d.id = -1`
        const work = Effect.andThen(insert(5_000), endless)
        const fiber = yield* Effect.forkChild(Effect.flip(Session.transaction(work, { timeout: "1 second" })))
        assert.deepStrictEqual(yield* overtime(fiber, "1 second"), timedOut)
        assert.deepStrictEqual(yield* busy, nobody)
        yield* Session.transaction(insert(5_001))
        assert.deepStrictEqual((yield* stored).slice(3_000), [5_001])
      }))

    it.effect("counts the wait for a connection", () =>
      Effect.gen(function*() {
        yield* fresh
        const { size } = yield* stats
        const gate = yield* Deferred.make<void>()
        const held = yield* Effect.forkChild(
          Effect.all(Array.from({ length: size }, () => Session.transaction(Deferred.await(gate))), {
            concurrency: "unbounded"
          })
        )
        yield* until(size, 0)
        const fiber = yield* Effect.forkChild(Effect.flip(Session.transaction(insert(1), { timeout: "1 second" })))
        yield* until(size, 1)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), timedOut)
        assert.deepStrictEqual(yield* busy, { acquired: size, waiting: 0 })
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(held)
        assert.deepStrictEqual(yield* stored, [])
      }))

    it.effect("counts all its runs, and the time between them", () =>
      Effect.gen(function*() {
        yield* fresh
        let runs = 0
        const work = Effect.suspend(() => {
          runs += 1
          return new OrmError.Conflict({ reason: "mine" })
        })
        let waits = 0
        const retry = Schedule.spaced("400 millis").pipe(Schedule.tap(() => Effect.sync(() => waits += 1)))
        const fiber = yield* Effect.forkChild(Effect.flip(Session.transaction(work, { retry, timeout: "1 second" })))
        for (const [run, time] of [[1, "400 millis"], [2, "400 millis"], [3, "200 millis"]] as const) {
          yield* eventually(Effect.sync(() => waits), (now) => now === run)
          yield* TestClock.adjust(time)
        }
        assert.deepStrictEqual(yield* Fiber.join(fiber), timedOut)
        assert.strictEqual(runs, 3)
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("commits where its work was done in time, however long that takes", () =>
      Effect.gen(function*() {
        yield* fresh
        const sql = yield* SqlClient.SqlClient
        const finished = yield* Deferred.make<void>()
        const gate = yield* Deferred.make<void>()
        // what runs after the commit belongs to the transaction's end
        const slowEnd = sql.afterCommit(Effect.andThen(Deferred.succeed(finished, undefined), Deferred.await(gate)))
        const work = Effect.andThen(insert(1), slowEnd)
        const fiber = yield* Effect.forkChild(Session.transaction(work, { timeout: "1 second" }))
        yield* Deferred.await(finished)
        yield* TestClock.adjust("1 minute")
        assert.isUndefined(fiber.pollUnsafe())
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(yield* stored, [1])
      }))

    it.effect("has time left for another run where one has failed to commit", () =>
      Effect.gen(function*() {
        yield* fresh
        const entries = yield* Repository.make(Entry)
        const services = yield* Effect.context<Session.Session | SqlClient.SqlClient>()
        const waiting = yield* Deferred.make<void>()
        let runs = 0
        // two transactions insert a key: on one database the second finds out when it commits, on the other one at once
        const work = Effect.gen(function*() {
          runs += 1
          yield* entries.all
          if (runs === 1) yield* Effect.promise(() => Effect.runPromiseWith(services)(insert(1)))
          yield* entries.insertMany(runs === 1 ? [{ id: 1 }] : [{ id: 2 }])
        }).pipe(Effect.catchTag("UniqueViolation", () => new OrmError.Conflict({ reason: "taken" })))
        const retry = Schedule.spaced("10 seconds").pipe(Schedule.tap(() => Deferred.succeed(waiting, undefined)))
        const fiber = yield* Effect.forkChild(Session.transaction(work, { retry, timeout: "1 minute" }))
        yield* Deferred.await(waiting)
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.join(fiber)
        assert.strictEqual(runs, 2)
        assert.deepStrictEqual(yield* stored, [1, 2])
      }))

    it.effect("ends a nested one alone, and the outer goes on", () =>
      Effect.gen(function*() {
        yield* fresh
        const written = yield* Deferred.make<void>()
        const nested = Session.transaction(
          Effect.andThen(insert(2), Effect.andThen(Deferred.succeed(written, undefined), Effect.never)),
          { timeout: "1 second" }
        )
        const fiber = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
          yield* insert(1)
          assert.deepStrictEqual(yield* Effect.flip(nested), timedOut)
          yield* insert(3)
        })))
        yield* Deferred.await(written)
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(yield* stored, [1, 3])
      }))

    it.effect("is interrupted like any other", () =>
      Effect.gen(function*() {
        yield* fresh
        const written = yield* Deferred.make<void>()
        const work = Effect.andThen(insert(1), Effect.andThen(Deferred.succeed(written, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(Session.transaction(work, { timeout: "1 second" }))
        yield* Deferred.await(written)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* stored, [])
        assert.deepStrictEqual(yield* busy, nobody)
      }))
  })
