/**
 * A stream gives every row, in order, and its connection back.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ConnectionPool, Model, OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Schema.Int),
  sensor: Schema.String,
  value: Schema.NullOr(Schema.Number)
}, { table: "stream_readings" }) {
  get isMissing() {
    return this.value === null
  }
}

/** The same table, as a model that not every row fits. */
class NumberedReading extends Model.Class<NumberedReading>("NumberedReading")({
  id: Column.primaryKey(Schema.Int),
  sensor: Schema.FiniteFromString
}, { table: "stream_readings" }) {}

class Nowhere
  extends Model.Class<Nowhere>("Nowhere")({ id: Column.primaryKey(Schema.Int) }, { table: "stream_nowhere" })
{}

class Enough extends Data.TaggedError("Enough") {}

const count = 20_000

const readings = Array.from({ length: count }, (_, id) => ({
  id,
  sensor: id === 15_000 ? "broken" : String(id % 7),
  value: id % 3 === 0 ? null : id / 4
}))

const filled = Layer.effectDiscard(
  Effect.flatMap(Repository.make(Reading), (repository) => repository.insertMany(readings))
)

const all = Query.from(Reading).orderBy((reading) => reading.id.asc())

/** More rows than anybody waits for. */
const endless = Query.from(Reading, "a")
  .join(Reading, "b", ({ a, b }) => a.sensor.eq(b.sensor).or(a.sensor.ne(b.sensor)))
  .select(({ a, b }) => ({ a: a.id, b: b.id }))

/** Work without a row to show for it. */
const fruitless = Query.from(Reading, "a")
  .join(Reading, "b", ({ a, b }) => a.sensor.startsWith("no").or(b.sensor.startsWith("nothing")).or(a.id.lt(0)))
  .join(Reading, "c", ({ b, c }) => b.sensor.startsWith("no").or(c.sensor.startsWith("nothing")).or(b.id.lt(0)))
  .select(({ c }) => ({ id: c.id }))

const stats = Effect.flatMap(ConnectionPool.ConnectionPool, (pool) => pool.stats)

/** Waits, by the real clock, until so many connections are lent. */
const lent = (connections: number) =>
  Effect.andThen(TestClock.withLive(Effect.sleep("2 millis")), stats).pipe(
    Effect.repeat({ until: ({ acquired }) => acquired === connections })
  )

const assertQuiet = Effect.gen(function*() {
  const { acquired, waiting } = yield* stats
  assert.deepStrictEqual({ acquired, waiting }, { acquired: 0, waiting: 0 })
  assert.strictEqual(yield* Query.from(Reading).count, count)
})

export const stream = (name: string, database: Database) =>
  layer(filled.pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Reading]))), { timeout: "60 seconds" })(
    `${name}: stream`,
    (it) => {
      it.effect("gives all rows in order, as instances of the model", () =>
        Effect.gen(function*() {
          const streamed = yield* Stream.runCollect(all.stream)
          assert.deepStrictEqual(streamed, yield* all)
          assert.deepStrictEqual(streamed.map(fieldsOf), readings)
          assert.isTrue(streamed.every((row) => row instanceof Reading))
          assert.strictEqual(streamed[0]?.isMissing, true)
          yield* assertQuiet
        }))

      it.effect("gives no rows where there are none", () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* Stream.runCollect(all.where((reading) => reading.id.lt(0)).stream), [])
          yield* assertQuiet
        }))

      it.effect("streams joins, groups and selections", () =>
        Effect.gen(function*() {
          const pairs = Query.from(Reading, "one")
            .leftJoin(Reading, "next", ({ next, one }) => next.id.eq(one.id).and(next.id.gt(15_000)))
            .orderBy(({ one }) => one.id.asc())
          const paired = yield* Stream.runCollect(pairs.stream)
          assert.strictEqual(paired.length, count)
          assert.deepStrictEqual(paired.filter(({ next }) => next === null).length, 15_001)
          assert.isTrue(paired[15_001]?.next instanceof Reading)

          const sensors = Query.from(Reading)
            .groupBy((reading) => ({ sensor: reading.sensor }))
            .select(() => ({ readings: Query.count() }))
            .orderBy(({ sensor }) => sensor.asc())
          assert.deepStrictEqual(yield* Stream.runCollect(sensors.stream), yield* sensors)
          yield* assertQuiet
        }))

      it.effect("gives its connection back when enough is taken", () =>
        Effect.gen(function*() {
          for (let round = 0; round < 20; round++) {
            const taken = yield* all.stream.pipe(Stream.take(3), Stream.runCollect)
            assert.deepStrictEqual(taken.map(({ id }) => id), [0, 1, 2])
          }
          assert.deepStrictEqual(yield* endless.stream.pipe(Stream.take(5), Stream.runCount), 5)
          yield* assertQuiet
        }))

      it.effect("gives its connection back when its reader fails", () =>
        Effect.gen(function*() {
          const failed = all.stream.pipe(
            Stream.runForEach((reading) => reading.id === 5_000 ? new Enough() : Effect.void)
          )
          assert.instanceOf(yield* Effect.flip(failed), Enough)
          yield* assertQuiet
        }))

      it.effect("holds one connection, and leaves the others to statements", () =>
        Effect.gen(function*() {
          const seen = yield* all.stream.pipe(
            Stream.take(4_000),
            Stream.mapEffect((reading) =>
              reading.id % 1_000 === 0 ? Effect.zip(stats, Query.from(Reading).count) : Effect.succeed(undefined)
            ),
            Stream.runCollect
          )
          const found = seen.filter((one) => one !== undefined)
          assert.deepStrictEqual(found.map(([{ acquired }, rows]) => [acquired, rows]), [[1, count], [1, count], [
            1,
            count
          ], [1, count]])
          yield* assertQuiet
        }))

      it.effect("sees the writes of its transaction, where other statements may run meanwhile", () =>
        Effect.gen(function*() {
          const session = yield* Repository.make(Reading)
          const sql = yield* SqlClient.SqlClient
          const inside = Effect.gen(function*() {
            yield* session.insert({ id: count, sensor: "mine", value: null })
            let between = 0
            const ids = yield* all.stream.pipe(
              Stream.mapEffect((reading) => {
                if (reading.id % 2_500 !== 0) return Effect.succeed(reading.id)
                between += 1
                return Effect.all([session.get(reading.id), sql`SELECT count(*) FROM stream_readings`]).pipe(
                  Effect.as(reading.id)
                )
              }),
              Stream.runCollect
            )
            assert.strictEqual(between, 9)
            assert.deepStrictEqual(ids, Array.from({ length: count + 1 }, (_, id) => id))
            assert.strictEqual((yield* stats).acquired, 1)
            return yield* new Enough()
          })
          assert.instanceOf(yield* Effect.flip(Session.transaction(inside)), Enough)
          yield* assertQuiet
        }))

      it.effect("fails where the query fails", () =>
        Effect.gen(function*() {
          const failure = yield* Effect.flip(Stream.runCollect(Query.from(Nowhere).stream))
          assert.instanceOf(failure, OrmError.QueryFailed)
          assert.include(failure.message, "stream_nowhere")
          yield* assertQuiet
        }))

      it.effect("fails at a row that its model can't hold, and never ends as if it were whole", () =>
        Effect.gen(function*() {
          let rows = 0
          const numbered = Query.from(NumberedReading).orderBy((reading) => reading.id.asc())
          const failure = yield* Effect.flip(Stream.runForEach(numbered.stream, () => Effect.sync(() => rows++)))
          assert.instanceOf(failure, OrmError.Undecodable)
          assert.strictEqual(failure._tag === "Undecodable" ? failure.column : "", "sensor")
          assert.isAtMost(rows, 15_000)
          yield* assertQuiet

          const whole = yield* numbered.where((reading) => reading.id.lt(15_000)).stream.pipe(Stream.runCollect)
          assert.strictEqual(whole.length, 15_000)
          assert.strictEqual(whole[13]?.sensor, 6)
        }))

      it.effect("fails when the query fails after its first rows", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const numbers = sql`SELECT CAST(sensor AS INTEGER) AS n FROM stream_readings WHERE id < ${16_000} ORDER BY id`
          const exit = yield* Effect.exit(Stream.runCount(numbers.stream))
          assert.isTrue(Exit.isFailure(exit))
          yield* assertQuiet
        }))

      it.effect("stops promptly when it is interrupted between rows, and its connection works on", () =>
        Effect.gen(function*() {
          const begun = yield* Deferred.make<void>()
          const reader = yield* Effect.forkChild(
            Stream.runForEach(endless.stream, () => Deferred.succeed(begun, undefined))
          )
          yield* Deferred.await(begun)
          yield* Fiber.interrupt(reader)
          const exit = yield* Fiber.await(reader)
          assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
          yield* assertQuiet
        }))

      it.effect("stops promptly when it is interrupted before its first row, and its connection works on", () =>
        Effect.gen(function*() {
          const reader = yield* Effect.forkChild(Stream.runDrain(fruitless.stream))
          yield* lent(1)
          yield* TestClock.withLive(Effect.sleep("50 millis"))
          yield* Fiber.interrupt(reader)
          yield* assertQuiet
        }))

      it.effect("stops all of several that are interrupted together", () =>
        Effect.gen(function*() {
          const { size } = yield* stats
          const streams = Array.from({ length: size + 2 }, () => Stream.runDrain(endless.stream))
          const readers = yield* Effect.forkChild(Effect.all(streams, { concurrency: "unbounded" }))
          yield* lent(size)
          yield* Fiber.interrupt(readers)
          yield* assertQuiet
        }))

      it.effect("runs as often as it is asked to", () =>
        Effect.gen(function*() {
          const { stream: rows } = all.limit(10)
          assert.deepStrictEqual(yield* Stream.runCollect(rows), yield* Stream.runCollect(rows))
          const both = yield* Stream.runCollect(Stream.zip(rows, rows))
          assert.deepStrictEqual(
            both.map(([one, other]) => [one.id, other.id]),
            Array.from({ length: 10 }, (_, id) => [id, id])
          )
          yield* assertQuiet
        }))
    }
  )
