/**
 * A commit, or a write by itself, whose answer is lost on its way: nobody knows whether it is stored, and that is what is said.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, QueryCache, Repository, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Net from "node:net"
import * as PostgresServer from "../../src/testing/PostgresServer.ts"

class Note extends Model.Class<Note>("Note")({ text: Column.primaryKey(Schema.String), size: Column.int32 }, {
  table: "notes"
}) {}

/** What is lost on the wire: a request that holds these words, or the answer to it. */
interface Loss {
  readonly words: string
  readonly isStored: boolean
}

/** A wire between a program and the server, on which something can be lost, once. */
class Wire
  extends Context.Service<Wire, { readonly port: number; readonly lose: (loss: Loss) => Effect.Effect<void> }>()(
    "test/Wire"
  )
{
  static readonly to = (path: string) =>
    Layer.effect(
      this,
      Effect.gen(function*() {
        let next: Loss | undefined
        const server = Net.createServer((program) => {
          const database = Net.connect({ path })
          let isMute = false
          const end = () => {
            program.destroy()
            database.destroy()
          }
          program.on("error", end).on("close", end)
          database.on("error", end).on("close", end)
          program.on("data", (bytes) => {
            const loss = next !== undefined && bytes.includes(next.words) ? next : undefined
            if (loss === undefined) return void database.write(bytes)
            next = undefined
            if (!loss.isStored) return end()
            isMute = true
            database.write(bytes)
          })
          // what answers a whole request ends with its readiness for the next one
          database.on("data", (bytes) => isMute ? end() : program.write(bytes))
        })
        const port = yield* Effect.acquireRelease(
          Effect.callback<number>((resume) => {
            server.listen(0, "127.0.0.1", () => {
              const address = server.address()
              resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
            })
          }),
          () => Effect.sync(() => server.close())
        )
        return Wire.of({ port, lose: (loss) => Effect.sync(() => next = loss) })
      })
    )
}

class Server extends Context.Service<Server, PostgresServer.PostgresServer>()("test/Server") {
  static readonly layer = Layer.effect(Server, PostgresServer.start())
}

const direct = Layer.unwrap(Effect.map(Server, (server) => Postgres.layer({ ...server, pool: { size: 1 } })))

const prepared = Layer.effectDiscard(Effect.provide(Session.createTables([Note]), direct)).pipe(
  Layer.provideMerge(Server.layer)
)

/** Runs an effect over a wire of its own, with no notes at first. */
const over = <A, E, R>(effect: Effect.Effect<A, E, R>, options: Postgres.Options = {}) =>
  Effect.gen(function*() {
    const { host, port } = yield* Server
    yield* Effect.provide(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM notes`), direct)
    const wire = Wire.to(`${host}/.s.PGSQL.${port}`)
    const database = Layer.unwrap(
      Effect.map(Wire, ({ port: own }) =>
        Postgres.layer({ ...options, host: "127.0.0.1", port: own, username: "postgres", pool: { size: 1 } }))
    )
    return yield* Effect.provide(effect, Layer.fresh(Layer.provideMerge(database, wire)))
  })

/** The notes that are stored, seen past the wire. */
const stored = Effect.provide(
  Effect.map(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ text: string }>`SELECT text FROM notes ORDER BY text`),
    (rows) => rows.map(({ text }) => text)
  ),
  direct
)

const lose = (words: string, isStored = true) => Effect.flatMap(Wire, (wire) => wire.lose({ words, isStored }))

const note = (text: string) => Effect.flatMap(Repository.make(Note), (notes) => notes.insert({ text, size: 1 }))

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("PostgreSQL: a lost answer", (it) => {
  for (const isStored of [true, false]) {
    it.effect(`to a commit that was ${isStored ? "" : "not "}done is told as such, and not retried`, () =>
      Effect.gen(function*() {
        const ran: Array<string> = []
        yield* lose("COMMIT", isStored)
        const failure = yield* Effect.flip(Session.transaction(
          Effect.gen(function*() {
            ran.push("effect")
            yield* Session.afterCommit(Effect.sync(() => ran.push("committed")))
            yield* Session.afterRollback(Effect.sync(() => ran.push("rolled back")))
            yield* note("one")
          }),
          { retry: Schedule.recurs(3) }
        ))
        assert.instanceOf(failure, OrmError.CommitOutcomeUnknown)
        assert.isFalse(failure.isRetryable)
        assert.strictEqual(failure.sql, "COMMIT")
        assert.match(failure.database, / at 127\.0\.0\.1:\d+$/)
        assert.match(failure.reason, /[Cc]losed|ECONN/)
        assert.deepStrictEqual(ran, ["effect", "rolled back"])
        assert.deepStrictEqual(yield* stored, isStored ? ["one"] : [])
        yield* note("two")
      }).pipe(over))
  }

  it.effect("to a commit or a write leaves a cache no answer from before, and live queries are told", () =>
    Effect.gen(function*() {
      const count = Query.from(Note).count
      const told = yield* Queue.unbounded<number, OrmError.ReadError>()
      yield* Effect.forkScoped(Stream.runForEach(Query.from(Note).changes, ({ length }) => Queue.offer(told, length)))
      assert.deepStrictEqual([yield* Queue.take(told), yield* count], [0, 0])
      yield* lose("COMMIT")
      yield* Effect.flip(Session.transaction(note("one")))
      assert.deepStrictEqual([yield* Queue.take(told), yield* count], [1, 1])
      yield* lose("INSERT")
      yield* Effect.flip(note("two"))
      assert.deepStrictEqual([yield* Queue.take(told), yield* count], [2, 2])
    }).pipe(Effect.provide(QueryCache.layerMemory()), over))

  it.effect("to a commit of plain SQL is the cause, and Effect does not take it for one to retry", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* lose("COMMIT")
      const failure = yield* Effect.flip(sql.withTransaction(sql`INSERT INTO notes VALUES ('one', 1)`))
      assert.instanceOf(failure, SqlError)
      assert.instanceOf(failure.reason.cause, OrmError.CommitOutcomeUnknown)
      assert.isFalse(failure.isRetryable)
      assert.deepStrictEqual(yield* stored, ["one"])
    }).pipe(over))

  it.effect("to a write of plain SQL by itself is the cause, too; a read is one to retry", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* lose("INSERT")
      const write = yield* Effect.flip(sql`INSERT INTO notes VALUES ('one', 1)`)
      assert.instanceOf(write.reason.cause, OrmError.CommitOutcomeUnknown)
      assert.isFalse(write.isRetryable)
      yield* lose("SELECT")
      assert.isTrue((yield* Effect.flip(sql`SELECT 1`)).isRetryable)
      assert.deepStrictEqual(yield* stored, ["one"])
    }).pipe(over))

  it.effect("where writes are shared is told of their commit alone: nothing is stored before", () =>
    Effect.gen(function*() {
      yield* lose("INSERT")
      assert.strictEqual((yield* Effect.flip(note("one")))._tag, "ConnectionFailed")
      assert.deepStrictEqual(yield* stored, [])
      yield* lose("COMMIT")
      assert.strictEqual((yield* Effect.flip(note("two")))._tag, "CommitOutcomeUnknown")
      assert.deepStrictEqual(yield* stored, ["two"])
    }).pipe((effect) => over(effect, { sharedWrites: true })))

  it.effect("to a write by itself is told as such, whichever it is; in a transaction it is only a lost connection", () =>
    Effect.gen(function*() {
      const notes = yield* Repository.make(Note)
      const many = Array.from({ length: 300 }, (_, index) => ({ text: `many ${index}`, size: index }))
      const writes: ReadonlyArray<
        readonly [
          words: string,
          write: Effect.Effect<unknown, OrmError.UpdateError | OrmError.NotFound, Session.Session>
        ]
      > = [
        ["INSERT", notes.insert({ text: "one", size: 1 })],
        ["INSERT", notes.insertMany(many)],
        [
          "UPDATE",
          Effect.andThen(Query.update(Note).set(() => ({ size: 2 })).where((row) => row.text.eq("one")), Effect.void)
        ],
        ["COMMIT", notes.patchMany(many.map(({ text }) => ({ text, size: 0 })))],
        ["DELETE", Effect.andThen(Query.delete(Note).where((row) => row.text.eq("one")), Effect.void)]
      ]
      for (const [words, write] of writes) {
        yield* lose(words)
        const failure = yield* Effect.flip(write)
        assert.strictEqual(failure._tag, "CommitOutcomeUnknown", words)
      }
      const sum = Query.from(Note).select((row) => ({ size: row.size })).all
      assert.deepStrictEqual(new Set((yield* sum).map(({ size }) => size)), new Set([0]))
      assert.strictEqual((yield* stored).length, 300)

      yield* lose("INSERT")
      const inside = yield* Effect.flip(Session.transaction(note("inside")))
      assert.instanceOf(inside, OrmError.ConnectionFailed)
      assert.notInclude(yield* stored, "inside")
    }).pipe(over))

  it.effect("to what only reads is a lost connection, also at the commit", () =>
    Effect.gen(function*() {
      yield* lose("SELECT")
      assert.strictEqual((yield* Effect.flip(Query.from(Note).all))._tag, "ConnectionFailed")
      yield* lose("COMMIT")
      const reading = Session.transaction(Query.from(Note).all, { readOnly: true })
      assert.strictEqual((yield* Effect.flip(reading))._tag, "ConnectionFailed")
    }).pipe(over))

  it.effect("is none where the connection was gone before the commit could be sent", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const gone = Session.transaction(Effect.gen(function*() {
        yield* note("one")
        yield* lose("SELECT 1")
        yield* Effect.ignore(sql`SELECT 1`)
      }))
      assert.strictEqual((yield* Effect.flip(gone))._tag, "ConnectionFailed")
      assert.deepStrictEqual(yield* stored, [])
    }).pipe(over))

  it.effect("is what a server that ends the connection in the middle of a commit leaves behind", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`DELETE FROM notes`
      yield* sql`CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS ${
        sql.literal("$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$")
      }`
      yield* sql`CREATE CONSTRAINT TRIGGER die AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        EXECUTE FUNCTION die()`
      const failure = yield* Effect.flip(Session.transaction(note("one")))
      assert.instanceOf(failure, OrmError.CommitOutcomeUnknown)
      assert.deepStrictEqual(yield* stored, [])
      yield* sql`DROP TRIGGER die ON notes`
    }).pipe(Effect.provide(direct)))

  it.effect("is none where the server refuses with the code of a lost connection, and stays", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS ${
        sql.literal("$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '08006'; END $$")
      }`
      yield* sql`CREATE TRIGGER refuse BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION refuse()`
      assert.strictEqual((yield* Effect.flip(note("one")))._tag, "ConnectionFailed")
      yield* sql`DROP TRIGGER refuse ON notes`
      yield* note("one")
    }).pipe(over))
})
