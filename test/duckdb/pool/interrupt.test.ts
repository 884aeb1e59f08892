/**
 * Whoever is interrupted is let go of soon, and leaves nothing running.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { busy, nobody, until } from "../../contract/busy.ts"

class Note extends Model.Class<Note>("Note")({ id: Column.primaryKey(Schema.Int) }, { table: "notes" }) {}

const database = Effect.provide(TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }), [Note]))

/** Nobody lives to see its first row. */
const endless = "SELECT sum(sin(a.range * b.range)) AS total FROM range(1000000) a, range(1000000) b"

/** Uses of the only connection that don't end by themselves, and would hang this test if an interrupt did not end them. */
const uses = {
  "a query": Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(endless)),
  "a query in a transaction": Effect.flatMap(SqlClient.SqlClient, (sql) => Session.transaction(sql.unsafe(endless))),
  "a stream before its first row": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => Stream.runDrain(sql.unsafe(endless).stream)
  ),
  "a stream in a transaction": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => Session.transaction(Stream.runDrain(sql.unsafe(endless).stream))
  ),
  "a stream between its rows": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => Stream.runForEach(sql`SELECT range FROM range(10000000)`.stream, () => Effect.never)
  ),
  "a stream of a model between its rows": Stream.runForEach(Query.from(Note).stream, () => Effect.never),
  "a table that is made": Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(`CREATE TABLE big AS ${endless}`)),
  "a plan that is carried out": Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(`EXPLAIN ANALYZE ${endless}`))
}

for (const [name, use] of Object.entries(uses)) {
  it.live(`${name} is let go of, and the next use is served`, () =>
    Effect.gen(function*() {
      const notes = yield* Repository.make(Note)
      yield* notes.insert({ id: 1 })
      for (const pause of [0, 1, 20]) {
        const fiber = yield* Effect.forkChild(use, { startImmediately: true })
        yield* until(1, 0)
        yield* Effect.sleep(pause)
        yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
        assert.deepStrictEqual(yield* busy, nobody)
        assert.deepStrictEqual(yield* notes.all, [new Note({ id: 1 })])
      }
    }).pipe(database))
}

it.live("a stream that is interrupted as it begins leaves no rows on their way", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const numbers = sql<{ readonly n: number }>`SELECT range AS n FROM range(100000)`
    for (let round = 0; round < 60; round++) {
      const fiber = yield* Effect.forkChild(Stream.runDrain(numbers.stream), { startImmediately: true })
      for (let turn = 0; turn < round % 8; turn++) yield* Effect.yieldNow
      if (round % 3 === 2) yield* Effect.sleep(round % 5)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* busy, nobody)
    }
    assert.strictEqual(yield* Stream.runCount(numbers.stream), 100_000)
  }).pipe(database))

it.live("a consumer that has enough lets go at once, wherever it stops", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    for (const count of [0, 1, 2_048, 2_049, 100_000]) {
      const taken = yield* Stream.runCount(Stream.take(sql`SELECT range FROM range(10000000)`.stream, count))
      assert.strictEqual(taken, count)
      assert.deepStrictEqual(yield* busy, nobody)
      assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
    }
    yield* Effect.exit(Stream.runForEach(sql`SELECT range FROM range(10000000)`.stream, () => Effect.die("a bug")))
    assert.deepStrictEqual(yield* busy, nobody)
    assert.deepStrictEqual(yield* sql`SELECT 1 AS one`, [{ one: 1 }])
  }).pipe(database))
