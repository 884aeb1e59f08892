/**
 * A cache whose store fails: nothing hangs, nothing fails, and nothing outdated is given once it is back.
 */
import { assert, describe, it } from "@effect/vitest"
import { AnswerStore, Query, QueryCache } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import { Persistence } from "effect/persistence"
import { SqlClient } from "effect/sql"
import { Author, empty, withLibrary } from "../contract/library.ts"
import { postgres } from "../databases.ts"
import { client, isThere, type RedisServer, server, unlessThere } from "../redis.ts"

const names = Effect.map(
  Query.from(Author).orderBy((author) => author.id.asc()).all,
  (found) => found.map(({ name }) => name)
)
const add = (id: number, name: string) => Query.insert(Author).values({ id, name })

/** A cache of one's own on a server, which has little patience. */
const cacheOn = (redis: RedisServer) =>
  QueryCache.layerPersisted({ patience: "100 millis", lease: "500 millis" }).pipe(
    Layer.provide(AnswerStore.layerRedis),
    Layer.provide(client(redis))
  )

const hits = Effect.map(
  QueryCache.report,
  ({ queries }) => queries.reduce((total, query) => total + query.hits + query.coalesced, 0)
)

/** Longer than a store that has failed is left alone. */
const later = Effect.sleep("1200 millis")

describe(`a store of a cache that fails${unlessThere}`, () => {
  it.live.skipIf(!isThere)(
    "does not answer: reads and writes go on, and what it has missed it is told later",
    () =>
      Effect.gen(function*() {
        const redis = yield* server
        const cache = cacheOn(redis)
        const logged: Array<unknown> = []
        const logger = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
        yield* Effect.gen(function*() {
          yield* empty
          yield* add(1, "Ada")
          yield* names
          yield* redis.freeze
          yield* add(2, "Bo")
          assert.deepStrictEqual(yield* names, ["Ada", "Bo"])
          const sql = yield* SqlClient.SqlClient
          const slow = yield* Effect.forkChild(
            sql`UPDATE library_authors SET name = 'Cy' FROM pg_sleep(2.5) WHERE id = 2`,
            { startImmediately: true }
          )
          yield* Effect.sleep("200 millis")
          yield* redis.thaw
          yield* later
          // it is asked again, but not while something is written that it doesn't know of
          const before = yield* hits
          yield* names
          assert.deepStrictEqual(yield* names, ["Ada", "Bo"])
          assert.strictEqual(yield* hits, before)
          yield* Fiber.join(slow)
          assert.deepStrictEqual(yield* names, ["Ada", "Cy"])
          yield* names
          assert.isAbove(yield* hits, before)
          // what others share with it is told
          const others = names.pipe(Effect.provide(cache, { local: true }))
          assert.deepStrictEqual(yield* others, ["Ada", "Cy"])
          const failures = (yield* Metric.snapshot).find(({ id }) => id === "db.client.cache.failures")
          assert.isAbove(failures?.type === "Counter" ? Number(failures.state.count) : 0, 0)
        }).pipe(
          Effect.provide(Layer.provideMerge(cache, withLibrary(postgres))),
          Effect.provideService(Metric.MetricRegistry, new Map()),
          Effect.provide(logger)
        )
        const told = logged.flat().filter((line) => String(line).startsWith("The store of the cache"))
        assert.deepStrictEqual(told, [
          "The store of the cache is out of reach: until it is back, all is read from the database",
          "The store of the cache is back"
        ])
      }),
    60_000
  )

  it.live.skipIf(!isThere)("goes away and comes back with nothing: it is filled again", () =>
    Effect.gen(function*() {
      const redis = yield* server
      yield* Effect.gen(function*() {
        yield* empty
        yield* add(1, "Ada")
        yield* names
        yield* redis.stop
        yield* add(2, "Bo")
        assert.deepStrictEqual(yield* names, ["Ada", "Bo"])
        yield* redis.start
        const before = yield* hits
        const isBack = Effect.andThen(Effect.andThen(later, names), Effect.map(hits, (now) => now > before))
        yield* Effect.repeat(isBack, { until: (back) => back, times: 20 })
        assert.deepStrictEqual(yield* names, ["Ada", "Bo"])
        assert.isAbove(yield* hits, before)
      }).pipe(Effect.provide(Layer.provideMerge(cacheOn(redis), withLibrary(postgres))))
    }), 60_000)
})

describe("a store of a cache that one process can't reach", () => {
  it.live("is told by that what it has missed, though it asks for nothing any more", () =>
    Effect.gen(function*() {
      const store = yield* AnswerStore.AnswerStore
      let isCutOff = false
      const reached = <A>(use: Effect.Effect<A, Persistence.PersistenceError>) =>
        Effect.suspend(() => isCutOff ? Effect.fail(new Persistence.PersistenceError({ message: "cut off" })) : use)
      const mayBeCutOff = AnswerStore.AnswerStore.of({
        make: (database) =>
          Effect.map(store.make(database), (answers) => ({
            ...answers,
            begin: (...told) => reached(answers.begin(...told)),
            end: (...told) => reached(answers.end(...told))
          }))
      })
      yield* Effect.gen(function*() {
        const others = Effect.provide(names, QueryCache.layerPersisted(), { local: true })
        yield* empty
        yield* add(1, "Ada")
        yield* others
        isCutOff = true
        yield* add(2, "Bo")
        isCutOff = false
        const isTold = Effect.andThen(Effect.sleep("200 millis"), Effect.map(others, ({ length }) => length === 2))
        assert.isTrue(yield* Effect.repeat(isTold, { until: (told) => told, times: 100 }))
      }).pipe(
        Effect.provide(Layer.provide(
          QueryCache.layerPersisted({ patience: "100 millis" }),
          Layer.succeed(AnswerStore.AnswerStore, mayBeCutOff)
        ))
      )
    }).pipe(Effect.provide(Layer.merge(
      Layer.provide(AnswerStore.layer, Persistence.layerBackingMemory),
      withLibrary(postgres)
    ))))
})

describe("a store of a cache in the database that it is for", () => {
  it.live("does not tell itself of what it writes", () =>
    Effect.gen(function*() {
      yield* empty
      yield* add(1, "Ada")
      yield* names
      assert.deepStrictEqual(yield* names, ["Ada"])
      yield* add(2, "Bo")
      assert.deepStrictEqual(yield* names, ["Ada", "Bo"])
      yield* names
      assert.isAbove(yield* hits, 0, JSON.stringify(yield* QueryCache.report))
    }).pipe(Effect.provide(
      QueryCache.layerPersisted().pipe(
        Layer.provide(AnswerStore.layer),
        Layer.provide(Persistence.layerBackingSql),
        Layer.provideMerge(withLibrary(postgres))
      )
    )))
})
