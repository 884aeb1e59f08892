/**
 * Columns are typed by what the query says of them: the array by the column's type, so that nobody casts.
 */
import { Column, Model, Query, type Session, type Vector } from "andamios-orm"
import type { OrmError } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Author, type AuthorId, Book } from "./library.ts"

class Everything extends Model.Class<Everything>("Everything")({
  id: Column.serial(Column.int32.pipe(Schema.brand("EverythingId"))),
  int8: Column.int8,
  int16: Schema.NullOr(Column.int16),
  int32: Column.int32.check(Schema.isGreaterThan(0)),
  branded: Schema.NullOr(Column.int32.pipe(Schema.brand("Age"))),
  defaulted: Column.withDefault(Column.int16, 7),
  integer: Schema.Int,
  literal: Schema.Literals([1, 2]),
  double: Schema.NullOr(Schema.Finite),
  int64: Schema.NullOr(Column.int64),
  flag: Schema.NullOr(Schema.Boolean),
  day: Schema.NullOr(Column.date),
  at: Column.timestamp,
  date: Schema.Date,
  decimal: Schema.NullOr(Column.decimal({ precision: 9, scale: 2 })),
  text: Schema.NullOr(Schema.NonEmptyString),
  option: Schema.OptionFromNullOr(Column.int32),
  parsed: Schema.FiniteFromString,
  list: Schema.Array(Column.int32),
  mixed: Column.json(Schema.Union([Schema.Number, Schema.String])),
  document: Column.json(Schema.Number)
}, { table: "everything" }) {}

/** The arrays of a query's columns, by their names. */
type ArraysOf<Q> = Q extends { readonly columns: Effect.Effect<infer Vectors, OrmError.ReadError, Session.Session> }
  ? { readonly [K in keyof Vectors]: Vectors[K] extends Vector.Vector<infer V> ? V : never }
  : never

describe("the columns of a query", () => {
  it("are arrays of the types of their fields", () => {
    const everything = Query.from(Everything)
    expectTypeOf<ArraysOf<typeof everything>>().toEqualTypeOf<{
      readonly id: Int32Array
      readonly int8: Int8Array
      readonly int16: Int16Array
      readonly int32: Int32Array
      readonly branded: Int32Array
      readonly defaulted: Int16Array
      readonly integer: Float64Array
      readonly literal: Float64Array
      readonly double: Float64Array
      readonly int64: BigInt64Array
      readonly flag: Uint8Array
      readonly day: Int32Array
      readonly at: BigInt64Array
      readonly date: BigInt64Array
      readonly decimal: ReadonlyArray<BigDecimal.BigDecimal | null>
      readonly text: ReadonlyArray<string | null>
      readonly option: ReadonlyArray<Option.Option<number>>
      readonly parsed: Float64Array
      readonly list: ReadonlyArray<ReadonlyArray<number>>
      readonly mixed: ReadonlyArray<number | string>
      readonly document: Float64Array
    }>()
  })

  it("are those of the selected values", () => {
    const selected = Query.from(Book).orderBy((book) => book.id.asc()).limit(3)
      .select((book) => ({ pages: book.pages, sold: book.sold, author: book.authorId, long: book.pages.gt(500) }))
    expectTypeOf<ArraysOf<typeof selected>>().toEqualTypeOf<{
      readonly pages: Int32Array
      readonly sold: BigInt64Array
      readonly author: ReadonlyArray<AuthorId>
      readonly long: Uint8Array
    }>()
  })

  it("are those of groups and of all rows together", () => {
    const grouped = Query.from(Book)
      .groupBy((book) => ({ author: book.authorId }))
      .select((book) => ({
        books: Query.count(),
        pages: Query.sum(book.pages),
        longest: Query.max(book.pages),
        sold: Query.sum(book.sold),
        first: Query.min(book.title)
      }))
    expectTypeOf<ArraysOf<typeof grouped>>().toEqualTypeOf<{
      readonly author: ReadonlyArray<AuthorId>
      readonly books: Float64Array
      readonly pages: Float64Array
      readonly longest: Int32Array
      readonly sold: BigInt64Array
      readonly first: ReadonlyArray<string>
    }>()

    const all = Query.from(Book).select((book) => ({ first: Query.min(book.title) }))
    expectTypeOf<ArraysOf<typeof all>>().toEqualTypeOf<{ readonly first: ReadonlyArray<string | null> }>()
  })

  it("are named by their sources where models are joined, as rows are", () => {
    const joined = Query.from(Book, "book").leftJoin(
      Author,
      "author",
      ({ author, book }) => book.authorId.eq(author.id)
    )
    const read = joined.columns
    type Read = typeof read extends Effect.Effect<infer A, unknown, unknown> ? A : never
    expectTypeOf<Read["book"]["pages"]>().toEqualTypeOf<Vector.Vector<Int32Array>>()
    expectTypeOf<Read["author"]["born"]>().toEqualTypeOf<Vector.Vector<Int32Array>>()
    expectTypeOf<Read["author"]["name"]>().toEqualTypeOf<Vector.Vector<ReadonlyArray<string | null>>>()

    const alone = Query.from(Book, "book")
    expectTypeOf<ArraysOf<typeof alone>["pages"]>().toEqualTypeOf<Int32Array>()
  })

  it("still compare as the values they hold", () => {
    const compared = Query.from(Everything).where((row) =>
      row.int8.gt(1).and(row.int16.eq(row.int32)).and(row.double.lt(row.int8))
    )
    expectTypeOf(compared.all).toEqualTypeOf(Query.from(Everything).all)
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<number>'
    Query.from(Everything).where((row) => row.int8.gt("1"))
  })
})
