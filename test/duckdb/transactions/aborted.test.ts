/**
 * A statement that failed while it ran has ended its transaction, and is named by whatever fails for that.
 */
import { assert, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

const database = TestDatabase.layer([])

/** Statements that fail while they run, each with the beginning of what DuckDB says. */
const failing: ReadonlyArray<readonly [sql: string, reason: string]> = [
  ["INSERT INTO kept VALUES (1)", "Constraint Error: Duplicate key"],
  ["INSERT INTO kept VALUES (NULL)", "Constraint Error: NOT NULL"],
  ["SELECT CAST('ten' AS INTEGER)", "Conversion Error: Could not convert string 'ten'"],
  ["SELECT error('on purpose')", "Invalid Input Error: on purpose"],
  ["SELECT 9223372036854775807 + 1", "Out of Range Error: Overflow"],
  ["SELECT * FROM read_csv('/nowhere.csv')", "IO Error: No files found"]
]

for (const [first, reason] of failing) {
  it.live(`the first that failed is named, also when it was caught: ${first}`, () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE kept (id INTEGER PRIMARY KEY)`
      yield* sql`INSERT INTO kept VALUES (1)`
      const failure = yield* Effect.flip(Session.transaction(Effect.gen(function*() {
        yield* sql`INSERT INTO kept VALUES (2)`
        yield* Effect.ignore(sql.unsafe(first))
        const after = yield* Effect.flip(sql`INSERT INTO kept VALUES (3)`)
        assert.instanceOf(after.reason.cause, OrmError.TransactionAborted)
        assert.strictEqual(after.reason.cause.statement, first)
        yield* Effect.ignore(sql`SELECT error('later')`)
      })))
      assert.instanceOf(failure, OrmError.TransactionAborted)
      assert.strictEqual(failure.statement, first)
      assert.include(failure.reason, reason)
      assert.include(failure.message, `in: ${first}`)
      assert.deepStrictEqual(yield* sql`SELECT * FROM kept`, [{ id: 1 }])
    }).pipe(Effect.provide(database)))
}

it.live("a failure that ended nothing is forgotten: a misspelt name, a missing parameter", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE kept (id INTEGER PRIMARY KEY)`
    yield* Session.transaction(Effect.gen(function*() {
      yield* Effect.flip(sql`INSERT INTO cept VALUES (1)`)
      yield* Effect.flip(sql.unsafe("INSERT INTO kept VALUES ($1)"))
      yield* sql`INSERT INTO kept VALUES (1)`
    }))
    assert.deepStrictEqual(yield* sql`SELECT * FROM kept`, [{ id: 1 }])
  }).pipe(Effect.provide(database)))

it.live("a nested transaction undoes what ended it, and the outer commits", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE kept (id INTEGER PRIMARY KEY)`
    yield* Session.transaction(Effect.gen(function*() {
      yield* sql`INSERT INTO kept VALUES (1)`
      yield* Effect.ignore(Session.transaction(sql`SELECT error('on purpose')`))
      yield* sql`INSERT INTO kept VALUES (2)`
    }))
    assert.strictEqual((yield* sql`SELECT * FROM kept`).length, 2)
  }).pipe(Effect.provide(database)))

it.live("a nested transaction in which a failure was caught counts as ended, too", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE kept (id INTEGER PRIMARY KEY)`
    const failure = yield* Effect.flip(Session.transaction(
      Session.transaction(Effect.andThen(sql`INSERT INTO kept VALUES (1)`, Effect.ignore(sql`SELECT error('caught')`)))
    ))
    assert.instanceOf(failure, OrmError.TransactionAborted)
    assert.strictEqual(failure.statement, "SELECT error('caught')")
    assert.deepStrictEqual(yield* sql`SELECT * FROM kept`, [])
  }).pipe(Effect.provide(database)))
