/**
 * A repository takes what its model takes, and tells every way it can fail.
 */
import { type Expression, type Model, type OrmError, Query, Repository, Session } from "andamios-orm"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import { describe, expectTypeOf, it } from "vitest"
import { Author, type AuthorId, Book, type BookId, type Chapter, type Event } from "./library.ts"

type Authors = Repository.Repository<typeof Author>
type Books = Repository.Repository<typeof Book>
type Chapters = Repository.Repository<typeof Chapter>
type Events = Repository.Repository<typeof Event>

/** What a function answers with. */
type Answer<F extends (...inputs: ReadonlyArray<never>) => unknown> = ReturnType<F>

describe("an input", () => {
  it("may leave out what has a default", () => {
    expectTypeOf<Model.Insert<typeof Author>>().toEqualTypeOf<{
      readonly id?: AuthorId
      readonly name: string
      readonly born: DateTime.Utc | null
      readonly royalty: BigDecimal.BigDecimal
      readonly mood?: "glad" | "sad"
    }>()
  })

  it("has nothing that the database generates", () => {
    expectTypeOf<Model.Insert<typeof Book>>().toEqualTypeOf<{
      readonly authorId: AuthorId
      readonly title: string
      readonly pages: number
      readonly sold: bigint | null
      readonly rating: number | null
      readonly inPrint: boolean
      readonly subtitle: Option.Option<string>
      readonly tags: ReadonlyArray<string>
    }>()
  })
})

describe("a key", () => {
  it("is the value of its field", () => {
    expectTypeOf<Model.Key<typeof Author>>().toEqualTypeOf<AuthorId>()
    expectTypeOf<Model.Key<typeof Book>>().toEqualTypeOf<BookId>()
    expectTypeOf<Model.PrimaryKeyField<typeof Book>>().toEqualTypeOf<"id">()
  })

  it("is a record where there are several fields", () => {
    expectTypeOf<Model.Key<typeof Chapter>>().toEqualTypeOf<{ readonly book: BookId; readonly number: number }>()
  })

  it("is not there where a model has none", () => {
    expectTypeOf<Model.PrimaryKeyField<typeof Event>>().toEqualTypeOf<never>()
    expectTypeOf<Model.Key<typeof Event>>().toEqualTypeOf<never>()
  })
})

describe("an instance", () => {
  it("has the values of all fields", () => {
    expectTypeOf<Book["id"]>().toEqualTypeOf<BookId>()
    expectTypeOf<Book["subtitle"]>().toEqualTypeOf<Option.Option<string>>()
    expectTypeOf<Author["mood"]>().toEqualTypeOf<"glad" | "sad">()
  })
})

describe("a method", () => {
  it("tells exactly how it can fail", () => {
    expectTypeOf<Answer<Books["insert"]>>().toEqualTypeOf<Effect.Effect<Book, OrmError.InsertError>>()
    expectTypeOf<Answer<Books["insertMany"]>>().toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Book>, OrmError.InsertError>
    >()
    expectTypeOf<Answer<Books["findById"]>>().toEqualTypeOf<Effect.Effect<Option.Option<Book>, OrmError.ReadError>>()
    expectTypeOf<Answer<Books["get"]>>().toEqualTypeOf<Effect.Effect<Book, OrmError.ReadError | OrmError.NotFound>>()
    expectTypeOf<Books["all"]>().toEqualTypeOf<Effect.Effect<ReadonlyArray<Book>, OrmError.ReadError>>()
    expectTypeOf<Answer<Books["find"]>>().toEqualTypeOf<Effect.Effect<ReadonlyArray<Book>, OrmError.ReadError>>()
    expectTypeOf<Answer<Books["findOne"]>>().toEqualTypeOf<Effect.Effect<Option.Option<Book>, OrmError.ReadError>>()
    expectTypeOf<Answer<Books["delete"]>>().toEqualTypeOf<
      Effect.Effect<void, OrmError.DeleteError | OrmError.NotFound>
    >()
    expectTypeOf<Books["query"]>().toEqualTypeOf<Query.From<Expression.Columns<typeof Book>, never, Book>>()
  })

  it("names every error of a kind", () => {
    expectTypeOf<OrmError.StatementError>().toEqualTypeOf<
      | OrmError.ConnectionFailed
      | OrmError.PoolTimeout
      | OrmError.QueryFailed
      | OrmError.TransactionAborted
      | OrmError.SavepointLost
      | OrmError.Conflict
      | OrmError.Unsupported
    >()
    expectTypeOf<OrmError.ReadError>().toEqualTypeOf<OrmError.StatementError | OrmError.Undecodable>()
    expectTypeOf<OrmError.StreamError>().toEqualTypeOf<OrmError.ReadError | OrmError.StreamBroken>()
    expectTypeOf<OrmError.InsertError>().toEqualTypeOf<
      | OrmError.ReadError
      | OrmError.Invalid
      | OrmError.ReadOnly
      | OrmError.UniqueViolation
      | OrmError.ForeignKeyViolation
      | OrmError.CheckViolation
    >()
    expectTypeOf<OrmError.DeleteError>().toEqualTypeOf<
      OrmError.StatementError | OrmError.ReadOnly | OrmError.StillReferenced
    >()
    expectTypeOf<OrmError.WriteError>().toEqualTypeOf<
      | OrmError.StatementError
      | OrmError.ReadOnly
      | OrmError.UniqueViolation
      | OrmError.ForeignKeyViolation
      | OrmError.StillReferenced
      | OrmError.CheckViolation
    >()
    expectTypeOf<OrmError.TransactionError>().toEqualTypeOf<
      OrmError.StatementError | OrmError.UniqueViolation | OrmError.ForeignKeyViolation | OrmError.StillReferenced
    >()
  })

  it("fails only in ways that it can", () => {
    expectTypeOf<Extract<OrmError.ReadError, OrmError.ReadOnly | OrmError.StillReferenced>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<OrmError.InsertError, OrmError.StillReferenced>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<OrmError.DeleteError, OrmError.ForeignKeyViolation>>().toEqualTypeOf<never>()
  })

  it("needs nothing but the session that its repository was made in", () => {
    expectTypeOf(Repository.make(Book)).toEqualTypeOf<Effect.Effect<Books, never, Session.Session>>()
  })

  it("is left with the failures that were not caught", () => {
    const recovered = (books: Books, input: Model.Insert<typeof Book>) =>
      books.insert(input).pipe(Effect.catchTag(["UniqueViolation", "Invalid"], () => Effect.succeed(null)))
    expectTypeOf<ReturnType<typeof recovered>>().toEqualTypeOf<
      Effect.Effect<
        Book | null,
        OrmError.ReadError | OrmError.ReadOnly | OrmError.ForeignKeyViolation | OrmError.CheckViolation
      >
    >()
  })
})

describe("a repository service", () => {
  class Catalogue extends Repository.Service<Catalogue>()("test/Catalogue", Book, (repository) => ({
    titled: (title: string) => repository.findOne((book) => book.title.eq(title)),
    shelf: "first"
  })) {}
  class Plain extends Repository.Service<Plain>()("test/Plain", Author) {}

  it("has the repository's methods and its own", () => {
    expectTypeOf<Catalogue["Service"]["insert"]>().toEqualTypeOf<Books["insert"]>()
    expectTypeOf<Answer<Catalogue["Service"]["titled"]>>().toEqualTypeOf<
      Effect.Effect<Option.Option<Book>, OrmError.ReadError>
    >()
    expectTypeOf<Catalogue["Service"]["shelf"]>().toEqualTypeOf<string>()
    expectTypeOf<Plain["Service"]["get"]>().toEqualTypeOf<Authors["get"]>()
  })

  it("is provided by its layer, over a session", () => {
    expectTypeOf(Catalogue.layer).toEqualTypeOf<Layer.Layer<Catalogue, never, Session.Session>>()
  })
})

describe("a transaction", () => {
  it("adds its own failures and the session to those of what it runs", () => {
    const body: Effect.Effect<1, "mine", "needed"> = Effect.never
    const run = () => Session.transaction(body)
    expectTypeOf<ReturnType<typeof run>>().toEqualTypeOf<
      Effect.Effect<1, "mine" | OrmError.TransactionError, "needed" | Session.Session>
    >()
  })
})

describe("a repository doesn't compile", () => {
  it("without a required field", () => {
    expectTypeOf((authors: Authors) => {
      // @ts-expect-error Property 'royalty' is missing in type '{ name: string; born: null; }' but required in type …
      void authors.insert({ name: "Ada", born: null })
      // @ts-expect-error Property 'royalty' is missing in type '{ name: string; born: null; }' but required in type …
      void authors.insertMany([{ name: "Ada", born: null }])
    }).toBeFunction()
  })

  it("with a field that the model hasn't", () => {
    expectTypeOf((chapters: Chapters, book: BookId) => {
      // @ts-expect-error Object literal may only specify known properties, and 'page' does not exist in type '{ …
      void chapters.insert({ book, number: 1, text: "", page: 1 })
    }).toBeFunction()
  })

  it("with a field that the database generates", () => {
    expectTypeOf((books: Books, id: BookId, input: Model.Insert<typeof Book>) => {
      const { authorId, inPrint, pages, rating, sold, subtitle, tags, title } = input
      // @ts-expect-error Object literal may only specify known properties, and 'id' does not exist in type '{ …
      void books.insert({ id, authorId, title, pages, sold, rating, inPrint, subtitle, tags })
    }).toBeFunction()
  })

  it("with a value of another type", () => {
    expectTypeOf((chapters: Chapters, book: BookId) => {
      // @ts-expect-error Type 'string' is not assignable to type 'number'
      void chapters.insert({ book, number: "1", text: "" })
      // @ts-expect-error Type 'null' is not assignable to type 'string'
      void chapters.insert({ book, number: 1, text: null })
      // @ts-expect-error Type 'number' is not assignable to type 'number & Brand<"BookId">'
      void chapters.insert({ book: 1, number: 1, text: "" })
    }).toBeFunction()
  })

  it("with the identifier of another model", () => {
    expectTypeOf((authors: Authors, books: Books, author: AuthorId, book: BookId) => {
      // @ts-expect-error Type 'number & Brand<"BookId">' is not assignable to type 'string'
      void authors.findById(book)
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'string & Brand<"AuthorId">'
      void authors.get("0195e1f0-7f3c-7b53-9f0a-1f0c6ad3b001")
      // @ts-expect-error Type 'string & Brand<"AuthorId">' is not assignable to type 'number'
      void books.delete(author)
    }).toBeFunction()
  })

  it("with a part of a key", () => {
    expectTypeOf((chapters: Chapters, book: BookId) => {
      // @ts-expect-error Property 'number' is missing in type '{ book: number & Brand<"BookId">; }' but required in …
      void chapters.get({ book })
      // @ts-expect-error Argument of type 'number & Brand<"BookId">' is not assignable to parameter of type '{ …
      void chapters.get(book)
    }).toBeFunction()
  })

  it("with a key for a model that has none", () => {
    expectTypeOf((events: Events) => {
      // @ts-expect-error Argument of type '"anything"' is not assignable to parameter of type 'never'
      void events.get("anything")
    }).toBeFunction()
  })

  it("with an error caught that can't happen", () => {
    expectTypeOf((books: Books) => {
      // @ts-expect-error Argument of type '"UniqueViolation"' is not assignable to parameter of type '"Conflict" | …
      void books.all.pipe(Effect.catchTag("UniqueViolation", () => Effect.void))
    }).toBeFunction()
  })

  it("where the needed session was not provided", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Session' is not assignable to type 'never'
      void Effect.runPromise(Query.from(Book).all)
    }).toBeFunction()
  })
})
