/**
 * A connection is let go of when nothing runs on it any more: law 3, and row 7 of what DuckDB does.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConnectionPool, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const moment = "SELECT sum(sin(a.range * b.range)) FROM range(10000) a, range(1000) b"
const endless = "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b"

/** Closes a connection while a query of known length runs on it, and says whether the query is ever heard of again. */
const closedDuringQuery = `
  import { DuckDBInstance } from "@duckdb/node-api"
  import { setTimeout as sleep } from "node:timers/promises"
  const connection = await (await DuckDBInstance.create()).connect()
  const query = "${moment}"
  const started = performance.now()
  await connection.run(query)
  const length = performance.now() - started
  const running = connection.run(query).then(() => "an answer", () => "a failure")
  await sleep(length / 4)
  connection.closeSync()
  console.log(await Promise.race([running, sleep(5 * length + 1000, "nothing")]))
  process.kill(process.pid, "SIGKILL")`

const closedWithQueue = `
  import { DuckDBInstance } from "@duckdb/node-api"
  const connection = await (await DuckDBInstance.create()).connect()
  for (let number = 0; number < 8; number++) connection.run("${moment}").catch(() => undefined)
  connection.closeSync()`

describe("the bare binding", () => {
  it.live("a query whose connection is closed meanwhile never ends, nor does its thread", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* Bare.program(closedDuringQuery)).said, ["nothing"])
    }))

  it.live("closing a connection that has queries waiting takes the process with it", () =>
    Effect.gen(function*() {
      const ended = yield* Bare.until(({ how }) => how !== "exit 0", 15, Bare.program(closedWithQueue, [], 5))
      assert.include(["SIGSEGV", "SIGABRT", "SIGBUS", "hang"], ended.how)
    }))

  it.live("an interrupt that comes before the query has started is lost", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      const interrupted = Effect.promise(() => {
        const running = connection.run(moment).then(() => "an answer", () => "interrupted")
        connection.interrupt()
        return running
      })
      assert.strictEqual(yield* Bare.until((outcome) => outcome === "an answer", 20, interrupted), "an answer")
    }).pipe(Effect.scoped))
})

const closedLayer = `
  import { DuckDb } from "andamios-orm/duckdb"
  import * as Effect from "effect/Effect"
  import { SqlClient } from "effect/sql"
  const endless = Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe("${endless}"))
  const many = Effect.replicateEffect(endless, 8, { concurrency: "unbounded" })
  const layer = DuckDb.layer({ path: ":memory:", pool: { size: 2 } })
  console.log(await Effect.runPromise(many.pipe(Effect.provide(layer), Effect.timeoutOption("300 millis"), Effect.map(({ _tag }) => _tag))))`

describe("ours", () => {
  it.live("closing the Layer while queries run and wait ends them, and the process ends by itself", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Bare.program(closedLayer), { said: ["None"], how: "exit 0" })
    }))

  it.live("an interrupt is not lost, whenever it comes, and the connection is well after it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { stats } = yield* ConnectionPool.ConnectionPool
      yield* sql`CREATE TABLE notes (round INTEGER)`
      for (let round = 0; round < 40; round++) {
        const writing = Effect.andThen(sql`INSERT INTO notes VALUES (${round})`, sql.unsafe(endless))
        const fiber = yield* Effect.forkChild(
          round % 2 === 0 ? Session.transaction(writing) : sql.unsafe(endless),
          { startImmediately: true }
        )
        for (let turn = 0; turn < round % 10; turn++) yield* Effect.yieldNow
        if (round >= 20) yield* Effect.sleep(round % 10)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual((yield* stats).acquired, 0)
        assert.deepStrictEqual(yield* sql`SELECT round FROM notes`, [])
      }
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }))))
})
