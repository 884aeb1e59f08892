/**
 * A connection is used by who has leased it, and only as long.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, OrmError, Query, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { make } from "../../../src/duckdb/connection/connection.ts"
import { open } from "../../../src/duckdb/connection/instance.ts"

class Note extends Model.Class<Note>("Note")({ id: Column.primaryKey(Schema.Int) }, { table: "notes" }) {}

const database = Effect.provide(TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", pool: { size: 1 } }), [Note]))

it.effect("a fiber that outlives the transaction it was forked in fails, and is not in the next one", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const gate = yield* Deferred.make<void>()
    const late = <E>(use: Effect.Effect<unknown, E, Session.Session>) =>
      Effect.forkDetach(Effect.flip(Effect.andThen(Deferred.await(gate), use)))

    const fibers = yield* sql.withTransaction(Effect.all([
      late(sql`INSERT INTO notes VALUES (1)`),
      late(Stream.runDrain(sql`INSERT INTO notes VALUES (2) RETURNING id`.stream)),
      late(Query.from(Note).count),
      late(Session.transaction(sql`INSERT INTO notes VALUES (3)`))
    ]))
    const failures = yield* sql.withTransaction(Effect.gen(function*() {
      yield* Deferred.succeed(gate, undefined)
      return yield* Fiber.joinAll(fibers)
    }))

    for (const failure of failures) {
      const cause = "reason" in failure && typeof failure.reason === "object" ? failure.reason.cause : failure
      assert.instanceOf(cause, OrmError.Unsupported)
      assert.include(cause.message, "on a connection that was given back")
    }
    assert.deepStrictEqual(yield* sql`SELECT * FROM notes`, [])
  }).pipe(database))

it.effect("a nested transaction that outlives the outer one undoes nothing of the next", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const begun = yield* Deferred.make<void>()
    const gate = yield* Deferred.make<void>()
    const nested = Session.transaction(
      Effect.all([Deferred.succeed(begun, undefined), Deferred.await(gate), Effect.fail("no")])
    )
    const fiber = yield* sql.withTransaction(
      Effect.andThen(Effect.forkDetach(Effect.exit(nested)), (forked) => Effect.as(Deferred.await(begun), forked))
    )
    yield* sql.withTransaction(Effect.gen(function*() {
      yield* sql`INSERT INTO notes VALUES (1)`
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(fiber)
    }))
    assert.deepStrictEqual(yield* sql`SELECT * FROM notes`, [{ id: 1 }])
  }).pipe(database))

it.effect("BEGIN, COMMIT and ROLLBACK as plain statements are refused: they would reach any connection", () =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    for (const control of ["BEGIN", "COMMIT", "ROLLBACK", "BEGIN TRANSACTION READ ONLY"]) {
      for (const use of [sql.unsafe(control), sql.withTransaction(sql.unsafe(control))]) {
        const { cause } = (yield* Effect.flip(use)).reason
        assert.instanceOf(cause, OrmError.Unsupported)
        assert.include(cause.instead, "Session.transaction")
      }
    }
  }).pipe(database))

it.effect("without a transaction there is nothing to end or to return to", () =>
  Effect.gen(function*() {
    const instance = yield* open(":memory:", { config: {}, prepare: [], attached: [] })
    const connection = make(yield* instance.connect, instance, "replay")
    yield* connection.commit
    yield* connection.rollback
    yield* connection.savepoint(1)
    yield* connection.rollbackTo(1)
    assert.isFalse(connection.isInTransaction())
    assert.isFalse(connection.isSpent())
  }).pipe(Effect.scoped))
