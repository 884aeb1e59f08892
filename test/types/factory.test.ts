/**
 * A factory knows the fields, parameters and traits of its model, and fixtures what their models need.
 */
import type { Session } from "andamios-orm"
import { Factory, Fixture } from "andamios-orm/testing"
import type * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import { Author, AuthorId, Book, Chapter, Event } from "./library.ts"

const authors = Factory.make(Author)
const books = Factory.make(Book, {
  values: { title: (number, { series }) => `${series} ${number}` },
  transient: { series: "Volume" },
  traits: { long: { pages: 900 } }
})

describe("a factory", () => {
  it("makes what an insert takes, and creates instances", () => {
    expectTypeOf(authors.build()).toExtend<
      Effect.Effect<typeof Author.insert["~type.make.in"], Factory.FactoryFailed>
    >()
    expectTypeOf(books.create()).toEqualTypeOf<Effect.Effect<Book, Factory.CreateError, Session.Session>>()
    expectTypeOf(books.createMany(3)).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Book>, Factory.CreateError, Session.Session>
    >()
  })

  it("takes values, functions, parameters, and factories where a field refers to another model", () => {
    expectTypeOf(books.with({ pages: 3, title: (number) => `${number}`, series: "Part", authorId: authors }))
      .toEqualTypeOf(books)
    expectTypeOf(books.trait("long").create({ authorId: AuthorId.make("ada"), rating: null })).not.toBeAny()
    expectTypeOf(authors.with({ mood: Factory.cycle("glad", "sad") })).toEqualTypeOf(authors)
  })

  it("refuses what is no field, value, trait or parameter", () => {
    expectTypeOf(() => {
      // @ts-expect-error Object literal may only specify known properties, and 'titel' does not exist in type …
      books.with({ titel: "Emma" })
      // @ts-expect-error Type 'string' is not assignable to type 'number | …
      books.create({ pages: "many" })
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      books.build({ title: (number) => number })
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      books.createMany(2, { series: 7 })
      // @ts-expect-error Argument of type '"short"' is not assignable to parameter of type '"long"'
      books.trait("short")
      // @ts-expect-error Argument of type '"long"' is not assignable to parameter of type 'never'
      authors.trait("long")
      // @ts-expect-error Object literal may only specify known properties, and 'id' does not exist in type …
      books.create({ id: 1 })
      // @ts-expect-error Type 'Factory<typeof Author, never, {}>' is not assignable to type 'string | …
      books.with({ title: authors })
      // @ts-expect-error Type '"some"' is not assignable to type 'Parents | undefined'
      books.createMany(2, {}, { parents: "some" })
      // @ts-expect-error Object literal may only specify known properties, and 'titel' does not exist in type …
      return Factory.make(Book, { traits: { long: { titel: "Emma" } } })
    }).toBeFunction()
  })

  it("is of any model that is stored", () => {
    expectTypeOf(Factory.make(Chapter).with({ number: (number) => number })).not.toBeAny()
    expectTypeOf(Factory.make(Event).createMany(2)).not.toBeAny()
  })
})

describe("fixtures", () => {
  it("are pairs of a model and a path", () => {
    expectTypeOf(Fixture.loadAll([Author, "authors.json"], [Book, "books.csv"])).toEqualTypeOf<
      Effect.Effect<number, Fixture.LoadError, Session.Session>
    >()
    expectTypeOf(() => {
      // @ts-expect-error Type 'StringConstructor' is not assignable to type 'Stored'
      Fixture.loadAll([String, "authors.json"])
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      return Fixture.layer([Author, 7])
    }).toBeFunction()
  })
})
