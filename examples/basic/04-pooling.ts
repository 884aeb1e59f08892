/**
 * A pool lends connections: to one statement, transaction or stream at a time, to whoever asks first, and only clean ones.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { ConnectionPool, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Deferred, Effect, Exit, Fiber, Layer, Schedule, Scope } from "effect"
import { SqlClient } from "effect/sql"

const stats = Effect.flatMap(ConnectionPool.ConnectionPool, (pool) => pool.stats)

/** Waits until the pool is as we want it. */
const until = (isSo: (now: ConnectionPool.PoolStats) => boolean) =>
  Effect.repeat(stats, { until: isSo, schedule: Schedule.spaced("1 milli") })

const show = (when: string) =>
  Effect.flatMap(
    stats,
    ({ acquired, size, waiting }) => Console.log(`${when}: ${acquired} of ${size} lent, ${waiting} waiting`)
  )

/** A transaction that holds its connection until the gate opens. Whatever work has a span is known by its name. */
const hold = (name: string, gate: Deferred.Deferred<void>, last: Effect.Effect<void> = Effect.void) =>
  Session.transaction(Effect.andThen(Deferred.await(gate), last)).pipe(Effect.withSpan(name), Effect.forkChild)

// Two connections, and two transactions that hold them. Who comes next waits, but no longer than `acquireTimeout`: then it fails, and
// the failure says who has held a connection for the longest time.
const exhausted = Effect.gen(function*() {
  const gate = yield* Deferred.make<void>()
  yield* show("At first")
  const report = yield* hold("the monthly report", gate)
  yield* until(({ acquired }) => acquired === 1)
  const sync = yield* hold("the nightly sync", gate)
  yield* until(({ acquired }) => acquired === 2)
  yield* show("Both at work")

  yield* Session.transaction(Effect.void).pipe(
    Effect.catchTag("PoolTimeout", ({ inUse, longest, milliseconds, size }) =>
      Console.log(
        `PoolTimeout after ${milliseconds} ms: ${inUse} of ${size} are in use, one for the longest by ${longest?.holder}`
      ))
  )

  // A health check asks the database for an answer over the pool, so it finds out about this too.
  const { check } = yield* ConnectionPool.ConnectionPool
  const health = check.pipe(Effect.as("healthy"), Effect.catch(({ _tag }) => Effect.succeed(`not healthy: ${_tag}`)))
  yield* Console.log(`check: ${yield* health}`)

  yield* Deferred.succeed(gate, undefined)
  yield* Fiber.joinAll([report, sync])
  yield* Console.log(`check: ${yield* health}`)
})

// Who has waited the longest is next. Nobody is overtaken, so nobody starves.
const inOrder = Effect.gen(function*() {
  const gate = yield* Deferred.make<void>()
  const holder = yield* hold("the only connection", gate)
  yield* until(({ acquired }) => acquired === 1)

  const served: Array<string> = []
  const guests = yield* Effect.forEach(
    ["Ada", "Grace", "Jean", "Barbara"],
    (name, index) =>
      Session.transaction(Effect.sync(() => served.push(name))).pipe(
        Effect.forkChild,
        Effect.tap(until(({ waiting }) => waiting === index + 1))
      )
  )
  yield* show("Everybody has asked")

  // Who gives up leaves the line, and is not served by mistake.
  const [, , jean] = guests
  if (jean !== undefined) yield* Fiber.interrupt(jean)
  yield* show("Jean has left")

  yield* Deferred.succeed(gate, undefined)
  yield* Fiber.awaitAll([holder, ...guests])
  yield* Console.log(`Served: ${served.join(", ")}`)
})

// With a `minimum`, the pool opens what is used and closes what nobody has used for the `idleTimeout`.
const unused = Effect.gen(function*() {
  const gate = yield* Deferred.make<void>()
  const holders = yield* Effect.forEach(["one", "two"], (name) => hold(name, gate))
  const busy = yield* until(({ acquired }) => acquired === 2)
  yield* Console.log(`At work:   ${busy.acquired + busy.idle} open`)
  yield* Deferred.succeed(gate, undefined)
  yield* Fiber.joinAll(holders)
  const rested = yield* until(({ acquired, idle }) => acquired === 0 && idle === 1)
  yield* Console.log(`After it:  ${rested.acquired + rested.idle} open`)
})

// Settings, temporary tables and the like belong to a connection. One that comes back with any of them is closed, and a fresh one takes
// its place. This pool has only one, so the next statement would have met them.
const clean = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const where = Effect.map(sql<{ readonly schema: string }>`SELECT current_schema() AS schema`, ([row]) => row?.schema)
  const drafts = sql`SELECT text FROM drafts`

  yield* sql`CREATE SCHEMA attic`
  yield* Session.transaction(Effect.gen(function*() {
    yield* sql`CREATE TEMP TABLE drafts (text VARCHAR)`
    yield* sql`SET search_path = 'attic'`
    yield* Console.log(`In the transaction: schema ${yield* where}, and ${(yield* drafts).length} drafts`)
  }))
  yield* drafts.pipe(
    Effect.catchReason(
      "SqlError",
      "SqlSyntaxError",
      () => Effect.flatMap(where, (schema) => Console.log(`After it:           schema ${schema}, and no table drafts`))
    )
  )
})

// A Layer that closes lets what runs come to its end. Who waits is told at once, and who comes later.
const drain = Effect.gen(function*() {
  const scope = yield* Scope.make()
  const database = yield* Layer.buildWithScope(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }), scope)

  yield* Effect.gen(function*() {
    const gate = yield* Deferred.make<void>()
    const lastOrder = yield* hold("the last order", gate, Console.log("Who works: the last order is written"))
    yield* until(({ acquired }) => acquired === 1)
    const late = yield* Session.transaction(Effect.void).pipe(
      Effect.catchTag("ConnectionFailed", ({ message }) => Console.log(`Who waits: ${message}`)),
      Effect.forkChild
    )
    yield* until(({ waiting }) => waiting === 1)

    const closing = yield* Scope.close(scope, Exit.void).pipe(
      Effect.andThen(Console.log("The Layer is closed")),
      Effect.forkChild
    )
    yield* Fiber.join(late)
    yield* Deferred.succeed(gate, undefined)
    yield* Fiber.joinAll([lastOrder, closing])
  }).pipe(Effect.provide(database))
})

const withPool = (pool: NonNullable<DuckDb.Options["pool"]>) => Effect.provide(DuckDb.layer({ path: ":memory:", pool }))

/** What this file shows, from start to end. */
export const main = Effect.gen(function*() {
  yield* Console.log("1. When all connections are lent")
  yield* exhausted.pipe(withPool({ size: 2, acquireTimeout: "50 millis" }))

  yield* Console.log("\n2. In order")
  yield* inOrder.pipe(withPool({ size: 1 }))

  yield* Console.log("\n3. Connections that nobody uses")
  yield* unused.pipe(withPool({ size: 2, minimum: 1, idleTimeout: "20 millis" }))

  yield* Console.log("\n4. Nothing is left behind")
  yield* clean.pipe(withPool({ size: 1 }))

  yield* Console.log("\n5. The end")
  yield* drain
})

if (import.meta.main) NodeRuntime.runMain(main)
