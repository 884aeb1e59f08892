/**
 * A cache whose answers outlive its process: they come back as they were, and never after something was written to what they tell of.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { AnswerStore, Column, Decode, Model, Query, QueryCache, Session, Sql } from "andamios-orm"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { KeyValueStore, Persistence } from "effect/persistence"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Service from "../../src/session/Database.ts"
import { namesOf } from "../../src/session/versions.ts"
import { tableOf } from "../../src/model/Table.ts"
import { TestDatabase } from "../../src/testing.ts"
import type { Database } from "../contract/Subject.ts"
import { Author, Book, empty as emptied, Output, Shelf, withLibrary } from "../contract/library.ts"

/** A place for answers. */
export type Store = Layer.Layer<AnswerStore.AnswerStore, unknown>

/** Answers in memory. */
export const inMemory: Store = Layer.provide(AnswerStore.layer, Persistence.layerBackingMemory)

/** Answers in files of a directory, which goes with the Layer. */
export const inFiles: Store = Layer.unwrap(Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-answers-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  ),
  (path) => answersIn(path)
))

/** Answers in files of a directory. */
export const answersIn = (path: string): Store =>
  AnswerStore.layer.pipe(
    Layer.provide(Persistence.layerBackingKvs),
    Layer.provide(KeyValueStore.layerFileSystem(path)),
    Layer.provide(NodeServices.layer)
  )

class Undone extends Data.TaggedError("Undone") {}

class Secret extends Model.Class<Secret>("Secret")({
  id: Column.primaryKey(Column.int32),
  word: Column.sensitive(Schema.String)
}, { table: "library_secrets" }) {}

/** What an earlier program has left behind, which this one reads and no longer writes. */
const Legacy = Schema.String.pipe(Schema.decodeTo(Schema.String, {
  decode: SchemaGetter.transform((text: string) => text.toUpperCase()),
  encode: SchemaGetter.forbiddenEncoding
}))

class Relic extends Model.Class<Relic>("Relic")({
  id: Column.primaryKey(Column.int32),
  word: Legacy
}, { table: "library_relics" }) {}

const authors = Query.from(Author).orderBy((author) => author.id.asc())
const names = Effect.map(authors.all, (found) => found.map(({ name }) => name))
const add = (id: number, name: string) => Query.insert(Author).values({ id, name })

/** What a process with a cache of its own has come to, and how. */
export const inProcess = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  cache: Layer.Layer<never, unknown, Service.Database | AnswerStore.AnswerStore> = QueryCache.layerPersisted()
) =>
  Effect.gen(function*() {
    const value = yield* effect
    const { queries } = yield* QueryCache.report
    const sum = (of: (query: QueryCache.QueryReport) => number) =>
      queries.reduce((total, query) => total + of(query), 0)
    return {
      value,
      stored: sum(({ stored }) => stored),
      hits: sum(({ coalesced, hits }) => hits + coalesced),
      misses: sum(({ misses }) => misses),
      queries
    }
  }).pipe(Effect.provide(cache, { local: true }))

export const persistedCache = (label: string, database: Database, store: Store) =>
  layer(Layer.provideMerge(Layer.fresh(store), TestDatabase.layerOn(withLibrary(database), [Relic, Secret])), {
    timeout: "60 seconds"
  })(
    `${label}: the cache in a store`,
    (it) => {
      const empty = Effect.all([emptied, Query.delete(Relic).everywhere(), Query.delete(Secret).everywhere()])
      /** Begins with these rows: who writes them has the cache, too. */
      const beginning = <A, E, R>(rows: Effect.Effect<A, E, R>) => inProcess(Effect.andThen(empty, rows))

      it.effect("answers in a later process what was asked in an earlier one", () =>
        Effect.gen(function*() {
          yield* beginning(Effect.andThen(add(1, "Ada"), Query.insert(Book).values({ id: 1, authorId: 1, pages: 100 })))
          const everything = Effect.all([
            authors.include({ books: true }).all,
            authors.count,
            Query.from(Output).all,
            authors.where((author) => author.id.eq(7)).all,
            Query.from(Author, "author").join(Book, "book", ({ author, book }) => book.authorId.eq(author.id))
              .select(({ author, book }) => ({ who: author.name, pages: book.pages })).all
          ])
          const first = yield* inProcess(everything)
          const second = yield* inProcess(everything)
          assert.deepStrictEqual([first.stored, second.misses], [0, 0])
          assert.strictEqual(second.stored, first.misses)
          assert.deepStrictEqual(second.value, first.value)
          assert.instanceOf(second.value[0][0]?.books[0], Book)
        }))

      it.effect.each(["a model", "plain SQL", "a transaction", "plain SQL in a transaction"])(
        "forgets what %s writes to, in all processes",
        (by) =>
          Effect.gen(function*() {
            yield* beginning(add(1, "Ada"))
            const sql = yield* SqlClient.SqlClient
            const plain = sql`UPDATE library_authors SET name = 'Bo' WHERE id = 1`
            const update = Query.update(Author).set(() => ({ name: "Bo" })).where((author) => author.id.eq(1))
            const write = Effect.gen(function*() {
              if (by === "a model") yield* update
              else if (by === "plain SQL") yield* plain
              else if (by === "a transaction") yield* Session.transaction(Effect.andThen(update, names))
              else yield* sql.withTransaction(plain)
            })
            yield* inProcess(Effect.andThen(names, Query.from(Shelf).all))
            const writer = yield* inProcess(Effect.gen(function*() {
              const before = yield* names
              yield* write
              return [before, yield* names, yield* names]
            }))
            assert.deepStrictEqual(writer.value, [["Ada"], ["Bo"], ["Bo"]])
            assert.deepStrictEqual({ hits: writer.hits, misses: writer.misses }, { hits: 2, misses: 1 })
            const reader = yield* inProcess(Effect.andThen(Query.from(Shelf).all, names))
            assert.deepStrictEqual(reader.value, ["Bo"])
            assert.deepStrictEqual({ stored: reader.stored, misses: reader.misses }, { stored: 2, misses: 0 })
          })
      )

      it.effect("keeps what a transaction writes that is rolled back", () =>
        Effect.gen(function*() {
          yield* beginning(Effect.void)
          const { misses, value } = yield* inProcess(Effect.gen(function*() {
            yield* names
            yield* Effect.ignore(Session.transaction(Effect.andThen(add(1, "never"), new Undone())))
            return yield* names
          }))
          assert.deepStrictEqual({ misses, value }, { misses: 1, value: [] })
        }))

      it.effect("forgets what it is told to, in all processes", () =>
        Effect.gen(function*() {
          const tagged = names.pipe(QueryCache.withPolicy({ tags: ["list"] }))
          const misses = (forget: Effect.Effect<void>) =>
            Effect.gen(function*() {
              yield* beginning(Effect.void)
              yield* inProcess(Effect.andThen(tagged, Query.from(Shelf).all))
              yield* inProcess(forget)
              return (yield* inProcess(Effect.andThen(tagged, Query.from(Shelf).all))).misses
            })
          assert.strictEqual(yield* misses(QueryCache.invalidateTags("other")), 0)
          assert.strictEqual(yield* misses(QueryCache.invalidateTags("list")), 1)
          assert.strictEqual(yield* misses(QueryCache.invalidate(Author)), 1)
          assert.strictEqual(yield* misses(QueryCache.clear), 2)
        }))

      it.effect("keeps answers of views until anything is written: another process may have made the view anew", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          const outputs = Effect.map(Query.from(Output).all, ({ length }) => length)
          const misses = (between: Effect.Effect<unknown, unknown, Session.Session>) =>
            Effect.gen(function*() {
              yield* inProcess(outputs)
              yield* inProcess(between)
              return (yield* inProcess(outputs)).misses
            })
          assert.strictEqual(yield* misses(names), 0)
          assert.strictEqual(yield* misses(Query.insert(Shelf).values({ id: 1 })), 1)
          assert.strictEqual(yield* misses(QueryCache.invalidate(Output)), 1)
        }))

      it.effect("keeps answers for ever where it is told so, and no longer in memory than in the store", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          const endless = QueryCache.layerPersisted({ timeToLive: Infinity })
          yield* inProcess(names, endless)
          yield* TestClock.adjust("900 days")
          assert.strictEqual((yield* inProcess(names, endless)).stored, 1)
          yield* inProcess(QueryCache.clear)
          yield* inProcess(names, QueryCache.layerPersisted({ timeToLive: "1 hour" }))
          yield* TestClock.adjust("50 minutes")
          const later = Effect.gen(function*() {
            yield* names
            yield* TestClock.adjust("20 minutes")
            yield* names
          })
          const { misses, stored } = yield* inProcess(
            later,
            QueryCache.layerTwoLevel({ heard: true, timeToLive: "1 hour" })
          )
          assert.deepStrictEqual({ misses, stored }, { misses: 1, stored: 1 })
        }))

      it.effect("keeps answers as long as policies say, by the clock of the program", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          const cache = QueryCache.layerPersisted({
            timeToLive: "1 minute",
            emptyTimeToLive: 0,
            models: [{ model: Output, enabled: false }]
          })
          const ask = Effect.all([names, Query.from(Shelf).all, Query.from(Output).all])
          const counts = Effect.map(inProcess(ask, cache), ({ misses, stored }) => ({ misses, stored }))
          assert.deepStrictEqual(yield* counts, { misses: 2, stored: 0 })
          assert.deepStrictEqual(yield* counts, { misses: 1, stored: 1 })
          yield* TestClock.adjust("61 seconds")
          assert.deepStrictEqual(yield* counts, { misses: 2, stored: 0 })
          const bypassed = yield* inProcess(QueryCache.bypass(ask), cache)
          assert.deepStrictEqual({ misses: bypassed.misses, stored: bypassed.stored }, { misses: 0, stored: 0 })
        }))

      it.effect("puts nothing into the store that is about sensitive columns", () =>
        Effect.gen(function*() {
          yield* beginning(Query.insert(Secret).values({ id: 1, word: Redacted.make("hush") }))
          const ask = Effect.all([
            Query.from(Secret).all,
            Query.from(Secret).where((secret) => secret.word.eq(Redacted.make("hush"))).count,
            Query.from(Secret).select((secret) => ({ word: secret.word })).all,
            Sql.query(Schema.Struct({ word: Schema.String }))`SELECT word FROM library_secrets`.all.pipe(
              QueryCache.withPolicy({ raw: true })
            )
          ])
          yield* inProcess(ask)
          const { hits, misses, queries, value } = yield* inProcess(Effect.andThen(ask, ask))
          assert.deepStrictEqual({ hits, misses }, { hits: 0, misses: 8 })
          assert.deepStrictEqual(
            queries.map(({ unstored }) => unstored),
            Array.from({ length: 4 }, () => "it is about sensitive columns")
          )
          assert.strictEqual(value[1], 1)
        }))

      it.effect("puts nothing into the store that could not be told there, and says why", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* beginning(sql`INSERT INTO library_relics (id, word) VALUES (1, 'amphora')`)
          const reported = Effect.map(QueryCache.report, ({ queries }) => queries[0]?.unstored)
          const ask = Query.from(Relic).all.pipe(
            // it is told to the store in the background
            Effect.tap(() => Effect.repeat(reported, { until: (reason) => reason !== undefined }))
          )
          for (const { misses, queries, stored, value } of [yield* inProcess(ask), yield* inProcess(ask)]) {
            assert.deepStrictEqual(value.map(({ word }) => word), ["AMPHORA"])
            assert.deepStrictEqual({ misses, stored }, { misses: 1, stored: 0 })
            assert.include(queries[0]?.unstored, "the schema of word does not encode what it has decoded")
          }
        }))

      it.effect("keeps the answers of those apart who read in other ways", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          yield* inProcess(names)
          class Other extends Model.Class<Other>("Other")({
            id: Column.primaryKey(Column.int32),
            name: Schema.String
          }, { table: "library_authors" }) {}
          const others = yield* inProcess(Query.from(Other).orderBy((other) => other.id.asc()).all)
          assert.deepStrictEqual(others.stored, 0)
          assert.instanceOf(others.value[0], Other)
          assert.strictEqual((yield* inProcess(Decode.strict(names))).stored, 0)
          assert.strictEqual((yield* inProcess(names, QueryCache.layerPersisted({ namespace: "next" }))).stored, 0)
          assert.strictEqual((yield* inProcess(names)).stored, 1)
        }))

      it.effect("reads once for all who ask the same at the same time, also where the first of them is stopped", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          const { misses, value } = yield* inProcess(Effect.gen(function*() {
            const first = yield* Effect.forkChild(names)
            const others = yield* Effect.forkChild(
              Effect.all(Array.from({ length: 20 }, () => names), { concurrency: "unbounded" })
            )
            yield* Effect.yieldNow
            yield* Fiber.interrupt(first)
            return yield* Fiber.join(others)
          }))
          assert.deepStrictEqual(value, Array.from({ length: 20 }, () => ["Ada"]))
          assert.isAtMost(misses, 2)
        }))

      it.effect("asks the store only whether what is in memory still holds", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          yield* inProcess(names)
          const { hits, misses, stored, value } = yield* inProcess(
            Effect.gen(function*() {
              const first = yield* authors.all
              const second = yield* authors.all
              assert.strictEqual(first, second)
              // another process
              yield* inProcess(add(2, "Bo"))
              const third = yield* names
              yield* QueryCache.clear
              yield* names
              return third
            }),
            QueryCache.layerTwoLevel()
          )
          assert.deepStrictEqual(value, ["Ada", "Bo"])
          assert.deepStrictEqual({ hits, misses, stored }, { hits: 2, misses: 2, stored: 1 })
        }))

      it.effect("answers from memory without the store where it hears of all that is written", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          yield* inProcess(names)
          const { hits, misses, stored, value } = yield* inProcess(
            Effect.gen(function*() {
              yield* names
              yield* names
              yield* add(2, "Bo")
              return [yield* names, yield* names]
            }),
            QueryCache.layerTwoLevel({ heard: true })
          )
          assert.deepStrictEqual(value, [["Ada", "Bo"], ["Ada", "Bo"]])
          assert.deepStrictEqual({ hits, misses, stored }, { hits: 3, misses: 1, stored: 1 })
        }))

      it.effect("waits for the end of a write whose process has died, no longer than its lease", () =>
        Effect.gen(function*() {
          yield* beginning(add(1, "Ada"))
          yield* inProcess(names)
          const { identity, versions } = yield* Service.Database
          const { make } = yield* AnswerStore.AnswerStore
          const answers = yield* make((yield* identity)?.database ?? "")
          yield* answers.begin(namesOf(versions.written(tableOf(Author), false, "any")), "dead", 500)
          const during = yield* inProcess(Effect.andThen(names, names))
          assert.deepStrictEqual({ hits: during.hits, misses: during.misses }, { hits: 0, misses: 2 })
          yield* TestClock.withLive(Effect.sleep("600 millis"))
          // its end counts as a change
          const after = yield* inProcess(Effect.andThen(names, names))
          assert.deepStrictEqual({ hits: after.hits, misses: after.misses }, { hits: 1, misses: 1 })
        }))
    }
  )
