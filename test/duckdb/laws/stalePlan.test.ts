/**
 * A statement is planned by the rows of now: DuckDB keeps the plan of a prepared one that has no parameters, and that plan takes
 * the tables to be as they were.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import * as Bare from "./bare.ts"

class Score extends Model.Class<Score>("Score")({
  id: Column.primaryKey(Schema.Int),
  points: Schema.NullOr(Column.int32)
}, { table: "scores" }) {}

const database = DuckDb.layer({ path: ":memory:", pool: { size: 2 } })

it.live("the bare binding: a prepared statement gives numbers that are not stored, and misses rows", () =>
  Effect.gen(function*() {
    const connection = yield* Bare.connection
    yield* Bare.run(
      connection,
      "CREATE TABLE scores (id BIGINT PRIMARY KEY, points INTEGER)",
      "INSERT INTO scores VALUES (1, 10), (2, 20)"
    )
    const rows = (sql: string) => Effect.promise(() => connection.prepare(sql))
    const [ordered, few, counted] = yield* Effect.all([
      rows("SELECT id FROM scores ORDER BY id"),
      rows("SELECT id FROM scores WHERE points < 10"),
      rows("SELECT count(points) FROM scores")
    ])
    const answer = (prepared: typeof ordered) =>
      Effect.map(Effect.promise(() => prepared.runAndReadAll()), (reader) => reader.getRowsJson())
    assert.deepStrictEqual(yield* answer(ordered), [["1"], ["2"]])
    yield* Bare.run(connection, "INSERT INTO scores VALUES (0, 0), (3, NULL)")
    assert.deepStrictEqual(yield* answer(ordered), [["1"], ["2"], ["3"], ["256"]])
    assert.deepStrictEqual(yield* answer(few), [])
    assert.deepStrictEqual(yield* answer(counted), [["4"]])
  }))

it.live("ours: a query that ran before gives what is stored now, whoever changed it", () =>
  Effect.gen(function*() {
    const scores = yield* Repository.make(Score)
    yield* scores.insertMany([{ id: 1, points: 10 }, { id: 2, points: 20 }])
    const ordered = Query.from(Score).orderBy((score) => score.id.asc())
    const missing = Query.from(Score).where((score) => score.points.isNull())
    const all = Effect.all([
      Effect.map(ordered.all, (found) => found.map(({ id }) => id)),
      Effect.map(Stream.runCollect(ordered.stream), (found) => found.map(({ id }) => id)),
      Effect.map(missing.all, (found) => found.length),
      missing.count,
      Effect.map(scores.all, (found) => found.length)
    ])
    const [, , ...before] = yield* all
    assert.deepStrictEqual(before, [0, 0, 2])
    yield* Session.transaction(Effect.gen(function*() {
      yield* all
      yield* scores.insertMany([{ id: 0, points: 0 }, { id: 1_000, points: null }])
      assert.deepStrictEqual(yield* all, [[0, 1, 2, 1_000], [0, 1, 2, 1_000], 1, 1, 4])
    }))
    assert.deepStrictEqual(yield* all, [[0, 1, 2, 1_000], [0, 1, 2, 1_000], 1, 1, 4])
    yield* scores.delete(1_000)
    yield* scores.insert({ id: -70_000, points: null })
    // on both connections of the pool
    const answers = yield* Effect.all([all, all], { concurrency: 2 })
    assert.deepStrictEqual(answers[0], [[-70_000, 0, 1, 2], [-70_000, 0, 1, 2], 1, 1, 4])
    assert.deepStrictEqual(answers[1], answers[0])
  }).pipe(Effect.provide(TestDatabase.layerOn(database, [Score]))))

it.live("ours: and so does plain SQL, that writes too", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE scores (id INTEGER PRIMARY KEY, points INTEGER, name VARCHAR)`
    yield* sql`INSERT INTO scores VALUES (1, 10, 'a'), (2, 20, 'b')`
    const grouped = sql`SELECT name, CAST(count(*) AS INTEGER) AS n FROM scores GROUP BY name ORDER BY name`
    const doubled = sql`UPDATE scores SET points = points * 2 WHERE points < 10 RETURNING points`
    yield* grouped
    assert.deepStrictEqual(yield* doubled, [])
    yield* sql`INSERT INTO scores VALUES (0, 4, 'a name that is longer than any before it')`
    assert.deepStrictEqual(yield* doubled, [{ points: 8 }])
    assert.deepStrictEqual(
      yield* grouped,
      ["a", "a name that is longer than any before it", "b"].map((name) => ({ name, n: 1 }))
    )
  }).pipe(Effect.provide(database)))
