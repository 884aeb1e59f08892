/**
 * A write is typed by its model, and one that makes no sense or would hit every row by mistake doesn't compile.
 */
import { type OrmError, Query, type Session } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { describe, expectTypeOf, it } from "vitest"
import { Author, AuthorId, Book, type BookId, Event } from "./library.ts"

type AnswerOf<W> = W extends Effect.Effect<infer A, unknown, unknown> ? A : never
type ErrorOf<W> = W extends Effect.Effect<unknown, infer E, unknown> ? E : never
type NeedsOf<W> = W extends Effect.Effect<unknown, unknown, infer R> ? R : never

const authorId = AuthorId.make("a")
const day = DateTime.makeUnsafe(0)
const royalty = BigDecimal.fromBigInt(1n)

describe("a write", () => {
  it("answers with a number, and needs a session", () => {
    const update = Query.update(Book).set((book) => ({ pages: book.pages.add(1) })).where((book) => book.pages.lt(5))
    expectTypeOf<AnswerOf<typeof update>>().toEqualTypeOf<number>()
    expectTypeOf<ErrorOf<typeof update>>().toEqualTypeOf<OrmError.UpdateError>()
    expectTypeOf<NeedsOf<typeof update>>().toEqualTypeOf<Session.Session>()
    const removal = Query.delete(Book).everywhere()
    expectTypeOf<AnswerOf<typeof removal>>().toEqualTypeOf<number>()
    expectTypeOf<ErrorOf<typeof removal>>().toEqualTypeOf<OrmError.DeleteError>()
    const insert = Query.insert(Event).values([])
    expectTypeOf<AnswerOf<typeof insert>>().toEqualTypeOf<number>()
    expectTypeOf<ErrorOf<typeof insert>>().toEqualTypeOf<OrmError.InsertError>()
  })

  it("gives back instances, or the values that it is asked for", () => {
    const update = Query.update(Author).set(() => ({ name: "x" })).everywhere()
    const rows = update.returning()
    expectTypeOf<AnswerOf<typeof rows>>().toEqualTypeOf<ReadonlyArray<Author>>()
    const values = update.returning((author) => ({
      id: author.id,
      royalty: author.royalty,
      born: author.born.isNull()
    }))
    expectTypeOf<AnswerOf<typeof values>[number]["id"]>().toEqualTypeOf<AuthorId>()
    expectTypeOf<AnswerOf<typeof values>[number]["royalty"]>().toEqualTypeOf<BigDecimal.BigDecimal>()
    const gone = Query.delete(Book).where((book) => book.inPrint).returning((book) => ({ id: book.id }))
    expectTypeOf<AnswerOf<typeof gone>[number]["id"]>().toEqualTypeOf<BookId>()
    expectTypeOf<ErrorOf<typeof gone>>().toEqualTypeOf<OrmError.DeleteError | OrmError.ReadError>()
  })

  it("does not run without saying of which rows", () => {
    const update = Query.update(Book).set(() => ({ pages: 1 }))
    const run = function*() {
      // @ts-expect-error must have a '[Symbol.iterator]()' method
      yield* update
    }
    const remove = function*() {
      // @ts-expect-error must have a '[Symbol.iterator]()' method
      yield* Query.delete(Book)
    }
    expectTypeOf([run, remove]).toBeArray()
  })

  it("sets values and expressions of the field's type", () => {
    const update = Query.update(Book)
    update.set((book) => ({ subtitle: Option.some("x"), title: book.title, sold: null, tags: ["a"], authorId }))
    expectTypeOf(update.set((book) => ({ sold: book.sold.add(1n), rating: book.rating.multiply(2) })))
      .toEqualTypeOf<Query.UpdateOf<typeof Book>>()
    // @ts-expect-error Type 'string' is not assignable to type
    update.set(() => ({ pages: "1" }))
    // @ts-expect-error Type 'null' is not assignable to type
    update.set(() => ({ pages: null }))
    // @ts-expect-error Type 'undefined' is not assignable to type
    update.set(() => ({ pages: undefined }))
    // @ts-expect-error Type 'TextExpression<string, "of each row">' is not assignable to type
    update.set((book) => ({ pages: book.title }))
    // @ts-expect-error is not assignable to type
    update.set((book) => ({ pages: book.rating }))
    // @ts-expect-error Type 'string' is not assignable to type
    update.set(() => ({ authorId: "a" }))
    // @ts-expect-error is not assignable to type
    update.set((book) => ({ pages: Query.max(book.pages) }))
  })

  it("sets neither keys nor what the model lacks", () => {
    const update = Query.update(Book)
    expectTypeOf(update).toEqualTypeOf<Query.UpdateOf<typeof Book>>()
    // @ts-expect-error Type 'number' is not assignable to type '"The model has no field id to change"'
    update.set(() => ({ id: 1 }))
    // @ts-expect-error Type 'string' is not assignable to type '"The model has no field colour to change"'
    update.set(() => ({ pages: 1, colour: "red" }))
  })

  it("inserts what the model's inserts take", () => {
    Query.insert(Event).values({ at: day, what: "x" })
    // @ts-expect-error Property 'what' is missing in type
    Query.insert(Event).values({ at: day })
    const events = Query.from(Event)
    expectTypeOf(Query.insert(Event).from(events)).toEqualTypeOf<Query.InsertFrom<typeof Event>>()
    Query.insert(Event).from(events.select((event) => ({ at: event.at, what: event.what })))
    // @ts-expect-error Property 'what' is missing in type
    Query.insert(Event).from(events.select((event) => ({ at: event.at })))
    // @ts-expect-error The model has no field more to insert
    Query.insert(Event).from(events.select((event) => ({ at: event.at, what: event.what, more: event.what })))
    // @ts-expect-error is not assignable to parameter of type
    Query.insert(Event).from(events.select((event) => ({ at: event.what, what: event.what })))
  })

  it("overwrites by a key that the model has", () => {
    Query.upsert(Author).values({ name: "x", born: null, royalty })
    expectTypeOf(Query.upsert(Book, { on: "title", update: ["pages"] })).toEqualTypeOf<Query.UpsertInto<typeof Book>>()
    // @ts-expect-error Expected 2 arguments, but got 1
    Query.upsert(Book)
    // @ts-expect-error Type '"pages"' is not assignable to type
    Query.upsert(Book, { on: "pages" })
  })
})
