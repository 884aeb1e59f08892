/**
 * Without savepoints, a nested transaction is refused before it begins, and the outer goes on.
 */
import { assert, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

const database = DuckDb.layer({ path: ":memory:", savepoints: "refuse" })

it.live("a nested transaction is unsupported, whoever began the outer, and says what to do", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE kept (id INTEGER)`
    let hasRun = false
    const nested = Session.transaction(Effect.sync(() => {
      hasRun = true
    }))
    const body = Effect.gen(function*() {
      yield* sql`INSERT INTO kept VALUES (1)`
      const refused = yield* Effect.flip(nested)
      yield* sql`INSERT INTO kept VALUES (2)`
      return refused
    })
    for (const outer of [Session.transaction(body), sql.withTransaction(body)]) {
      const failure = yield* outer
      assert.instanceOf(failure, OrmError.Unsupported)
      assert.strictEqual(
        failure.message,
        "DuckDB does not do this: a nested transaction. Join the outer transaction instead, or open the database with " +
          "`savepoints: \"replay\"`."
      )
    }
    assert.isFalse(hasRun)
    assert.strictEqual((yield* sql`SELECT * FROM kept`).length, 4)
  }).pipe(Effect.provide(database)))
