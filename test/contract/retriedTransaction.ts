/**
 * A transaction that met another one runs again, whole, as its schedule says.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, type OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient, SqlError } from "effect/sql"
import { TestClock } from "effect/testing"
import type { Database } from "./Subject.ts"

class Counter extends Model.Class<Counter>("Counter")({
  name: Column.primaryKey(Schema.String),
  value: Column.int32
}, { table: "retried_counters" }) {}

class Refused extends Data.TaggedError("Refused") {}

class OutOfPatience extends Data.TaggedError("OutOfPatience") {}

class Patience extends Context.Service<Patience, { readonly times: number }>()("test/Patience") {}

/** Makes a counter of this name that stands at 0. */
const counter = (name: string) =>
  Effect.flatMap(Repository.make(Counter), (counters) => counters.insert({ name, value: 0 }))

const valueOf = (name: string) =>
  Effect.map(Effect.flatMap(Repository.make(Counter), (counters) => counters.get(name)), ({ value }) => value)

/** Adds one in plain SQL, after what another transaction does meanwhile: on PostgreSQL, too, that is a conflict. */
const increment = (name: string, meanwhile: Effect.Effect<unknown, unknown>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const value = yield* valueOf(name)
    yield* Effect.orDie(meanwhile)
    yield* sql`UPDATE retried_counters SET value = ${value + 1} WHERE name = ${name}`
  })

/** Transactions of PostgreSQL see what others commit meanwhile, unless they say otherwise. */
const isolated = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.driver === "pg"
      ? Effect.provideService(effect, SqlClient.BeginTransaction, "BEGIN ISOLATION LEVEL REPEATABLE READ")
      : effect)

/** Adds ten from another transaction, the first times that it is asked. */
const interfering = Effect.fnUntraced(function*(name: string, times: number) {
  const sql = yield* SqlClient.SqlClient
  let left = times
  return Effect.suspend(() => {
    if (left === 0) return Effect.void
    left -= 1
    // of no transaction: a fiber of its own context
    return Effect.promise(() =>
      Effect.runPromise(sql.withTransaction(sql`UPDATE retried_counters SET value = value + 10 WHERE name = ${name}`))
    )
  })
})

/** An effect that counts how often it ran. */
const counted = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const runs = { count: 0 }
  return { runs, effect: Effect.andThen(Effect.sync(() => runs.count += 1), effect) }
}

export const retriedTransaction = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Counter]), { timeout: "60 seconds" })(`${name}: retried transaction`, (it) => {
    it.effect("runs again until it met nobody, each time on what the others left", () =>
      Effect.gen(function*() {
        yield* counter("again")
        const { effect, runs } = counted(increment("again", yield* interfering("again", 3)))
        yield* isolated(Session.transaction(effect, { retry: Schedule.recurs(5) }))
        assert.strictEqual(runs.count, 4)
        assert.strictEqual(yield* valueOf("again"), 31)
      }))

    it.effect("ends with the conflict where its schedule does", () =>
      Effect.gen(function*() {
        yield* counter("given up")
        const { effect, runs } = counted(increment("given up", yield* interfering("given up", 9)))
        const failure = yield* Effect.flip(isolated(Session.transaction(effect, { retry: Schedule.recurs(2) })))
        assert.strictEqual(runs.count, 3)
        assert.instanceOf(failure, SqlError.SqlError)
        assert.isTrue(Reflect.get(failure, "reason").isRetryable)
        assert.strictEqual(yield* valueOf("given up"), 30)
      }))

    it.effect("does not run again without being told to", () =>
      Effect.gen(function*() {
        yield* counter("once")
        const { effect, runs } = counted(increment("once", yield* interfering("once", 1)))
        yield* Effect.flip(isolated(Session.transaction(effect)))
        assert.strictEqual(runs.count, 1)
      }))

    it.effect("tells its schedule of the conflict, and passes on what that needs and fails with", () =>
      Effect.gen(function*() {
        yield* counter("told")
        const { effect, runs } = counted(increment("told", yield* interfering("told", 9)))
        const seen: Array<string> = []
        const retry = Schedule.forever.pipe(
          Schedule.setInputType<OrmError.Conflict>(),
          Schedule.tap(({ attempt, input }) =>
            Effect.flatMap(Patience, ({ times }) => {
              seen.push(input._tag)
              return attempt > times ? new OutOfPatience() : Effect.void
            })
          )
        )
        const failure = yield* Effect.flip(isolated(Session.transaction(effect, { retry }))).pipe(
          Effect.provideService(Patience, { times: 2 })
        )
        assert.instanceOf(failure, OutOfPatience)
        assert.deepStrictEqual(seen, ["Conflict", "Conflict", "Conflict"])
        assert.strictEqual(runs.count, 3)
      }))

    it.effect("waits as long as its schedule says", () =>
      Effect.gen(function*() {
        yield* counter("patient")
        const { effect, runs } = counted(increment("patient", yield* interfering("patient", 1)))
        const waiting = yield* Deferred.make<void>()
        const retry = Schedule.exponential("1 hour").pipe(Schedule.tap(() => Deferred.succeed(waiting, undefined)))
        const fiber = yield* Effect.forkChild(isolated(Session.transaction(effect, { retry })))
        yield* Deferred.await(waiting)
        yield* TestClock.adjust("59 minutes")
        assert.strictEqual(runs.count, 1)
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
        assert.strictEqual(runs.count, 2)
      }))

    it.effect("passes on every other failure at once", () =>
      Effect.gen(function*() {
        yield* counter("other")
        const refused = counted(Effect.fail(new Refused()))
        assert.instanceOf(
          yield* Effect.flip(Session.transaction(refused.effect, { retry: Schedule.recurs(5) })),
          Refused
        )
        assert.strictEqual(refused.runs.count, 1)
        const taken = counted(counter("other"))
        const violation = yield* Effect.flip(Session.transaction(taken.effect, { retry: Schedule.recurs(5) }))
        assert.strictEqual(violation._tag, "UniqueViolation")
        assert.strictEqual(taken.runs.count, 1)
        const sql = yield* SqlClient.SqlClient
        const wrong = counted(sql`SELECT nothing FROM nowhere`)
        yield* Effect.flip(Session.transaction(wrong.effect, { retry: Schedule.recurs(5) }))
        assert.strictEqual(wrong.runs.count, 1)
        const bug = counted(Effect.die("a bug"))
        yield* Effect.exit(Session.transaction(bug.effect, { retry: Schedule.recurs(5) }))
        assert.strictEqual(bug.runs.count, 1)
      }))

    it.effect("leaves no trace of a run that met a conflict", () =>
      Effect.gen(function*() {
        yield* counter("trace")
        const sql = yield* SqlClient.SqlClient
        const committed: Array<number> = []
        const { effect, runs } = counted(increment("trace", yield* interfering("trace", 2)))
        const marked = Effect.gen(function*() {
          yield* counter(`trace of run ${runs.count}`)
          yield* sql.afterCommit(Effect.sync(() => committed.push(runs.count)))
          yield* effect
        })
        yield* isolated(Session.transaction(marked, { retry: Schedule.recurs(5) }))
        const traces = yield* Query.from(Counter).where((row) => row.name.startsWith("trace of")).all
        assert.deepStrictEqual(traces.map((row) => row.name), ["trace of run 2"])
        assert.deepStrictEqual(committed, [3])
      }))

    it.effect("leaves a conflict of a nested transaction to the outermost, which alone can begin anew", () =>
      Effect.gen(function*() {
        yield* counter("nested")
        const inner = counted(increment("nested", yield* interfering("nested", 2)))
        const outer = counted(Session.transaction(inner.effect, { retry: Schedule.recurs(5) }))
        yield* isolated(Session.transaction(outer.effect, { retry: Schedule.recurs(5) }))
        assert.strictEqual(outer.runs.count, 3)
        assert.strictEqual(inner.runs.count, 3)
        assert.strictEqual(yield* valueOf("nested"), 21)

        const alone = counted(increment("nested", yield* interfering("nested", 1)))
        yield* Effect.flip(
          isolated(Session.transaction(Session.transaction(alone.effect, { retry: Schedule.recurs(5) })))
        )
        assert.strictEqual(alone.runs.count, 1)
      }))

    it.effect("is a way to count together: nothing is lost among many at once", () =>
      Effect.gen(function*() {
        yield* counter("together")
        const one = increment("together", Effect.void)
        const patient = Session.transaction(one, { retry: Schedule.spaced("2 millis").pipe(Schedule.jittered) })
        yield* isolated(TestClock.withLive(
          Effect.forEach(Array.from({ length: 40 }), () => patient, { concurrency: 4, discard: true })
        ))
        assert.strictEqual(yield* valueOf("together"), 40)
      }))

    it.effect("stops when it is interrupted between two runs", () =>
      Effect.gen(function*() {
        yield* counter("interrupted")
        const { effect, runs } = counted(increment("interrupted", yield* interfering("interrupted", 1)))
        const waiting = yield* Deferred.make<void>()
        const retry = Schedule.spaced("1 hour").pipe(Schedule.tap(() => Deferred.succeed(waiting, undefined)))
        const fiber = yield* Effect.forkChild(isolated(Session.transaction(effect, { retry })))
        yield* Deferred.await(waiting)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(runs.count, 1)
        assert.strictEqual(yield* valueOf("interrupted"), 10)
      }))
  })
