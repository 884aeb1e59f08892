/**
 * The `SqlClient` of the compatibility Layer: SQLite's promises on DuckDB, in the transactions of the ORM.
 */
import { assert, describe, it } from "@effect/vitest"
import { Session } from "andamios-orm"
import { DuckDb, SqliteCompatibility } from "andamios-orm/duckdb"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { compatible, compatibleAt, databaseFile } from "./databases.ts"

const onDatabase = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) => Effect.provide(effect, compatible)

describe("SQLite's promises", () => {
  it.live("a table numbers its rows, never with a number it had before, also after the file was opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
        Effect.provide(SqlClient.SqlClient.use(effect), compatibleAt(path), { local: true })
      const create = (sql: SqlClient.SqlClient) =>
        sql`CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)`
      const add = (sql: SqlClient.SqlClient) =>
        Effect.andThen(create(sql), sql`INSERT INTO notes (text) VALUES ('a') RETURNING id`)

      assert.deepStrictEqual(yield* use(add), [{ id: 1 }])
      assert.deepStrictEqual(yield* use(add), [{ id: 2 }])
      yield* use((sql) => sql`DELETE FROM notes`)
      assert.deepStrictEqual(yield* use(add), [{ id: 3 }])
    }).pipe(Effect.scoped))

  it.effect("a number that was chosen is not skipped: who gets it later is told", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)`
      yield* sql`INSERT INTO notes VALUES (1, 'chosen')`
      const failure = yield* Effect.flip(sql`INSERT INTO notes (text) VALUES ('numbered')`)
      assert.strictEqual(failure.reason._tag, "UniqueViolation")
    }).pipe(onDatabase))

  it.effect("the rowid of a row is its key, and doesn't change when the row does", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)`
      yield* sql`CREATE INDEX notes_text ON notes (text)`
      yield* sql`INSERT INTO notes ${sql.insert([{ id: 7, text: "a" }, { id: 8, text: "b" }])}`
      yield* sql`UPDATE notes SET text = 'c' WHERE id = 7`
      assert.deepStrictEqual(yield* sql`SELECT n.rowid AS row, text FROM notes n ORDER BY n.rowid`, [
        { row: 7, text: "c" },
        { row: 8, text: "b" }
      ])
      yield* sql`DELETE FROM notes WHERE rowid IN (SELECT rowid FROM notes WHERE text = 'b')`
      assert.deepStrictEqual(yield* sql`SELECT id FROM notes`, [{ id: 7 }])
    }).pipe(onDatabase))

  it.effect("integers have 64 bits, and moments are texts in UTC that can be compared", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE events (moment INTEGER, made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, seen TEXT)`
      yield* sql`INSERT INTO events (moment, seen) VALUES (${2 ** 50}, datetime('now', '-1 hour'))`
      yield* sql`ALTER TABLE events ADD COLUMN size INTEGER`
      yield* sql`UPDATE events SET size = ${2 ** 50}`
      const [row] = yield* sql<{ readonly made: string; readonly earlier: boolean; readonly apart: number }>`
        SELECT made, seen < CURRENT_TIMESTAMP AS earlier, strftime('%s', made) - strftime('%s', seen) AS apart FROM events
        WHERE size = moment`
      assert.match(row?.made ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      assert.isTrue(row?.earlier)
      assert.include([3600, 3601], row?.apart)
      const exact =
        sql`SELECT datetime('2024-02-28 23:59:59', '+1 second') AS next, strftime('%s', '1970-01-02 00:00:01') AS s`
      assert.deepStrictEqual(yield* exact, [{ next: "2024-02-29 00:00:00", s: 86401 }])
    }).pipe(onDatabase))

  it.effect("MAX and MIN of several values are NULL where one of them is", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql`SELECT max(${3}, ${9}, 4) AS most, min(3, ${2}) AS least, max(1, NULL) AS unknown`
      assert.deepStrictEqual(found, [{ most: 9, least: 2, unknown: null }])
    }).pipe(onDatabase))

  it.effect("an index of some rows is made of all, but a unique one is refused: it would refuse more", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE notes (text TEXT, gone INTEGER)`
      yield* sql`CREATE INDEX kept ON notes (text) WHERE gone IS NULL`
      const failure = yield* Effect.flip(sql`CREATE UNIQUE INDEX one ON notes (text) WHERE gone IS NULL`)
      assert.include(String(failure.reason.cause), "partial indexes")
      yield* sql`INSERT INTO notes VALUES ('a', 1), ('a', NULL)`
    }).pipe(onDatabase))

  it.effect("what has no equal fails with DuckDB's error", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (
        const unknown of ["SELECT datetime('now', 'weekday 0')", "SELECT julianday('now')", "PRAGMA foreign_keys = ON"]
      ) {
        const failure = yield* Effect.flip(sql.unsafe(unknown))
        assert.strictEqual(failure.reason._tag, "SqlSyntaxError")
      }
    }).pipe(onDatabase))
})

describe("writers take turns", () => {
  const counter = Effect.fnUntraced(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE counter (n INTEGER)`
    yield* sql`INSERT INTO counter VALUES (0)`
    const value = Effect.map(sql<{ readonly n: number }>`SELECT n FROM counter`, ([row]) => row?.n ?? 0)
    const increment = Effect.flatMap(value, (n) => sql`UPDATE counter SET n = ${n + 1}`)
    return { sql, value, increment }
  })

  it.live("a transaction that reads and then writes never meets another", () =>
    Effect.gen(function*() {
      const { increment, sql, value } = yield* counter()
      yield* Effect.replicateEffect(sql.withTransaction(increment), 100, { concurrency: "unbounded" })
      yield* Effect.replicateEffect(sql`UPDATE counter SET n = n + 1`, 100, { concurrency: "unbounded" })
      assert.strictEqual(yield* value, 200)
    }).pipe(onDatabase))

  it.live("the turn of a writer that fails, dies or is interrupted goes to the next", () =>
    Effect.gen(function*() {
      const { increment, sql, value } = yield* counter()
      const started = yield* Deferred.make<void>()
      const stuck = yield* Effect.forkChild(
        sql.withTransaction(
          Effect.andThen(increment, Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
        )
      )
      yield* Deferred.await(started)
      const waiting = yield* Effect.forkChild(Effect.andThen(sql`UPDATE counter SET n = 100`, Effect.void))
      assert.strictEqual(yield* value, 0)
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(stuck)
      yield* Effect.exit(sql.withTransaction(Effect.andThen(increment, Effect.fail("no"))))
      yield* Effect.exit(sql.withTransaction(Effect.andThen(increment, Effect.die("no"))))
      yield* Effect.exit(sql`UPDATE nothing SET n = 1`)
      yield* sql.withTransaction(sql.withTransaction(increment))
      assert.strictEqual(yield* value, 1)
    }).pipe(onDatabase))

  it.live("what runs after a commit may begin a transaction of its own", () =>
    Effect.gen(function*() {
      const { increment, sql, value } = yield* counter()
      const later = Effect.ignore(sql.withTransaction(increment))
      yield* sql.withTransaction(Effect.andThen(sql.afterCommit(later), increment))
      assert.strictEqual(yield* value, 2)
    }).pipe(onDatabase))
})

describe("one database with the ORM", () => {
  const both = Layer.effectContext(
    Effect.gen(function*() {
      const below = yield* Layer.build(DuckDb.layer({ path: ":memory:" }))
      const above = yield* Layer.build(SqliteCompatibility.layer.pipe(Layer.provide(Layer.succeedContext(below))))
      return Context.make(Below, Context.get(below, SqlClient.SqlClient)).pipe(
        Context.add(Session.Session, Context.get(below, Session.Session)),
        Context.add(SqlClient.SqlClient, Context.get(above, SqlClient.SqlClient))
      )
    })
  )

  class Below extends Context.Service<Below, SqlClient.SqlClient>()("test/Below") {}

  it.effect("shares its transactions, in both directions", () =>
    Effect.gen(function*() {
      const [above, below] = [yield* SqlClient.SqlClient, yield* Below]
      const count = Effect.map(below<{ readonly n: number }>`SELECT count(*) AS n FROM notes`, ([row]) => row?.n)
      yield* above`CREATE TABLE notes (id INTEGER PRIMARY KEY)`
      const writeAndFail = Effect.gen(function*() {
        yield* above`INSERT INTO notes (id) VALUES (1)`
        yield* below`INSERT INTO notes (id) VALUES (2)`
        assert.strictEqual(yield* count, 2)
        return yield* Effect.fail("undone")
      })
      yield* Effect.flip(Session.transaction(writeAndFail))
      yield* Effect.flip(below.withTransaction(writeAndFail))
      yield* Effect.flip(above.withTransaction(writeAndFail))
      assert.strictEqual(yield* count, 0)

      const done: Array<string> = []
      yield* Session.transaction(Effect.gen(function*() {
        yield* above.afterCommit(Effect.sync(() => done.push("committed")))
        yield* above.withTransaction(above`INSERT INTO notes (id) VALUES (1)`)
        done.push("inside")
      }))
      assert.deepStrictEqual(done, ["inside", "committed"])
      assert.strictEqual(yield* count, 1)
    }).pipe(Effect.provide(both)))

  it.live("tells those who watch about a change, once it is committed", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)`
      const seen = yield* Deferred.make<void>()
      const watching = yield* sql.reactive(["notes"], sql<{ readonly n: number }>`SELECT count(*) AS n FROM notes`)
        .pipe(
          Stream.map(([row]) => row?.n),
          Stream.tap(() => Deferred.succeed(seen, undefined)),
          Stream.take(2),
          Stream.runCollect,
          Effect.forkChild
        )
      yield* Deferred.await(seen)
      const write = Effect.replicateEffect(sql`INSERT INTO notes (text) VALUES ('a')`, 2)
      yield* sql.withTransaction(Reactivity.mutation(write, ["notes"]))
      assert.deepStrictEqual(yield* Fiber.join(watching), [0, 2])
    }).pipe(Effect.provide(compatible), Effect.provide(Reactivity.layer)))

  it.effect("speaks SQLite by whatever method it is asked", () =>
    Effect.gen(function*() {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms().safe
      yield* sql`CREATE TABLE numbers (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER)`.raw
      const insert = sql`INSERT INTO numbers (n) VALUES (max(1, ${2 ** 40})) RETURNING id`
      assert.deepStrictEqual(yield* insert.values, [[1]])
      assert.deepStrictEqual(yield* insert.unprepared, [{ id: 2 }])
      assert.deepStrictEqual(yield* Stream.runCollect(insert.stream), [{ id: 3 }])
      assert.deepStrictEqual(yield* Stream.runCollect(sql`SELECT max(id, 9) AS m FROM numbers`.stream), [
        { m: 9 },
        { m: 9 },
        { m: 9 }
      ])
      const connection = yield* sql.reserve
      assert.deepStrictEqual(yield* connection.execute("SELECT min(1, 2) AS m", [], undefined), [{ m: 1 }])
      assert.deepStrictEqual(yield* connection.executeValuesUnprepared("SELECT min(1, 2)", []), [[1]])
    }).pipe(Effect.scoped, Effect.provide(compatible)))
})
