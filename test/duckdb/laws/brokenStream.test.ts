/**
 * A stream that ends early is a failure, never a short result: law 5, and row 2 of what DuckDB does in silence.
 */
import type { DuckDBConnection } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import * as Bare from "./bare.ts"

const count = 1_000_000
const whole = `SELECT range AS number FROM range(${count})`
const failing =
  `SELECT CASE WHEN range = 500000 THEN error('a failure in row 500000') ELSE range END FROM range(${count})`

/** The rows that the bare binding gives, with something done in the middle, and never a failure. */
const drained = async (connection: DuckDBConnection, sql: string, inTheMiddle: () => unknown) => {
  const result = await connection.stream(sql)
  let rows = 0
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    if (rows === 20_480) await inTheMiddle()
    rows += chunk.rowCount
  }
  return rows
}

describe("the bare binding: a stream ends as after its last row", () => {
  it.live("when the statement fails", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      const rows = yield* Effect.promise(() => drained(connection, failing, () => undefined))
      assert.isBelow(rows, 500_001)
    }).pipe(Effect.scoped))

  it.live("when it is interrupted", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      const rows = yield* Effect.promise(() => drained(connection, whole, () => connection.interrupt()))
      assert.isBelow(rows, count)
    }).pipe(Effect.scoped))

  it.live("when another statement runs on the connection", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      const rows = yield* Effect.promise(() => drained(connection, whole, () => connection.run("SELECT 1")))
      assert.isBelow(rows, count)
    }).pipe(Effect.scoped))
})

/** The rows that ours gives, and how it ended. */
const counted = Effect.fnUntraced(function*<E, R>(
  stream: Stream.Stream<unknown, E, R>,
  inTheMiddle: Effect.Effect<void, unknown, R>
) {
  let rows = 0
  const exit = yield* Effect.exit(Stream.runForEach(stream, () => ++rows === 20_480 ? inTheMiddle : Effect.void))
  return { rows, exit }
})

describe("ours: a stream gives every row or fails", () => {
  const inMemory = Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }))

  it.live("it fails when the statement does, and the connection is well", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { exit, rows } = yield* counted(sql.unsafe(failing).stream, Effect.void)
      assert.isTrue(Exit.isFailure(exit))
      assert.isBelow(rows, 500_001)
      const all = yield* Effect.all([sql.unsafe(whole), sql.unsafe(whole), sql.unsafe(whole)], { concurrency: 3 })
      assert.deepStrictEqual(all.map(({ length }) => length), [count, count, count])
    }).pipe(inMemory))

  it.live("whoever interrupts it sees the interrupt, and the connection is well", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (let round = 0; round < 5; round++) {
        const fiber = yield* Effect.forkChild(counted(sql.unsafe(whole).stream, Effect.interrupt))
        const { exit, rows } = yield* Fiber.join(fiber)
        assert.isTrue(Exit.hasInterrupts(exit))
        assert.strictEqual(rows, 20_480)
      }
      assert.strictEqual((yield* sql.unsafe(whole)).length, count)
    }).pipe(inMemory))

  it.live("other statements leave it alone, also inside a transaction", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const other = Effect.asVoid(sql`SELECT 1`)
      const outside = yield* counted(sql.unsafe(whole).stream, other)
      const inside = yield* sql.withTransaction(counted(sql.unsafe(whole).stream, other))
      for (const { exit, rows } of [outside, inside]) {
        assert.isTrue(Exit.isSuccess(exit))
        assert.strictEqual(rows, count)
      }
    }).pipe(inMemory))
})
