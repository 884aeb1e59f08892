/**
 * What becomes of statements and streams when PostgreSQL's connection, or the place for one, is gone.
 */
import { assert, layer } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { ConnectionPool } from "../../src/session/ConnectionPool.ts"
import { Database } from "../../src/session/Database.ts"
import { backend, prepared, query, rows, terminate } from "./family.ts"

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL connections", (it) => {
  it.effect("says that a connection was lost, also in a transaction", () =>
    Effect.gen(function*() {
      const { insert, read, transaction } = yield* Database
      const lost = yield* Effect.flip(transaction(Effect.gen(function*() {
        const pid = yield* backend
        yield* insert(rows("parents", { id: [80] }))
        yield* Effect.forkChild(terminate(pid))
        return yield* read(query("SELECT pg_sleep(5)"))
      })))
      assert.strictEqual(lost._tag, "ConnectionFailed")

      const own = yield* Effect.flip(transaction(Effect.gen(function*() {
        yield* terminate(yield* backend)
        yield* Effect.sleep("50 millis")
        return yield* Effect.fail("mine")
      })))
      assert.strictEqual(own, "mine")
      assert.deepStrictEqual(yield* read(query("SELECT count(*)::int FROM parents WHERE id = 80")), [0])
    }))

  it.effect("ends a stream that is cut off with a failure, never with fewer rows", () =>
    Effect.gen(function*() {
      const { read, stream, transaction } = yield* Database
      const sql = yield* SqlClient
      const many = query("SELECT i FROM generate_series(1, 300000) AS i")
      const whole = yield* Stream.runFold(stream(many), () => 0, (sum) => sum + 1)
      assert.strictEqual(whole, 300_000)

      const cut = yield* stream(many).pipe(
        Stream.runForEachArray(() =>
          Effect.andThen(
            sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%"rows" (c0)%'
            AND pid <> pg_backend_pid()`,
            Effect.sleep("20 millis")
          )
        ),
        Effect.flip
      )
      assert.strictEqual(cut._tag, "StreamBroken")

      const late = yield* Effect.flip(
        Stream.runCollect(stream(query("SELECT 1 / (20000 - i) FROM generate_series(1, 30000) AS i")))
      )
      assert.strictEqual(late._tag, "StreamBroken")
      assert.match(late.message, /division by zero/)

      const early = yield* Effect.flip(Stream.runCollect(stream(query("SELECT x"))))
      assert.strictEqual(early._tag, "QueryFailed")

      const odd = yield* Effect.flip(Stream.runCollect(stream(query("SELECT 'text'"))))
      assert.strictEqual(odd._tag, "Undecodable")

      const inside = yield* transaction(Effect.gen(function*() {
        yield* sql`INSERT INTO parents VALUES (90)`
        return yield* Stream.runCollect(stream(query("SELECT id FROM parents WHERE id = 90")))
      }))
      assert.deepStrictEqual(inside, [90])
      assert.deepStrictEqual(yield* read(query("SELECT 1")), [1])
    }))

  it.effect("waits for a free connection no longer than told, and knows how many there are", () =>
    Effect.gen(function*() {
      const { read, transaction } = yield* Database
      const { stats } = yield* ConnectionPool
      const sql = yield* SqlClient
      const release = yield* Deferred.make<void>()
      const hold = Effect.forkChild(transaction(Effect.andThen(read(query("SELECT 1")), Deferred.await(release))))
      const holders = [yield* hold, yield* hold, yield* hold]
      yield* Effect.sleep("50 millis")
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 3, idle: 0, waiting: 0 })

      const waiting = yield* Effect.forkChild(Effect.flip(read(query("SELECT 1"))), { startImmediately: true })
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 3, idle: 0, waiting: 1 })
      const error = yield* Fiber.join(waiting)
      assert.deepInclude(error, { _tag: "PoolTimeout", size: 3, milliseconds: 100 })
      const transactional = yield* Effect.flip(transaction(Effect.void))
      assert.strictEqual(transactional._tag, "PoolTimeout")
      const plain = yield* Effect.flip(sql`SELECT 1`)
      assert.strictEqual(plain.reason._tag, "ConnectionError")
      assert.match(plain.message, /was free within 100 ms/)

      const interrupted = yield* Effect.forkChild(read(query("SELECT 1")), { startImmediately: true })
      yield* Fiber.interrupt(interrupted)
      yield* Deferred.succeed(release, undefined)
      yield* Effect.forEach(holders, Fiber.join)
      assert.deepStrictEqual(yield* stats, { size: 3, acquired: 0, idle: 3, waiting: 0 })

      const sleeping = yield* Effect.forkChild(read(query("SELECT pg_sleep(5)")), { startImmediately: true })
      yield* Effect.sleep("50 millis")
      assert.strictEqual((yield* stats).acquired, 1)
      yield* Fiber.interrupt(sleeping)
      assert.strictEqual((yield* stats).acquired, 0)
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], () => read(query("SELECT 1")), { concurrency: "unbounded" })
      assert.deepInclude(yield* stats, { acquired: 0, waiting: 0 })
    }))

  it.effect("says at the start when there is no such database, server or url", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient
      const [row] = yield* sql<{ place: string }>`SELECT current_setting('unix_socket_directories') AS place`
      const host = row?.place ?? ""
      const opened = (options: Postgres.Options) => Effect.flip(Effect.scoped(Layer.build(Postgres.layer(options))))
      const missing = yield* opened({ host, username: "postgres", database: "nowhere" })
      assert.strictEqual(missing._tag, "ConnectionFailed")
      assert.match(missing.message, /No connection to nowhere at .*:5432: database "nowhere" does not exist/)

      const server = yield* opened({ host: "127.0.0.1", port: 1, username: "postgres" })
      assert.match(server.message, /ECONNREFUSED/)

      const url = yield* opened({ url: Redacted.make("postgres://secret@:nonsense:/") })
      assert.match(url.message, /url is not valid/)
      assert.notMatch(url.message, /secret/)

      const encoded = Redacted.make(`postgres://postgres@${encodeURIComponent(host)}/postgres`)
      const reached = yield* Effect.exit(Effect.scoped(Layer.build(Postgres.layer({ url: encoded }))))
      assert.isTrue(Exit.isSuccess(reached))
    }))
})
