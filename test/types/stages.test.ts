/**
 * The types know what a value is made of: of each row, of a group, or of the rows around it.
 */
import { type Expression, type OrmError, Query } from "andamios-orm"
import { Context } from "effect"
import type * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import { Author, Book } from "./library.ts"

/** The type of a query's rows. */
type RowOf<Q> = Q extends Query.Query<infer A> ? A : never

describe("a group", () => {
  const groups = Query.from(Book).groupBy((book) => ({ author: book.authorId, rating: book.rating }))

  it("has its keys and what is made of its rows", () => {
    const made = groups
      .having((book, { rating }) => Query.avg(book.pages).gt(300).and(rating.isNotNull()))
      .select((book, { rating }) => ({
        thick: Query.max(book.pages).subtract(Query.min(book.pages)).gt(100),
        stars: rating.orElse(0),
        half: Query.sum(book.pages).divide(2)
      }))
    expectTypeOf<RowOf<typeof made>["thick"]>().toEqualTypeOf<boolean | null>()
    expectTypeOf<RowOf<typeof made>["stars"]>().toEqualTypeOf<number>()
    expectTypeOf<RowOf<typeof made>["half"]>().toEqualTypeOf<number | null>()
  })

  it("may lack keys where it is of some of them alone", () => {
    const rolled = Query.from(Book).rollup((book) => ({ title: book.title })).select(() => ({ books: Query.count() }))
    expectTypeOf<RowOf<typeof rolled>>().toEqualTypeOf<{ readonly title: string | null; readonly books: number }>()
  })

  it("has no column of single rows", () => {
    expectTypeOf(() => {
      groups.select((book) => ({
        // @ts-expect-error Type '"of each row"' is not assignable to type 'GroupStage'
        title: book.title
      }))
      groups.select((book) => ({
        // @ts-expect-error Type '"of each row"' is not assignable to type 'GroupStage'
        more: Query.sum(book.pages).add(book.pages)
      }))
      // @ts-expect-error Type '"of each row"' is not assignable to type 'GroupStage'
      groups.having((book) => book.pages.gt(1))
    }).toBeFunction()
  })

  it("has only the sets of its own keys", () => {
    expectTypeOf(() => {
      Query.from(Book).groupingSets((book) => ({ title: book.title }), [
        // @ts-expect-error Type '"author"' is not assignable to type '"title"'
        ["author"]
      ])
    }).toBeFunction()
  })
})

describe("aggregates of all rows", () => {
  it("are one record, which is never missing", () => {
    const made = Query.from(Book).aggregate((book) => ({ books: Query.count(), longest: Query.max(book.pages) }))
    expectTypeOf<Effect.Success<typeof made>>().toEqualTypeOf<
      { readonly books: number; readonly longest: number | null }
    >()
    expectTypeOf<Effect.Error<typeof made>>().toEqualTypeOf<OrmError.ReadError>()
  })

  it("have no column of single rows, and no window", () => {
    expectTypeOf(() => {
      Query.from(Book).aggregate((book) => ({
        // @ts-expect-error Type '"of each row"' is not assignable to type '"of a group" | Needs<unknown>'
        title: book.title
      }))
      Query.from(Book).aggregate(() => ({
        // @ts-expect-error Type '"of a window"' is not assignable to type '"of a group" | Needs<unknown>'
        all: Query.sum(Query.count()).over()
      }))
    }).toBeFunction()
  })
})

describe("a condition on rows", () => {
  it("asks for no aggregate", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type '"of a group"' is not assignable to type 'RowStage'
      Query.from(Book).where((book) => Query.sum(book.pages).gt(1))
      // @ts-expect-error Type '"of a group"' is not assignable to type 'RowStage'
      Query.from(Book).where((book) => book.pages.gt(Query.avg(book.pages)))
      // @ts-expect-error Type '"of a group"' is not assignable to type 'PlainStage'
      Query.sum(Query.sum(Query.from(Book).statement))
    }).toBeFunction()
  })
})

describe("selected values", () => {
  it("are all of single rows, or all of all rows", () => {
    const mixed = Query.from(Book).select((book) => ({ title: book.title, pages: Query.sum(book.pages) }))
    expectTypeOf(mixed).toEqualTypeOf<
      "Values of single rows beside aggregates: group the rows by the former, with `groupBy`"
    >()
  })

  it("may be null where they are made of rows that may be none, also once calculated with", () => {
    const made = Query.from(Book).select((book) => ({
      some: Query.count().filter(book.inPrint),
      twice: Query.sum(book.pages).multiply(2),
      sure: Query.sum(book.pages).orElse(0)
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly some: number
      readonly twice: number | null
      readonly sure: number
    }>()
  })
})

describe("a join", () => {
  const books = Query.from(Book, "book")

  it("may lack either side where it keeps the rows of the other", () => {
    const right = books.rightJoin(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
    expectTypeOf<RowOf<typeof right>["book"]>().toEqualTypeOf<Book | null>()
    expectTypeOf<RowOf<typeof right>["author"]>().toEqualTypeOf<Author>()
    const full = books.fullJoin(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
      .select(({ author, book }) => ({ title: book.title, pages: book.pages.add(1), name: author.name }))
    expectTypeOf<RowOf<typeof full>>().toEqualTypeOf<{
      readonly title: string | null
      readonly pages: number | null
      readonly name: string | null
    }>()
  })

  it("has the values of a query as columns of their types", () => {
    const perAuthor = Query.from(Book).groupBy((all) => ({ author: all.authorId })).select(() => ({
      books: Query.count()
    }))
    const joined = Query.from(Author, "author")
      .leftJoin(perAuthor, "each", ({ author, each }) => author.id.eq(each.author))
    expectTypeOf<RowOf<typeof joined>["author"]>().toEqualTypeOf<Author>()
    expectTypeOf<RowOf<typeof joined>["each"]["books"]>().toEqualTypeOf<number | null>()
    const made = joined.select(({ each }) => ({ books: each.books.orElse(0) }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{ readonly books: number }>()
  })

  it("takes no name twice", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"book"' is not assignable to parameter of type '"There is a source named book already"'
      books.crossJoin(Book, "book")
      // @ts-expect-error Argument of type '"other"' is not assignable to parameter of type '"Give the first source a name too …
      Query.from(Book).crossJoin(Book, "other")
    }).toBeFunction()
  })
})

describe("a query of another's values", () => {
  it("needs values of one type", () => {
    expectTypeOf(() => {
      const ids = Query.from(Author).select(({ id }) => ({ id }))
      Query.from(Book).where((book) => book.authorId.in(ids))
      const names = Query.from(Author).select(({ name }) => ({ name }))
      // @ts-expect-error Type 'string' is not assignable to type 'string & Brand<"AuthorId">'
      Query.from(Book).where((book) => book.authorId.in(names))
      const pairs = Query.from(Author).select(({ id, name }) => ({ id, name }))
      const scalar = Query.scalar(pairs)
      expectTypeOf(scalar["~value"]).toEqualTypeOf<null>()
    }).toBeFunction()
  })

  it("never comes from values that may be null where it has to be none of them", () => {
    expectTypeOf(() => {
      const ratings = Query.from(Book).select(({ rating }) => ({ rating }))
      Query.from(Book).where((book) => book.rating.in(ratings))
      // @ts-expect-error Type 'null' is not assignable to type 'number'
      Query.from(Book).where((book) => book.rating.notIn(ratings))
    }).toBeFunction()
  })

  it("has the rows of the first in a union with rows of the same type", () => {
    const titles = Query.from(Book).select(({ title }) => ({ title }))
    const both = titles.union(Query.from(Author).select(({ name }) => ({ title: name })))
    expectTypeOf<RowOf<typeof both>>().toEqualTypeOf<{ readonly title: string }>()
    expectTypeOf(() => {
      // @ts-expect-error Type '{ readonly name: string; }' is not assignable to type '{ readonly title: string; }'
      titles.union(Query.from(Author).select(({ name }) => ({ name })))
    }).toBeFunction()
  })
})

describe("a service that an expression needs", () => {
  class Clock extends Context.Service<Clock, number>()("test/Clock") {}

  it("is needed by the query", () => {
    expectTypeOf((now: Expression.Condition<Expression.Needs<Clock>>) => {
      const books = Query.from(Book).where((book) => now.and(book.inPrint))
      type Needed = Effect.Services<typeof books.all>
      expectTypeOf<Clock extends Needed ? true : false>().toEqualTypeOf<true>()
      // @ts-expect-error Type 'Needs<Clock>' is not assignable to type 'PlainStage'
      Query.from(Book, "book").join(Author, "author", () => now)
    }).toBeFunction()
  })
})
