/**
 * What a Layer that shares its writes tells of them: each that is committed, by the names of its tables, and nothing else.
 */
import { assert, layer } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Query, QueryCache, Repository, Session, Sql } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient, type SqlError } from "effect/sql"
import * as TestClock from "effect/testing/TestClock"
import { channel, payloadOf, writtenByOthers } from "../../src/postgres/writtenNotice.ts"
import { Author, Book, empty, withLibrary } from "../contract/library.ts"

class Undone extends Data.TaggedError("Undone") {}

class Server extends Context.Service<Server, PostgresServer.PostgresServer>()("test/Server") {
  static readonly layer = Layer.effect(this, PostgresServer.start({ settings: { max_prepared_transactions: "4" } }))
}

const database = (options: Postgres.Options) =>
  Layer.fresh(
    Layer.unwrap(Effect.map(Server, ({ host, port, username }) =>
      Postgres.layer({ host, port, username, database: "postgres", pool: { size: 2 }, ...options })))
  )

const sharing = database({ sharedWrites: true })

/** Runs an effect, and says what is told meanwhile. */
const told = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const client = Context.get(yield* Layer.build(database({})), PgClient.PgClient)
    const heard = yield* client.listen(channel)
    yield* effect
    const last = payloadOf("the test", ["last"])
    yield* client.notify(channel, last)
    const until: Effect.Effect<ReadonlyArray<unknown>, SqlError.SqlError> = Effect.flatMap(
      Queue.take(heard),
      ({ payload }) =>
        payload === last
          ? Effect.succeed([])
          : Effect.map(until, (rest) => [writtenByOthers("the test", payload), ...rest])
    )
    return yield* until
  }).pipe(Effect.scoped)

const add = (id: number, name = "Ada") => Query.insert(Author).values({ id, name })

const plain = (sql: string) => Effect.flatMap(SqlClient.SqlClient, (client) => client.unsafe(sql))

/** Runs statements on one connection, on which transactions are begun and ended by hand. */
const byHand = (...statements: ReadonlyArray<string>) =>
  Effect.scoped(Effect.gen(function*() {
    const connection = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.reserve)
    for (const sql of statements) yield* Effect.ignore(connection.executeUnprepared(sql, [], undefined))
  }))

const rows = Effect.map(
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM library_authors ORDER BY id`.values),
  (found) => found.flat()
)

const authors = ["library_authors"]

const insert = (id: number) => `INSERT INTO library_authors VALUES (${id}, 'Bo')`

/** What is written, and what is to be told of it. */
const writes: Readonly<Record<string, readonly [Effect.Effect<unknown, unknown, Needed>, ReadonlyArray<unknown>]>> = {
  "a row of a model": [add(1), [authors]],
  "a row of plain SQL": [plain(insert(1)), [authors]],
  "a row of SQL by hand": [Sql.statement`INSERT INTO ${Author} VALUES (1, 'Bo')`, [authors]],
  "rows that are inserted in several statements": [
    Query.insert(Author).values(Array.from({ length: 9 }, (_, id) => ({ id, name: "A".repeat(1_000_000) }))),
    [authors]
  ],
  "rows with those that go with them": [
    Effect.andThen(add(1), Query.delete(Author).everywhere()),
    [authors, ["library_authors", "library_books"]]
  ],
  "a transaction": [
    Session.transaction(
      Effect.all([add(1), plain(insert(2)), Query.insert(Book).values({ id: 1, authorId: 1, pages: 1 })])
    ),
    [["library_authors", "library_books"]]
  ],
  "a transaction of plain SQL": [
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(Effect.all([add(1), add(2)]))),
    [authors]
  ],
  "a unit of work": [
    Session.unitOfWork(Effect.flatMap(Repository.make(Author), (made) => made.insert({ id: 1, name: "Ada" }))),
    [authors]
  ],
  "a stream that is read to its end": [
    Effect.flatMap(SqlClient.SqlClient, (sql) => Stream.runDrain(sql.unsafe(`${insert(1)} RETURNING *`).stream)),
    [authors]
  ],
  "a stream that is left before its end": [
    Effect.flatMap(SqlClient.SqlClient, (sql) => Stream.runHead(sql.unsafe(`${insert(1)} RETURNING *`).stream)),
    [authors]
  ],
  "what refuses to be in a transaction": [
    Effect.all([
      plain("VACUUM library_authors"),
      plain("CREATE INDEX CONCURRENTLY by_name ON library_authors (name)"),
      plain("DROP INDEX by_name")
    ]),
    [["?"], ["?"], ["?"]]
  ],
  "what a function does that may write": [plain("SELECT query_to_xml('SELECT 1', false, false, '')"), [["?"]]],
  "what ends transactions itself": [plain(`DO $$ BEGIN ${insert(1)}; COMMIT; END $$`), [["?"]]],
  "a row on a connection that is kept": [byHand(insert(1)), [authors]],
  "a stream on a connection that is kept": [
    Effect.scoped(Effect.gen(function*() {
      const connection = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.reserve)
      yield* Stream.runDrain(connection.executeStream(`${insert(1)} RETURNING *`, [], undefined))
    })),
    [authors]
  ],
  "a stream in a transaction by hand": [
    Effect.scoped(Effect.gen(function*() {
      const connection = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql.reserve)
      yield* connection.executeUnprepared("BEGIN", [], undefined)
      yield* Stream.runDrain(connection.executeStream(`${insert(1)} RETURNING *`, [], undefined))
      yield* connection.executeUnprepared("COMMIT", [], undefined)
    })),
    [["?"]]
  ],
  "a transaction by hand": [byHand("BEGIN", insert(1), insert(2), "COMMIT"), [["?"]]],
  "a transaction by hand with comments": [byHand("/* now */ BEGIN", insert(1), "-- then\n;COMMIT"), [["?"]]],
  "a transaction with a part that is rolled back": [
    Session.transaction(
      Effect.andThen(Effect.ignore(Session.transaction(Effect.andThen(add(1), new Undone()))), plain(insert(2)))
    ),
    [authors]
  ],
  "a prepared transaction": [byHand("BEGIN", insert(1), "PREPARE TRANSACTION 'p'", "COMMIT PREPARED 'p'"), [["?"]]]
}

/** What is not written. */
const none: Readonly<Record<string, Effect.Effect<unknown, unknown, Needed>>> = {
  "a read": Effect.all([
    Query.from(Author).all,
    plain("SELECT lower('A')"),
    Stream.runDrain(Query.from(Author).stream)
  ]),
  "a transaction that reads": Session.transaction(Query.from(Author).all, { readOnly: true }),
  "a transaction that is rolled back": Effect.flip(Session.transaction(Effect.andThen(add(1), new Undone()))),
  "a statement that fails": Effect.all([
    Effect.flip(Query.insert(Book).values({ id: 1, authorId: 1, pages: 1 })),
    Effect.flip(plain("INSERT INTO library_authors VALUES (1)")),
    Effect.flip(
      Effect.flatMap(SqlClient.SqlClient, (sql) => Stream.runDrain(sql`INSERT INTO library_authors VALUES (1)`.stream))
    )
  ]),
  "a statement that can't be committed": Effect.flip(plain("INSERT INTO later VALUES (1)")),
  "a transaction that is rolled back by hand": byHand("BEGIN", insert(1), "ROLLBACK"),
  "a transaction by hand that can't be committed": byHand("BEGIN", insert(1), "SELECT 1 / 0", insert(2), "COMMIT"),
  "a connection that is lost": byHand("SELECT pg_terminate_backend(pg_backend_pid())", insert(1)),
  "a transaction that can't be committed": Effect.flip(
    Session.transaction(Effect.andThen(add(1), Effect.ignore(plain("SELECT 1 / 0"))))
  )
}

type Needed = Effect.Services<typeof empty> | SqlClient.SqlClient

const Names = Arbitrary.array(Arbitrary.schema(Schema.String), { minLength: 1, maxLength: 400 })

const later =
  `CREATE TABLE IF NOT EXISTS later (author INTEGER REFERENCES library_authors DEFERRABLE INITIALLY DEFERRED)`

const library = withLibrary(Layer.provide(sharing, Server.layer))

layer(Layer.provideMerge(library, Server.layer), { timeout: "60 seconds" })("writes that are shared", (it) => {
  for (const [name, [write, expected]] of Object.entries(writes)) {
    it.effect(`tell of ${name}`, () =>
      Effect.gen(function*() {
        yield* empty
        assert.deepStrictEqual(yield* told(write), expected)
      }))
  }

  for (const [name, write] of Object.entries(none)) {
    it.effect(`tell nothing of ${name}`, () =>
      Effect.gen(function*() {
        yield* plain(later)
        yield* empty
        assert.deepStrictEqual(yield* told(write), [])
        assert.deepStrictEqual(yield* rows, [])
      }))
  }

  it.effect("are heard by others, whose caches and live queries know them, whatever the clock of a test says", () =>
    Effect.gen(function*() {
      yield* empty
      yield* Effect.gen(function*() {
        const live = yield* Queue.unbounded<ReadonlyArray<unknown>>()
        yield* Query.from(Author).changes.pipe(
          Stream.runForEach((found) => Queue.offer(live, found.map(({ name }) => name))),
          Effect.forkScoped
        )
        assert.deepStrictEqual(yield* Queue.take(live), [])
        yield* TestClock.adjust("1 hour")
        yield* Effect.scoped(Effect.provide(add(1), sharing))
        assert.deepStrictEqual(yield* Queue.take(live), ["Ada"])
        assert.lengthOf(yield* Query.from(Author).all, 1)
        assert.deepInclude((yield* QueryCache.report).queries.map(({ hits }) => hits), 1)
      }).pipe(Effect.provide(QueryCache.layerMemory()), Effect.scoped)
    }))

  it.effect("leave no connection in a transaction where a stream is ended before its first row", () =>
    Effect.gen(function*() {
      yield* empty
      const sql = yield* SqlClient.SqlClient
      const slow = sql.unsafe(
        "INSERT INTO library_authors SELECT id, pg_sleep(1)::text FROM generate_series(1, 60) AS id RETURNING *"
      )
      const begun = Effect.flatMap(Stream.toPull(slow.stream), (pull) => Effect.timeoutOption(pull, "300 millis"))
      yield* TestClock.withLive(Effect.scoped(begun))
      assert.deepStrictEqual(yield* rows, [])
      yield* Session.transaction(add(1))
      assert.deepStrictEqual(yield* rows, [1])
    }).pipe(Effect.provide(database({ sharedWrites: true, pool: { size: 1 } }), { local: true })))

  it.effect("leave no connection when their Layer ends", () =>
    Effect.gen(function*() {
      const applicationName = "to be gone"
      const ours = plain(`SELECT 1 FROM pg_stat_activity WHERE application_name = '${applicationName}'`)
      yield* Effect.scoped(Effect.gen(function*() {
        yield* Layer.build(database({ sharedWrites: true, applicationName }))
        assert.isNotEmpty(yield* ours)
      }))
      yield* Effect.eventually(
        Effect.flatMap(ours, ({ length }) => length === 0 ? Effect.void : Effect.fail("still there"))
      )
    }))

  it.effect.prop(
    "a notice is never too long, and says what was written",
    { names: Names },
    ({ names }) =>
      Effect.sync(() => {
        const payload = payloadOf("me", ["*", ...names])
        assert.isBelow(Buffer.byteLength(payload), 8_000)
        assert.isUndefined(writtenByOthers("me", payload))
        const distinct = new Set(names)
        distinct.delete("*")
        const isTold = distinct.size > 0 && Buffer.byteLength(JSON.stringify([...distinct])) < 7_900
        if (isTold) assert.deepStrictEqual(writtenByOthers("you", payload), [...distinct])
        else assert.include([["?"], [...distinct]].map(String), String(writtenByOthers("you", payload)))
        assert.deepStrictEqual(writtenByOthers("me", names.join()), ["?"])
      })
  )
})
