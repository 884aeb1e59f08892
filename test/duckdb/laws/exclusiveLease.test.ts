/**
 * A connection and its prepared statements serve one at a time: law 2, and row 8 of what DuckDB does in silence.
 */
import { assert, describe, it } from "@effect/vitest"
import { Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const numbers = Array.from({ length: 64 }, (_, number) => number)

describe("the bare binding", () => {
  it.live("a prepared statement that runs twice at once answers one with the other's values", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      const prepared = yield* Effect.promise(() => connection.prepare("SELECT $1::INTEGER AS number"))
      const answers = Effect.promise(() =>
        Promise.all(numbers.map(async (number) => {
          prepared.bindInteger(1, number)
          return Number((await prepared.runAndReadAll()).getRowsJS()[0]?.[0])
        }))
      )
      const mixedUp = yield* Bare.until((found) => found.join() !== numbers.join(), 50, answers)
      assert.notDeepEqual(mixedUp, numbers)
    }).pipe(Effect.scoped))

  it.live("two flows on one connection are in each other's transactions", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      yield* Bare.run(connection, "CREATE TABLE notes (text VARCHAR)")
      yield* Bare.run(connection, "BEGIN", "INSERT INTO notes VALUES ('the first flow''s')")
      yield* Bare.run(connection, "INSERT INTO notes VALUES ('the second flow''s')")
      yield* Bare.run(connection, "ROLLBACK")
      assert.deepStrictEqual(yield* Bare.rows(connection, "SELECT text FROM notes"), [])
    }).pipe(Effect.scoped))
})

for (const size of [1, 2]) {
  describe(`ours, with a pool of ${size}`, () => {
    const inMemory = Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size } }))

    it.live("one statement asked many times at once answers each with its own", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const ask = Effect.forEach(numbers, (number) => sql`SELECT ${number} AS number`, { concurrency: "unbounded" })
        const answers = yield* Effect.replicateEffect(ask, 10)
        for (const found of answers) assert.deepStrictEqual(found.flat(), numbers.map((number) => ({ number })))
      }).pipe(inMemory))

    it.live("and so it does inside one transaction", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const ask = Effect.forEach(numbers, (number) => sql`SELECT ${number} AS number`, { concurrency: "unbounded" })
        const found = yield* Session.transaction(ask)
        assert.deepStrictEqual(found.flat(), numbers.map((number) => ({ number })))
      }).pipe(inMemory))

    it.live("what one flow rolls back is not another's", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE notes (text VARCHAR)`
        const written = yield* Deferred.make<void>()
        const first = Session.transaction(Effect.gen(function*() {
          yield* sql`INSERT INTO notes VALUES ('the first flow''s')`
          yield* Deferred.succeed(written, undefined)
          yield* Effect.sleep("20 millis")
          return yield* Effect.fail("no")
        }))
        const second = Effect.andThen(Deferred.await(written), sql`INSERT INTO notes VALUES ('the second flow''s')`)
        const rolledBack = yield* Effect.forkChild(Effect.exit(first))
        yield* second
        yield* Fiber.join(rolledBack)
        assert.deepStrictEqual(yield* sql`SELECT text FROM notes`, [{ text: "the second flow's" }])
      }).pipe(inMemory))
  })
}
