/**
 * A transaction that lost a statement can't commit, and says so: law 4, and row 1 of what DuckDB does in silence.
 */
import { assert, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

it.live("the bare binding: COMMIT of an aborted transaction succeeds, and stores nothing", () =>
  Effect.gen(function*() {
    const connection = yield* Bare.connection
    yield* Bare.run(
      connection,
      "CREATE TABLE accounts (iban INTEGER PRIMARY KEY)",
      "BEGIN",
      "INSERT INTO accounts VALUES (1)"
    )
    assert.include(yield* Bare.failure(connection, "INSERT INTO accounts VALUES (1)"), "Constraint Error")
    assert.strictEqual(yield* Bare.failure(connection, "COMMIT"), "no failure")
    assert.deepStrictEqual(yield* Bare.rows(connection, "SELECT * FROM accounts"), [])
  }).pipe(Effect.scoped))

it.live("ours: it fails with TransactionAborted, also where the failure was caught", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE accounts (iban INTEGER PRIMARY KEY)`
    const insert = sql`INSERT INTO accounts VALUES (1)`
    const caught = Effect.andThen(insert, Effect.ignore(insert))
    assert.instanceOf(yield* Effect.flip(Session.transaction(caught)), OrmError.TransactionAborted)
    assert.include((yield* Effect.flip(sql.withTransaction(caught))).message, "duplicate key")
    assert.deepStrictEqual(yield* sql`SELECT * FROM accounts`, [])
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))

it.live("ours: an error that leaves the transaction whole leaves it whole", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE accounts (iban INTEGER PRIMARY KEY)`
    const misspelt = Effect.ignore(sql`INSERT INTO acounts VALUES (1)`)
    yield* Session.transaction(Effect.andThen(misspelt, sql`INSERT INTO accounts VALUES (1)`))
    assert.deepStrictEqual(yield* sql`SELECT * FROM accounts`, [{ iban: 1 }])
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
