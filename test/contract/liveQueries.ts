/**
 * A live query tells its rows after each commit that has changed them, and after no other.
 */
import { assert, layer } from "@effect/vitest"
import { Query, QueryCache, Session } from "andamios-orm"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import { Author, Book, empty, Output, Shelf, withLibrary } from "./library.ts"
import type { Database } from "./Subject.ts"

class Undone extends Data.TaggedError("Undone") {}

const add = (id: number, name = "Ada") => Query.insert(Author).values({ id, name })

const ids = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id)

/** The answers of a live query, one by one, while an effect runs. */
const watching = <A, E, R, B, E2, R2>(
  changes: Stream.Stream<A, E, R>,
  use: (next: Effect.Effect<A, E>, rest: Effect.Effect<ReadonlyArray<A>, E>) => Effect.Effect<B, E2, R2>
) =>
  Effect.scoped(Effect.gen(function*() {
    const told = yield* Queue.unbounded<A, E>()
    yield* Effect.forkScoped(Stream.runForEach(changes, (answer) => Queue.offer(told, answer)))
    return yield* use(Queue.take(told), Queue.clear(told))
  }))

export const liveQueries = (label: string, database: Database) =>
  layer(withLibrary(database), { timeout: "60 seconds" })(`${label}: live queries`, (it) => {
    const authors = Query.from(Author).orderBy((author) => author.id.asc())

    it.effect("tell the rows at once, and again after commits of models, plain SQL and transactions", () =>
      Effect.andThen(
        empty,
        watching(authors.changes, (next) =>
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            assert.deepStrictEqual(ids(yield* next), [])
            yield* add(1)
            assert.deepStrictEqual(ids(yield* next), [1])
            yield* sql`INSERT INTO library_authors (id, name) VALUES (2, 'Bo')`
            assert.deepStrictEqual(ids(yield* next), [1, 2])
            yield* Session.transaction(Effect.andThen(add(3), add(4)))
            assert.deepStrictEqual(ids(yield* next), [1, 2, 3, 4])
            yield* sql.withTransaction(sql`DELETE FROM library_authors WHERE id < 4`)
            assert.deepStrictEqual(ids(yield* next), [4])
          }))
      ))

    it.effect("begin in a transaction with the rows that it sees, also those of views", () =>
      Effect.gen(function*() {
        yield* empty
        const written = Effect.andThen(add(1), Query.insert(Book).values({ id: 1, authorId: 1, pages: 100 }))
        const outputs = Stream.runHead(Query.from(Output).changes)
        const found = yield* Session.transaction(Effect.andThen(written, outputs))
        assert.deepStrictEqual(Option.map(found, (rows) => rows.map(({ pages }) => pages)), Option.some([100n]))
      }))

    it.effect("tell what comes with rows", () =>
      Effect.andThen(
        empty,
        watching(authors.include({ books: true }).changes, (next) =>
          Effect.gen(function*() {
            yield* next
            yield* add(1)
            assert.deepStrictEqual(ids(yield* next), [1])
            yield* Query.insert(Book).values({ id: 7, authorId: 1, pages: 10 })
            const [author] = yield* next
            assert.deepStrictEqual(ids(author?.books ?? []), [7])
          }))
      ))

    it.effect("tell nothing of other tables, of what is rolled back or changes nothing, and of reads", () =>
      Effect.andThen(
        empty,
        watching(authors.changes, (next, rest) =>
          Effect.gen(function*() {
            yield* next
            yield* Query.insert(Shelf).values({ id: 1 })
            yield* Effect.ignore(Session.transaction(Effect.andThen(add(1), new Undone())))
            yield* Effect.ignore(Effect.andThen(add(2), add(2)))
            assert.deepStrictEqual(ids(yield* next), [2])
            yield* authors
            yield* Query.update(Author).set(() => ({ name: "Ada" })).everywhere()
            yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM library_authors`)
            // whatever was told wrongly would have come before this
            yield* add(3)
            assert.deepStrictEqual(ids(yield* next), [2, 3])
            assert.deepStrictEqual(yield* rest, [])
          }))
      ))

    it.effect("miss nothing and tell nothing twice, a thousand of them beside a writer", () =>
      Effect.scoped(Effect.gen(function*() {
        yield* empty
        const begun = yield* Latch.make(false)
        let open = 0
        const commits = 20
        const watcher = authors.changes.pipe(
          Stream.map(({ length }) => length),
          Stream.tap(() => Effect.suspend(() => ++open === 1_000 ? begun.open : Effect.void)),
          Stream.takeUntil((length) => length === commits),
          Stream.runCollect
        )
        const watchers = yield* Effect.forkScoped(
          Effect.all(Array.from({ length: 1_000 }, () => watcher), { concurrency: "unbounded" })
        )
        yield* begun.await
        for (let id = 1; id <= commits; id++) {
          yield* id % 2 === 0 ? Session.transaction(add(id)) : add(id)
          yield* Query.insert(Shelf).values({ id })
        }
        const told = yield* Fiber.join(watchers)
        for (const lengths of told) {
          assert.strictEqual(lengths[0], 0)
          assert.strictEqual(lengths.at(-1), commits)
          // each answer is a later one
          assert.deepStrictEqual(lengths, [...new Set(lengths)].toSorted((one, other) => one - other))
        }
      })).pipe(Effect.provide(QueryCache.layerMemory())))
  })
