/**
 * A query's rows are typed by what it says, and what makes no sense doesn't compile.
 */
import { type Expression, type OrmError, Query, type Session } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"
import { Author, type AuthorId, Book, type BookId } from "./library.ts"

/** The type of a query's rows. */
type RowOf<Q> = Q extends Query.Query<infer A> ? A : never

describe("the rows of a query", () => {
  it("are instances of its model", () => {
    const books = Query.from(Book)
    expectTypeOf<RowOf<typeof books>>().toEqualTypeOf<Book>()
    expectTypeOf(books.all).toEqualTypeOf<Effect.Effect<ReadonlyArray<Book>, OrmError.ReadError, Session.Session>>()
    expectTypeOf(books.first).toEqualTypeOf<Effect.Effect<Option.Option<Book>, OrmError.ReadError, Session.Session>>()
    expectTypeOf(books.one).toEqualTypeOf<
      Effect.Effect<Book, OrmError.ReadError | OrmError.NotFound | OrmError.MultipleFound, Session.Session>
    >()
    expectTypeOf(books.stream).toEqualTypeOf<Stream.Stream<Book, OrmError.StreamError, Session.Session>>()
    expectTypeOf(books.count).toEqualTypeOf<Effect.Effect<number, OrmError.ReadError, Session.Session>>()
    expectTypeOf(books.exists).toEqualTypeOf<Effect.Effect<boolean, OrmError.ReadError, Session.Session>>()
  })

  it("stay what they are through where, orderBy, limit and offset", () => {
    const books = Query.from(Book, "book").where(({ book }) => book.pages.gt(1)).orderBy(({ book }) => book.id.asc())
      .limit(1).offset(1)
    expectTypeOf<RowOf<typeof books>>().toEqualTypeOf<Book>()
  })

  it("are the joined instances by their names", () => {
    const joined = Query.from(Book, "book").join(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
    expectTypeOf<RowOf<typeof joined>["book"]>().toEqualTypeOf<Book>()
    expectTypeOf<RowOf<typeof joined>["author"]>().toEqualTypeOf<Author>()
    expectTypeOf<keyof RowOf<typeof joined>>().toEqualTypeOf<"book" | "author">()
  })

  it("may lack the partner of a left join", () => {
    const joined = Query.from(Book, "book")
      .leftJoin(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
      .join(Book, "other", ({ book, other }) => book.authorId.eq(other.authorId))
    expectTypeOf<RowOf<typeof joined>["book"]>().toEqualTypeOf<Book>()
    expectTypeOf<RowOf<typeof joined>["author"]>().toEqualTypeOf<Author | null>()
    expectTypeOf<RowOf<typeof joined>["other"]>().toEqualTypeOf<Book>()
  })

  it("are the selected values", () => {
    const selected = Query.from(Book).select((book) => ({
      id: book.id,
      author: book.authorId,
      sold: book.sold,
      subtitle: book.subtitle,
      tags: book.tags,
      long: book.pages.gt(500),
      unsold: book.sold.isNull()
    }))
    expectTypeOf<RowOf<typeof selected>>().toEqualTypeOf<{
      readonly id: BookId
      readonly author: AuthorId
      readonly sold: bigint | null
      readonly subtitle: Option.Option<string>
      readonly tags: ReadonlyArray<string>
      readonly long: boolean | null
      readonly unsold: boolean | null
    }>()
  })

  it("may be null where they come from the partner of a left join", () => {
    const selected = Query.from(Book, "book")
      .leftJoin(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
      .select(({ author, book }) => ({ title: book.title, name: author.name, royalty: author.royalty }))
    expectTypeOf<RowOf<typeof selected>>().toEqualTypeOf<{
      readonly title: string
      readonly name: string | null
      readonly royalty: BigDecimal.BigDecimal | null
    }>()
  })

  it("may be null where they are made of all rows, which may be none", () => {
    const made = Query.from(Book).select((book) => ({
      books: Query.count(),
      sold: Query.count(book.sold),
      titles: Query.countDistinct(book.title),
      pages: Query.sum(book.pages),
      copies: Query.sum(book.sold),
      mean: Query.avg(book.pages),
      first: Query.min(book.title),
      last: Query.max(book.id)
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly books: number
      readonly sold: number
      readonly titles: number
      readonly pages: number | null
      readonly copies: bigint | null
      readonly mean: number | null
      readonly first: string | null
      readonly last: BookId | null
    }>()
  })

  it("are not null where they are made of a group, which has a row, of a column that can't be null", () => {
    const made = Query.from(Book)
      .groupBy((book) => ({ author: book.authorId, rating: book.rating }))
      .select((book) => ({
        books: Query.count(),
        pages: Query.sum(book.pages),
        copies: Query.sum(book.sold),
        mean: Query.avg(book.pages),
        meanRating: Query.avg(book.rating),
        first: Query.min(book.title)
      }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly author: AuthorId
      readonly rating: number | null
      readonly books: number
      readonly pages: number
      readonly copies: bigint | null
      readonly mean: number
      readonly meanRating: number | null
      readonly first: string
    }>()
  })

  it("keep the type of what is least, greatest or added up", () => {
    const made = Query.from(Author).groupBy(() => ({})).select((author) => ({
      royalties: Query.sum(author.royalty),
      youngest: Query.max(author.born),
      mood: Query.min(author.mood)
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly royalties: BigDecimal.BigDecimal
      readonly youngest: DateTime.Utc | null
      readonly mood: "glad" | "sad"
    }>()
  })

  it("are those of the class, with its getters", () => {
    const authors = Query.from(Author)
    expectTypeOf<RowOf<typeof authors>["initials"]>().toEqualTypeOf<string>()
  })
})

describe("the columns of a model", () => {
  it("have the operators of their type", () => {
    type Books = Expression.Columns<typeof Book>
    type Row = "of each row"
    expectTypeOf<Books["title"]>().toEqualTypeOf<Expression.TextExpression<string, Row>>()
    expectTypeOf<Books["sold"]>().toEqualTypeOf<Expression.NumberExpression<bigint | null, bigint | null, Row>>()
    expectTypeOf<Books["inPrint"]>().toEqualTypeOf<Expression.Expression<boolean, Row> & Expression.Condition<Row>>()
    expectTypeOf<Expression.OptionalColumns<typeof Book>["title"]>().toEqualTypeOf<
      Expression.TextExpression<string | null, Row>
    >()
  })
})

/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- what doesn't compile has no type */
describe("a query doesn't compile", () => {
  it("with an unknown column", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'titel' does not exist on type 'Columns<typeof Book>'. Did you mean 'title'?
      Query.from(Book).where((book) => book.titel.eq("Faust"))
      // @ts-expect-error Property 'page' does not exist on type 'Columns<typeof Book>'. Did you mean 'pages'?
      Query.from(Book).orderBy((book) => book.page.desc())
    }).toBeFunction()
  })

  it("with a value of another type", () => {
    expectTypeOf(() => {
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<string>'
        book.title.eq(1)
      )
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<number>'
        book.pages.gt("500")
      )
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<bigint | null>'
        book.sold.eq(1)
      )
      Query.from(Author).where((author) =>
        // @ts-expect-error Argument of type '"bored"' is not assignable to parameter of type 'Operand<"glad" | "sad">'
        author.mood.eq("bored")
      )
      Query.from(Author).where((author) =>
        // @ts-expect-error Type '"bored"' is not assignable to type 'NonNullable<"glad" | "sad">'
        author.mood.in(["glad", "bored"])
      )
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'bigint' is not assignable to parameter of type 'Operand<number>'
        book.pages.between(1, 2n)
      )
    }).toBeFunction()
  })

  it("with the identifier of another model", () => {
    expectTypeOf((id: BookId, plain: string) => {
      Query.from(Book).where((book) =>
        // @ts-expect-error Type 'number & Brand<"BookId">' is not assignable to type 'string'
        book.authorId.eq(id)
      )
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<string & …
        book.authorId.eq(plain)
      )
    }).toBeFunction()
  })

  it("with a comparison to null, which finds nothing", () => {
    expectTypeOf(() => {
      Query.from(Book).where((book) =>
        // @ts-expect-error Argument of type 'null' is not assignable to parameter of type 'Operand<bigint | null>'
        book.sold.eq(null)
      )
      Query.from(Book).where((book) =>
        // @ts-expect-error Type 'null' is not assignable to type 'bigint'
        book.sold.in([1n, null])
      )
    }).toBeFunction()
  })

  it("with columns of different types compared", () => {
    expectTypeOf(() => {
      Query.from(Book).where((book) =>
        // @ts-expect-error Type 'number' is not assignable to type 'string'
        book.title.eq(book.pages)
      )
      Query.from(Book, "book").join(Author, "author", ({ author, book }) =>
        // @ts-expect-error Type 'string & Brand<"AuthorId">' is not assignable to type 'number'
        book.id.eq(author.id))
    }).toBeFunction()
  })

  it("with a condition that is none", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Expression<number>' is not assignable to type 'Expression<boolean | null>'
      Query.from(Book).where((book) => book.pages)
      // @ts-expect-error Type 'string' is not assignable to type 'boolean | null'
      Query.from(Book).where((book) => book.title.eq("x").and(book.title))
      // @ts-expect-error Type 'boolean' is not assignable to type 'Expression<boolean | null>'
      Query.from(Book).where((book) => book.pages > 500)
      // @ts-expect-error Type 'boolean' is not assignable to type 'Expression<boolean | null>'
      Query.from(Book).where((book) => book.title === "Faust")
    }).toBeFunction()
  })

  it("with an operator that the type hasn't", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'startsWith' does not exist on type 'Expression<number>'
      Query.from(Book).where((book) => book.pages.startsWith("5"))
      // @ts-expect-error Property 'and' does not exist on type 'TextExpression<string>'
      Query.from(Book).where((book) => book.title.and(book.inPrint))
      // @ts-expect-error Property 'contains' does not exist on type 'ListExpression<readonly string[], string>'
      Query.from(Book).where((book) => book.tags.contains("maths"))
    }).toBeFunction()
  })

  it("with a join whose first source has no name", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"author"' is not assignable to parameter of type '"Give the first source a name too: `Query.from(Model, name)`"'
      Query.from(Book).join(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
    }).toBeFunction()
  })

  it("with the same name twice", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"book"' is not assignable to parameter of type '"There is a source named book already"'
      Query.from(Book, "book").join(Author, "book", ({ book }) => book.id.isNotNull())
      const joined = Query.from(Book, "book").join(Author, "author", ({ author, book }) => book.authorId.eq(author.id))
      // @ts-expect-error Argument of type '"author"' is not assignable to parameter of type '"There is a source named author already"'
      joined.leftJoin(Author, "author", ({ author }) => author.id.isNotNull())
    }).toBeFunction()
  })

  it("with a source that it hasn't", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'author' does not exist on type '{ readonly book: Columns<typeof Book>; }'
      Query.from(Book, "book").where(({ author }) => author.id.isNotNull())
    }).toBeFunction()
  })

  it("with an order by what is not selected", () => {
    expectTypeOf(() => {
      const selected = Query.from(Book).select((book) => ({ title: book.title }))
      // @ts-expect-error Property 'pages' does not exist on type '{ readonly title: TextExpression<string>; }'
      selected.orderBy(({ pages }) => pages.desc())
      const grouped = Query.from(Book).groupBy((book) => ({ author: book.authorId })).select(() => ({
        books: Query.count()
      }))
      // @ts-expect-error Property 'title' does not exist on type '{ readonly author: TextExpression<string & …
      grouped.orderBy(({ title }) => title.asc())
    }).toBeFunction()
  })

  it("with an order that is none", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'TextExpression<string>' is not assignable to type 'Order | readonly Order[]'
      Query.from(Book).orderBy((book) => book.title)
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type '(columns: Columns<typeof …
      Query.from(Book).orderBy("title")
    }).toBeFunction()
  })

  it("with a sum or a mean of what isn't a number", () => {
    expectTypeOf(() => {
      Query.from(Book).select((book) => ({
        // @ts-expect-error Type 'string' is not assignable to type 'Numeric'
        titles: Query.sum(book.title)
      }))
      Query.from(Author).select((author) => ({
        // @ts-expect-error Type 'Utc' is not assignable to type 'Numeric'
        born: Query.avg(author.born)
      }))
      Query.from(Book).select((book) => ({
        // @ts-expect-error Type 'boolean' is not assignable to type 'Numeric'
        inPrint: Query.sum(book.inPrint)
      }))
    }).toBeFunction()
  })

  it("with a selection of what is no expression", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'number' is not assignable to type 'Expression<unknown>'
      Query.from(Book).select((book) => ({ title: book.title, one: 1 }))
      // @ts-expect-error Index signature for type 'string' is missing in type 'TextExpression<string>'
      Query.from(Book).groupBy((book) => book.title)
    }).toBeFunction()
  })

  it("with what is no model", () => {
    expectTypeOf(() => {
      // @ts-expect-error Object literal may only specify known properties, and 'table' does not exist in type 'Any'
      Query.from({ table: "books" })
    }).toBeFunction()
  })
})
