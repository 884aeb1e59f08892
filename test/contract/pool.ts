/**
 * A connection is lent to one statement, transaction or stream at a time, and always comes back.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { busy, nobody, stats, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

class Job extends Model.Class<Job>("Job")({
  id: Column.primaryKey(Schema.Int),
  worker: Schema.String
}, { table: "pool_jobs" }) {}

/** As many transactions as there are connections, held open until the gate is. */
const holdAll = Effect.fnUntraced(function*(gate: Deferred.Deferred<void>) {
  const { size } = yield* stats
  const holders = Array.from(
    { length: size },
    () => Session.transaction(Effect.andThen(Query.from(Job).count, Deferred.await(gate)))
  )
  const held = yield* Effect.forkChild(Effect.all(holders, { concurrency: "unbounded", discard: true }))
  yield* until(size, 0)
  return { held, size }
})

export const pool = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Job]), { timeout: "60 seconds" })(`${name}: pool`, (it) => {
    it.effect("says how many connections there are, and that nobody has one", () =>
      Effect.gen(function*() {
        const { acquired, idle, size, waiting } = yield* stats
        assert.isAbove(size, 0)
        assert.isAtMost(idle, size)
        assert.deepStrictEqual({ acquired, waiting }, nobody)
      }))

    it.effect("goes on when the clock of a test is set decades ahead", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.UTC(2024, 0, 1))
        assert.strictEqual(yield* Query.from(Job).count, 0)
        yield* TestClock.adjust("3650 days")
        assert.strictEqual(yield* Query.from(Job).count, 0)
      }))

    it.effect("finishes more concurrent statements than it has connections", () =>
      Effect.gen(function*() {
        const jobs = yield* Repository.make(Job)
        yield* Effect.forEach(
          Array.from({ length: 200 }, (_, id) => id),
          (id) => jobs.insert({ id, worker: "statements" }),
          { concurrency: "unbounded", discard: true }
        )
        const found = yield* Effect.forEach(
          Array.from({ length: 200 }, (_, id) => id),
          (id) => jobs.get(id),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(found.map(({ id }) => id), Array.from({ length: 200 }, (_, id) => id))
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("gives each of many concurrent statements its own answer", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const numbers = Array.from({ length: 100 }, (_, index) => index)
        const answers = yield* Effect.forEach(
          numbers,
          (n) => sql<{ readonly answer: string }>`SELECT CAST(${String(n)} AS TEXT) AS answer`,
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(answers.map(([row]) => Number(row?.answer)), numbers)
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("lends a transaction one connection, however much runs inside", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const inside = Session.transaction(Effect.gen(function*() {
          const jobs = yield* Repository.make(Job)
          yield* Effect.all([jobs.all, sql`SELECT 1`, Query.from(Job).count, jobs.find((job) => job.worker.eq("?"))], {
            concurrency: "unbounded",
            discard: true
          })
          return yield* Session.transaction(busy)
        }))
        assert.deepStrictEqual(yield* inside, { acquired: 1, waiting: 0 })
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("keeps concurrent transactions apart: each sees its own writes and no other's", () =>
      Effect.gen(function*() {
        const workers = Array.from({ length: 12 }, (_, index) => `worker ${index}`)
        const work = Effect.fnUntraced(function*(worker: string, index: number) {
          const jobs = yield* Repository.make(Job)
          const rows = Array.from({ length: 10 }, (_, n) => ({ id: 10_000 + index * 10 + n, worker }))
          const mine = yield* jobs.insertMany(rows)
          yield* Effect.yieldNow
          const others = yield* jobs.find((job) => job.worker.startsWith("worker ").and(job.worker.ne(worker)))
          const own = yield* jobs.find((job) => job.worker.eq(worker))
          return { mine: mine.length, own: own.length, others: others.length }
        })
        // all are rolled back at the end, so what one sees of another was never committed
        const seen = yield* Effect.forEach(
          workers,
          (worker, index) => Effect.flip(Session.transaction(Effect.flatMap(work(worker, index), Effect.fail))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(seen, workers.map(() => ({ mine: 10, own: 10, others: 0 })))
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("lets whoever finds all connections lent wait, and serves them all", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const { held, size } = yield* holdAll(gate)
        const waiting = yield* Effect.forkChild(
          Effect.all(Array.from({ length: 5 }, () => Query.from(Job).exists), { concurrency: "unbounded" })
        )
        yield* until(size, 5)
        yield* Deferred.succeed(gate, undefined)
        assert.strictEqual((yield* Fiber.join(waiting)).length, 5)
        yield* Fiber.join(held)
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("forgets whoever stops waiting", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const { held, size } = yield* holdAll(gate)
        const waiting = yield* Effect.forkChild(
          Effect.all(Array.from({ length: 5 }, () => Query.from(Job).exists), { concurrency: "unbounded" })
        )
        yield* until(size, 5)
        yield* Fiber.interrupt(waiting)
        assert.deepStrictEqual(yield* busy, { acquired: size, waiting: 0 })
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(held)
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("tells who waits too long that the pool is exhausted", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const { held, size } = yield* holdAll(gate)
        const waiting = yield* Effect.forkChild(Effect.flip(Query.from(Job).exists))
        const transaction = yield* Effect.forkChild(Effect.flip(Session.transaction(Effect.void)))
        yield* until(size, 2)
        yield* TestClock.adjust("10 minutes")
        const failures = [yield* Fiber.join(waiting), yield* Fiber.join(transaction)]
        for (const failure of failures) {
          assert.strictEqual(failure._tag, "PoolTimeout")
          if (failure._tag === "PoolTimeout") assert.strictEqual(failure.size, size)
        }
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(held)
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("takes back the connections of what fails, dies or is interrupted", () =>
      Effect.gen(function*() {
        const jobs = yield* Repository.make(Job)
        const sql = yield* SqlClient.SqlClient
        yield* jobs.insert({ id: 20_000, worker: "failures" })
        const taken = jobs.insert({ id: 20_000, worker: "failures" })
        const failing = [
          Effect.exit(taken),
          Effect.exit(sql`SELECT * FROM there_is_no_such_table`),
          Effect.exit(Session.transaction(taken)),
          Effect.exit(Session.transaction(Effect.ignore(taken))),
          Effect.exit(Session.transaction(Effect.die("a bug"))),
          Effect.exit(sql.withTransaction(Effect.fail("mine"))),
          Effect.exit(Session.transaction(Effect.interrupt))
        ]
        for (let round = 0; round < 5; round++) {
          yield* Effect.all(failing, { concurrency: "unbounded", discard: true })
        }
        assert.deepStrictEqual(yield* busy, nobody)
        assert.isTrue(Exit.isSuccess(yield* Effect.exit(jobs.get(20_000))))
      }))

    it.effect("takes back the connection of a statement that is interrupted, when it runs no more", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const jobs = yield* Repository.make(Job)
        yield* jobs.insertMany(
          Array.from({ length: 3_000 }, (_, index) => ({ id: 30_000 + index, worker: `long ${index}` }))
        )
        const { size } = yield* stats
        const endless = sql`
          SELECT count(*) FROM pool_jobs a, pool_jobs b, pool_jobs c, pool_jobs d WHERE a.id * b.id + c.id * d.id = -1`
        for (let round = 0; round < 3; round++) {
          const running = yield* Effect.forkChild(
            Effect.all(Array.from({ length: size }, () => endless), { concurrency: "unbounded" })
          )
          yield* until(size, 0)
          yield* Fiber.interrupt(running)
          assert.deepStrictEqual(yield* busy, nobody)
          const answers = yield* Effect.all(Array.from({ length: size }, () => jobs.get(30_000)), {
            concurrency: "unbounded"
          })
          assert.strictEqual(answers.length, size)
        }
      }))
  })
