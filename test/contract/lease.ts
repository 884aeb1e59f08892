/**
 * Whoever waits for a connection is served in turn or told why not, and anybody can see how busy a pool is.
 */
import { assert, layer } from "@effect/vitest"
import { ConnectionPool, OrmError, Session } from "andamios-orm"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { busy, nobody, stats, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

/** A transaction that is held open until the gate is. */
const held = (gate: Deferred.Deferred<void>, name: string) =>
  Effect.withSpan(Session.transaction(Deferred.await(gate)), name)

/** Takes all connections but one, and returns how many there are and how to give them back. */
const allButOne = Effect.gen(function*() {
  const { size } = yield* stats
  const gate = yield* Deferred.make<void>()
  const others = Array.from({ length: size - 1 }, () => held(gate, "other work"))
  const fiber = yield* Effect.forkChild(Effect.all(others, { concurrency: "unbounded", discard: true }))
  yield* until(size - 1, 0)
  return { size, giveBack: Effect.andThen(Deferred.succeed(gate, undefined), Fiber.join(fiber)) }
})

export const lease = (name: string, database: Database) =>
  layer(database, { timeout: "60 seconds" })(`${name}: lease`, (it) => {
    it.effect("who waits too long is told who has held a connection for the longest, and how many wait", () =>
      Effect.gen(function*() {
        const gate = yield* Deferred.make<void>()
        const report = yield* Effect.forkChild(held(gate, "nightly report"))
        yield* until(1, 0)
        yield* TestClock.adjust("5 seconds")
        const { giveBack, size } = yield* Effect.gen(function*() {
          const all = yield* stats
          const others = Array.from({ length: all.size - 1 }, () => held(gate, "other work"))
          const fiber = yield* Effect.forkChild(Effect.all(others, { concurrency: "unbounded", discard: true }))
          yield* until(all.size, 0)
          return { size: all.size, giveBack: Fiber.join(fiber) }
        })

        const first = yield* Effect.forkChild(Effect.flip(Session.transaction(Effect.void)))
        yield* until(size, 1)
        yield* TestClock.adjust("20 seconds")
        const second = yield* Effect.forkChild(Session.transaction(Effect.void))
        yield* until(size, 2)
        yield* TestClock.adjust("10 seconds")

        const failure = yield* Fiber.join(first)
        assert.instanceOf(failure, OrmError.PoolTimeout)
        assert.deepInclude(failure, {
          size,
          inUse: size,
          waiting: 2,
          milliseconds: 30_000,
          longest: { holder: "nightly report", milliseconds: 35_000 }
        })
        assert.include(failure.message, "nightly report has held one for 35000 ms")

        yield* Deferred.succeed(gate, undefined)
        yield* Effect.all([Fiber.join(report), giveBack, Fiber.join(second)])
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("who has no span is told by the number of its fiber", () =>
      Effect.gen(function*() {
        const { giveBack, size } = yield* allButOne
        const sql = yield* SqlClient.SqlClient
        const failure = yield* Effect.scoped(Effect.gen(function*() {
          yield* sql.reserve
          yield* giveBack
          yield* Effect.all(Array.from({ length: size - 1 }, () => sql.reserve))
          const waiting = yield* Effect.forkChild(Effect.flip(sql.reserve))
          yield* until(size, 1)
          yield* TestClock.adjust("1 minute")
          return yield* Fiber.join(waiting)
        }))
        assert.match(failure.message, /fiber \d+ has held one for 30000 ms/)
      }))

    it.effect("a connection goes to whoever has waited for the longest", () =>
      Effect.gen(function*() {
        const { giveBack, size } = yield* allButOne
        const gate = yield* Deferred.make<void>()
        const last = yield* Effect.forkChild(held(gate, "the last connection"))
        yield* until(size, 0)

        const served: Array<number> = []
        const waiting = yield* Effect.forEach([1, 2, 3, 4, 5], (turn) =>
          Effect.forkChild(Session.transaction(Effect.sync(() =>
            served.push(turn)
          ))).pipe(
            Effect.tap(until(size, turn))
          ))
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.joinAll(waiting)
        assert.deepStrictEqual(served, [1, 2, 3, 4, 5])
        yield* Fiber.join(last)
        yield* giveBack
      }))

    it.effect("who stops waiting loses its place, and nobody else's", () =>
      Effect.gen(function*() {
        const { giveBack, size } = yield* allButOne
        const gate = yield* Deferred.make<void>()
        const last = yield* Effect.forkChild(held(gate, "the last connection"))
        yield* until(size, 0)

        const served: Array<number> = []
        const fibers = yield* Effect.forEach([1, 2, 3, 4], (turn) =>
          Effect.forkChild(Session.transaction(Effect.sync(() =>
            served.push(turn)
          ))).pipe(
            Effect.tap(until(size, turn))
          ))
        const [first, second, third, fourth] = fibers
        assert.isDefined(first)
        assert.isDefined(second)
        assert.isDefined(third)
        assert.isDefined(fourth)
        yield* Fiber.interruptAll([first, third])
        assert.deepStrictEqual(yield* busy, { acquired: size, waiting: 2 })
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.joinAll([second, fourth])
        assert.deepStrictEqual(served, [2, 4])
        yield* Fiber.join(last)
        yield* giveBack
        assert.deepStrictEqual(yield* busy, nobody)
      }))

    it.effect("a health check is answered, also inside a transaction, and says when no connection is free", () =>
      Effect.gen(function*() {
        const pool = yield* ConnectionPool.ConnectionPool
        yield* pool.check
        const { giveBack, size } = yield* allButOne
        const waiting = yield* Session.transaction(Effect.gen(function*() {
          const checked = yield* Effect.forkChild(Effect.flip(pool.check))
          yield* until(size, 1)
          yield* TestClock.adjust("1 minute")
          return yield* Fiber.join(checked)
        }))
        assert.instanceOf(waiting, OrmError.PoolTimeout)
        yield* giveBack
        yield* Session.transaction(pool.check)
        assert.deepStrictEqual(yield* busy, nobody)
      }))
  })
