/**
 * COPY, which the driver does not know, is refused before it costs a connection; the server's own files are left to it.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("COPY on PostgreSQL", (it) => {
  it.effect.each([
    "COPY given FROM STDIN",
    "/* from here */ COPY given FROM STDIN",
    "copy given (n) from  stdin with (FORMAT csv)",
    "COPY (SELECT 1) TO STDOUT;",
    "COPY given TO STDOUT (FORMAT csv)"
  ])("is refused, and the transaction goes on: %s", (text) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql.withTransaction(Effect.gen(function*() {
        const error = yield* Effect.flip(sql.unsafe(text))
        assert.instanceOf(error.reason.cause, OrmError.Unsupported)
        assert.include(error.message, "insertMany")
        assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
      }))
    }))

  it.effect("is the server's where it is of its files", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE given (n INTEGER)`
      const error = yield* Effect.flip(sql`COPY given FROM '/nowhere/to stdout'`)
      assert.include(String(error.reason.cause), "could not open file")
    }))
})
