/**
 * A condition on related rows holds for the rows that they belong to, and their number is a number like any other.
 */
import { assert, layer } from "@effect/vitest"
import { Query, Repository } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import { Author, Biography, Book, Chapter, day, Note, precise, Tag, withBookshop } from "./bookshop.ts"
import type { Database } from "./Subject.ts"

export const relations = (name: string, database: Database) =>
  layer(withBookshop(database), { timeout: "60 seconds" })(`${name}: relations`, (it) => {
    const authors = Query.from(Author).orderBy((author) => author.id.asc())
    const books = Query.from(Book).orderBy((book) => book.id.asc())
    const ids = <A extends { readonly id: unknown }>(rows: ReadonlyArray<A>) => rows.map(({ id }) => id)

    it.effect("some, none and every ask the rows that name this one", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(ids(yield* authors.where((author) => author.books.some())), [1, 2])
        assert.deepStrictEqual(ids(yield* authors.where((author) => author.books.none())), [3, 4])
        assert.deepStrictEqual(
          ids(yield* authors.where((author) => author.books.some((book) => book.pages.gt(500)))),
          [2]
        )
        assert.deepStrictEqual(
          ids(yield* authors.where((author) => author.books.none((book) => book.pages.gt(500)))),
          [1, 3, 4]
        )
        assert.deepStrictEqual(
          ids(yield* authors.where((author) => author.books.every((book) => book.pages.gte(100)))),
          [1, 3, 4]
        )
      }))

    it.effect("every takes what is unknown for what doesn't hold", () =>
      Effect.gen(function*() {
        const dated = authors.where((author) => author.books.every((book) => book.published.gt(book.published)).not())
        assert.deepStrictEqual(ids(yield* dated), [1, 2])
        const never = authors.where((author) =>
          author.books.some().and(author.books.every((book) => book.published.eq(book.published)))
        )
        assert.deepStrictEqual(ids(yield* never), [])
      }))

    it.effect("is and isNot ask the one row that this one names, or that names it", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(
          ids(yield* books.where((book) => book.author.is((author) => author.name.eq("Ada")))),
          [1, 2, 3]
        )
        assert.deepStrictEqual(
          ids(yield* books.where((book) => book.author.isNot((author) => author.name.eq("Ada")))),
          [4, 5, 6]
        )
        assert.deepStrictEqual(ids(yield* books.where((book) => book.author.isNot())), [6])
        assert.deepStrictEqual(ids(yield* authors.where((author) => author.biography.is())), [1, 4])
        const biographies = yield* Query.from(Biography).where((biography) =>
          biography.author.is((author) => author.mentor.is())
        )
        assert.deepStrictEqual(ids(biographies), [2])
      }))

    it.effect("a model's relation to itself tells both sides apart, however deep", () =>
      Effect.gen(function*() {
        const teachersOfTeachers = authors.where((author) =>
          author.pupils.some((pupil) => pupil.pupils.some((grandchild) => grandchild.name.eq("Dora")))
        )
        assert.deepStrictEqual(ids(yield* teachersOfTeachers), [1])
        assert.deepStrictEqual(
          ids(yield* authors.where((author) => author.mentor.is((mentor) => mentor.name.eq("Ada")))),
          [2, 3]
        )
        const longer = authors.where((author) =>
          author.pupils.some((pupil) =>
            pupil.books.some((book) => author.books.none((own) => own.pages.gte(book.pages)))
          )
        )
        assert.deepStrictEqual(ids(yield* longer), [1])
      }))

    it.effect("many to many goes over the model between, in both directions", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(ids(yield* books.where((book) => book.tags.some((tag) => tag.id.eq("nature")))), [
          2,
          3,
          4
        ])
        assert.deepStrictEqual(ids(yield* books.where((book) => book.tags.none())), [5])
        const tags = Query.from(Tag).orderBy((tag) => tag.id.asc())
        assert.deepStrictEqual(
          ids(yield* tags.where((tag) => tag.books.some((book) => book.author.is((author) => author.id.eq(1))))),
          ["art", "maths", "nature"]
        )
        assert.deepStrictEqual(ids(yield* tags.where((tag) => tag.books.none())), ["unused"])
      }))

    it.effect("keys of several columns are compared in all of them", () =>
      Effect.gen(function*() {
        const chapters = Query.from(Chapter).orderBy((chapter) => [chapter.bookId.asc(), chapter.code.asc()])
        const found = yield* chapters.where((chapter) => chapter.notes.some())
        assert.deepStrictEqual(found.map(({ bookId, code }) => [bookId, code]), [[1, "a"], [2, "a"]])
        const read = yield* chapters.where((chapter) => chapter.readers.some((reader) => reader.name.eq("Blaise")))
        assert.deepStrictEqual(read.map(({ bookId, code }) => [bookId, code]), [[1, "a"], [1, "b"]])
        const placed = yield* Query.from(Note).where((note) => note.chapterOf.is()).orderBy((note) => note.id.asc())
        assert.deepStrictEqual(ids(placed), [1, 2, 3])
      }))

    it.effect("counts can be selected, compared, sorted and grouped by", () =>
      Effect.gen(function*() {
        const counted = authors.select((author) => ({
          id: author.id,
          books: author.books.count(),
          long: author.books.count((book) => book.pages.gt(200)),
          tagged: author.books.count((book) => book.tags.some())
        }))
        assert.deepStrictEqual(yield* counted, [
          { id: 1, books: 3, long: 2, tagged: 3 },
          { id: 2, books: 2, long: 1, tagged: 1 },
          { id: 3, books: 0, long: 0, tagged: 0 },
          { id: 4, books: 0, long: 0, tagged: 0 }
        ])
        assert.deepStrictEqual(ids(yield* authors.where((author) => author.books.count().gte(3))), [1])
        const sorted = Query.from(Author).orderBy((author) => [author.pupils.count().desc(), author.id.desc()])
        assert.deepStrictEqual(ids(yield* sorted), [1, 2, 4, 3])
        const grouped = Query.from(Author)
          .groupBy((author) => ({ books: author.books.count() }))
          .select(() => ({ authors: Query.count() }))
          .orderBy(({ books: number }) => number.asc())
        assert.deepStrictEqual(yield* grouped, [{ books: 0, authors: 2 }, { books: 2, authors: 1 }, {
          books: 3,
          authors: 1
        }])
        const [mean] = yield* Query.from(Author).select((author) => ({ mean: Query.avg(author.books.count()) }))
        assert.strictEqual(mean?.mean, 1.25)
      }))

    it.effect("aggregates of related rows, and values of the one", () =>
      Effect.gen(function*() {
        const made = authors.select((author) => ({
          pages: author.books.aggregate((book) => Query.sum(book.pages)),
          sold: author.books.aggregate((book) => Query.max(book.sold)),
          dear: author.books.aggregate((book) => Query.min(book.price)),
          mentor: author.mentor.value((mentor) => mentor.name),
          grandmentor: author.mentor.value((mentor) => mentor.mentor.value((above) => above.name)),
          first: author.books.aggregate((book) => Query.min(book.published))
        }))
        const none = { pages: null, sold: null, dear: null, first: null }
        assert.deepStrictEqual(yield* made, [
          {
            pages: 750,
            sold: precise + 3n,
            dear: BigDecimal.make(10_001n, 4),
            mentor: null,
            grandmentor: null,
            first: day("1901-02-03")
          },
          {
            pages: 750,
            sold: precise + 5n,
            dear: BigDecimal.make(40_001n, 4),
            mentor: "Ada",
            grandmentor: null,
            first: day("1905-02-03")
          },
          { ...none, mentor: "Ada", grandmentor: null },
          { ...none, mentor: "Blaise", grandmentor: "Ada" }
        ])
        const sorted = books.with((book) => ({ by: book.author.value((author) => author.name) }))
        assert.deepStrictEqual((yield* sorted).map(({ by }) => by), ["Ada", "Ada", "Ada", "Blaise", "Blaise", null])
        const latest = Query.from(Book).orderBy((book) => [
          book.author.value((author) => author.name).desc(),
          book.id.desc()
        ])
        assert.deepStrictEqual(ids(yield* latest), [5, 4, 3, 2, 1, 6])
      }))

    it.effect("relations of joined sources, also of ones that a row lacks", () =>
      Effect.gen(function*() {
        const joined = Query.from(Book, "book")
          .leftJoin(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
          .orderBy(({ book }) => book.id.asc())
        const found = yield* joined.where(({ author, book }) => author.pupils.some().and(book.tags.some()))
        assert.deepStrictEqual(found.map(({ book }) => book.id), [1, 2, 3, 4])
        const lacking = yield* joined.where(({ author }) => author.pupils.none())
        assert.deepStrictEqual(lacking.map(({ book }) => book.id), [6])
        const right = Query.from(Author, "author")
          .rightJoin(Book, "book", ({ author, book }) => book.authorId.eq(author.id))
          .where(({ author }) => author.books.count().eq(0))
        assert.deepStrictEqual((yield* right).map(({ author, book }) => [author, book.id]), [[null, 6]])
      }))

    it.effect("repositories take conditions on related rows, too", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Author)
        assert.deepStrictEqual(ids(yield* repository.find((author) => author.books.count().eq(2))), [2])
      }))
  })
