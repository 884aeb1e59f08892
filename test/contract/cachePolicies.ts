/**
 * A cache keeps what policies say, for as long as they say, and no more than it may.
 */
import { assert, layer } from "@effect/vitest"
import { Query, QueryCache, Repository, Sql } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { counting } from "./counted.ts"
import { Author, empty, Shelf, withLibrary } from "./library.ts"
import type { Database } from "./Subject.ts"

const authors = Query.from(Author).orderBy((author) => author.id.asc())
const names = Effect.map(authors.all, (found) => found.map(({ name }) => name))

export const cachePolicies = (label: string, database: Database) =>
  layer(withLibrary(database))(`${label}: policies of the query cache`, (it) => {
    it.effect("keeps answers as long as policies say, by the clock of the program", () =>
      Effect.gen(function*() {
        yield* empty
        const { hits, misses, queries } = yield* counting(
          { timeToLive: "1 minute", models: [{ model: Shelf, timeToLive: "1 second" }] },
          Effect.gen(function*() {
            const shelves = Query.from(Shelf).all
            const patient = names.pipe(QueryCache.withPolicy({ staleWhileRevalidate: "1 minute" }))
            yield* Effect.all([names, shelves])
            yield* TestClock.adjust("2 seconds")
            // the shelves have run out
            yield* Effect.all([names, shelves])
            yield* TestClock.adjust("1 minute")
            yield* patient
            yield* TestClock.adjust("61 seconds")
            // it has run out and is given nevertheless
            yield* patient
          })
        )
        assert.deepStrictEqual({ hits, misses }, { hits: 2, misses: 4 })
        assert.strictEqual(queries.reduce((total, { stale }) => total + stale, 0), 1)
      }))

    it.effect("gives an answer that has run out to all who ask while it is read anew, and none of them waits", () =>
      Effect.gen(function*() {
        yield* empty
        const patient = names.pipe(QueryCache.withPolicy({ staleWhileRevalidate: "1 minute" }))
        const { misses, queries } = yield* counting(
          { timeToLive: "1 minute" },
          Effect.gen(function*() {
            yield* patient
            yield* TestClock.adjust("61 seconds")
            yield* Effect.all(Array.from({ length: 5 }, () => patient), { concurrency: "unbounded" })
            // by now it is being read
            yield* Effect.yieldNow
            yield* patient
          })
        )
        assert.strictEqual(queries.reduce((total, { stale }) => total + stale, 0), 6)
        assert.strictEqual(misses, 1)
      }))

    it.effect("keeps answers without rows for a time of their own, and none that are too large", () =>
      Effect.gen(function*() {
        yield* empty
        const shelves = Query.from(Shelf).all
        const short = yield* counting(
          { emptyTimeToLive: 0 },
          Effect.gen(function*() {
            yield* shelves
            yield* shelves
            yield* Query.insert(Shelf).values(Array.from({ length: 100 }, (_, id) => ({ id })))
            yield* shelves
            yield* shelves
          })
        )
        assert.deepStrictEqual({ hits: short.hits, misses: short.misses }, { hits: 1, misses: 3 })
        const small = yield* counting(
          { maxBytes: 1_000 },
          Effect.gen(function*() {
            yield* shelves
            yield* shelves
            assert.strictEqual((yield* QueryCache.report).entries, 0)
          })
        )
        assert.deepStrictEqual({ hits: small.hits, misses: small.misses }, { hits: 0, misses: 2 })
      }))

    it.effect("is none where it is switched off, and tells in metrics what it does where it is on", () =>
      Effect.gen(function*() {
        yield* empty
        const twice = Effect.andThen(names, names)
        const counts = Effect.map(Metric.snapshot, (metrics) =>
          ["hits", "misses", "evictions"].map((name) => {
            const found = metrics.find(({ id }) => id === `db.client.cache.${name}`)
            return found?.type === "Counter" ? Number(found.state.count) : 0
          }))
        const told = yield* Effect.gen(function*() {
          yield* twice.pipe(Effect.provide(QueryCache.layerOff))
          const off = yield* counts
          yield* twice
          yield* authors.count
          return [off, yield* counts]
        }).pipe(
          Effect.provide(QueryCache.layerMemory({ capacity: 1 })),
          Effect.provideService(Metric.MetricRegistry, new Map())
        )
        assert.deepStrictEqual(told, [[0, 0, 0], [1, 2, 1]])
      }))

    it.effect("keeps no samples that are drawn anew", () =>
      Effect.gen(function*() {
        yield* empty
        const ask = (seed?: number) =>
          counting(
            {},
            Effect.gen(function*() {
              const some = Query.from(Author).sample(50, seed === undefined ? {} : { seed }).count
              yield* some
              yield* some
            })
          )
        assert.strictEqual((yield* ask()).hits, 0)
        assert.strictEqual((yield* ask(7)).hits, 1)
      }))

    it.effect("keeps no rows that are locked", () =>
      Effect.gen(function*() {
        yield* empty
        const { hits, misses } = yield* counting(
          {},
          Effect.ignore(Effect.andThen(authors.lock("update").all, authors.lock("update").all))
        )
        assert.deepStrictEqual({ hits, misses }, { hits: 0, misses: 0 })
      }))

    it.effect("keeps no SQL by hand unless told so", () =>
      Effect.gen(function*() {
        yield* empty
        const raw = Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT id FROM ${Author}`
        const ask = (policy: QueryCache.Policy) =>
          counting({}, Effect.andThen(raw.all, raw.all).pipe(QueryCache.withPolicy(policy)))
        assert.strictEqual((yield* ask({})).hits, 0)
        assert.strictEqual((yield* ask({ raw: true })).hits, 1)
        assert.strictEqual((yield* ask({ raw: true, enabled: false })).hits, 0)
        const both = Sql.query(
          Schema.Struct({ id: Schema.Int })
        )`SELECT id FROM ${Author} WHERE id IN (SELECT id FROM ${Shelf})`
        const asking = Effect.all([raw.all, raw.all, both.all, both.all])
        // of several tables the strictest policy holds
        assert.strictEqual((yield* counting({ raw: true, models: [{ model: Shelf }] }, asking)).hits, 2)
        assert.strictEqual((yield* counting({ raw: true, models: [{ model: Shelf, raw: false }] }, asking)).hits, 1)
      }))

    it.effect("tells for which queries it is worth it: it saves time, and finds one answer in ten", () =>
      Effect.gen(function*() {
        yield* empty
        const { queries } = yield* counting(
          {},
          Effect.gen(function*() {
            yield* Effect.all([names, names, names])
            const byId = (id: number) => Query.from(Author).where((author) => author.id.eq(id)).all
            yield* Effect.forEach([...Array.from({ length: 20 }, (_, id) => id), 1], byId)
            yield* Query.from(Shelf).all
          })
        ).pipe(TestClock.withLive)
        assert.deepStrictEqual(
          queries.map(({ earnsItsKeep, hits, saved }) => ({ earnsItsKeep, hits, isFaster: saved > 0 }))
            .toSorted((one, other) => other.hits - one.hits),
          [
            { earnsItsKeep: true, hits: 2, isFaster: true },
            { earnsItsKeep: false, hits: 1, isFaster: true },
            { earnsItsKeep: false, hits: 0, isFaster: false }
          ]
        )
      }))

    it.effect("forgets what it is told to, and is off where it is bypassed", () =>
      Effect.gen(function*() {
        yield* empty
        const { hits, misses } = yield* counting(
          {},
          Effect.gen(function*() {
            const tagged = names.pipe(QueryCache.withPolicy({ tags: ["list"] }))
            yield* tagged
            yield* QueryCache.invalidateTags("other")
            yield* tagged
            yield* QueryCache.invalidateTags("list")
            yield* tagged
            yield* QueryCache.invalidate(Author)
            yield* tagged
            yield* QueryCache.clear
            yield* tagged
            yield* QueryCache.bypass(tagged)
          })
        )
        assert.deepStrictEqual({ hits, misses }, { hits: 1, misses: 4 })
      }))

    it.effect("holds no more answers than it may, and lets go of those least recently used", () =>
      Effect.gen(function*() {
        yield* empty
        const repository = yield* Repository.make(Author)
        const { hits, misses } = yield* counting(
          { capacity: 2 },
          Effect.gen(function*() {
            for (const id of [1, 2, 1, 3, 1, 2]) yield* repository.findById(id)
            const { entries, evictions } = yield* QueryCache.report
            assert.deepStrictEqual({ entries, evictions }, { entries: 2, evictions: 2 })
          })
        )
        assert.deepStrictEqual({ hits, misses }, { hits: 2, misses: 4 })
      }))
  })
