/**
 * What expressions are made of tells their type, whether they may be null, and where they can stand.
 */
import { Column, Model, Query } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Author, Book } from "./library.ts"

/** The type of a query's rows. */
type RowOf<Q> = Q extends Query.Query<infer A> ? A : never

class Shop extends Model.Class<Shop>("Shop")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String,
  note: Schema.NullOr(Schema.String),
  opened: Column.timestamp,
  closed: Schema.NullOr(Schema.Date),
  shelves: Schema.NullOr(Schema.Array(Schema.Int)),
  address: Schema.NullOr(Schema.Struct({ city: Schema.String, zip: Schema.NullOr(Schema.Int) })),
  document: Column.json(Schema.Struct({
    at: Schema.Date,
    more: Schema.optionalKey(Schema.Struct({ deep: Schema.Array(Schema.Struct({ size: Schema.Number })) }))
  })),
  option: Schema.OptionFromNullOr(Schema.String)
}, { table: "shops" }) {}

describe("the type of an expression", () => {
  it("is that of its function, and null where an operand may be", () => {
    const made = Query.from(Shop).select((shop) => ({
      lower: shop.name.lower(),
      length: shop.note.length(),
      concat: shop.name.concat(shop.note),
      padded: shop.name.padStart(3),
      part: shop.name.regexExtract("a"),
      words: shop.name.split(" "),
      year: shop.opened.year(),
      end: shop.closed.year(),
      month: shop.opened.truncate("month"),
      later: shop.opened.add("1 hour"),
      day: shop.closed.toDate(),
      hours: shop.opened.since(shop.opened, "hours"),
      shelf: shop.shelves.at(0),
      shelves: shop.shelves.sorted(),
      root: shop.id.sqrt(),
      sum: shop.id.add(shop.name.length()),
      sign: shop.id.sign()
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly lower: string
      readonly length: number | null
      readonly concat: string | null
      readonly padded: string
      readonly part: string | null
      readonly words: ReadonlyArray<string>
      readonly year: number
      readonly end: number | null
      readonly month: DateTime.Utc
      readonly later: DateTime.Utc
      readonly day: DateTime.Utc | null
      readonly hours: number
      readonly shelf: number | null
      readonly shelves: ReadonlyArray<number> | null
      readonly root: number | null
      readonly sum: number
      readonly sign: number
    }>()
  })

  it("is that of a part, to any depth", () => {
    const made = Query.from(Shop).select((shop) => ({
      city: shop.address.get("city"),
      zip: shop.address.get("zip"),
      at: shop.document.get("at"),
      more: shop.document.get("more"),
      size: shop.document.get("more").get("deep").at(0).get("size")
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly city: string | null
      readonly zip: number | null
      readonly at: Date
      readonly more: { readonly deep: ReadonlyArray<{ readonly size: number }> } | null
      readonly size: number | null
    }>()
  })

  it("is that of its branches, its choices, its cast or its literal", () => {
    const made = Query.from(Shop).select((shop) => ({
      open: Query.caseWhen(shop.closed.isNull(), "yes").otherwise("no"),
      some: Query.caseWhen(shop.closed.isNull(), 1).when(shop.id.gt(1), shop.id),
      note: Query.coalesce(shop.note, shop.name),
      either: Query.coalesce(shop.note, shop.note),
      constant: Query.coalesce(shop.note, "none"),
      least: Query.least(shop.id, 3),
      maybe: Query.nullIf(shop.name, ""),
      text: Query.cast(shop.id, Schema.String),
      number: Query.tryCast(shop.name, Schema.Int),
      literal: Query.literal("x"),
      absent: Query.literal(null, Schema.NullOr(Schema.Int)),
      pair: Query.struct({ name: shop.name, note: shop.note })
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly open: "yes" | "no"
      readonly some: number | null
      readonly note: string
      readonly either: string | null
      readonly constant: string
      readonly least: number
      readonly maybe: string | null
      readonly text: string
      readonly number: number | null
      readonly literal: "x"
      readonly absent: number | null
      readonly pair: { readonly name: string; readonly note: string | null }
    }>()
  })

  it("is that of its aggregate in a group, and may be null of a part of it", () => {
    const made = Query.from(Book).groupBy((book) => ({ author: book.authorId })).select((book) => ({
      median: Query.median(book.pages),
      deviation: Query.standardDeviation(book.pages),
      titles: Query.list(book.title).orderBy(book.pages.asc()),
      joined: Query.joined(book.title, ", "),
      every: Query.every(book.inPrint),
      longest: Query.argMax(book.title, book.pages),
      best: Query.argMax(book.title, book.rating),
      long: Query.sum(book.pages).filter(book.pages.gt(100)),
      all: Query.sum(Query.count()).over()
    }))
    expectTypeOf<Omit<RowOf<typeof made>, "author">>().toEqualTypeOf<{
      readonly median: number
      readonly deviation: number | null
      readonly titles: ReadonlyArray<string>
      readonly joined: string
      readonly every: boolean
      readonly longest: string
      readonly best: string | null
      readonly long: number | null
      readonly all: number
    }>()
  })

  it("is that of its window", () => {
    const made = Query.from(Book).select((book) => ({
      title: book.title,
      number: Query.rowNumber().over({ partitionBy: book.authorId, orderBy: book.pages.asc() }),
      before: Query.lag(book.pages).over({ orderBy: book.pages.asc() }),
      first: Query.firstValue(book.title).over({ orderBy: book.pages.asc() }),
      known: Query.lag(book.pages, 1, 0).over({ orderBy: book.pages.asc() }),
      pages: Query.sum(book.pages).over({ partitionBy: book.authorId }),
      moving: Query.sum(book.pages).over({ orderBy: book.id.asc(), frame: { rows: [{ preceding: 1 }, "current row"] } })
    }))
    expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
      readonly title: string
      readonly number: number
      readonly before: number | null
      readonly first: string
      readonly known: number
      readonly pages: number
      readonly moving: number | null
    }>()
  })

  it("is that of given rows, items and parts", () => {
    const rates = Query.values([{ currency: "EUR", rate: null }], {
      currency: Schema.String,
      rate: Schema.NullOr(Column.decimal({ precision: 10, scale: 4 }))
    })
    const given = Query.from(rates, "rate").select(({ rate }) => ({ rate: rate.rate, currency: rate.currency }))
    expectTypeOf<RowOf<typeof given>>().toEqualTypeOf<{
      readonly rate: BigDecimal.BigDecimal | null
      readonly currency: string
    }>()
    const tags = Query.from(Book, "book").joinLateral("tag", ({ book }) => Query.unnest(book.tags))
      .select(({ tag }) => ({ tag: tag.value }))
    expectTypeOf<RowOf<typeof tags>>().toEqualTypeOf<{ readonly tag: string }>()
    const parts = Query.from(Book, "book")
      .joinLateral("part", ({ book }) => Query.unpivot({ pages: book.pages, id: book.pages }))
      .select(({ part }) => ({ name: part.name, value: part.value }))
    expectTypeOf<RowOf<typeof parts>>().toEqualTypeOf<{ readonly name: "pages" | "id"; readonly value: number }>()
    const moods = Query.from(Author).groupBy(() => ({})).select((author) => ({
      ...Query.pivot(author.mood, ["glad", "sad"], (isIt) => Query.count().filter(isIt))
    }))
    expectTypeOf<RowOf<typeof moods>>().toEqualTypeOf<{ readonly glad: number; readonly sad: number }>()
  })
})

/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call -- what doesn't compile has no type */
describe("an expression doesn't compile", () => {
  it("with what may be undefined", () => {
    expectTypeOf((given: string | undefined, ids: ReadonlyArray<number> | undefined) => {
      Query.from(Shop).where((shop) =>
        // @ts-expect-error Argument of type 'string | undefined' is not assignable to parameter of type 'Operand<string>'
        shop.name.eq(given)
      )
      Query.from(Shop).where((shop) =>
        // @ts-expect-error Argument of type 'readonly number[] | undefined' is not assignable to parameter of type …
        shop.id.in(ids)
      )
      Query.from(Shop).where((shop) =>
        // @ts-expect-error Argument of type 'Condition<"of each row"> | undefined' is not assignable to parameter of type …
        shop.name.eq("x").and(given === undefined ? undefined : shop.id.eq(1))
      )
      Query.from(Shop).where((shop) =>
        // @ts-expect-error Argument of type 'string | undefined' is not assignable to parameter of type 'Operand<string>'
        shop.name.startsWith(given)
      )
      // without a value nothing is asked, where that is said
      Query.from(Shop).where((shop) => Query.optional(given, (name) => shop.name.eq(name)))
    }).toBeFunction()
  })

  it("with a function that the type hasn't", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'lower' does not exist on type 'NumberExpression<number>'
      Query.from(Shop).select((shop) => ({ id: shop.id.lower() }))
      // @ts-expect-error Property 'abs' does not exist on type 'TextExpression<string>'
      Query.from(Shop).select((shop) => ({ name: shop.name.abs() }))
      // @ts-expect-error Property 'get' does not exist on type 'TimeExpression<Utc>'
      Query.from(Shop).select((shop) => ({ opened: shop.opened.get("epochMilliseconds") }))
      // @ts-expect-error Property 'get' does not exist on type 'Expression<Option<string>>'
      Query.from(Shop).select((shop) => ({ option: shop.option.get("value") }))
      Query.from(Shop).select((shop) => ({
        // @ts-expect-error The 'this' context of type 'ListExpression<readonly number[] | null, number>' is not assignable …
        shelves: shop.shelves.join(",")
      }))
    }).toBeFunction()
  })

  it("with a part or a unit that there isn't", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type '"street"' is not assignable to parameter of type '"city" | "zip"'
      Query.from(Shop).select((shop) => ({ street: shop.address.get("street") }))
      // @ts-expect-error Argument of type '"decade"' is not assignable to parameter of type 'TimeUnit'
      Query.from(Shop).select((shop) => ({ decade: shop.opened.truncate("decade") }))
    }).toBeFunction()
  })

  it("with an operand of another type", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<string>'
      Query.from(Shop).select((shop) => ({ name: shop.name.concat(1) }))
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<number>'
      Query.from(Shop).select((shop) => ({ id: shop.id.add("1") }))
      // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<string>'
      Query.from(Shop).select((shop) => ({ name: Query.coalesce(shop.name, 1) }))
      // @ts-expect-error Argument of type 'NumberExpression<number>' is not assignable to parameter of type 'Operand<string>'
      Query.from(Shop).select((shop) => ({ one: Query.caseWhen(shop.id.gt(1), shop.name).otherwise(shop.id) }))
      // @ts-expect-error Type 'string' is not assignable to type 'Operand<number>'
      Query.from(Shop).where((shop) => Query.tuple(shop.id, shop.name).eq(["x", "y"]))
      // @ts-expect-error Source has 1 element(s) but target requires 2
      Query.from(Shop).where((shop) => Query.tuple(shop.id, shop.name).in([[1]]))
    }).toBeFunction()
  })

  it("with an aggregate or a window where there is none yet", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type '"of a group"' is not assignable to type 'RowStage'
      Query.from(Book).where((book) => Query.sum(book.pages).gt(1))
      // @ts-expect-error Type '"of a window"' is not assignable to type 'RowStage'
      Query.from(Book).where((book) => Query.rowNumber().over({ orderBy: book.id.asc() }).eq(1))
      // @ts-expect-error Type '"of a window"' is not assignable to type 'PlainStage'
      Query.from(Book).groupBy((book) => ({ rank: Query.rank().over({ orderBy: book.id.asc() }) }))
      // @ts-expect-error Property 'over' is missing: a window's function needs a window
      Query.from(Book).select(() => ({ number: Query.rowNumber() }))
      // a window over rows is none over groups
      Query.from(Book).groupBy((book) => ({ author: book.authorId })).select((book) => ({
        // @ts-expect-error Type '"of each row"' is not assignable to type 'GroupStage'
        running: Query.sum(book.pages).over({ orderBy: book.id.asc() })
      }))
      Query.from(Book).groupBy((book) => ({ author: book.authorId })).having(() =>
        // @ts-expect-error Type '"of a window"' is not assignable to type '"of a group" | Needs<unknown>'
        Query.sum(Query.count()).over().gt(1)
      )
    }).toBeFunction()
  })
})
