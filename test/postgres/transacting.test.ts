/**
 * A transaction on PostgreSQL knows which of its statements the server has refused, and which it never got.
 */
import { assert, layer } from "@effect/vitest"
import { OrmError, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient, SqlError } from "effect/sql"
import * as Stream from "effect/Stream"
import { busy, nobody } from "../contract/busy.ts"

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("PostgreSQL: transacting", (it) => {
  it.effect("goes on after a statement that could not be sent, and does not name it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const unsent = Effect.flip(sql`SELECT ${Symbol("no value")}`)
      assert.deepStrictEqual(yield* Session.transaction(Effect.andThen(unsent, sql`SELECT 1`.values)), [[1]])
      const failure = yield* Effect.flip(
        Session.transaction(Effect.andThen(unsent, Effect.ignore(sql`SELECT 1 / 0`)))
      )
      assert.instanceOf(failure, OrmError.TransactionAborted)
      assert.strictEqual(failure.reason, "division by zero")
      assert.strictEqual(failure.statement, "SELECT 1 / 0")
    }))

  it.effect("is over when a stream of plain SQL was left before its end, and says so", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const left = Stream.runHead(sql`SELECT generate_series(1, 10000000)`.stream)
      const committed = yield* Effect.flip(Session.transaction(left))
      assert.instanceOf(committed, OrmError.TransactionAborted)
      const after = yield* Effect.flip(Session.transaction(Effect.andThen(left, sql`SELECT 1`)))
      assert.instanceOf(after, SqlError.SqlError)
      assert.deepStrictEqual(yield* busy, nobody)
    }))

  it.effect("reads a stream of plain SQL to its end, and goes on", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = Stream.runCount(sql`SELECT generate_series(1, 3000)`.stream)
      const both = Session.transaction(Effect.all([rows, sql`SELECT 1`.values]))
      assert.deepStrictEqual(yield* both, [3_000, [[1]]])
      const failing = Stream.runDrain(sql`SELECT 1 / 0`.stream)
      const failure = yield* Effect.flip(Session.transaction(Effect.ignore(failing)))
      assert.instanceOf(failure, OrmError.TransactionAborted)
      assert.strictEqual(failure.statement, "SELECT 1 / 0")
    }))

  for (
    const statement of [
      "BEGIN",
      "  start transaction",
      "COMMIT",
      "end",
      "ROLLBACK",
      "ABORT",
      "/* a /* nested */ comment */ BEGIN",
      "-- a comment\nBEGIN",
      ";BEGIN",
      "START /* a comment */ TRANSACTION",
      "ROLLBACK -- TO a savepoint"
    ]
  ) {
    it.effect(`refuses ${statement.trim()} as a statement, and goes on`, () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const plain = sql.unsafe(statement)
        const failure = yield* Effect.flip(plain)
        assert.instanceOf(Reflect.get(failure.reason, "cause"), OrmError.Unsupported)
        const inside = Session.transaction(
          Effect.andThen(
            Effect.ignore(plain),
            sql`SELECT pg_current_xact_id_if_assigned() IS NULL, now() = now()`.values
          )
        )
        assert.deepStrictEqual(yield* inside, [[true, true]])
      }))
  }

  it.effect("tells a session why, and takes savepoints", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const failure = yield* Effect.flip(Effect.flatMap(Sql.statement`COMMIT`, Effect.succeed))
      assert.instanceOf(failure, OrmError.Unsupported)
      assert.include(
        failure.message,
        "PostgreSQL does not do this: a plain BEGIN, COMMIT or ROLLBACK. Statements by themselves"
      )
      const back = Session.transaction(
        Effect.andThen(
          Effect.all([sql`SAVEPOINT mine`, Effect.ignore(sql`SELECT 1 / 0`), sql`ROLLBACK TO SAVEPOINT mine`]),
          sql`SELECT 1`.values
        )
      )
      assert.deepStrictEqual(yield* back, [[1]])
      const reserved = Effect.scoped(
        Effect.flatMap(
          sql.reserve,
          (connection) =>
            Effect.forEach(["BEGIN", "SELECT 1", "ROLLBACK"], (text) => connection.executeValues(text, []))
        )
      )
      assert.deepStrictEqual(yield* reserved, [[], [[1]], []])
    }))

  it.effect("runs the statements of a reserved connection one after another, each with its own time", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const answers = yield* Effect.scoped(Effect.flatMap(sql.reserve, (connection) =>
        Effect.all([
          connection.executeValues("SELECT pg_sleep(0.05), 1", []),
          Session.statementTimeout("1 second")(connection.executeValues("SELECT 2", []))
        ], { concurrency: "unbounded" })))
      assert.deepStrictEqual(answers.map((rows) => rows.length), [1, 1])
    }))
})
