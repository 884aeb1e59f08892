/**
 * A sequence is never dropped with CASCADE: law 9, and row 6 of what DuckDB does in silence.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const tables = [
  "CREATE SEQUENCE numbering",
  "CREATE MACRO twice(x) AS 2 * x",
  "CREATE TABLE orders (number INTEGER DEFAULT nextval('numbering'), pieces INTEGER DEFAULT twice(1))",
  "INSERT INTO orders DEFAULT VALUES"
]

const cascades = [
  "DROP SEQUENCE numbering CASCADE",
  "DROP MACRO twice CASCADE",
  "drop function if exists twice cascade"
]

describe("the bare binding", () => {
  for (const cascade of cascades) {
    it.live(`${cascade}: the table whose default uses it goes with it`, () =>
      Effect.gen(function*() {
        const connection = yield* Bare.connection
        yield* Bare.run(connection, ...tables, cascade)
        assert.include(yield* Bare.failure(connection, "SELECT * FROM orders"), "Table with name orders does not exist")
      }).pipe(Effect.scoped))
  }
})

describe("ours", () => {
  const made = Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.forEach(tables, (statement) => sql.unsafe(statement), { discard: true })
    return sql
  })

  for (const cascade of cascades) {
    it.live(`${cascade}: it is refused before it is sent`, () =>
      Effect.gen(function*() {
        const sql = yield* made
        assert.include((yield* Effect.flip(sql.unsafe(cascade))).message, "CASCADE")
        assert.deepStrictEqual(yield* sql`SELECT * FROM orders`, [{ number: 1, pieces: 2 }])
      }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
  }

  it.live("the way the refusal names works: the default is taken away first", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* sql`ALTER TABLE orders ALTER number DROP DEFAULT`
      yield* sql`DROP SEQUENCE numbering`
      assert.deepStrictEqual(yield* sql`SELECT * FROM orders`, [{ number: 1, pieces: 2 }])
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
})
