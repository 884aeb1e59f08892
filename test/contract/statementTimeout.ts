/**
 * A statement that takes longer than it was given is ended by the database, and nobody else's is.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, OrmError, Query, Repository, Session, Sql } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient, SqlError } from "effect/sql"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { busy, nobody, overtime, stats, until } from "./busy.ts"
import type { Database } from "./Subject.ts"

class Step extends Model.Class<Step>("Step")({
  id: Column.primaryKey(Column.int32)
}, { table: "timeout_steps" }) {}

class Mark extends Model.Class<Mark>("Mark")({
  id: Column.primaryKey(Column.int32)
}, { table: "timeout_marks" }) {}

const count = 3_000

const filled = Layer.effectDiscard(
  Effect.flatMap(
    Repository.make(Step),
    (steps) => steps.insertMany(Array.from({ length: count }, (_, id) => ({ id })))
  )
)

const [a, b, c, d] = [
  Sql.columns(Step, "a"),
  Sql.columns(Step, "b"),
  Sql.columns(Step, "c"),
  Sql.columns(Step, "d")
]

/** More work than anybody waits for, and no row to show for it. */
const fruitless = Sql.query(Schema.Struct({ id: Schema.Int }))`
  SELECT ${a.id} FROM ${a}, ${b}, ${c}, ${d} WHERE ${a.id} * ${b.id} + ${c.id} * ${d.id} = -1`

const inPlainSql = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql`SELECT a.id FROM timeout_steps a, timeout_steps b, timeout_steps c, timeout_steps d
    WHERE a.id * b.id + c.id * d.id = -1`
)

const doomed = Query.delete(Mark).where(() => Query.exists(fruitless))

const mark = (id: number) => Effect.flatMap(Repository.make(Mark), (marks) => marks.insert({ id }))

const marked = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly id: number }>`SELECT id FROM timeout_marks ORDER BY id`,
    (rows) => rows.map(({ id }) => id)
  ))

const fresh = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM timeout_marks`)

const limited = Session.statementTimeout("1 second")

/** Runs an effect while the clock goes on, until it has ended. */
const whileTimePasses = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Effect.forkChild(effect), (fiber) => overtime(fiber, "1 second"))

/** All connections are there, and answer. */
const assertWhole = Effect.gen(function*() {
  assert.deepStrictEqual(yield* busy, nobody)
  const { size } = yield* stats
  const answers = Effect.all(Array.from({ length: size }, () => Query.from(Step).count), { concurrency: "unbounded" })
  assert.deepStrictEqual(yield* answers, Array.from({ length: size }, () => count))
})

const assertTimedOut = (failure: unknown) => {
  assert.instanceOf(failure, OrmError.TimedOut)
  assert.strictEqual(failure.what, "statement")
  assert.strictEqual(failure.milliseconds, 1_000)
  assert.match(failure.message, /^The statement took longer than 1000 ms\. The database has ended it\./)
  assert.match(failure.message, /\nin: .*timeout_steps/s)
}

export const statementTimeout = (name: string, database: Database) =>
  layer(filled.pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Step, Mark]))), { timeout: "60 seconds" })(
    `${name}: statement timeout`,
    (it) => {
      const statements: Readonly<
        Record<string, Effect.Effect<unknown, OrmError.UpdateError | OrmError.StreamError, Session.Session>>
      > = {
        "a read": fruitless.all,
        "a read of columns": fruitless.columns,
        "a plan that is measured": fruitless.explain({ analyze: true }),
        "the next rows of a stream": Stream.runDrain(fruitless.stream),
        "a write": doomed,
        "a write that gives rows back": doomed.returning((row) => ({ id: row.id })),
        "a write by hand": Sql.statement`DELETE FROM ${Sql.identifier(Mark)} WHERE id IN (${fruitless})`
      }
      for (const [kind, statement] of Object.entries(statements)) {
        it.effect(`ends ${kind}`, () =>
          Effect.gen(function*() {
            yield* fresh
            yield* mark(1)
            assertTimedOut(yield* Effect.flip(whileTimePasses(limited(statement))))
            assert.deepStrictEqual(yield* marked, [1])
            yield* assertWhole
          }))
      }

      it.effect("ends one of plain SQL, whose error has it as its cause", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(whileTimePasses(limited(inPlainSql)))
          assert.instanceOf(failure, SqlError.SqlError)
          assert.strictEqual(Reflect.get(failure, "reason")._tag, "StatementTimeoutError")
          assertTimedOut(Reflect.get(failure, "reason").cause)
          const streamed = Effect.flatMap(SqlClient.SqlClient, (sql) =>
            Stream.runDrain(
              sql`SELECT a.id FROM timeout_steps a, timeout_steps b, timeout_steps c, timeout_steps d
              WHERE a.id * b.id + c.id * d.id = -1`.stream
            ))
          const ended = yield* Effect.flip(whileTimePasses(limited(streamed)))
          assertTimedOut(Reflect.get(Reflect.get(ended, "reason"), "cause"))
          yield* assertWhole
        }))

      it.effect("leaves alone what is done in time, and fails as it would", () =>
        Effect.gen(function*() {
          yield* fresh
          yield* limited(mark(1))
          const violation = yield* Effect.flip(limited(mark(1)))
          assert.strictEqual(violation._tag, "UniqueViolation")
          assert.deepStrictEqual(yield* limited(marked), [1])
          yield* assertWhole
        }))

      it.effect("aborts its transaction, also when it was caught", () =>
        Effect.gen(function*() {
          yield* fresh
          const caught = Session.transaction(Effect.gen(function*() {
            yield* mark(1)
            assertTimedOut(yield* Effect.flip(limited(fruitless.all)))
          }))
          const failure = yield* Effect.flip(whileTimePasses(caught))
          assert.instanceOf(failure, OrmError.TransactionAborted)
          assert.match(failure.statement ?? "", /timeout_steps/)
          assert.deepStrictEqual(yield* marked, [])
          yield* assertWhole
        }))

      it.effect("aborts its transaction for all that comes after it, naming what ended it", () =>
        Effect.gen(function*() {
          yield* fresh
          const goingOn = Session.transaction(Effect.gen(function*() {
            yield* Effect.ignore(limited(fruitless.all))
            const failure = yield* Effect.flip(mark(1))
            assert.instanceOf(failure, OrmError.TransactionAborted)
            assert.match(failure.statement ?? "", /timeout_steps/)
            return yield* failure
          }))
          assert.instanceOf(yield* Effect.flip(whileTimePasses(goingOn)), OrmError.TransactionAborted)
          assert.deepStrictEqual(yield* marked, [])
          yield* assertWhole
        }))

      it.effect("undoes a nested transaction alone", () =>
        Effect.gen(function*() {
          yield* fresh
          const outer = Session.transaction(Effect.gen(function*() {
            yield* mark(1)
            // each server has begun it by the time that something is ended in it
            const begun = Effect.andThen(mark(2), Query.from(Step).count)
            assertTimedOut(yield* Effect.flip(Session.transaction(Effect.andThen(begun, limited(fruitless.all)))))
            yield* mark(3)
          }))
          yield* whileTimePasses(outer)
          assert.deepStrictEqual(yield* marked, [1, 3])
          yield* assertWhole
        }))

      it.effect("does not count the wait for a connection", () =>
        Effect.gen(function*() {
          const { size } = yield* stats
          const gate = yield* Deferred.make<void>()
          const held = yield* Effect.forkChild(
            Effect.all(Array.from({ length: size }, () => Session.transaction(Deferred.await(gate))), {
              concurrency: "unbounded"
            })
          )
          yield* until(size, 0)
          const fiber = yield* Effect.forkChild(limited(Query.from(Step).count))
          yield* until(size, 1)
          yield* TestClock.adjust("10 seconds")
          yield* Deferred.succeed(gate, undefined)
          assert.strictEqual(yield* Fiber.join(fiber), count)
          yield* Fiber.join(held)
          yield* assertWhole
        }))

      it.effect("does not count the statements before it in a transaction, nor end them", () =>
        Effect.gen(function*() {
          yield* fresh
          const both = Session.transaction(Effect.gen(function*() {
            const long = yield* Effect.forkChild(fruitless.all)
            const quick = yield* Effect.forkChild(limited(Query.from(Step).count))
            yield* Effect.yieldNow
            for (let second = 0; second < 20; second++) {
              yield* TestClock.adjust("1 second")
              yield* TestClock.withLive(Effect.sleep("2 millis"))
            }
            assert.isUndefined(long.pollUnsafe())
            assert.isUndefined(quick.pollUnsafe())
            yield* Fiber.interrupt(long)
            return yield* Effect.flip(Fiber.join(quick))
          }))
          const failure = yield* Effect.flip(both)
          assert.instanceOf(failure, OrmError.TransactionAborted)
          yield* assertWhole
        }))

      it.effect("does not count what a stream's reader does between its rows", () =>
        Effect.gen(function*() {
          const seen = yield* Query.from(Step).orderBy((step) => step.id.asc()).stream.pipe(
            Stream.rechunk(1_000),
            Stream.mapArrayEffect((rows) => Effect.as(TestClock.adjust("10 seconds"), rows)),
            Stream.runCollect,
            limited
          )
          assert.strictEqual(seen.length, count)
          yield* assertWhole
        }))

      it.effect("is set for a program by a Layer, and lifted for an effect", () =>
        Effect.gen(function*() {
          const setting = Layer.succeed(Session.StatementTimeout, Duration.seconds(1))
          assertTimedOut(yield* Effect.flip(whileTimePasses(Effect.provide(fruitless.all, setting))))
          const lifted = yield* Effect.forkChild(
            fruitless.all.pipe(Session.statementTimeout("Infinity"), Effect.provide(setting))
          )
          yield* until(1, 0)
          yield* TestClock.adjust("1 hour")
          assert.isUndefined(lifted.pollUnsafe())
          yield* Fiber.interrupt(lifted)
          yield* assertWhole
        }))

      it.effect("can be interrupted before its time is up", () =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(limited(fruitless.all))
          yield* until(1, 0)
          yield* Fiber.interrupt(fiber)
          yield* assertWhole
        }))
    }
  )
