/**
 * Programs say things to each other over channels, and tables tell what is written to them.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, Migrator, OrmError, Query, QueryCache, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import { Author, empty, Shelf, withLibrary } from "../contract/library.ts"

class Undone extends Data.TaggedError("Undone") {}

class Server extends Context.Service<Server, PostgresServer.PostgresServer>()("test/Server") {}

const programs = Layer.unwrap(Effect.map(PostgresServer.start(), (server) => {
  const { host, port, username } = server
  const options = { database: "postgres", host, port, username, pool: { size: 2 } }
  return Layer.mergeAll(
    withLibrary(Postgres.layer(options)),
    Postgres.layer(options),
    Layer.succeed(Server, server)
  )
}))

/** What is heard over a channel, from now on. */
const hearing = Effect.fnUntraced(function*(channel: string) {
  const heard = yield* Queue.unbounded<Postgres.Heard>()
  yield* Effect.forkScoped(Stream.runForEach(Postgres.listen(channel), (said) => Queue.offer(heard, said)))
  assert.deepStrictEqual(yield* Queue.take(heard), { _tag: "Listening" })
  return Queue.take(heard)
})

const notice = (payload: string): Postgres.Heard => ({ _tag: "Notice", payload })

const plain = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

/** A program that knows nothing of this one. */
const other = Effect.map(
  Server,
  ({ host, port, username }) => Postgres.layer({ database: "postgres", host, port, username, pool: { size: 1 } })
)

layer(programs, { timeout: "60 seconds", excludeTestServices: true })("channels of PostgreSQL", (it) => {
  it.effect("tell who listens what is said, and of a transaction only what is committed", () =>
    Effect.gen(function*() {
      const channel = "parcels \"of\" the day"
      const next = yield* hearing(channel)
      yield* Postgres.notify(channel, "1")
      yield* Postgres.notify("others", "2")
      yield* Effect.flip(Session.transaction(Effect.andThen(Postgres.notify(channel, "3"), new Undone())))
      yield* Session.transaction(Effect.andThen(Postgres.notify(channel, "4"), Postgres.notify(channel, "")))
      assert.deepStrictEqual(yield* next, notice("1"))
      assert.deepStrictEqual(yield* next, notice("4"))
      assert.deepStrictEqual(yield* next, notice(""))
    }).pipe(Effect.scoped))

  it.effect("are listened to again after the connection was lost, which is told", () =>
    Effect.gen(function*() {
      const next = yield* hearing("parcels")
      yield* plain(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
      )
      assert.deepStrictEqual(yield* next, { _tag: "Listening" })
      yield* Effect.eventually(Postgres.notify("parcels", "1"))
      assert.deepStrictEqual(yield* next, notice("1"))
    }).pipe(Effect.scoped))

  it.effect("refuse what is too long", () =>
    Effect.gen(function*() {
      const long = yield* Effect.flip(Postgres.notify("parcels", "x".repeat(8_000)))
      assert.instanceOf(long, OrmError.QueryFailed)
      assert.include(long.message, "payload string too long")
      const nameless = yield* Effect.flip(Stream.runDrain(Postgres.listen("x".repeat(64))))
      assert.instanceOf(nameless, OrmError.QueryFailed)
      assert.include(nameless.message, "63 UTF-8 bytes")
    }))
})

layer(programs, { timeout: "60 seconds", excludeTestServices: true })(
  "tables that tell what is written to them",
  (it) => {
    it.effect("tell it of every program, until the migration is undone", () =>
      Effect.gen(function*() {
        yield* empty
        const up = [...Postgres.noticeTrigger(Author), ...Postgres.noticeTrigger(Shelf)]
        const migrator = Migrator.layer({ revisions: [Migration.make({ id: "5b0c2d71f6aa", up })], onStart: "nothing" })
        const stranger = Context.get(yield* Layer.build(yield* other), SqlClient.SqlClient)
        const { host, port, username } = yield* Server
        const reader = Layer.merge(
          Postgres.layer({ database: "postgres", host, port, username, sharedWrites: true }),
          QueryCache.layerMemory()
        )
        yield* Effect.provide(Migrator.up(), migrator, { local: true })
        yield* Effect.gen(function*() {
          const live = yield* Queue.unbounded<number>()
          yield* Query.from(Author).changes.pipe(
            Stream.runForEach(({ length }) => Queue.offer(live, length)),
            Effect.forkScoped
          )
          assert.strictEqual(yield* Queue.take(live), 0)
          yield* stranger`INSERT INTO library_authors VALUES (1, 'Ada'), (2, 'Bo')`
          assert.strictEqual(yield* Queue.take(live), 2)
          yield* stranger`DELETE FROM library_authors WHERE id = 1`
          assert.strictEqual(yield* Queue.take(live), 1)
          yield* stranger`TRUNCATE library_authors CASCADE`
          assert.strictEqual(yield* Queue.take(live), 0)
        }).pipe(Effect.provide(reader), Effect.scoped)
        yield* Effect.provide(Migrator.down("base", { allowLoss: "everything" }), migrator, { local: true })
        const left = yield* plain("SELECT tgname FROM pg_trigger WHERE tgname = 'andamios_written'")
        const functions = yield* plain("SELECT proname FROM pg_proc WHERE proname = 'andamios_written'")
        assert.deepStrictEqual([left, functions], [[], []])
      }).pipe(Effect.scoped))
  }
)
