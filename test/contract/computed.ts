/**
 * A computed column is its expression, wherever a query uses it.
 */
import { assert, layer } from "@effect/vitest"
import { Query } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import { Author, Book, withBookshop } from "./bookshop.ts"
import type { Database } from "./Subject.ts"

export const computed = (name: string, database: Database) =>
  layer(withBookshop(database), { timeout: "60 seconds" })(`${name}: computed`, (it) => {
    const ids = <A extends { readonly id: unknown }>(rows: ReadonlyArray<A>) => rows.map(({ id }) => id)

    it.effect("in conditions, in orders, among selected values and as a group's key", () =>
      Effect.gen(function*() {
        const books = Query.from(Book)
        const dear = books.where((book) => book.revenue.gt(BigDecimal.fromBigInt(7n))).orderBy((book) =>
          book.revenue.desc()
        )
        assert.deepStrictEqual(ids(yield* dear), [6, 5, 4])
        const [row] = yield* books.where((book) => book.long).orderBy((book) => book.id.asc())
          .select((book) => ({ revenue: book.revenue, long: book.long }))
        assert.deepStrictEqual(row, { revenue: BigDecimal.make(40_002n, 4), long: true })
        const groups = yield* books.groupBy((book) => ({ long: book.long }))
          .select((book) => ({ revenue: Query.sum(book.revenue) }))
          .orderBy(({ long }) => long.asc())
        assert.deepStrictEqual(groups.map(({ long, revenue }) => [long, BigDecimal.format(revenue)]), [[
          false,
          "18.0006"
        ], [
          true,
          "24.0006"
        ]])
      }))

    it.effect("are no part of a row, unless they are asked for", () =>
      Effect.gen(function*() {
        const [plain] = yield* Query.from(Book).limit(1)
        assert.notProperty(plain, "revenue")
        const book = yield* Query.from(Book).where((one) => one.id.eq(2)).with(({ long, revenue }) => ({
          long,
          revenue
        })).one
        assert.instanceOf(book, Book)
        assert.deepStrictEqual([book.title, book.long, BigDecimal.format(book.revenue)], ["Bees", true, "4.0002"])
        const vectors = yield* Query.from(Book).columns
        assert.notProperty(vectors, "revenue")
      }))

    it.effect("of sources that are joined, also of ones that a row lacks, and of related rows", () =>
      Effect.gen(function*() {
        const joined = Query.from(Author, "author")
          .leftJoin(Book, "book", ({ author, book }) => book.authorId.eq(author.id).and(book.long))
          .orderBy(({ author }) => author.id.asc())
          .select(({ author, book }) => ({ name: author.name, revenue: book.revenue }))
        assert.deepStrictEqual(
          (yield* joined).map(({ name: own, revenue }) => [own, revenue === null ? null : BigDecimal.format(revenue)]),
          [["Ada", "4.0002"], ["Blaise", "8.0002"], ["Cyd", null], ["Dora", null]]
        )
        const authors = Query.from(Author).orderBy((author) => author.id.asc())
        assert.deepStrictEqual(
          ids(
            yield* authors.where((author) =>
              author.books.some((book) => book.long.and(book.revenue.lt(BigDecimal.fromBigInt(5n))))
            )
          ),
          [1]
        )
        const [ada] = yield* authors.include({ books: { orderBy: (book) => book.revenue.desc(), limit: 1 } })
        assert.deepStrictEqual(ids(ada?.books ?? []), [3])
      }))
  })
