/**
 * A program with a cache is the same as one without: after random writes, transactions, rollbacks and plain SQL every query answers what
 * the database would, and beside writers no answer is older than what was committed before it was asked for.
 */
import { assert, layer } from "@effect/vitest"
import { Column, type Database as Service, Model, Query, QueryCache, Repository, Session, Sql } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { Author, Book, empty, Output, Shelf, withLibrary } from "./library.ts"
import type { Database } from "./Subject.ts"

class Undone extends Data.TaggedError("Undone") {}

const Id = Schema.Literals([1, 2, 3])

const Write = Schema.Union([
  Schema.TaggedStruct("Author", {
    id: Id,
    name: Schema.Literals(["Ada", "Bo"]),
    by: Schema.Literals(["model", "sql"])
  }),
  Schema.TaggedStruct("Book", {
    id: Id,
    authorId: Id,
    pages: Schema.Literals([1, 100]),
    by: Schema.Literals(["model", "sql"])
  }),
  Schema.TaggedStruct("NoAuthor", { id: Id, by: Schema.Literals(["model", "key", "sql"]) }),
  Schema.TaggedStruct("NoBooks", { by: Schema.Literals(["model", "sql", "unknown"]) }),
  Schema.TaggedStruct("Shelf", { id: Id }),
  // a table that there is no model of
  Schema.TaggedStruct("Loose", { n: Id, how: Schema.Literals(["insert", "delete"]) }),
  Schema.TaggedStruct("View", { over: Schema.Literals(["library_books", "random_loose"]) })
])

const Part = Schema.Struct({
  how: Schema.Literals(["alone", "alone", "committed", "rolledBack", "nested", "plain", "work"]),
  writes: Schema.Array(Write).check(Schema.isMinLength(1), Schema.isMaxLength(3))
})

const parts = Arbitrary.array(Arbitrary.schema(Part), { minLength: 1, maxLength: 8 })

const write = (step: typeof Write.Type) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    switch (step._tag) {
      case "Author": {
        const { id, name } = step
        if (step.by === "model") return yield* (yield* Repository.make(Author)).upsertMany([{ id, name }])
        return yield* sql`INSERT INTO library_authors (id, name) VALUES (${id}, ${name})
          ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name`
      }
      case "Book": {
        const { authorId, id, pages } = step
        if (step.by === "model") return yield* (yield* Repository.make(Book)).upsertMany([{ id, authorId, pages }])
        return yield* sql`UPDATE library_books SET pages = ${pages} WHERE id = ${id}`
      }
      case "NoAuthor":
        if (step.by === "key") return yield* (yield* Repository.make(Author)).delete(step.id)
        if (step.by === "model") return yield* Query.delete(Author).where((author) => author.id.eq(step.id))
        return yield* sql`DELETE FROM library_authors WHERE id = ${step.id}`
      case "NoBooks":
        if (step.by === "model") return yield* Query.delete(Book).everywhere()
        if (step.by === "sql") return yield* Sql.statement`DELETE FROM ${Book}`
        // a text that doesn't begin as one that deletes
        return yield* sql`EXPLAIN ANALYZE DELETE FROM library_books`
      case "Shelf":
        return yield* (yield* Repository.make(Shelf)).upsertMany([{ id: step.id }])
      case "Loose":
        return step.how === "insert"
          ? yield* sql`INSERT INTO random_loose (id) VALUES (${step.n})`
          : yield* sql`DELETE FROM random_loose WHERE id = ${step.n}`
      case "View":
        return yield* viewOver(step.over)
    }
  })

/** A view that may be over one table or another, and one that stays as it is over that. */
const viewOver = (table: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql.unsafe(`CREATE OR REPLACE VIEW random_view AS SELECT id FROM ${table}`)
  )

class Above extends Model.View<Above>("Above")({ id: Column.int32 }, { view: "random_above" }) {}

const withViews = (database: Database): Database =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE random_loose (id INTEGER)`
    yield* viewOver("library_books")
    yield* sql`CREATE VIEW random_above AS SELECT v.id FROM random_view AS v JOIN library_authors AS a ON a.id = v.id`
  })).pipe(Layer.provideMerge(withLibrary(database)))

/** Whatever a write fails with, such as a conflict of keys, it fails with in both programs. */
const writeAll = (writes: ReadonlyArray<typeof Write.Type>) => Effect.forEach(writes, write, { discard: true })

const run = ({ how, writes }: typeof Part.Type) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const all = Effect.andThen(writeAll(writes), everything)
    switch (how) {
      case "alone":
        return yield* writeAll(writes)
      case "committed":
        return yield* Session.transaction(all)
      case "rolledBack":
        return yield* Session.transaction(Effect.andThen(all, new Undone()))
      case "nested":
        return yield* Session.transaction(
          Effect.andThen(
            Effect.ignore(Session.transaction(Effect.andThen(all, new Undone()))),
            writeAll(writes.slice(1))
          )
        )
      case "plain":
        return yield* sql.withTransaction(all)
      case "work":
        return yield* Session.unitOfWork(all)
    }
  })

/** What a program may have in front of its database. */
type Cache = Layer.Layer<never, unknown, Service.Database>

/** Many ways of asking. */
const everything = Effect.gen(function*() {
  const authors = yield* Repository.make(Author)
  return yield* Effect.all([
    Query.from(Author).orderBy((author) => author.id.asc()).include({ books: { orderBy: (book) => book.id.asc() } })
      .all,
    Query.from(Author).where((author) => author.books.some((book) => book.pages.gt(1))).count,
    Query.from(Book).where((book) => book.pages.gt(1)).orderBy((book) => book.id.asc()).select((book) => ({
      id: book.id
    })).all,
    Query.from(Output).orderBy((row) => row.authorId.asc()).all,
    authors.findById(1).pipe(Effect.map(Option.getOrNull)),
    authors.findMany([1, 2]),
    Effect.map(Query.from(Shelf).all, ({ length }) => length),
    Query.from(Above).orderBy((row) => row.id.asc()).all,
    numbers`SELECT CAST(COUNT(*) AS INTEGER) AS n FROM ${Book}`.all,
    numbers`SELECT id AS n FROM random_loose`.orderBy(({ n }) => n.asc()).all,
    numbers`WITH both_of AS (SELECT id FROM random_above UNION ALL SELECT id FROM random_view)
      SELECT CAST(sum(id) AS INTEGER) AS n FROM both_of HAVING count(*) > 0`.all
  ])
}).pipe(QueryCache.withPolicy({ raw: true }))

const numbers = Sql.query(Schema.Struct({ n: Schema.Int }))

export const randomCache = (label: string, database: Database) =>
  randomCacheOf(label, database, QueryCache.layerMemory(), 80)

/** The same of another cache. */
export const randomCacheOf = (label: string, database: Database, cache: Cache, runs: number) =>
  layer(withViews(database), { timeout: "120 seconds" })(`${label}: random programs with a cache`, (it) => {
    it.effect.prop("see what programs without one see", { parts }, ({ parts: steps }) =>
      Effect.gen(function*() {
        yield* empty
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DELETE FROM random_loose`)
        // rows that refer to others, so that what goes with those is seen to
        yield* Query.insert(Author).values([1, 2, 3].map((id) => ({ id, name: "Cy" })))
        yield* Query.insert(Book).values([1, 2, 3].map((id) => ({ id, authorId: id, pages: 100 })))
        for (const step of steps) {
          yield* everything
          yield* Effect.ignore(run(step))
          assert.deepStrictEqual(yield* everything, yield* QueryCache.bypass(everything))
        }
      }).pipe(Effect.provide(cache)), { arbitrary: { runs }, timeout: 120_000 })

    it.effect("never see less than was committed when they asked", () =>
      Effect.gen(function*() {
        yield* empty
        yield* Query.insert(Author).values({ id: 1, name: "0" })
        const progress = { begun: 0, committed: 0, last: 60 }
        const writer = Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          while (progress.begun < progress.last) {
            const name = String(++progress.begun)
            const update = Effect.asVoid(Query.update(Author).set(() => ({ name })).where((author) => author.id.eq(1)))
            const plain = Effect.asVoid(sql`UPDATE library_authors SET name = ${name} WHERE id = 1`)
            yield* progress.begun % 3 === 0 ? plain : progress.begun % 2 === 0 ? Session.transaction(update) : update
            progress.committed = progress.begun
          }
        })
        const reader = Effect.gen(function*() {
          while (progress.committed < progress.last) {
            const atLeast = progress.committed
            const [author] = yield* Query.from(Author).all
            const found = Number(author?.name)
            assert.isAtLeast(found, atLeast)
            assert.isAtMost(found, progress.begun)
            yield* Effect.yieldNow
          }
        })
        yield* Effect.all([writer, reader, reader, reader, reader], { concurrency: "unbounded", discard: true })
      }).pipe(Effect.provide(cache)))
  })
