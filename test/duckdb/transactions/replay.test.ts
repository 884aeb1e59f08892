/**
 * A nested transaction that fails is undone by doing the outer one again: whatever that did is there as before.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { ended, undone } from "./nested.ts"

class Line extends Model.Class<Line>("Line")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.NullOr(Schema.String),
  tags: Schema.Array(Schema.String)
}, { table: "lines" }) {}

const database = TestDatabase.layer([Line])

const lines = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, text: `line ${index}`, tags: ["a", "b"] }))

const query = <A extends object>(text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(text))

/** Statements that an outer transaction may have run, and a query that tells of them. */
const outer: Readonly<Record<string, readonly [statements: ReadonlyArray<string>, told: string]>> = {
  "inserts that return what they stored": [
    ["INSERT INTO kept SELECT i, 'x' FROM range(5000) t(i) RETURNING id, name"],
    "SELECT count(*), sum(id) FROM kept"
  ],
  "updates and deletes": [
    [
      "INSERT INTO kept VALUES (1, 'a'), (2, 'b')",
      "UPDATE kept SET name = 'c' WHERE id = 1",
      "DELETE FROM kept WHERE id = 2"
    ],
    "SELECT * FROM kept"
  ],
  "a merge": [
    ["MERGE INTO kept USING (SELECT 7 AS id) AS new ON kept.id = new.id WHEN NOT MATCHED THEN INSERT VALUES (7, 'm')"],
    "SELECT * FROM kept"
  ],
  "new tables, views, types, macros, sequences and indexes": [
    [
      "CREATE TYPE mood AS ENUM ('glad', 'sad')",
      "CREATE TABLE moods (id INTEGER, mood mood)",
      "INSERT INTO moods VALUES (1, 'glad')",
      "CREATE SEQUENCE numbers",
      "CREATE MACRO twice(x) AS 2 * x",
      "CREATE VIEW glad AS SELECT twice(id) AS id FROM moods WHERE mood = 'glad'",
      "CREATE INDEX moods_id ON moods (id)"
    ],
    "SELECT glad.id, (SELECT count(*) FROM duckdb_indexes()) AS indexes FROM glad"
  ],
  "changes of tables": [
    [
      "ALTER TABLE kept ADD COLUMN age INTEGER DEFAULT 7",
      "ALTER TABLE kept RENAME COLUMN name TO called",
      "INSERT INTO kept (id) VALUES (1)"
    ],
    "SELECT * FROM kept"
  ],
  "a column whose default calls a function": [
    ["ALTER TABLE kept ADD COLUMN size INTEGER DEFAULT length('abc')", "INSERT INTO kept (id) VALUES (1)"],
    "SELECT id, size FROM kept"
  ],
  "tables that are dropped": [
    ["DROP TABLE dropped"],
    "SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'dropped'"
  ],
  "temporary tables": [
    ["CREATE TEMP TABLE scratch AS SELECT 1 AS id", "INSERT INTO scratch VALUES (2)"],
    "SELECT * FROM scratch ORDER BY id"
  ],
  "settings and variables": [
    ["SET VARIABLE answer = 42", "SET TimeZone = 'UTC'"],
    "SELECT getvariable('answer') AS answer"
  ],
  "numbers of a sequence that nobody has seen": [
    ["INSERT INTO numbered (name) VALUES ('a'), ('b')"],
    "SELECT name FROM numbered ORDER BY id"
  ],
  "plans": [["EXPLAIN SELECT * FROM kept"], "SELECT 1 AS one"]
}

for (const [kind, [statements, told]] of Object.entries(outer)) {
  for (const [failure, nested] of Object.entries(ended)) {
    it.live(`${kind} are there after a nested transaction ended in ${failure}`, () =>
      Effect.gen(function*() {
        yield* query("CREATE TABLE kept (id INTEGER PRIMARY KEY, name VARCHAR)")
        yield* query("CREATE TABLE dropped (id INTEGER)")
        yield* query("CREATE SEQUENCE ids")
        yield* query("CREATE TABLE numbered (id INTEGER DEFAULT nextval('ids'), name VARCHAR)")
        yield* query("CREATE TABLE nested_only (id INTEGER PRIMARY KEY)")
        const expected = yield* Session.transaction(Effect.gen(function*() {
          yield* Effect.forEach(statements, query)
          const before = yield* query(told)
          yield* undone(Effect.andThen(query("INSERT INTO nested_only VALUES (1)"), nested))
          assert.deepStrictEqual(yield* query(told), before)
          assert.deepStrictEqual(yield* query("SELECT * FROM nested_only"), [])
          yield* query("INSERT INTO nested_only VALUES (2)")
          return before
        }))
        if (!/scratch|getvariable/.test(told)) assert.deepStrictEqual(yield* query(told), expected)
        assert.deepStrictEqual(yield* query("SELECT * FROM nested_only"), [{ id: 2 }])
      }).pipe(Effect.provide(database)))
  }
}

it.live("rows of many kinds and numbers are inserted again, returned again, and once", () =>
  Effect.gen(function*() {
    const repository = yield* Repository.make(Line)
    yield* Session.transaction(Effect.gen(function*() {
      yield* repository.insertMany(lines(0, 3))
      yield* repository.insertMany(lines(10, 50))
      yield* repository.insertMany(lines(1_000, 5_000))
      for (const failure of Object.values(ended)) {
        yield* undone(Effect.andThen(repository.insertMany(lines(10_000, 3_000)), failure))
        assert.strictEqual(yield* Query.from(Line).count, 5_053)
      }
      yield* repository.insertMany(lines(10_000, 100))
    }))
    assert.strictEqual(yield* Query.from(Line).count, 5_153)
    const told = yield* query<{ readonly id: number; readonly tags: ReadonlyArray<string> }>(
      "SELECT id, tags FROM lines WHERE text = 'line 49' ORDER BY id"
    )
    assert.deepStrictEqual(told.map(({ id }) => id), [59, 1_049, 10_049])
    assert.deepStrictEqual(told.map(({ tags }) => tags), [["a", "b"], ["a", "b"], ["a", "b"]])
  }).pipe(Effect.provide(database)))

it.live("what a nested transaction wrote through EXPLAIN ANALYZE is undone", () =>
  Effect.gen(function*() {
    yield* query("CREATE TABLE kept (id INTEGER)")
    yield* Session.transaction(Effect.gen(function*() {
      yield* query("INSERT INTO kept VALUES (1)")
      yield* undone(Effect.andThen(query("EXPLAIN ANALYZE INSERT INTO kept VALUES (2)"), Effect.fail("refused")))
    }))
    assert.deepStrictEqual(yield* query("SELECT * FROM kept"), [{ id: 1 }])
  }).pipe(Effect.provide(database)))

it.live("a nested transaction is undone also where a statement of the outer failed and ended nothing", () =>
  Effect.gen(function*() {
    yield* query("CREATE TABLE kept (id INTEGER)")
    yield* Session.transaction(Effect.gen(function*() {
      yield* query("INSERT INTO kept VALUES (1)")
      yield* Effect.flip(query("INSERT INTO kept VALUES ($1)"))
      yield* undone(Effect.andThen(query("INSERT INTO kept VALUES (2)"), Effect.fail("refused")))
      yield* query("INSERT INTO kept VALUES (3)")
    }))
    assert.deepStrictEqual(yield* query("SELECT * FROM kept ORDER BY id"), [{ id: 1 }, { id: 3 }])
  }).pipe(Effect.provide(database)))

it.live("a nested transaction that only read costs nothing, and its reads stay what they were", () =>
  Effect.gen(function*() {
    yield* query("CREATE TABLE kept (id INTEGER)")
    // were it done again, this would be another number
    const drawn = query<{ readonly n: number }>("SELECT CAST(random() * 1e9 AS INTEGER) AS n")
    yield* Session.transaction(Effect.gen(function*() {
      yield* query("INSERT INTO kept VALUES (1)")
      yield* drawn
      yield* undone(Effect.andThen(query("SELECT * FROM kept"), Effect.fail("refused")))
      yield* undone(Effect.andThen(Effect.ignore(query("SELECT * FROM nowhere")), Effect.fail("refused")))
      yield* query("INSERT INTO kept VALUES (2)")
    }))
    assert.deepStrictEqual(yield* query("SELECT * FROM kept ORDER BY id"), [{ id: 1 }, { id: 2 }])
  }).pipe(Effect.provide(database)))

it.live("a nested transaction may be larger than what is recorded: only the outer one is done again", () =>
  Effect.gen(function*() {
    yield* query("CREATE TABLE kept (id BIGINT)")
    const many = query("INSERT INTO kept SELECT i FROM range(60000) t(i) RETURNING id")
    yield* Session.transaction(Effect.gen(function*() {
      yield* many
      yield* undone(Effect.andThen(many, Effect.fail("refused")))
      yield* undone(
        Effect.andThen(Effect.replicateEffect(query("INSERT INTO kept VALUES (1)"), 1_100), Effect.fail("refused"))
      )
      yield* undone(
        Effect.andThen(query("INSERT INTO kept SELECT i FROM range(200000) t(i) RETURNING id"), Effect.fail("refused"))
      )
    }))
    assert.deepStrictEqual(yield* query("SELECT CAST(count(*) AS INTEGER) AS n FROM kept"), [{ n: 60_000 }])
  }).pipe(Effect.provide(database)))

it.live("an interrupt in the middle of a nested statement leaves the outer usable", () =>
  Effect.gen(function*() {
    yield* query("CREATE TABLE kept (id INTEGER)")
    yield* Session.transaction(Effect.gen(function*() {
      yield* query("INSERT INTO kept VALUES (1)")
      const written = yield* Deferred.make<void>()
      const fiber = yield* Effect.forkChild(Session.transaction(Effect.gen(function*() {
        yield* query("INSERT INTO kept VALUES (2)")
        yield* Deferred.succeed(written, undefined)
        yield* query(
          "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE a.range * b.range = -1"
        )
      })))
      yield* Deferred.await(written)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* query("SELECT * FROM kept"), [{ id: 1 }])
      yield* query("INSERT INTO kept VALUES (3)")
    }))
    assert.deepStrictEqual(yield* query("SELECT * FROM kept ORDER BY id"), [{ id: 1 }, { id: 3 }])
  }).pipe(Effect.provide(database)))
