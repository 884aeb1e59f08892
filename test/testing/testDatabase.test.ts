/**
 * A test's database has the repositories that it was asked for, over tables of its own.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, DomainEvents, Mixin, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"

class CurrentUser extends Context.Service<CurrentUser, string>()("test/CurrentUser") {}

class Country extends Model.Class<Country>("Country")({
  code: Column.primaryKey(Schema.String)
}, { table: "countries" }) {}

class Publisher extends Model.Class<Publisher>("Publisher")({
  name: Column.primaryKey(Schema.String),
  country: Column.references(Schema.String, () => Country, "code")
}, { table: "publishers" }) {}

class Change extends Model.Class<Change>("Change")(Mixin.history(Schema.String), { table: "changes" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  publisher: Column.references(Schema.String, () => Publisher, "name"),
  pages: Column.int32,
  ...Mixin.audit(CurrentUser, Schema.String, { history: () => Change })
}, { table: "books" }) {}

class Thick extends Model.View<Thick>("Thick")({ isbn: Schema.String, pages: Schema.Int }, { view: "thick_books" }) {}

class BookEvents
  extends DomainEvents.Service<BookEvents>()("test/BookEvents", Schema.Struct({ isbn: Schema.String }))
{}

class Books extends Repository.Service<Books>()("test/Books", Book, {
  hooks: {
    afterInsert: (rows) =>
      Effect.flatMap(BookEvents, (events) => events.publishMany(rows.map(({ isbn }) => ({ isbn }))))
  }
}, (books) => ({
  thickest: books.query.orderBy((book) => book.pages.desc()).first
})) {}

class Publishers extends Repository.ReadOnly<Publishers>()("test/Publishers", Publisher) {}

class ThickBooks extends Repository.ReadOnly<ThickBooks>()("test/ThickBooks", Thick) {}

class PagesPerPublisher extends Repository.ReadModel<PagesPerPublisher>()(
  "test/PagesPerPublisher",
  Query.from(Book).groupBy(({ publisher }) => ({ publisher })).select((book) => ({ pages: Query.sum(book.pages) }))
) {}

/** What is the same on every database. */
const story = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const books = yield* Books
  const publishers = yield* Publishers
  const pages = yield* PagesPerPublisher
  const events = yield* (yield* BookEvents).subscribe

  yield* sql`INSERT INTO countries (code) VALUES ('at')`
  yield* sql`INSERT INTO publishers (name, country) VALUES ('Residenz', 'at')`
  yield* books.insertMany([
    { isbn: "1", publisher: "Residenz", pages: 100 },
    { isbn: "2", publisher: "Residenz", pages: 1_200 }
  ])

  assert.deepStrictEqual(yield* sql`SELECT isbn, pages FROM books ORDER BY isbn`, [
    { isbn: "1", pages: 100 },
    { isbn: "2", pages: 1_200 }
  ])
  assert.strictEqual((yield* sql`SELECT 1 AS one FROM changes`).length, 2)
  assert.strictEqual((yield* publishers.get("Residenz")).country, "at")
  assert.deepStrictEqual(Option.map(yield* books.thickest, ({ isbn }) => isbn), Option.some("2"))
  assert.deepStrictEqual(yield* pages.find((row) => row.pages.gt(1_000)), [{ publisher: "Residenz", pages: 1_300 }])
  assert.strictEqual((yield* pages.numberedPage({ size: 1, number: 1 })).total, 1)
  assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(events, 2)), [{ isbn: "1" }, { isbn: "2" }])

  // the view is the test's to make
  const thick = yield* ThickBooks
  yield* sql`CREATE VIEW thick_books AS SELECT isbn, CAST(pages AS BIGINT) AS pages FROM books WHERE pages > 1000`
  assert.deepStrictEqual((yield* thick.all).map(({ isbn }) => isbn), ["2"])
}).pipe(Effect.scoped, Effect.provideService(CurrentUser, "ada"))

describe("a test's database", () => {
  it.effect("has repositories over tables of a DuckDB in memory", () =>
    story.pipe(
      Effect.provide(
        TestDatabase.layerOf(Books, Publishers, ThickBooks, PagesPerPublisher).pipe(
          Layer.provideMerge(BookEvents.layer)
        )
      )
    ))

  it.effect("has repositories over tables of a PostgreSQL of its own", () =>
    story.pipe(
      Effect.provide(
        TestDatabase.layerOfPostgres(Books, Publishers, ThickBooks, PagesPerPublisher).pipe(
          Layer.provideMerge(BookEvents.layer)
        )
      )
    ), 60_000)

  it.effect("is empty each time", () =>
    Effect.gen(function*() {
      const once = Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`INSERT INTO countries (code) VALUES ('at')`
        return yield* (yield* Publishers).count()
      }).pipe(Effect.provide(TestDatabase.layerOf(Publishers), { local: true }))
      assert.deepStrictEqual(yield* Effect.all([once, once]), [0, 0])
    }))
})

describe("a mock", () => {
  class Countries extends Repository.Service<Countries>()("test/Countries", Country, (countries) => ({
    knows: (code: string) => countries.exists((country) => country.code.eq(code))
  })) {}

  const mock = Layer.mock(Countries)({
    knows: (code) => Effect.succeed(code === "at"),
    all: Effect.succeed([]),
    insert: ({ code }) => Effect.map(Effect.succeed(code), () => Country.make({ code }))
  })

  it.effect("answers what it was told, without a database", () =>
    Effect.gen(function*() {
      const countries = yield* Countries
      assert.isTrue(yield* countries.knows("at"))
      assert.isFalse(yield* countries.knows("de"))
      assert.deepStrictEqual(yield* countries.all, [])
      assert.strictEqual((yield* countries.insert({ code: "fr" })).code, "fr")
    }).pipe(Effect.provide(mock)))

  it.effect("is a defect where more is asked of it", () =>
    Effect.gen(function*() {
      const countries = yield* Countries
      const missing: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        countries.get("at"),
        countries.first,
        countries.deleteMany([]),
        Stream.runDrain(countries.stream())
      ]
      const exits = yield* Effect.forEach(missing, (effect) => Effect.exit(effect))
      assert.isTrue(exits.every((exit) => Exit.hasDies(exit)))
    }).pipe(Effect.provide(mock)))
})
