/**
 * What a use leaves behind on its connection, the next one doesn't see.
 */
import { assert, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import { stats, until } from "../../contract/busy.ts"

/** Statements that leave something behind, and a question that finds it. */
const leftovers = {
  "a setting": [
    "SET ordered_aggregate_threshold = 7",
    "SELECT current_setting('ordered_aggregate_threshold') AS found"
  ],
  "a setting by PRAGMA": [
    "PRAGMA ordered_aggregate_threshold = 7",
    "SELECT current_setting('ordered_aggregate_threshold') AS found"
  ],
  "a time zone": ["SET TimeZone = 'America/Caracas'", "SELECT current_setting('TimeZone') AS found"],
  "a schema to look in": ["SET search_path = 'attic'", "SELECT current_schema() AS found"],
  "a schema in use": ["USE attic", "SELECT current_schema() AS found"],
  "a variable": ["SET VARIABLE answer = 42", "SELECT getvariable('answer') AS found"],
  "a temporary table": [
    "CREATE TEMP TABLE found (n INTEGER)",
    "SELECT count(*) AS n FROM duckdb_tables() WHERE temporary"
  ],
  "a temporary view": [
    "CREATE TEMP VIEW found AS SELECT 1 AS n",
    "SELECT count(*) AS n FROM duckdb_views() WHERE temporary AND NOT internal"
  ],
  "a temporary macro": [
    "CREATE TEMP MACRO found() AS 1",
    "SELECT count(*) AS n FROM duckdb_functions() WHERE function_name = 'found'"
  ],
  "a temporary table of a plan": [
    "EXPLAIN ANALYZE CREATE TEMP TABLE found AS SELECT 1 AS n",
    "SELECT count(*) AS n FROM duckdb_tables() WHERE temporary"
  ],
  "a temporary table of a pivot": [
    "CREATE TEMP TABLE found AS PIVOT colours ON name USING count(*)",
    "SELECT count(*) AS n FROM duckdb_tables() WHERE temporary"
  ],
  "the type of a pivot": [
    "PIVOT colours ON name USING count(*)",
    "SELECT count(*) AS n FROM duckdb_types() WHERE type_name LIKE '%pivot%'"
  ],
  "a prepared statement": ["PREPARE found AS SELECT 1", "SELECT count(*) AS n FROM duckdb_prepared_statements()"],
  "profiling": ["PRAGMA enable_profiling = 'no_output'", "SELECT current_setting('enable_profiling') AS found"],
  "the seed of random numbers": ["SELECT setseed(0.5)", "SELECT random() = 0.8511131886287325 AS found"]
} as const

const database = Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }))

const prepared = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE SCHEMA attic`
  yield* sql`CREATE TABLE colours (name VARCHAR)`
  yield* sql`INSERT INTO colours VALUES ('red'), ('blue')`
  return sql
})

for (const [name, [statement, question]] of Object.entries(leftovers)) {
  it.live(`${name} is gone: ${statement}`, () =>
    Effect.gen(function*() {
      const sql = yield* prepared
      const before = yield* sql.unsafe(question)

      yield* sql.unsafe(statement)
      assert.deepStrictEqual(yield* sql.unsafe(question), before)

      // it was there for who left it
      const seen = yield* sql.withTransaction(Effect.andThen(sql.unsafe(statement), sql.unsafe(question)))
      assert.notDeepEqual(seen, before)
      assert.deepStrictEqual(yield* sql.unsafe(question), before)
    }).pipe(database))
}

const endless = "SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b"

it.live("also where who left it is interrupted", () =>
  Effect.gen(function*() {
    const sql = yield* prepared
    const question =
      "SELECT current_setting('TimeZone') AS zone, count(*) AS tables FROM duckdb_tables() WHERE temporary"
    const before = yield* sql.unsafe(question)
    const leaving = Effect.gen(function*() {
      yield* sql`SET TimeZone = 'America/Caracas'`
      yield* sql`CREATE TEMP TABLE found (n INTEGER)`
      yield* sql.unsafe(endless)
    })
    const fiber = yield* Effect.forkChild(sql.withTransaction(leaving))
    yield* until(1, 0)
    yield* Effect.sleep("50 millis")
    yield* Fiber.interrupt(fiber)
    assert.deepStrictEqual(yield* sql.unsafe(question), before)
  }).pipe(database))

it.live("also where it fails, and a transaction that was begun by hand is rolled back", () =>
  Effect.gen(function*() {
    const sql = yield* prepared
    const byHand = Effect.scoped(Effect.gen(function*() {
      const connection = yield* sql.reserve
      yield* connection.executeUnprepared("BEGIN", [], undefined)
      yield* connection.executeUnprepared("DELETE FROM colours", [], undefined)
      yield* connection.executeUnprepared("SELECT error('no')", [], undefined)
    }))
    yield* Effect.flip(byHand)
    assert.deepStrictEqual(yield* sql`SELECT count(*) AS colours FROM colours`, [{ colours: 2 }])
  }).pipe(database))

it.live("a connection on which nothing but rows was read and written is kept", () =>
  Effect.gen(function*() {
    const sql = yield* prepared
    const connection = sql`SELECT current_connection_id() AS id`
    const before = yield* connection
    yield* sql.withTransaction(sql`UPDATE colours SET name = 'green' WHERE name = 'red'`)
    yield* Effect.ignore(sql`SELECT error('no')`)
    yield* Effect.ignore(sql`SELECT * FROM nowhere`)
    yield* sql`DELETE FROM colours`
    assert.deepStrictEqual(yield* connection, before)
    assert.deepStrictEqual(yield* stats, { size: 1, acquired: 0, idle: 1, waiting: 0 })
  }).pipe(database))
