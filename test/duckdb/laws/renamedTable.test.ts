/**
 * A table with foreign keys is never renamed or replaced: law 9, and row 5 of what DuckDB does in silence.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

const tables = [
  "CREATE TABLE countries (code VARCHAR PRIMARY KEY)",
  "CREATE TABLE cities (name VARCHAR, country VARCHAR REFERENCES countries (code))",
  "CREATE TABLE notes (text VARCHAR)",
  "INSERT INTO countries VALUES ('AR'), ('BR')",
  "INSERT INTO cities VALUES ('Rosario', 'AR')"
]

const unused = "DELETE FROM countries WHERE code = 'BR'"

describe("the bare binding", () => {
  it.live("after a table with foreign keys is renamed, nothing can be deleted from the tables it refers to", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      yield* Bare.run(connection, ...tables, "ALTER TABLE cities RENAME TO towns")
      assert.include(yield* Bare.failure(connection, unused), "Table with name cities does not exist")
      yield* Bare.run(connection, "DROP TABLE towns")
      assert.include(yield* Bare.failure(connection, "DROP TABLE countries"), "main key table of the table \"cities\"")
    }).pipe(Effect.scoped))

  it.live("after it is replaced, a change of the tables it refers to brings the whole instance down", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      yield* Bare.run(connection, ...tables, "CREATE OR REPLACE TABLE cities (name VARCHAR)")
      assert.include(yield* Bare.failure(connection, unused), "INTERNAL Error")
      assert.include(yield* Bare.failure(connection, "SELECT 1"), "FATAL Error")
    }).pipe(Effect.scoped))
})

describe("ours", () => {
  const made = Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* Effect.forEach(tables, (statement) => sql.unsafe(statement), { discard: true })
    return sql
  })

  for (
    const statement of [
      "ALTER TABLE cities RENAME TO towns",
      "alter table if exists main.\"cities\" rename to towns",
      "/* not a /* simple */ one */ ALTER TABLE memory.main.Cities RENAME TO towns",
      "CREATE OR REPLACE TABLE cities (name VARCHAR)",
      "create or replace table cities as select 'Rosario' as name",
      "EXPLAIN ANALYZE CREATE OR REPLACE TABLE cities AS SELECT 'Rosario' AS name"
    ]
  ) {
    it.live(`${statement}: it is refused before it is sent, and all is as it was`, () =>
      Effect.gen(function*() {
        const sql = yield* made
        for (const attempt of [sql.unsafe(statement), sql.withTransaction(sql.unsafe(statement))]) {
          assert.include((yield* Effect.flip(attempt)).message, "which has foreign keys")
        }
        yield* sql.unsafe(unused)
        assert.deepStrictEqual(yield* sql`SELECT * FROM cities JOIN countries ON country = code`, [
          { name: "Rosario", country: "AR", code: "AR" }
        ])
      }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
  }

  it.live("the refusal leaves the transaction whole", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`INSERT INTO notes VALUES ('kept')`
        yield* Effect.ignore(sql`ALTER TABLE cities RENAME TO towns`)
      }))
      assert.deepStrictEqual(yield* sql`SELECT * FROM notes`, [{ text: "kept" }])
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))

  it.live("a table made, or freed of its keys, in the meantime is looked at anew", () =>
    Effect.gen(function*() {
      const sql = yield* made
      const rename = sql`ALTER TABLE cities RENAME TO towns`
      yield* Effect.flip(rename)
      yield* sql`DROP TABLE cities`
      yield* sql`CREATE TABLE cities (name VARCHAR)`
      yield* rename
      yield* sql`CREATE TABLE cities (country VARCHAR REFERENCES countries (code))`
      yield* sql`DROP TABLE towns`
      assert.include((yield* Effect.flip(rename)).message, "which has foreign keys")
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))

  it.live("what has no foreign keys is renamed and replaced, and so is a temporary table of the same name", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* sql`ALTER TABLE notes RENAME TO texts`
      yield* sql`CREATE OR REPLACE TABLE texts (text VARCHAR, language VARCHAR)`
      yield* sql`ALTER TABLE cities RENAME COLUMN name TO title`
      yield* sql`CREATE OR REPLACE TEMP TABLE cities (name VARCHAR)`
      assert.deepStrictEqual(yield* sql`SELECT * FROM memory.main.cities`, [{ title: "Rosario", country: "AR" }])
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }))))

  it.live("the way the refusal names works: a new table, the rows, and the old one gone", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`CREATE TABLE towns (name VARCHAR, country VARCHAR REFERENCES countries (code))`
        yield* sql`INSERT INTO towns SELECT * FROM cities`
        yield* sql`DROP TABLE cities`
      }))
      yield* sql.unsafe(unused)
      yield* sql`DROP TABLE towns`
      yield* sql`DROP TABLE countries`
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
})
