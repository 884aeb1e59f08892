/**
 * A cache answers as the database would: what is written is seen at once, and what is not written is not read again.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Database as Service, Decode, Mixin, Model, Query, QueryCache, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { counting } from "./counted.ts"
import { Author, Book, empty as emptied, Output, Shelf, withLibrary } from "./library.ts"
import type { Database } from "./Subject.ts"

class Tenant extends Context.Service<Tenant, string>()("test/CacheTenant") {}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  ...Mixin.tenant(Tenant, Schema.String)
}, { table: "library_notes" }) {}

const empty = Effect.gen(function*() {
  yield* emptied
  yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM library_notes`)
})

class Undone extends Data.TaggedError("Undone") {}

const authors = Query.from(Author).orderBy((author) => author.id.asc())
const names = Effect.map(authors.all, (found) => found.map(({ name }) => name))

const add = (id: number, name: string) => Query.insert(Author).values({ id, name })

export const cache = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(withLibrary(database), [Note]))(`${label}: the query cache`, (it) => {
    it.effect("answers a second time without the database, until something is written", () =>
      Effect.gen(function*() {
        yield* empty
        yield* add(1, "Ada")
        const { hits, misses, value } = yield* counting(
          {},
          Effect.gen(function*() {
            const first = yield* authors
            const second = yield* authors
            assert.strictEqual(first, second)
            yield* add(2, "Bo")
            const third = yield* names
            yield* Effect.flatMap(
              SqlClient.SqlClient,
              (sql) => sql`UPDATE library_authors SET name = 'Cy' WHERE id = 2`
            )
            return [third, yield* names, yield* names]
          })
        )
        assert.deepStrictEqual(value, [["Ada", "Bo"], ["Ada", "Cy"], ["Ada", "Cy"]])
        assert.deepStrictEqual({ hits, misses }, { hits: 2, misses: 3 })
      }))

    it.effect("keeps what a write to another table does not concern", () =>
      Effect.gen(function*() {
        yield* empty
        const { hits, misses } = yield* counting(
          {},
          Effect.gen(function*() {
            yield* names
            yield* Query.insert(Shelf).values({ id: 1 })
            yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM library_shelves`)
            yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM library_authors`)
            yield* names
          })
        )
        assert.deepStrictEqual({ hits, misses }, { hits: 1, misses: 1 })
      }))

    it.effect("knows the tables behind joins, subqueries, relations and views", () =>
      Effect.gen(function*() {
        yield* empty
        yield* add(1, "Ada")
        yield* Query.insert(Book).values({ id: 1, authorId: 1, pages: 100 })
        const joined = Query.from(Author, "author").join(
          Book,
          "book",
          ({ author, book }) => book.authorId.eq(author.id)
        ).select(({ book }) => ({ pages: book.pages }))
        const writers = Query.from(Author).where((author) => author.books.some((book) => book.pages.gt(150)))
        const included = authors.include({ books: true })
        const { value } = yield* counting(
          {},
          Effect.gen(function*() {
            const all = Effect.all({
              joined: joined.all,
              writers: writers.count,
              included: Effect.map(included.all, ([author]) => author?.books.map(({ pages }) => pages)),
              output: Effect.map(Query.from(Output).all, ([row]) => row?.pages)
            })
            const before = yield* all
            yield* Query.update(Book).set(() => ({ pages: 200 })).everywhere()
            return [before, yield* all]
          })
        )
        assert.deepStrictEqual(value, [
          { joined: [{ pages: 100 }], writers: 0, included: [100], output: 100n },
          { joined: [{ pages: 200 }], writers: 1, included: [200], output: 200n }
        ])
      }))

    it.effect.each(["a query", "a key", "plain SQL"])(
      "knows which rows go with those that %s deletes",
      (by) =>
        Effect.gen(function*() {
          yield* empty
          yield* add(1, "Ada")
          yield* Query.insert(Book).values({ id: 1, authorId: 1, pages: 100 })
          const sql = yield* SqlClient.SqlClient
          const repository = yield* Repository.make(Author)
          const { value } = yield* counting(
            {},
            Effect.gen(function*() {
              yield* Query.from(Book).all
              if (by === "a query") yield* Query.delete(Author).where((author) => author.id.eq(1))
              else if (by === "a key") yield* repository.delete(1)
              // not every database deletes more by itself than it is told to
              else yield* Effect.ignore(sql`DELETE FROM library_authors`)
              return [yield* Query.from(Book).all, yield* QueryCache.bypass(Query.from(Book).all)]
            })
          )
          assert.deepStrictEqual(value[0], value[1])
        })
    )

    it.effect("is not asked inside of a transaction, and learns of it when that is committed", () =>
      Effect.gen(function*() {
        yield* empty
        const { value } = yield* counting(
          {},
          Effect.gen(function*() {
            yield* names
            yield* Effect.ignore(Session.transaction(Effect.andThen(add(1, "never"), new Undone())))
            const undone = yield* names
            const inside = yield* Session.transaction(Effect.andThen(add(1, "Ada"), names))
            return { undone, inside, after: yield* names }
          })
        )
        assert.deepStrictEqual(value, { undone: [], inside: ["Ada"], after: ["Ada"] })
      }))

    it.effect("does not keep what was read before a write and told after it", () =>
      Effect.gen(function*() {
        yield* empty
        const service = yield* Service.Database
        const read = yield* Deferred.make<void>()
        const goOn = yield* Deferred.make<void>()
        // a read whose answer is late: it has left the database, and has not arrived
        const late = Layer.succeed(Service.Database, {
          ...service,
          read: (query) =>
            Effect.tap(
              service.read(query),
              () => Effect.andThen(Deferred.succeed(read, undefined), Deferred.await(goOn))
            )
        })
        const { value } = yield* counting(
          {},
          Effect.gen(function*() {
            const slow = yield* Effect.forkChild(names.pipe(Effect.provide(Layer.provide(Session.Session.layer, late))))
            yield* Deferred.await(read)
            yield* add(1, "Ada")
            yield* Deferred.succeed(goOn, undefined)
            return [yield* Fiber.join(slow), yield* names]
          })
        )
        assert.deepStrictEqual(value, [[], ["Ada"]])
      }))

    it.effect("reads once for all who ask the same at the same time, also where the first of them is stopped", () =>
      Effect.gen(function*() {
        yield* empty
        yield* add(1, "Ada")
        const { misses, queries, value } = yield* counting(
          {},
          Effect.gen(function*() {
            const first = yield* Effect.forkChild(names)
            const others = yield* Effect.forkChild(
              Effect.all(Array.from({ length: 20 }, () => names), { concurrency: "unbounded" })
            )
            yield* Effect.yieldNow
            yield* Fiber.interrupt(first)
            return yield* Fiber.join(others)
          })
        )
        assert.deepStrictEqual(value, Array.from({ length: 20 }, () => ["Ada"]))
        assert.isAtMost(misses, 2)
        assert.isAbove(queries.reduce((total, { coalesced, hits }) => total + coalesced + hits, 0), 17)
      }))

    it.effect("keeps the answers of tenants apart, and of models that believe the same rows differently", () =>
      Effect.gen(function*() {
        yield* empty
        yield* Query.insert(Note).values({ id: 1 }).pipe(Effect.provideService(Tenant, "a"))
        const notes = (tenant: string) =>
          Effect.map(Effect.provideService(Query.from(Note).all, Tenant, tenant), ({ length }) => length)
        const { hits, misses, value } = yield* counting(
          {},
          Effect.gen(function*() {
            const found = [yield* notes("a"), yield* notes("b"), yield* notes("a")]
            yield* Decode.strict(notes("a"))
            return found
          })
        )
        assert.deepStrictEqual(value, [1, 0, 1])
        assert.deepStrictEqual({ hits, misses }, { hits: 1, misses: 3 })
      }))

    it.effect("knows that a table is the same whether its schema is said or not", () =>
      Effect.gen(function*() {
        yield* empty
        const sql = yield* SqlClient.SqlClient
        const [row] = yield* sql<{ readonly schema: string }>`SELECT current_schema() AS schema`
        class Same extends Model.Class<Same>("Same")({
          id: Column.primaryKey(Column.int32),
          name: Schema.String
        }, { table: "library_authors", schema: row?.schema ?? "" }) {}
        const { value } = yield* counting(
          {},
          Effect.gen(function*() {
            const same = Effect.map(Query.from(Same).all, ({ length }) => length)
            const before = [yield* same, (yield* names).length]
            yield* add(1, "Ada")
            const between = [yield* same, (yield* names).length]
            yield* Query.delete(Same).everywhere()
            return [before, between, [yield* same, (yield* names).length]]
          })
        )
        assert.deepStrictEqual(value, [[0, 0], [1, 1], [0, 0]])
      }))
  })
