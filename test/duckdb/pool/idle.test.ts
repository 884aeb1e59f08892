/**
 * Connections that nobody uses are closed after a while, down to the minimum.
 */
import { assert, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { eventually, stats, until } from "../../contract/busy.ts"

const withPool = (pool: DuckDb.Options["pool"]) =>
  Effect.provide(DuckDb.layer({ path: ":memory:", ...pool && { pool } }))

/** Uses several connections at once, and gives them back. */
const use = Effect.fnUntraced(function*(connections: number) {
  const sql = yield* SqlClient.SqlClient
  const gate = yield* Deferred.make<void>()
  const inTransaction = sql.withTransaction(Effect.andThen(sql`SELECT 1`, Deferred.await(gate)))
  const used = yield* Effect.forkChild(
    Effect.all(Array.from({ length: connections }, () => inTransaction), { concurrency: "unbounded" })
  )
  yield* until(connections, 0)
  yield* Deferred.succeed(gate, undefined)
  yield* Fiber.join(used)
})

const idle = Effect.map(stats, (now) => now.idle)

it.effect("all connections are opened at once and stay open, unless told otherwise", () =>
  Effect.gen(function*() {
    yield* eventually(idle, (connections) => connections === 2)
    yield* TestClock.adjust("1 day")
    assert.strictEqual(yield* idle, 2)
  }).pipe(withPool(undefined)))

it.effect("a pool without a minimum opens what is used, and closes it when nobody has used it for a while", () =>
  Effect.gen(function*() {
    assert.strictEqual(yield* idle, 0)
    yield* use(2)
    yield* eventually(idle, (connections) => connections === 0)
    yield* use(1)
  }).pipe(withPool({ size: 2, minimum: 0, idleTimeout: "20 millis" })))

it.effect("a pool with a minimum keeps so many, whatever its idleTimeout", () =>
  Effect.gen(function*() {
    yield* eventually(idle, (connections) => connections === 1)
    yield* use(3)
    yield* eventually(idle, (connections) => connections === 1)
  }).pipe(withPool({ size: 3, minimum: 1, idleTimeout: "20 millis" })))

it.effect("the clock of a test closes none, however far it is set", () =>
  Effect.gen(function*() {
    yield* use(2)
    yield* TestClock.setTime(Date.UTC(2024, 0, 1))
    assert.strictEqual(yield* idle, 2)
  }).pipe(withPool({ size: 2, minimum: 0 })))

it.effect("what a database in memory holds outlives its connections", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE notes (text VARCHAR)`
    yield* eventually(idle, (connections) => connections === 0)
    assert.deepStrictEqual(yield* sql`SELECT * FROM notes`, [])
  }).pipe(withPool({ minimum: 0, idleTimeout: "20 millis" })))
