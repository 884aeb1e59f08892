/**
 * A Layer closes when what uses it has ended; who waits for a connection meanwhile, or comes later, is told.
 */
import { assert, it } from "@effect/vitest"
import { ConnectionPool, OrmError, Session } from "andamios-orm"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { eventually, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

/** A database with all its connections in transactions until the gate opens, and one more that waits; it closes on request. */
const busyDatabase = Effect.fnUntraced(function*(database: Database) {
  const scope = yield* Scope.make()
  const context = yield* Layer.buildWithScope(database, scope)
  const sql = Context.get(context, SqlClient.SqlClient)
  const { size } = yield* Context.get(context, ConnectionPool.ConnectionPool).stats
  const gate = yield* Deferred.make<void>()
  const holder = Session.transaction(Effect.andThen(Deferred.await(gate), sql<{ readonly n: number }>`SELECT 1 AS n`))
  const held = yield* Effect.all(Array.from({ length: size }, () => holder), { concurrency: "unbounded" }).pipe(
    Effect.withSpan("the last order"),
    Effect.provide(context),
    Effect.forkChild
  )
  yield* Effect.provide(until(size, 0), context)
  const waiting = yield* Effect.forkChild(Effect.flip(Effect.provide(Session.transaction(Effect.void), context)))
  yield* Effect.provide(until(size, 1), context)
  return { context, sql, size, gate, held, waiting, close: Effect.forkChild(Scope.close(scope, Exit.void)) }
})

const isClosed = (failure: unknown) => {
  assert.instanceOf(failure, OrmError.ConnectionFailed)
  assert.include(failure.message, "the pool is closed")
}

export const draining = (name: string, database: Database) => {
  it.effect(`${name}: a Layer that closes lets what runs end, and fails what waits`, () =>
    Effect.gen(function*() {
      const { close, gate, held, size, waiting } = yield* busyDatabase(database)
      const closing = yield* close
      isClosed(yield* Fiber.join(waiting))
      assert.isUndefined(closing.pollUnsafe())
      yield* Deferred.succeed(gate, undefined)
      assert.strictEqual((yield* Fiber.join(held)).length, size)
      yield* Fiber.join(closing)
    }))

  it.effect(`${name}: after its Layer is closed, every use of a database fails`, () =>
    Effect.gen(function*() {
      const { close, context, gate, held, sql } = yield* busyDatabase(database)
      const closing = yield* close
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.joinAll([held, closing])
      const pool = Context.get(context, ConnectionPool.ConnectionPool)
      isClosed(yield* Effect.flip(Effect.provide(Session.transaction(Effect.void), context)))
      isClosed(yield* Effect.flip(pool.check))
      isClosed((yield* Effect.flip(sql`SELECT 1`)).reason.cause)
      isClosed((yield* Effect.flip(Stream.runDrain(sql`SELECT 1`.stream))).reason.cause)
      assert.deepInclude(yield* pool.stats, { acquired: 0, waiting: 0 })
      yield* eventually(pool.stats, ({ idle }) => idle === 0)
    }))

  it.effect(`${name}: every ten seconds until it is closed, it warns of who holds a connection`, () => {
    const messages: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => {
      messages.push(`${logLevel} ${String(message)}`)
    })
    return Effect.gen(function*() {
      const { close, gate, held } = yield* busyDatabase(database)
      messages.length = 0
      const closing = yield* close
      yield* TestClock.withLive(Effect.sleep("20 millis"))
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual(messages, [])
      yield* TestClock.adjust("1 second")
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(messages.length, 2)
      assert.match(messages[0] ?? "", /^Warn .* closes when .*the last order has held one for 10000 ms/)
      assert.match(messages[1] ?? "", /the last order has held one for 20000 ms/)
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.joinAll([held, closing])
    }).pipe(Effect.provide(Logger.layer([logger])))
  })
}
