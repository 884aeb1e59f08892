/**
 * Statements are kept prepared, and nobody can tell: what they answer is what they would answer for the first time.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Bare from "./laws/bare.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const withPool = (size: number) => Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size } }))

/** Questions that DuckDB answers once and for all when they are prepared, and what changes the answer. */
const changes = {
  "a view": ["SELECT * FROM latest", "CREATE OR REPLACE VIEW latest AS SELECT 2 AS n"],
  "a macro": ["SELECT doubled(21) AS n", "CREATE OR REPLACE MACRO doubled(n) AS 2 * n + 1"],
  "a setting of the instance": ["SELECT current_setting('memory_limit') AS n", "SET GLOBAL memory_limit = '500MB'"]
} as const

const made = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE VIEW latest AS SELECT 1 AS n`
  yield* sql`CREATE MACRO doubled(n) AS 2 * n`
  return sql
})

describe("the bare binding: a prepared statement goes on answering as before", () => {
  for (const [name, [question, change]] of Object.entries(changes)) {
    it.live(`${name}: ${change}`, () =>
      Effect.gen(function*() {
        const instance = yield* Bare.instance()
        const connection = yield* Bare.connect(instance)
        yield* Bare.run(connection, "CREATE VIEW latest AS SELECT 1 AS n", "CREATE MACRO doubled(n) AS 2 * n")
        const prepared = yield* Effect.promise(() => connection.prepare(question))
        const answer = Effect.map(Effect.promise(() => prepared.runAndReadAll()), (reader) => reader.getRowsJS())
        const before = yield* answer
        yield* Bare.run(yield* Bare.connect(instance), change)
        assert.deepStrictEqual(yield* answer, before)
        assert.notDeepEqual(yield* Bare.rows(connection, question), before)
      }).pipe(Effect.scoped))
  }
})

describe("ours: every connection answers anew", () => {
  for (const [name, [question, change]] of Object.entries(changes)) {
    /** Asks on all connections at once. */
    const askAll = Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const ask = sql.withTransaction(Effect.andThen(Effect.sleep("5 millis"), sql.unsafe(question)))
      return yield* Effect.all([ask, ask, ask], { concurrency: "unbounded" })
    })

    it.live(`${name}: ${change}`, () =>
      Effect.gen(function*() {
        const sql = yield* made
        const [before] = yield* askAll
        yield* sql.unsafe(change)
        for (const after of yield* askAll) assert.notDeepEqual(after, before)
      }).pipe(withPool(3)))

    it.live(`${name}: ${change}, in a transaction, when that commits`, () =>
      Effect.gen(function*() {
        const sql = yield* made
        const [before] = yield* askAll
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql.unsafe(change)
          assert.notDeepEqual(yield* sql.unsafe(question), before)
          // the others prepare it again, before it has changed for them
          yield* Effect.forkChild(askAll).pipe(Effect.andThen(Effect.sleep("50 millis")))
        }))
        for (const after of yield* askAll) assert.notDeepEqual(after, before)
      }).pipe(withPool(3)))
  }

  it.live("files that come and go are seen", () =>
    Effect.gen(function*() {
      const folder = yield* temporaryDirectory
      const sql = yield* SqlClient.SqlClient
      const found = sql`SELECT count(*) AS files FROM glob(${join(folder, "*")})`
      const text = sql.unsafe(`SELECT count(*) AS files FROM glob('${join(folder, "*")}')`)
      for (let files = 0; files < 3; files++) {
        assert.deepStrictEqual(yield* found, [{ files }])
        assert.deepStrictEqual(yield* text, [{ files }])
        writeFileSync(join(folder, `${files}.txt`), "")
      }
    }).pipe(Effect.scoped, withPool(1)))

  it.live("the metadata of a Parquet file can be asked for twice", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "file.parquet")
      const sql = yield* SqlClient.SqlClient
      yield* sql.unsafe(`COPY (SELECT 1 AS n) TO '${path}'`)
      for (const about of ["schema", "metadata", "file_metadata", "kv_metadata", "full_metadata"]) {
        const ask = sql.unsafe(`SELECT count(*) AS found FROM parquet_${about}('${path}')`)
        assert.deepStrictEqual(yield* ask, yield* ask)
      }
    }).pipe(Effect.scoped, withPool(1)))
})

describe("what is kept", () => {
  it.live("many different statements each answer for themselves, the first ones again after the last", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const numbers = Array.from({ length: 300 }, (_, number) => number)
      const ask = Effect.forEach(numbers, (number) => sql.unsafe(`SELECT ${number} AS number`))
      for (const found of [yield* ask, yield* ask, yield* Session.transaction(ask)]) {
        assert.deepStrictEqual(found.flat(), numbers.map((number) => ({ number })))
      }
    }).pipe(withPool(1)))

  it.live("a statement that is asked unprepared, or has failed, answers the same", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const ask = sql`SELECT 10 // ${2} AS half`
      yield* Effect.flip(sql`SELECT error(${"no"})`)
      yield* Effect.flip(sql`SELECT error(${"no"})`)
      for (const found of [yield* ask, yield* ask.unprepared, yield* ask, yield* ask.unprepared]) {
        assert.deepStrictEqual(found, [{ half: 5 }])
      }
    }).pipe(withPool(1)))

  it.live("text with a NUL character, which the binding would cut off there, is refused", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const failure = yield* Effect.flip(sql.unsafe("SELECT 1 AS one \0, 2 AS two"))
      assert.instanceOf(failure.reason.cause, OrmError.QueryFailed)
      assert.include(failure.message, "NUL")
    }).pipe(withPool(1)))
})
