/**
 * A statement that DuckDB carries out as several is one: it is done as a whole or not at all.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { join } from "node:path"
import { busy, nobody, until } from "../contract/busy.ts"
import * as Bare from "./laws/bare.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const inMemory = Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }))

const made = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE votes (id INTEGER, colour VARCHAR)`
  yield* sql`INSERT INTO votes VALUES (1, 'red'), (2, 'blue'), (3, 'red')`
  return sql
})

const columns = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    Effect.map(
      sql<{ readonly name: string }>`SELECT column_name AS name FROM duckdb_columns() WHERE table_name = 'votes'`,
      (rows) => rows.map(({ name }) => name)
    )
)

const add = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`/* with a comment */ ALTER TABLE votes ADD COLUMN cast_at TIMESTAMPTZ DEFAULT now()`
)

describe("a column whose default is a function", () => {
  it.live("is added, with a value in every row", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* add
      assert.deepStrictEqual(yield* sql`SELECT count(cast_at) AS n FROM votes`, [{ n: 3 }])
      yield* sql`INSERT INTO votes (id) VALUES (4)`
      assert.deepStrictEqual(yield* sql`SELECT count(cast_at) AS n FROM votes`, [{ n: 4 }])
    }).pipe(inMemory))

  it.live("is added with a transaction, and not without it", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* Effect.flip(sql.withTransaction(Effect.andThen(add, Effect.fail("no"))))
      assert.deepStrictEqual(yield* columns, ["id", "colour"])
      yield* sql.withTransaction(Effect.andThen(add, sql`INSERT INTO votes (id) VALUES (4)`))
      assert.deepStrictEqual(yield* sql`SELECT count(cast_at) AS n FROM votes`, [{ n: 4 }])
    }).pipe(inMemory))

  it.live("is not added when it fails in the middle, and no transaction stays open", () =>
    Effect.gen(function*() {
      const sql = yield* made
      const failing = sql`ALTER TABLE votes ADD COLUMN half INTEGER DEFAULT (error('no')::INTEGER)`
      yield* Effect.flip(failing)
      yield* Effect.flip(sql.withTransaction(failing))
      assert.deepStrictEqual(yield* columns, ["id", "colour"])
      yield* add
      assert.deepStrictEqual(yield* columns, ["id", "colour", "cast_at"])
    }).pipe(inMemory))

  it.live("is added or not when it is interrupted, and the table is well", () =>
    Effect.gen(function*() {
      const sql = yield* made
      yield* sql`INSERT INTO votes SELECT range, 'green' FROM range(200000)`
      for (let round = 0; round < 12; round++) {
        const adding = round % 2 === 0 ? add : sql.withTransaction(add)
        const fiber = yield* Effect.forkChild(Effect.exit(adding), { startImmediately: true })
        yield* Effect.sleep(round)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* busy, nobody)
        const isAdded = (yield* columns).includes("cast_at")
        const filled = isAdded ? sql`SELECT count(cast_at) AS n FROM votes` : sql`SELECT count(*) AS n FROM votes`
        assert.deepStrictEqual(yield* filled, [{ n: 200_003 }])
        yield* sql`ALTER TABLE votes DROP COLUMN IF EXISTS cast_at`
      }
    }).pipe(inMemory))

  it.live("of several tables at once, in a file, is there when the file is opened again", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "votes.duckdb")
      const tables = ["a", "b", "c", "d"]
      const change = Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.forEach(tables, (table) => sql`CREATE TABLE ${sql(table)} AS SELECT 1 AS id`)
        yield* Effect.forEach(tables, (table) => sql`ALTER TABLE ${sql(table)} ADD COLUMN key UUID DEFAULT uuid()`, {
          concurrency: "unbounded"
        })
        return yield* sql`SELECT current_setting('auto_checkpoint_skip_wal_threshold') AS bytes`
      })
      const after = yield* change.pipe(Effect.provide(DuckDb.layer({ path, pool: { size: 2 } })))
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        for (const table of tables) {
          assert.deepStrictEqual(yield* sql`SELECT count(key) AS n FROM ${sql(table)}`, [{ n: 1 }])
        }
        // the settings for the time of a change are gone with it
        assert.deepStrictEqual(yield* sql`SELECT current_setting('auto_checkpoint_skip_wal_threshold') AS bytes`, after)
      }).pipe(Effect.provide(DuckDb.layer({ path })))
      assert.strictEqual(
        (yield* Bare.program(
          `
          import { DuckDBInstance } from "@duckdb/node-api"
          await DuckDBInstance.create(process.argv[1])`,
          [path]
        )).how,
        "exit 0"
      )
    }).pipe(Effect.scoped))
})

describe("a pivot whose columns are found in the rows", () => {
  const pivot = (sql: SqlClient.SqlClient) => sql`PIVOT votes ON colour USING count(*) GROUP BY id ORDER BY id`

  const answer = [{ id: 1, blue: 0, red: 1 }, { id: 2, blue: 1, red: 0 }, { id: 3, blue: 0, red: 1 }]

  it.live("is answered, by itself, in a transaction, as a stream and with parameters", () =>
    Effect.gen(function*() {
      const sql = yield* made
      assert.deepStrictEqual(yield* pivot(sql), answer)
      assert.deepStrictEqual(yield* sql.withTransaction(pivot(sql)), answer)
      assert.deepStrictEqual(yield* Stream.runCollect(pivot(sql).stream), answer)
      assert.deepStrictEqual(yield* sql.withTransaction(Stream.runCollect(pivot(sql).stream)), answer)
      const some = sql`PIVOT votes ON colour USING count(*) FILTER (id > ${2}) GROUP BY id ORDER BY id`
      assert.strictEqual((yield* some).length, 3)
    }).pipe(inMemory))

  it.live("is let go of when it is interrupted", () =>
    Effect.gen(function*() {
      const sql = yield* made
      const long = sql`
        PIVOT (SELECT colour, a.range + b.range AS n FROM votes, range(100000) a, range(100000) b) ON colour USING sum(n)`
      for (const use of [long, Stream.runDrain(long.stream)]) {
        const fiber = yield* Effect.forkChild(use)
        yield* until(1, 0)
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* busy, nobody)
        assert.deepStrictEqual(yield* pivot(sql), answer)
      }
    }).pipe(inMemory))

  it.live("lets go of its file with the Layer", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "votes.duckdb")
      yield* Effect.flatMap(made, pivot).pipe(Effect.provide(DuckDb.layer({ path })))
      const opened = yield* Bare.program(
        `
        import { DuckDBInstance } from "@duckdb/node-api"
        await DuckDBInstance.create(process.argv[1])`,
        [path]
      )
      assert.strictEqual(opened.how, "exit 0")
    }).pipe(Effect.scoped))
})

it.live("a text of several statements is refused, and none of them is run", () =>
  Effect.gen(function*() {
    const sql = yield* made
    const failure = yield* Effect.flip(sql`DELETE FROM votes; DELETE FROM votes`)
    assert.instanceOf(failure.reason.cause, OrmError.QueryFailed)
    assert.include(failure.message, "one by one")
    assert.deepStrictEqual(yield* sql`SELECT count(*) AS n FROM votes`, [{ n: 3 }])
  }).pipe(inMemory))
