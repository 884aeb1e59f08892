/**
 * Effect's `PersistedQueue` on DuckDB, with the compatibility Layer.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { PersistedQueue } from "effect/persistence"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const factory = PersistedQueue.layer.pipe(
  Layer.provide(PersistedQueue.layerStoreSql({ pollInterval: "20 millis" }))
)

/** A factory of its own, so that what it holds is known to nobody else: a worker in another process. */
const worker = Effect.map(
  Layer.build(Layer.fresh(factory)),
  (context) => Effect.provide(makeNumbers, context)
).pipe(Effect.flatten)

const makeNumbers = PersistedQueue.make({
  name: "numbers",
  schema: Schema.Int,
  maxAttempts: 3,
  retrySchedule: Schedule.spaced("1 millis")
})

const states = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql<{ readonly state: string; readonly number: number }>`
    SELECT state, count(*) AS number FROM effect_queue GROUP BY state ORDER BY state
  `)

const onDatabase = <A, E, R>(effect: Effect.Effect<A, E, R>) => effect.pipe(Effect.scoped, Effect.provide(compatible))

describe("PersistedQueue with the compatibility Layer", () => {
  it.live("hands each of many elements to one of several workers, once", () =>
    Effect.gen(function*() {
      const taken = yield* Ref.make<ReadonlyArray<number>>([])
      const numbers = Array.from({ length: 120 }, (_, index) => index)
      const workers = yield* Effect.all(Array.from({ length: 4 }, () => worker))
      const [first] = workers
      const takers = yield* Effect.forEach(workers, (queue) =>
        queue.take((number) =>
          Effect.andThen(Effect.sleep("1 millis"), Ref.update(taken, (all) => [...all, number]))
        ).pipe(
          Effect.forever,
          Effect.forkChild
        ))
      yield* Effect.forEach(numbers, (number) =>
        first?.offer(number) ?? Effect.void, { concurrency: 10, discard: true })
      yield* states.pipe(
        Effect.andThen(Effect.delay(states, "20 millis")),
        Effect.repeat({ until: ([only]) => only?.state === "completed" && only.number === numbers.length })
      )
      yield* Fiber.interruptAll(takers)
      assert.deepStrictEqual((yield* Ref.get(taken)).toSorted((a, b) => a - b), numbers)
    }).pipe(onDatabase))

  it.live("loses nothing and hands out nothing twice while workers fail, are interrupted and begin anew", () =>
    Effect.gen(function*() {
      const numbers = Array.from({ length: 100 }, (_, index) => index)
      const succeeded: Array<number> = []
      const workers = yield* Effect.all(Array.from({ length: 3 }, () => worker))
      const work = (queue: PersistedQueue.PersistedQueue<number>, life: number) =>
        queue.take((number, { attempts }) =>
          Effect.sleep(`${(number * 7) % 5} millis`).pipe(
            Effect.andThen(number % 20 === 0 && attempts === 1 ? Effect.fail("again") : Effect.void),
            Effect.andThen(Effect.sync(() => succeeded.push(number)))
          )
        ).pipe(Effect.ignore, Effect.forever, Effect.timeoutOption(`${life} millis`), Effect.forever, Effect.forkChild)
      const fibers = yield* Effect.forEach(workers, (queue, index) => work(queue, 30 + 13 * index))
      yield* Effect.forEach(
        workers,
        (queue, index) =>
          Effect.forEach(
            numbers.filter((number) => number % 3 === index),
            (number) => queue.offer(number, { id: `${number}` })
          ),
        {
          concurrency: "unbounded"
        }
      )
      yield* Effect.delay(states, "50 millis").pipe(
        Effect.repeat({ until: ([only]) => only?.state === "completed" && only.number === numbers.length })
      )
      yield* Fiber.interruptAll(fibers)
      assert.deepStrictEqual(succeeded.toSorted((a, b) => a - b), numbers)
    }).pipe(onDatabase))

  it.live("takes an id once, and gives its elements in the order they came", () =>
    Effect.gen(function*() {
      const queue = yield* worker
      yield* queue.offer(1, { id: "one" })
      yield* queue.offer(2, { id: "two" })
      yield* queue.offer(3, { id: "one" })
      const take = queue.take((number, { attempts, id }) => Effect.succeed([number, id, attempts] as const))
      assert.deepStrictEqual(yield* take, [1, "one", 1])
      assert.deepStrictEqual(yield* take, [2, "two", 1])
      assert.deepStrictEqual(yield* states, [{ state: "completed", number: 2 }])
    }).pipe(onDatabase))

  it.live("tries again what fails, until it has tried often enough", () =>
    Effect.gen(function*() {
      const queue = yield* worker
      yield* queue.offer(7)
      const attempt = queue.take((_, { attempts }) => Effect.fail(attempts))
      assert.deepStrictEqual(yield* Effect.replicateEffect(Effect.flip(attempt), 3), [1, 2, 3])
      assert.deepStrictEqual(yield* states, [{ state: "failed", number: 1 }])
      const [row] = yield* (yield* SqlClient.SqlClient)<{ readonly last_failure: string }>`
        SELECT last_failure FROM effect_queue`
      assert.include(row?.last_failure, "3")
    }).pipe(onDatabase))

  it.live("gives back what an interrupted worker held, and doesn't count the attempt", () =>
    Effect.gen(function*() {
      const queue = yield* worker
      yield* queue.offer(5)
      const stuck = yield* Effect.forkChild(queue.take(() => Effect.never))
      const sql = yield* SqlClient.SqlClient
      yield* Effect.repeat(
        sql`SELECT 1 FROM effect_queue WHERE acquired_by IS NOT NULL`,
        { until: ({ length }) => length === 1 }
      )
      yield* Fiber.interrupt(stuck)
      assert.strictEqual(yield* queue.take((_, { attempts }) => Effect.succeed(attempts)), 1)
    }).pipe(onDatabase))

  it.live("hands on what a lost worker held, once its lease is over", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const queue = yield* worker
      yield* queue.offer(9)
      yield* sql`UPDATE effect_queue SET acquired_by = 'lost', attempts = 1, acquired_at = datetime('now', '-1 minute')`
      const early = yield* Effect.timeoutOption(queue.take(Effect.succeed), "300 millis")
      assert.strictEqual(early._tag, "None")
      yield* sql`UPDATE effect_queue SET acquired_at = datetime(CURRENT_TIMESTAMP, '-121 seconds')`
      assert.strictEqual(yield* queue.take((_, { attempts }) => Effect.succeed(attempts)), 2)
    }).pipe(onDatabase))

  it.live("waits with a delayed element, also where a long transaction offered it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const queue = yield* worker
      yield* sql.withTransaction(
        Effect.andThen(sql`SELECT 1`, Effect.delay(queue.offer(1, { delay: "1 second" }), "1500 millis"))
      )
      const early = yield* Effect.timeoutOption(queue.take(Effect.succeed), "700 millis")
      assert.strictEqual(early._tag, "None")
      assert.strictEqual(yield* queue.take(Effect.succeed), 1)
    }).pipe(onDatabase))

  it.live("offers together with what else a transaction writes, or not at all", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const queue = yield* worker
      yield* sql`CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT)`
      const order = Effect.andThen(sql`INSERT INTO orders (what) VALUES ('tea')`, queue.offer(1))
      yield* Effect.flip(sql.withTransaction(Effect.andThen(order, Effect.fail("no tea left"))))
      assert.deepStrictEqual(yield* states, [])
      yield* sql.withTransaction(order)
      assert.strictEqual(yield* queue.take(Effect.succeed), 1)
      assert.deepStrictEqual(yield* sql`SELECT count(*) AS orders FROM orders`, [{ orders: 1 }])
    }).pipe(onDatabase))

  it.live("keeps in its file what was offered and not yet done", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: Effect.Effect<A, E, PersistedQueue.PersistedQueueFactory>) =>
        Effect.provide(effect, factory.pipe(Layer.provide(compatibleAt(path))), { local: true })
      yield* use(Effect.flatMap(makeNumbers, (queue) => Effect.forEach([1, 2, 3], (number) => queue.offer(number))))
      const take = Effect.flatMap(makeNumbers, (queue) => queue.take(Effect.succeed))
      assert.deepStrictEqual([yield* use(take), yield* use(take), yield* use(take)], [1, 2, 3])
    }).pipe(Effect.scoped))

  it.live("is cleaned up of what is done, in batches", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const store = yield* PersistedQueue.makeStoreSql()
      yield* sql`
        INSERT INTO effect_queue (id, queue_name, element, state, visible_at, created_at, updated_at)
        SELECT 'id ' || i, 'numbers', '1', CASE WHEN i < 2300 THEN 'completed' ELSE 'pending' END,
          datetime('now'), datetime('now'), datetime('now', '-2 days')
        FROM range(2310) AS rows(i)`
      yield* store.cleanup({ timeToLive: Duration.days(1), failedTimeToLive: Duration.days(1) })
      assert.deepStrictEqual(yield* states, [{ state: "pending", number: 10 }])
    }).pipe(onDatabase))
})

describe("PersistedQueue on DuckDB as it is", () => {
  it.live("can't make its table, and says why", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(factory.pipe(Layer.provide(plain)))))
      assert.include(String(exit), "AUTOINCREMENT")
    }))
})
