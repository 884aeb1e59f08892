/**
 * An engine that has given up on a database is started anew: who was at work is told, who comes next finds what was committed.
 */
import { assert, it } from "@effect/vitest"
import { ConnectionPool, OrmError, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { readFileSync, writeFileSync } from "node:fs"
import { stats, until } from "../contract/busy.ts"
import { breaking, brokenFile } from "./brokenFile.ts"
import * as Bare from "./laws/bare.ts"

const within = (path: string, options?: Omit<DuckDb.Options, "path">) =>
  Effect.provide(DuckDb.layer({ path, ...options }), { local: true })

const breakDown = Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(breaking("broken")))

const notes = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    Effect.map(
      sql<{ readonly text: string }>`SELECT text FROM notes ORDER BY text`,
      (rows) => rows.map(({ text }) => text)
    )
)

const brokeDown = (failure: SqlError) => {
  const { cause } = failure.reason
  assert.instanceOf(cause, OrmError.ConnectionFailed)
  assert.match(cause.message, /DuckDB broke down: (INTERNAL|FATAL) Error/)
  assert.include(cause.hint ?? "", "run it again")
}

it.live("the next use finds the file open again, with what was committed", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      for (let round = 0; round < 3; round++) {
        yield* sql`INSERT INTO notes VALUES (${`round ${round}`})`
        brokeDown(yield* Effect.flip(breakDown))
        assert.strictEqual((yield* notes).length, round + 1)
        assert.deepInclude(yield* stats, { acquired: 0, waiting: 0 })
      }
    }).pipe(within(path))
    assert.deepStrictEqual(yield* within(path)(notes), ["round 0", "round 1", "round 2"])
  }).pipe(Effect.scoped))

it.live("transactions at work fail, and nothing of them is stored; a stream at work is still whole", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const gate = yield* Deferred.make<void>()
      const insert = sql`INSERT INTO notes VALUES ('lost')`
      const writing = Session.transaction(Effect.all([insert, Deferred.await(gate), insert]))
      const committing = Session.transaction(Effect.all([insert, Deferred.await(gate)]))
      const streaming = sql<{ readonly range: number }>`SELECT range FROM range(500000)`.stream.pipe(
        Stream.tap(({ range }) => range === 0 ? Deferred.await(gate) : Effect.void),
        Stream.runCount
      )
      yield* sql`INSERT INTO notes VALUES ('before')`
      const transactions = yield* Effect.forkChild(
        Effect.all([Effect.flip(writing), Effect.flip(committing)], { concurrency: "unbounded" })
      )
      const stream = yield* Effect.forkChild(streaming)
      yield* until(3, 0)
      yield* Effect.sleep("50 millis")
      brokeDown(yield* Effect.flip(breakDown))

      // the file can be opened again only when all have let go of it
      const waiting = yield* Effect.forkChild(notes)
      yield* until(3, 1)
      yield* Deferred.succeed(gate, undefined)
      const [written, committed] = yield* Fiber.join(transactions)
      assert.instanceOf(written, SqlError)
      brokeDown(written)
      assert.instanceOf(committed, OrmError.ConnectionFailed)
      assert.strictEqual(yield* Fiber.join(stream), 500_000)
      assert.deepStrictEqual(yield* Fiber.join(waiting), ["before"])
      assert.deepInclude(yield* stats, { acquired: 0, waiting: 0 })
    }).pipe(within(path, { pool: { size: 4 } }))
  }).pipe(Effect.scoped))

it.live("a health check that is under way fails with it, and the next one doesn't", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    yield* Effect.gen(function*() {
      const { check } = yield* ConnectionPool.ConnectionPool
      // it has to be asked while the engine breaks down, which takes only some milliseconds
      const checked = Effect.forever(check).pipe(
        Effect.match({ onFailure: ({ message }) => message, onSuccess: () => "" }),
        Effect.timeoutOrElse({ duration: "200 millis", orElse: () => Effect.succeed("") })
      )
      const round = Effect.map(
        Effect.all([checked, Effect.exit(breakDown)], { concurrency: "unbounded" }),
        ([message]) => message
      )
      assert.match(yield* Effect.repeat(round, { until: (message) => message !== "", times: 20 }), /FATAL Error/)
      yield* check
    }).pipe(within(path))
  }).pipe(Effect.scoped))

it.live("every Layer of the file works again", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    const write = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO notes VALUES ('of the first')`)
    yield* Effect.gen(function*() {
      yield* write
      yield* Effect.ignore(within(path)(breakDown))
      assert.deepStrictEqual(yield* notes, ["of the first"])
      yield* Effect.ignore(breakDown)
      assert.deepStrictEqual(yield* within(path)(notes), ["of the first"])
    }).pipe(within(path))
  }).pipe(Effect.scoped))

it.effect("who waits for others to let go of the file is told when it takes too long, and can be interrupted", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    yield* Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const holder = yield* Effect.forkChild(Effect.ignore(Session.transaction(Deferred.await(gate))))
      yield* until(1, 0)
      yield* Effect.gen(function*() {
        brokeDown(yield* Effect.flip(breakDown))
        const waiting = yield* Effect.forkChild(Effect.flip(Session.transaction(Effect.void)))
        yield* until(0, 1)
        yield* TestClock.adjust("30 seconds")
        const failure = yield* Fiber.join(waiting)
        assert.instanceOf(failure, OrmError.PoolTimeout)
        assert.deepInclude(failure, { inUse: 0, waiting: 1 })
        assert.isUndefined(failure.longest)
        // and the Layer closes here, though the file can't be opened again yet
      }).pipe(within(path))
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(holder)
      assert.deepStrictEqual(yield* notes, [])
    }).pipe(within(path))
  }).pipe(Effect.scoped))

it.live("a Layer that closes while the file is being opened again leaves it closed: another process can have it", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    assert.include((yield* Effect.flip(within(path)(Session.transaction(breakDown)))).message, "INTERNAL Error")
    const elsewhere = `
      import { DuckDBInstance } from "@duckdb/node-api"
      await DuckDBInstance.create(process.argv[1])`
    assert.deepStrictEqual(yield* Bare.program(elsewhere, [path]), { said: [], how: "exit 0" })
  }).pipe(Effect.scoped))

it.live("a file that can't be opened again fails with why, and works when it can", () =>
  Effect.gen(function*() {
    const path = yield* brokenFile
    const content = readFileSync(path)
    yield* Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const holder = yield* Effect.forkChild(Effect.ignore(Session.transaction(Deferred.await(gate))))
      yield* until(1, 0)
      yield* Effect.ignore(breakDown)
      writeFileSync(path, "this is no database, but it is long enough to be taken for one\n".repeat(1000))
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(holder)

      const failure = yield* Effect.flip(notes)
      assert.instanceOf(failure.reason.cause, OrmError.ConnectionFailed)
      assert.include(failure.message, "not a valid DuckDB database file")
      const { check } = yield* ConnectionPool.ConnectionPool
      assert.include((yield* Effect.flip(check)).message, "not a valid DuckDB database file")

      writeFileSync(path, content)
      yield* Effect.retry(check, { times: 3 })
      assert.deepStrictEqual(yield* notes, [])
    }).pipe(within(path))
  }).pipe(Effect.scoped))

it.live("a database in memory is lost, and says so until its Layer is built anew", () =>
  Effect.gen(function*() {
    const attach = { broken: { path: yield* brokenFile } }
    yield* Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE notes AS SELECT 'in memory' AS text`
      brokeDown(yield* Effect.flip(breakDown))
      for (let round = 0; round < 3; round++) {
        const failure = yield* Effect.flip(notes)
        assert.instanceOf(failure.reason.cause, OrmError.ConnectionFailed)
        assert.include(failure.message, "what a database in memory held is lost")
      }
    }).pipe(within(":memory:", { attach }))
    yield* Effect.scoped(Layer.build(DuckDb.layer({ path: ":memory:", attach })))
  }).pipe(Effect.scoped))
