/**
 * A server that hangs does not let a statement hang whose time is up: what nobody knows then is told as such.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

class Line extends Model.Class<Line>("Line")({ id: Column.primaryKey(Column.int32) }, { table: "lines" }) {}

class Server extends Context.Service<Server, PostgresServer.PostgresServer>()("test/Server") {}

const database = Layer.unwrap(Effect.map(Server, (server) => Postgres.layer({ ...server, pool: { size: 4 } })))

const prepared = TestDatabase.layerOn(database, [Line]).pipe(
  Layer.provideMerge(Layer.effect(Server, PostgresServer.start()))
)

const inTime = Session.statementTimeout("200 millis")

layer(prepared, { timeout: "60 seconds", excludeTestServices: true })("a server that hangs", (it) => {
  it.effect("loses the connection of a statement whose time is up, and no other", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const lines = yield* Repository.make(Line)
      yield* lines.insert({ id: 1 })
      // as many connections as there will be
      yield* Effect.forEach([1, 2, 3, 4], () =>
        Session.transaction(Effect.andThen(lines.get(1), Effect.sleep("200 millis"))), {
        concurrency: 4
      })
      const [begun, paused] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      // a statement that is given up ends its transaction, also where that is caught
      const transaction = yield* Effect.forkChild(Effect.flip(Session.transaction(Effect.gen(function*() {
        yield* lines.insert({ id: 2 })
        yield* Deferred.succeed(begun, undefined)
        yield* Deferred.await(paused)
        const own = yield* Effect.flip(inTime(lines.insert({ id: 4 })))
        assert.strictEqual(own._tag, "ConnectionFailed", own.message)
        yield* lines.insert({ id: 5 })
      }))))
      yield* Deferred.await(begun)
      const [read, streamed, written, ended] = yield* Effect.gen(function*() {
        yield* PostgresServer.pause(server)
        yield* Deferred.succeed(paused, undefined)
        return yield* Effect.all([
          Effect.flip(inTime(lines.get(1))),
          Effect.flip(inTime(Stream.runDrain(Query.from(Line).stream))),
          Effect.flip(inTime(lines.insert({ id: 3 }))),
          Fiber.join(transaction)
        ], { concurrency: "unbounded" })
      }).pipe(Effect.ensuring(PostgresServer.resume(server)))
      assert.strictEqual(read._tag, "ConnectionFailed")
      assert.match(read.message, /took longer than 200 ms, and the server did not end it in 5000 ms more/)
      assert.strictEqual(streamed._tag, "ConnectionFailed")
      assert.strictEqual(written._tag, "CommitOutcomeUnknown")
      assert.instanceOf(ended, OrmError.TransactionAborted)
      const stored = yield* Query.from(Line)
      assert.isEmpty(stored.filter(({ id }) =>
        id !== 1 && id !== 3
      ))
    }), 120_000)
})
