/**
 * A cancel that a server forgets, because it reaches a connection before the statement that it is for has begun.
 */
import { assert, layer } from "@effect/vitest"
import { Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import process from "node:process"
import { Database } from "../../src/session/Database.ts"
import { backend, prepared, query } from "./family.ts"

/**
 * Interrupts what runs a statement over this connection while the process that serves it is stopped: whatever cancels it meanwhile is heard
 * first when that goes on.
 */
const interruptedEarly = <A, E, R>(running: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const pid = yield* backend
    return yield* Effect.acquireUseRelease(
      Effect.sync(() => process.kill(pid, "SIGSTOP")),
      () =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(running, { startImmediately: true })
          const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
          yield* Effect.sleep("100 millis")
          return interrupting
        }),
      () => Effect.sync(() => process.kill(pid, "SIGCONT"))
    ).pipe(Effect.flatMap(Fiber.join))
  })

const sleeping = query("SELECT 1 AS value FROM pg_sleep(600)")

/** How many of the statements above the server still runs. */
const leftRunning = Effect.gen(function*() {
  const sql = yield* SqlClient
  const [row] = yield* sql<{ count: number }>`
    SELECT count(*)::int AS count FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()`
  return row?.count
})

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("a cancel that is forgotten", (it) => {
  it.effect("is sent again until a statement by itself has ended", () =>
    Effect.gen(function*() {
      const { read } = yield* Database
      yield* interruptedEarly(read(sleeping))
      assert.strictEqual(yield* leftRunning, 0)
    }))

  it.effect("is sent again until a statement with a time limit has ended", () =>
    Effect.gen(function*() {
      const { read } = yield* Database
      yield* interruptedEarly(Session.statementTimeout("10 minutes")(read(sleeping)))
      assert.strictEqual(yield* leftRunning, 0)
    }))

  it.effect("is sent again until plain SQL has ended", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* interruptedEarly(sql`SELECT pg_sleep(600)`)
      assert.strictEqual(yield* leftRunning, 0)
    }))

  it.effect("is sent again until the statement of a stream has ended", () =>
    Effect.gen(function*() {
      const { stream } = yield* Database
      yield* interruptedEarly(Stream.runDrain(stream(sleeping)))
      assert.strictEqual(yield* leftRunning, 0)
    }))

  it.effect("is sent again until a statement of a transaction has ended, and so has the transaction", () =>
    Effect.gen(function*() {
      const { read, transaction } = yield* Database
      const ended = yield* Effect.flip(transaction(interruptedEarly(read(sleeping))))
      assert.strictEqual(ended._tag, "TransactionAborted")
      assert.strictEqual(yield* leftRunning, 0)
    }))
})
