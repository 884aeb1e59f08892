/**
 * A statement that ran before sees what its tables hold now: DuckDB itself plans one without parameters when it is prepared, and by
 * what the tables held then leaves rows out, cuts texts off and counts wrong.
 */
import { DuckDBInstance, type DuckDBPreparedStatement } from "@duckdb/node-api"
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Word extends Model.Class<Word>("Word")({
  text: Column.primaryKey(Schema.String),
  length: Schema.NullOr(Column.int32)
}, { table: "stale_words" }) {}

const words = [{ text: "a", length: 1 }, { text: "left", length: 4 }, { text: "right", length: null }] as const

layer(TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }), [Word]))(
  "DuckDB: a statement that was prepared before",
  (it) => {
    it.effect("is run by DuckDB itself by what its table held when it was prepared", () =>
      Effect.promise(async () => {
        const connection = await (await DuckDBInstance.create()).connect()
        await connection.run("CREATE TABLE words (text VARCHAR, length INTEGER)")
        await connection.run("INSERT INTO words VALUES ('a', 1)")
        const ordered = await connection.prepare("SELECT text FROM words ORDER BY text")
        const counted = await connection.prepare("SELECT count(length)::INTEGER FROM words")
        const long = await connection.prepare("SELECT text FROM words WHERE length > 3")
        await connection.run("INSERT INTO words VALUES ('left', 4), ('right', NULL)")
        const rows = async (statement: DuckDBPreparedStatement) => (await (await statement.run()).getRows()).flat()
        // each of these should be like the list of words above; a release in which one fails has mended it
        assert.notDeepEqual(await rows(ordered), ["a", "left", "right"])
        assert.deepStrictEqual([await rows(counted), await rows(long)], [[3], []])
        connection.closeSync()
      }))

    it.effect("stays prepared when the same text runs once unprepared", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const answer = sql`SELECT ${42} AS answer`
        yield* answer
        yield* answer.unprepared
        assert.deepStrictEqual(yield* answer, [{ answer: 42 }])
      }))

    it.effect("sees what its table holds now", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const repository = yield* Repository.make(Word)
        const plain = sql<{ readonly text: string }>`SELECT text FROM stale_words ORDER BY text`
        const counted = sql`SELECT count(length)::INTEGER AS length FROM stale_words`
        const ordered = Query.from(Word).orderBy((word) => word.text.asc())
        const missing = Query.from(Word).where((word) => word.length.isNull())
        const all = Effect.all([plain, counted, ordered.all, missing.all, repository.query.count])

        yield* repository.insert(words[0])
        yield* all
        yield* repository.insertMany(words.slice(1))
        const [texts, lengths, rows, without, count] = yield* all
        assert.deepStrictEqual(texts.map(({ text }) => text), ["a", "left", "right"])
        assert.deepStrictEqual(lengths, [{ length: 2 }])
        assert.deepStrictEqual(rows.map(({ text }) => text), ["a", "left", "right"])
        assert.deepStrictEqual(without.map(({ text }) => text), ["right"])
        assert.strictEqual(count, 3)

        const deletion = sql`DELETE FROM stale_words WHERE length > 10`
        yield* deletion
        yield* repository.insert({ text: "longest of all", length: 14 })
        yield* deletion
        assert.strictEqual(yield* repository.query.count, 3)
      }))
  }
)
