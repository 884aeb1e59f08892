/**
 * No cache keeps what a replica tells that has not come as far as the cache knows.
 */
import { assert, layer } from "@effect/vitest"
import { Query, QueryCache } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { inMemory } from "../session/persistedCache.ts"
import { Item, on, pause, program, readFrom, resume, Servers, servers, until } from "./following/servers.ts"
import { reads } from "./following/ways.ts"

/** A program that writes, beside the one that reads through a cache. */
const writer = Layer.unwrap(
  Effect.map(Servers, ({ primary }) => Layer.fresh(Postgres.layer({ ...primary, sharedWrites: true })))
)

const write = (name: number) => Query.upsert(Item).values({ id: 1, name: String(name) })

const hits = Effect.map(QueryCache.report, ({ queries }) => queries.reduce((sum, query) => sum + query.hits, 0))

const keptAgain = Effect.gen(function*() {
  const before = yield* hits
  yield* until(Effect.andThen(reads.all(1), Effect.map(hits, (now) => now > before)))
})

/** Ends the connections that somebody listens on, which are asked now and then whether they are there. */
const deafening = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND (query LIKE '%LISTEN%' OR query = 'SELECT 1')`

const names = [1, 2, 3, 4, 5]

layer(servers, { timeout: "120 seconds", excludeTestServices: true })("a cache beside replicas", (it) => {
  it.effect("keeps nothing old under what it hears of other programs' writes", () =>
    Effect.gen(function*() {
      const { one, other, primary } = yield* Servers
      const inWriter = yield* Layer.build(writer)
      const inReader = yield* Layer.build(
        Layer.merge(program({ sharedWrites: true }), QueryCache.layerMemory())
      )
      const writing = (name: number) => Effect.provide(write(name), inWriter)
      const reading = Effect.provide(Effect.map(reads.all(1), Number), inReader)
      yield* writing(0)
      yield* Effect.provide(readFrom(one, other), inReader)
      yield* Effect.provide(keptAgain, inReader)
      yield* Effect.acquireUseRelease(
        Effect.all([pause(one), pause(other)]),
        () =>
          Effect.gen(function*() {
            for (const name of names) {
              yield* writing(name)
              yield* until(Effect.map(reading, (found) => found === name))
              yield* Effect.provide(keptAgain, inReader)
              assert.strictEqual(yield* reading, name)
            }
            // while it is deaf, and when it hears again
            for (const name of names) {
              yield* on(primary, deafening)
              yield* writing(name * 100)
              yield* until(Effect.map(reading, (found) => found === name * 100))
              yield* Effect.provide(keptAgain, inReader)
              assert.strictEqual(yield* reading, name * 100)
            }
          }),
        () => Effect.orDie(Effect.all([resume(one), resume(other)]))
      )
      yield* Effect.provide(readFrom(one, other), inReader)
      assert.strictEqual(yield* reading, 500)
    }).pipe(Effect.scoped, Effect.provide(Logger.layer([]))))

  it.effect("puts nothing old into a store that others use, too", () =>
    Effect.gen(function*() {
      const { one, other } = yield* Servers
      const store = Layer.succeedContext(yield* Layer.build(inMemory))
      const cached = <E, R>(database: Layer.Layer<Postgres.Provided, E, R>) =>
        QueryCache.layerPersisted().pipe(Layer.provideMerge(database), Layer.provide(store))
      const inWriter = yield* Layer.build(cached(writer))
      const inReader = yield* Layer.build(cached(program()))
      const reading = Effect.provide(Effect.map(reads.all(1), Number), inReader)
      yield* Effect.provide(write(0), inWriter)
      yield* Effect.provide(readFrom(one, other), inReader)
      assert.strictEqual(yield* reading, 0)
      yield* Effect.acquireUseRelease(
        Effect.all([pause(one), pause(other)]),
        () =>
          Effect.forEach(names, (name) =>
            Effect.gen(function*() {
              yield* Effect.provide(write(name), inWriter)
              assert.strictEqual(yield* reading, name)
              assert.strictEqual(Number(yield* Effect.provide(reads.all(1), inWriter)), name)
            })),
        () => Effect.orDie(Effect.all([resume(one), resume(other)]))
      )
    }).pipe(Effect.scoped))

  it.effect("is left out where an answer may be old", () =>
    Effect.gen(function*() {
      const { one, other } = yield* Servers
      yield* write(0)
      yield* readFrom(one, other)
      yield* Effect.acquireUseRelease(
        Effect.all([pause(one), pause(other)]),
        () =>
          Effect.gen(function*() {
            yield* write(1)
            const old = reads.all(1).pipe(Postgres.stale("1 minute"))
            assert.strictEqual(yield* old, "0")
            assert.strictEqual(yield* reads.all(1), "1")
            assert.strictEqual(yield* old, "0")
            assert.strictEqual(yield* reads.all(1), "1")
          }),
        () => Effect.orDie(Effect.all([resume(one), resume(other)]))
      )
    }).pipe(Effect.provide(Layer.merge(program(), QueryCache.layerMemory()))))
})
