/**
 * A prepared query takes the values that its parameters are told to have, and its parameters stand where such values do.
 */
import { type OrmError, Query, type Session } from "andamios-orm"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Author, Book, type BookId } from "./library.ts"

/** The type of a query's rows. */
type RowOf<Q> = Q extends Query.Query<infer A> ? A : never

const found = Query.prepare(
  { id: Book.fields.id, rating: Book.fields.rating, most: Schema.Int },
  ({ id, most, rating }) =>
    Query.from(Book, "book")
      .leftJoin(Author, "author", ({ author, book }) => author.id.eq(book.authorId))
      .where(({ book }) => book.id.eq(id).and(book.rating.is(rating)))
      .limit(most)
)

describe("a prepared query", () => {
  it("takes the values of its parameters, and null where their columns do", () => {
    expectTypeOf(found).parameter(0).toEqualTypeOf<
      { readonly id: BookId; readonly rating: number | null; readonly most: number }
    >()
  })

  it("has the rows of the query, and fails as that does", () => {
    expectTypeOf<RowOf<ReturnType<typeof found>>["book"]>().toEqualTypeOf<Book>()
    expectTypeOf<RowOf<ReturnType<typeof found>>["author"]>().toEqualTypeOf<Author | null>()
    expectTypeOf<ReturnType<typeof found>["exists"]>().toEqualTypeOf<
      Effect.Effect<boolean, OrmError.ReadError, Session.Session>
    >()
    expectTypeOf<ReturnType<typeof found>>().not.toHaveProperty("where")
    const selected = Query.prepare(
      { id: Book.fields.id },
      ({ id }) => Query.from(Book).where((book) => book.id.gt(id)).select((book) => ({ title: book.title }))
    )
    expectTypeOf<RowOf<ReturnType<typeof selected>>>().toEqualTypeOf<{ readonly title: string }>()
  })
})

describe("does not compile", () => {
  it("with a value that is missing, unknown or of another type", () => {
    expectTypeOf((id: BookId) => {
      // @ts-expect-error Property 'most' is missing in type '{ id: BookId; rating: null; }'
      found({ id, rating: null })
      // @ts-expect-error Object literal may only specify known properties, and 'more' does not exist in type 'ParameterTypes<…
      found({ id, rating: null, most: 1, more: 2 })
      // @ts-expect-error Type 'string' is not assignable to type 'number'
      found({ id, rating: "good", most: 1 })
      // @ts-expect-error Type 'null' is not assignable to type 'number'
      found({ id, rating: null, most: null })
    }).toBeFunction()
  })

  it("with a parameter that is unknown, or of another type than what it meets", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'name' does not exist on type 'ParametersOf<{ readonly title: …
      Query.prepare({ title: Book.fields.title }, ({ name: _ }) => Query.from(Book))
      Query.prepare({ title: Book.fields.title }, ({ title }) =>
        // @ts-expect-error Argument of type 'TextExpression<string, never> & Parameter<string>' is not assignable to parameter of type 'Operand<number, never>'
        Query.from(Book).where((book) => book.pages.eq(title)))
      Query.prepare({ titles: Schema.Array(Book.fields.title) }, ({ titles }) =>
        // @ts-expect-error Argument of type 'ListExpression<readonly string[], string, never> & Parameter<readonly string[]>' is not assignable …
        Query.from(Book).where((book) => book.pages.in(titles)))
    }).toBeFunction()
  })

  it("with a limit that is no number, or is calculated", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type 'TextExpression<string, never> & Parameter<string>' is not assignable to parameter of type 'RowCount'
      Query.prepare({ title: Book.fields.title }, ({ title }) => Query.from(Book).limit(title))
      // @ts-expect-error Argument of type 'NumberExpression<number, number, never>' is not assignable to parameter of type 'RowCount'
      Query.prepare({ most: Schema.Int }, ({ most }) => Query.from(Book).limit(most.add(1)))
    }).toBeFunction()
  })

  it("with what is no query", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Grouped<…> is not assignable to type 'Preparable'
      Query.prepare({}, () => Query.from(Book).groupBy((book) => ({ title: book.title })))
    }).toBeFunction()
  })
})
