/**
 * Relations: declared once in the model's class, then asked for in conditions, counted, and included in rows to any depth.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Computed, Model, Query, Relation, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, Effect, Schema, Stream } from "effect"

const AuthorId = Schema.Int.pipe(Schema.brand("AuthorId"))
const BookId = Schema.Int.pipe(Schema.brand("BookId"))

// Each relation names the fields that have the same values on both sides. The models are named in arrows, so they can be declared in
// any order, and refer to each other and to themselves.
class Author extends Model.Class<Author>("Author")({
  id: Column.primaryKey(AuthorId),
  name: Schema.NonEmptyString,
  mentorId: Column.references(Schema.NullOr(AuthorId), (): Model.Any => Author, "id")
}, { table: "authors" }) {
  static readonly relations = () => ({
    books: Relation.hasMany(() => Book, { from: "id", to: "authorId" }),
    biography: Relation.hasOne(() => Biography, { from: "id", to: "authorId" }),
    mentor: Relation.belongsTo(() => Author, { from: "mentorId", to: "id" }),
    pupils: Relation.hasMany(() => Author, { from: "id", to: "mentorId" })
  })

  // A getter is TypeScript's, and works on every row, also on one that comes with another.
  get initial() {
    return this.name.slice(0, 1)
  }
}

// One to one: the foreign key is the primary key, so an author has at most one biography.
class Biography extends Model.Class<Biography>("Biography")({
  authorId: Column.primaryKey(Column.references(AuthorId, () => Author, "id")),
  text: Schema.String
}, { table: "biographies" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(BookId),
  authorId: Column.references(AuthorId, () => Author, "id"),
  title: Schema.NonEmptyString,
  pages: Column.int32,
  price: Column.decimal({ precision: 8, scale: 2 }),
  sold: Column.decimal({ precision: 10, scale: 0 })
}, { table: "books" }) {
  static readonly relations = () => ({
    author: Relation.belongsTo(() => Author, { from: "authorId", to: "id" }),
    tags: Relation.manyToMany(() => Tag, {
      through: () => BookTag,
      from: "id",
      throughFrom: "bookId",
      throughTo: "tag",
      to: "name"
    })
  })

  // A computed column is SQL's: where a query uses it, this expression stands in its place.
  static readonly computed = () => Computed.of(Book, (book) => ({ revenue: book.price.multiply(book.sold) }))
}

class Tag extends Model.Class<Tag>("Tag")({ name: Column.primaryKey(Schema.String) }, { table: "tags" }) {
  static readonly relations = () => ({
    books: Relation.manyToMany(() => Book, {
      through: () => BookTag,
      from: "name",
      throughFrom: "tag",
      throughTo: "bookId",
      to: "id"
    })
  })
}

class BookTag extends Model.Class<BookTag>("BookTag")({
  bookId: Column.primaryKey(Column.references(BookId, () => Book, "id")),
  tag: Column.primaryKey(Column.references(Schema.String, () => Tag, "name"))
}, { table: "book_tags" }) {}

const author = (id: number, name: string, mentorId: number | null) => ({
  id: AuthorId.make(id),
  name,
  mentorId: mentorId === null ? null : AuthorId.make(mentorId)
})

const book = (id: number, authorId: number, title: string, pages: number, price: string, sold: number) => ({
  id: BookId.make(id),
  authorId: AuthorId.make(authorId),
  title,
  pages,
  price: BigDecimal.fromStringUnsafe(price),
  sold: BigDecimal.fromBigInt(BigInt(sold))
})

const fill = Effect.gen(function*() {
  yield* Session.createTables([Author, Biography, Book, Tag, BookTag])
  const insert = <M extends Model.Any>(model: M, rows: ReadonlyArray<Model.Insert<M>>) =>
    Effect.flatMap(Repository.make(model), (repository) => repository.insertMany(rows))
  yield* insert(Author, [author(1, "Ada", null)]) // before those that name her
  yield* insert(Author, [author(2, "Blaise", 1), author(3, "Cyd", 1)])
  yield* insert(Biography, [{ authorId: AuthorId.make(1), text: "Born in London." }])
  yield* insert(Book, [
    book(1, 1, "Algebra", 120, "10.50", 3000),
    book(2, 1, "Bees", 400, "24.99", 120),
    book(3, 1, "Clouds", 250, "15.00", 900),
    book(4, 2, "Dust", 700, "32.10", 40)
  ])
  yield* insert(Tag, [{ name: "maths" }, { name: "nature" }])
  yield* insert(
    BookTag,
    [["maths", 1], ["nature", 2], ["nature", 3], ["nature", 4]].map(([tag, id]) => ({
      tag: String(tag),
      bookId: BookId.make(Number(id))
    }))
  )
})

const byName = Query.from(Author).orderBy((row) => row.name.asc())

// The rows are the same instances as ever, with what is related as properties. `books` is an array, `biography` a Biography or null:
// the types follow from the declarations.
const include = Effect.gen(function*() {
  const authors = yield* byName.include({
    books: { orderBy: (row) => row.title.asc() },
    biography: true,
    mentor: true
  })
  for (const { biography, books, initial, mentor, name } of authors) {
    yield* Console.log(
      `${initial}: ${name} wrote ${books.map(({ title }) => title).join(", ") || "nothing"}; ` +
        `${biography?.text ?? "no biography"}; taught by ${mentor?.name ?? "nobody"}`
    )
  }
})

// Each relation has conditions, an order and a limit of its own, which count for each author by itself, and includes what it likes.
// However many authors there are, these are three queries: one for the authors, one for the books, one for the tags.
const nested = Effect.gen(function*() {
  const authors = yield* byName.include({
    books: {
      where: (row) => row.pages.gt(200),
      orderBy: (row) => row.revenue.desc(),
      limit: 1,
      include: { tags: { select: (tag) => ({ name: tag.name }) } }
    }
  })
  for (const { books, name } of authors) {
    const best = books.map(({ tags, title }) => `${title} [${tags.map((tag) => tag.name).join(", ")}]`)
    yield* Console.log(`${name}: ${best.join(", ") || "nothing"}`)
  }
})

// Conditions on related rows: they become EXISTS, so no row comes twice.
const conditions = Effect.gen(function*() {
  const names = (rows: ReadonlyArray<Author>) => rows.map(({ name }) => name).join(", ")
  yield* Console.log(
    `a long book:       ${names(yield* byName.where((row) => row.books.some((one) => one.pages.gt(500))))}`
  )
  yield* Console.log(`no book:           ${names(yield* byName.where((row) => row.books.none()))}`)
  yield* Console.log(`only nature:       ${
    names(
      yield* byName.where((row) =>
        row.books.some().and(row.books.every((one) => one.tags.some((tag) => tag.name.eq("nature"))))
      )
    )
  }`)
  yield* Console.log(
    `taught by Ada:     ${names(yield* byName.where((row) => row.mentor.is((mentor) => mentor.name.eq("Ada"))))}`
  )
})

// The number of related rows is a number like any other; `with` puts it beside the row's own fields, and a computed column too.
const counts = Effect.gen(function*() {
  const authors = yield* Query.from(Author)
    .with((row) => ({ works: row.books.count(), long: row.books.count((one) => one.pages.gte(250)) }))
    .orderBy((row) => row.books.count().desc())
    .orderBy((row) => row.name.asc())
  for (const { long, name, works } of authors) yield* Console.log(`${name}: ${works} books, ${long} of them long`)

  const best = yield* Query.from(Book).with(({ revenue }) => ({ revenue })).orderBy((row) => row.revenue.desc()).limit(
    1
  ).one
  yield* Console.log(`${best.title} has earned ${BigDecimal.format(best.revenue)}`)

  const perTag = yield* Query.from(Tag).select((tag) => ({ tag: tag.name, books: tag.books.count() })).orderBy((
    { tag }
  ) => tag.asc())
  yield* Console.log(perTag.map(({ books, tag }) => `${tag}: ${books}`).join(", "))
})

// A stream loads what is related for a thousand rows at once, so neither the authors nor their books are ever all in memory.
const streamed = byName.include({ books: true }).stream.pipe(
  Stream.map(({ books, name }) => `${name} (${books.length})`),
  Stream.runCollect,
  Effect.flatMap((lines) => Console.log(Array.from(lines).join(", ")))
)

const lesson = Effect.gen(function*() {
  yield* fill

  yield* Console.log("1. Rows with what is related to them")
  yield* include

  yield* Console.log("\n2. The best long book of each author, with its tags")
  yield* nested

  yield* Console.log("\n3. Authors by what is related to them")
  yield* conditions

  yield* Console.log("\n4. Counts, and computed columns")
  yield* counts

  yield* Console.log("\n5. As a stream")
  yield* streamed
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
