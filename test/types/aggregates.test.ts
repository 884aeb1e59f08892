/**
 * An aggregate takes and gives what its models and their relations say, and what can't be doesn't compile. Functions of calls are
 * compiled, and never run.
 */
import { Aggregate, Column, Model, type OrmError, Relation } from "andamios-orm"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { describe, expectTypeOf, it } from "vitest"
import {
  Author,
  type Book,
  type BookTag,
  type Chapter,
  type Draft,
  type Profile,
  type Publisher,
  Tag
} from "../contract/publisher.ts"

/** What an aggregate is of a model and relations. */
type Of<M extends Model.Any, S> = Aggregate.Aggregate<M, S>

type Authors = Of<
  typeof Author,
  { readonly books: { readonly chapters: true; readonly tags: true }; readonly profile: true; readonly drafts: true }
>
type Books = Of<typeof Book, { readonly author: true; readonly publisher: true }>

declare const authors: Authors
declare const books: Books
declare const loaded: Answer<Authors["get"]>

/** What a function answers with. */
type Answer<F extends (...inputs: ReadonlyArray<never>) => unknown> = ReturnType<F> extends
  Effect.Effect<infer A, unknown, unknown> ? A : never

type Failure<F extends (...inputs: ReadonlyArray<never>) => unknown> = ReturnType<F> extends
  Effect.Effect<unknown, infer E, unknown> ? E : never

describe("what belongs to a row", () => {
  it("is named by relations that its model has", () => {
    expectTypeOf(() => [
      Aggregate.make(Author, { books: { chapters: { notes: true } } }),
      Aggregate.make(Author, {}),
      // @ts-expect-error Type 'true' is not assignable to type '{ readonly "there is no such relation": never; }'
      Aggregate.make(Author, { books: true, pets: true }),
      // @ts-expect-error Type 'true' is not assignable to type '{ readonly "there is no such relation": never; }'
      Aggregate.make(Author, { books: { chapters: true, pets: true } }),
      // @ts-expect-error Type 'true' is not assignable to type '{ readonly "it leads back to the row that this one belongs to": never; }'
      Aggregate.make(Author, { books: { author: true } }),
      // @ts-expect-error Type 'false' is not assignable to type 'true | ...'
      Aggregate.make(Author, { books: false })
    ]).toBeFunction()
  })

  it("comes with it, as it does with a query", () => {
    expectTypeOf<Answer<Authors["get"]>>().toEqualTypeOf<
      Author & {
        readonly books: ReadonlyArray<
          Book & { readonly chapters: ReadonlyArray<Chapter>; readonly tags: ReadonlyArray<Tag> }
        >
        readonly profile: Profile | null
        readonly drafts: ReadonlyArray<Draft>
      }
    >()
    expectTypeOf<Answer<Books["get"]>["publisher"]>().toEqualTypeOf<Publisher | null>()
    expectTypeOf<Answer<Books["get"]>["author"]>().toEqualTypeOf<Author>()
  })

  it("is stale where one of its models counts changes", () => {
    expectTypeOf<Failure<Authors["save"]>>().toEqualTypeOf<
      OrmError.UpdateError | OrmError.NotFound | OrmError.StaleRow
    >()
    expectTypeOf<Failure<Books["save"]>>().toEqualTypeOf<OrmError.UpdateError | OrmError.NotFound | OrmError.StaleRow>()
    type Publishers = Of<typeof Publisher, {}>
    expectTypeOf<Failure<Publishers["save"]>>().toEqualTypeOf<OrmError.UpdateError | OrmError.NotFound>()
    expectTypeOf<Failure<Publishers["get"]>>().toEqualTypeOf<OrmError.ReadError | OrmError.NotFound>()
  })
})

describe("a new row", () => {
  it("takes no foreign keys, which are filled in", () => {
    expectTypeOf(() => [
      authors.create({ name: "Ada" }),
      authors.create({
        name: "Ada",
        books: { create: [{ title: "A", publisherId: null, chapters: { create: [{ number: 1, title: "I" }] } }] }
      }),
      // @ts-expect-error Object literal may only specify known properties, and 'authorId' does not exist in type
      authors.create({ name: "Ada", books: { create: [{ title: "A", publisherId: null, authorId: 1 }] } }),
      authors.create({
        name: "Ada",
        books: {
          // @ts-expect-error Object literal may only specify known properties, and 'bookId' does not exist in type
          create: [{ title: "A", publisherId: null, chapters: { create: [{ bookId: 1, number: 1, title: "I" }] } }]
        }
      }),
      // @ts-expect-error Object literal may only specify known properties, and 'authorId' does not exist in type
      books.create({ title: "A", authorId: 1, author: { connect: 1 } })
    ]).toBeFunction()
  })

  it("has all that its model asks for", () => {
    expectTypeOf(() => [
      // @ts-expect-error Property 'name' is missing in type '{}'
      authors.create({}),
      // @ts-expect-error Property 'title' is missing in type '{ publisherId: null; }'
      authors.create({ name: "Ada", books: { create: [{ publisherId: null }] } }),
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      authors.create({ name: "Ada", profile: { create: { text: 1 } } }),
      // @ts-expect-error Property 'author' is missing in type '{ title: string; }'
      books.create({ title: "A" }),
      books.create({ title: "A", author: { connect: 1 } }),
      authors.create({
        name: "Ada",
        // @ts-expect-error Object literal may only specify known properties, but 'publisher' does not exist in type
        books: { create: [{ title: "A", publisherId: null, publisher: { connect: "x" } }] }
      }),
      // @ts-expect-error Object literal may only specify known properties, and 'update' does not exist in type
      authors.create({ name: "Ada", drafts: { update: [{ id: 1, text: "x" }] } })
    ]).toBeFunction()
  })

  it("names rows by their keys", () => {
    expectTypeOf(() => [
      authors.create({ name: "Ada", books: { connect: [1] }, drafts: { connect: [1] } }),
      // @ts-expect-error Type 'string' is not assignable to type 'number'
      authors.create({ name: "Ada", books: { connect: ["1"] } }),
      // @ts-expect-error Type 'number' is not assignable to type '"Its row is told by authorId, a part of its primary key: ..."'
      authors.create({ name: "Ada", profile: { connect: 1 } }),
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      authors.create({ name: "Ada", books: { create: [{ title: "A", publisherId: null, tags: { connect: [1] } }] } })
    ]).toBeFunction()
  })
})

describe("a change", () => {
  it("has the key, the version and what becomes of related rows", () => {
    expectTypeOf(() => [
      authors.update({
        id: 1,
        version: 1,
        books: {
          update: [{ id: 1, pages: 2, chapters: { update: [{ number: 1, title: "I" }], delete: [{ number: 2 }] } }]
        }
      }),
      authors.update({ id: 1, version: 1, profile: { update: { text: "x" } }, drafts: { disconnect: [1], set: [2] } }),
      // @ts-expect-error Property 'version' is missing in type '{ id: number; }'
      authors.update({ id: 1 }),
      // @ts-expect-error Property 'id' is missing in type '{ version: number; }'
      authors.update({ version: 1 }),
      // @ts-expect-error Property 'id' is missing in type '{ pages: number; }'
      authors.update({ id: 1, version: 1, books: { update: [{ pages: 2 }] } }),
      // @ts-expect-error Object literal may only specify known properties, and 'authorId' does not exist in type
      authors.update({ id: 1, version: 1, books: { update: [{ id: 1, authorId: 2 }] } }),
      // @ts-expect-error Type 'number' is not assignable to type '{ readonly number: number; }'
      authors.update({ id: 1, version: 1, books: { update: [{ id: 1, chapters: { delete: [1] } }] } }),
      // @ts-expect-error Object literal may only specify known properties, and 'pets' does not exist in type
      authors.update({ id: 1, version: 1, pets: { delete: [1] } })
    ]).toBeFunction()
  })

  it("lets no row go that can't do without", () => {
    expectTypeOf(() => [
      // @ts-expect-error Type 'number[]' is not assignable to type '"It can't do without: authorId is never null"'
      authors.update({ id: 1, version: 1, books: { disconnect: [1] } }),
      // @ts-expect-error Type 'number[]' is not assignable to type '"It can't do without: authorId is never null"'
      authors.update({ id: 1, version: 1, books: { set: [1] } }),
      // @ts-expect-error Type 'true' is not assignable to type '"It can't do without: authorId is never null"'
      books.update({ id: 1, author: { disconnect: true } }),
      books.update({ id: 1, publisher: { disconnect: true } })
    ]).toBeFunction()
  })
})

describe("a tree", () => {
  it("is what was loaded, changed or not, with rows that are new", () => {
    expectTypeOf(() => [
      authors.save(loaded),
      authors.save(
        Struct.assign(loaded, {
          name: "Ada King",
          profile: null,
          books: [...loaded.books, { title: "new", publisherId: null, chapters: [], tags: [] }]
        })
      ),
      // @ts-expect-error Type 'undefined' is not assignable to type
      authors.save(Struct.assign(loaded, { books: undefined })),
      // @ts-expect-error Property 'chapters' is missing in type
      authors.save(Struct.assign(loaded, { books: [{ title: "new", publisherId: null, tags: [] }] })),
      // @ts-expect-error Property 'title' is missing in type
      authors.save(Struct.assign(loaded, { books: [{ publisherId: null, chapters: [], tags: [] }] })),
      books.save({ title: "new", author: { name: "Ada" }, publisher: null }),
      // @ts-expect-error Type 'null' is not assignable to type
      books.save({ title: "new", author: null, publisher: null })
    ]).toBeFunction()
  })
})

describe("rows between", () => {
  class Order extends Model.Class<Order>("Order")({ id: Column.serial(Schema.Int) }, { table: "orders" }) {
    static readonly relations = () => ({
      tags: Relation.manyToMany(() => Tag, {
        through: () => OrderTag,
        from: "id",
        throughFrom: "order",
        throughTo: "tag",
        to: "name"
      })
    })
  }
  class OrderTag extends Model.Class<OrderTag>("OrderTag")({
    order: Column.primaryKey(Schema.Int),
    tag: Column.primaryKey(Schema.String),
    amount: Schema.Int
  }, { table: "order_tags" }) {}

  it("are made where they say no more than which rows they pair", () => {
    const ordersOf = Aggregate.make(Order, { tags: true })
    type Orders = typeof ordersOf extends Effect.Effect<infer A, unknown, unknown> ? A : never
    expectTypeOf<Model.Insert<typeof BookTag>>().toEqualTypeOf<{ readonly bookId: number; readonly tag: string }>()
    expectTypeOf((orders: Orders) => [
      // @ts-expect-error Type 'string[]' is not assignable to type '"The rows between have more to say: amount. ..."'
      orders.create({ tags: { connect: ["a"] } }),
      orders.update({ id: 1, tags: { disconnect: ["a"] } })
    ]).toBeFunction()
  })
})
