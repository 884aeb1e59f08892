/**
 * SQL by hand is typed by its schema, and takes only what it can send.
 */
import { type OrmError, Query, type Session, Sql } from "andamios-orm"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Author, type AuthorId, Book } from "./library.ts"

type RowOf<Q> = Q extends Query.Query<infer A, unknown> ? A : never

const book = Sql.columns(Book)
const titles = Schema.Struct({ title: Schema.String, pages: Schema.NullOr(Schema.Int) })

describe("SQL by hand", () => {
  it("gives rows of its schema, or instances of a model", () => {
    const found = Sql.query(titles)`SELECT ${book.title}, ${book.pages} FROM ${book} WHERE ${book.pages} > ${5}`
    expectTypeOf<RowOf<typeof found>>().toEqualTypeOf<{ readonly title: string; readonly pages: number | null }>()
    expectTypeOf(found.first).toEqualTypeOf<
      Effect.Effect<
        Option.Option<{ readonly title: string; readonly pages: number | null }>,
        OrmError.ReadError,
        Session.Session
      >
    >()
    const authors = Sql.query(Author)`SELECT * FROM ${Author}`
    expectTypeOf<RowOf<typeof authors>>().toEqualTypeOf<Author>()
    const ids = authors.select((author) => ({ id: author.id }))
    expectTypeOf<RowOf<typeof ids>["id"]>().toEqualTypeOf<AuthorId>()
  })

  it("has columns that other queries know", () => {
    const found = Sql.query(titles)`SELECT title, pages FROM ${Book}`
    const long = Query.from(found, "found").where(({ found: row }) => row.pages.gt(5)).select(({ found: row }) => ({
      title: row.title
    }))
    expectTypeOf<RowOf<typeof long>["title"]>().toEqualTypeOf<string>()
    Query.from(found, "found").where(({ found: row }) => {
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type
      return row.pages.gt("5")
    })
  })

  it("takes values, columns, models, queries and fragments, and nothing else", () => {
    const part = Sql.fragment`${book.pages} > ${1n}`
    const taken = [
      Sql.query(titles)`${Query.from(Book)} ${part} ${null} ${true} ${new Date(0)} ${Sql.join([1, 2])}`,
      // @ts-expect-error Argument of type 'undefined' is not assignable to parameter of type 'Part'
      Sql.query(titles)`${undefined}`,
      // @ts-expect-error is not assignable to parameter of type 'Part'
      Sql.query(titles)`${{ a: 1 }}`,
      // @ts-expect-error Argument of type 'number[]' is not assignable to parameter of type 'Part'
      Sql.fragment`${[1, 2]}`,
      // @ts-expect-error Argument of type '"colour"' is not assignable to parameter of type
      Sql.identifier(Book, "colour"),
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Fragment
      Sql.join([1, 2], ", "),
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'TemplateStringsArray'
      Sql.statement("DELETE FROM books")
    ]
    expectTypeOf(taken).toBeArray()
  })

  it("has values of a schema's type", () => {
    const ints = Schema.Array(Schema.Int)
    expectTypeOf(Sql.value).toBeCallableWith(ints, [1, 2])
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    expectTypeOf(Sql.value(ints, ["1"])).toEqualTypeOf<Sql.Fragment>()
  })

  it("is an expression of a type", () => {
    const shouted = Query.from(Book).select((row) => ({ title: Sql.expression(Schema.String)`upper(${row.title})` }))
    expectTypeOf<RowOf<typeof shouted>["title"]>().toEqualTypeOf<string>()
    Query.from(Book).where((row) => Sql.expression(Schema.Boolean)`${row.pages} > 1`)
    // @ts-expect-error is not assignable to type
    Query.from(Book).where((row) => Sql.expression(Schema.String)`${row.pages}`)
  })

  it("writes, and answers with a number or with rows", () => {
    const removal = Sql.statement`DELETE FROM ${Book}`
    expectTypeOf(removal.asEffect()).toEqualTypeOf<Effect.Effect<number, OrmError.WriteError, Session.Session>>()
    const rows = removal.returning(titles)
    expectTypeOf(rows.asEffect()).toEqualTypeOf<
      Effect.Effect<
        ReadonlyArray<{ readonly title: string; readonly pages: number | null }>,
        OrmError.WriteError | OrmError.ReadError,
        Session.Session
      >
    >()
  })

  it("is checked with failures that tell the differences", () => {
    expectTypeOf(Sql.check(Sql.query(titles)`SELECT 1`)).toEqualTypeOf<
      Effect.Effect<void, OrmError.ReadError | OrmError.SqlMismatch, Session.Session>
    >()
  })
})
