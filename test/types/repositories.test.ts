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

type Inputs<M extends Model.Any> = ReadonlyArray<Model.Insert<M>>

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

describe("a key of an upsert", () => {
  it("is a key that inserts give: the primary key, a unique field, the fields of a unique index", () => {
    expectTypeOf<Model.ConflictKey<typeof Author>>().toEqualTypeOf<"id">()
    expectTypeOf<Model.ConflictKey<typeof Book>>().toEqualTypeOf<"title" | readonly ["authorId", "title"]>()
    expectTypeOf<Model.ConflictKey<typeof Chapter>>().toEqualTypeOf<never>()
    expectTypeOf<Model.ConflictKey<typeof Event>>().toEqualTypeOf<never>()
  })
})

describe("a patch", () => {
  it("has the key, and any other fields", () => {
    expectTypeOf<Model.Patch<typeof Chapter>>().toExtend<{ readonly book: BookId; readonly number: number }>()
    expectTypeOf<Pick<Model.Patch<typeof Chapter>, "text">>().toEqualTypeOf<{ readonly text?: string }>()
    expectTypeOf<Model.ChangeableField<typeof Author>>().toEqualTypeOf<"name" | "born" | "royalty" | "mood">()
  })
})

describe("an instance", () => {
  it("has the values of all fields", () => {
    expectTypeOf<Book["id"]>().toEqualTypeOf<BookId>()
    expectTypeOf<Book["subtitle"]>().toEqualTypeOf<Option.Option<string>>()
    expectTypeOf<Author["mood"]>().toEqualTypeOf<"glad" | "sad">()
  })
})

type BookInsertError =
  | OrmError.ReadError
  | OrmError.ReadOnly
  | OrmError.Invalid
  | OrmError.CheckViolation
  | OrmError.CommitOutcomeUnknown
  | OrmError.ForeignKeyViolation
  | OrmError.UniqueViolation<"id" | "title" | "authorId, title">

type BookChangeError = BookInsertError | OrmError.StillReferenced | OrmError.NotFound

describe("a method", () => {
  it("tells exactly how it can fail", () => {
    expectTypeOf<Answer<Books["insert"]>>().toEqualTypeOf<Effect.Effect<Book, BookInsertError>>()
    expectTypeOf<Answer<Books["insertMany"]>>().toEqualTypeOf<Effect.Effect<ReadonlyArray<Book>, BookInsertError>>()
    expectTypeOf<Answer<Books["upsert"]>>().toEqualTypeOf<
      Effect.Effect<Book, BookInsertError | OrmError.StillReferenced>
    >()
    expectTypeOf<Answer<Books["upsertMany"]>>().toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Book>, BookInsertError | OrmError.StillReferenced>
    >()
    expectTypeOf<Answer<Books["patch"]>>().toEqualTypeOf<Effect.Effect<Book, BookChangeError>>()
    expectTypeOf<Answer<Books["update"]>>().toEqualTypeOf<Effect.Effect<Book, BookChangeError>>()
    expectTypeOf<Answer<Books["save"]>>().toEqualTypeOf<Effect.Effect<Book, BookChangeError>>()
    expectTypeOf<Answer<Books["increment"]>>().toEqualTypeOf<Effect.Effect<Book, BookChangeError>>()
    expectTypeOf<Answer<Books["patchMany"]>>().toEqualTypeOf<Effect.Effect<ReadonlyArray<Book>, BookChangeError>>()
    expectTypeOf<Answer<Books["deleteMany"]>>().toEqualTypeOf<
      Effect.Effect<number, OrmError.DeleteError | OrmError.Invalid>
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

  it("fails only with what its model lets happen", () => {
    expectTypeOf<Answer<Events["insert"]>>().toEqualTypeOf<
      Effect.Effect<
        Event,
        | OrmError.ReadError
        | OrmError.ReadOnly
        | OrmError.Invalid
        | OrmError.CheckViolation
        | OrmError.CommitOutcomeUnknown
      >
    >()
    expectTypeOf<Extract<Effect.Error<Answer<Chapters["insert"]>>, OrmError.UniqueViolation>>().toEqualTypeOf<
      OrmError.UniqueViolation<"primary key">
    >()
  })

  it("names every error of a kind", () => {
    expectTypeOf<OrmError.StatementError>().toEqualTypeOf<
      | OrmError.ConnectionFailed
      | OrmError.PoolTimeout
      | OrmError.QueryFailed
      | OrmError.TransactionAborted
      | OrmError.SavepointLost
      | OrmError.Conflict
      | OrmError.TimedOut
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
      | OrmError.CommitOutcomeUnknown
    >()
    expectTypeOf<OrmError.DeleteError>().toEqualTypeOf<
      OrmError.StatementError | OrmError.ReadOnly | OrmError.StillReferenced | OrmError.CommitOutcomeUnknown
    >()
    expectTypeOf<OrmError.WriteError>().toEqualTypeOf<
      | OrmError.StatementError
      | OrmError.ReadOnly
      | OrmError.UniqueViolation
      | OrmError.ForeignKeyViolation
      | OrmError.StillReferenced
      | OrmError.CheckViolation
      | OrmError.CommitOutcomeUnknown
    >()
    expectTypeOf<OrmError.TransactionError>().toEqualTypeOf<
      | OrmError.StatementError
      | OrmError.UniqueViolation
      | OrmError.ForeignKeyViolation
      | OrmError.StillReferenced
      | OrmError.CommitOutcomeUnknown
    >()
  })

  it("fails only in ways that it can", () => {
    expectTypeOf<
      Extract<OrmError.ReadError, OrmError.ReadOnly | OrmError.StillReferenced | OrmError.CommitOutcomeUnknown>
    >().toEqualTypeOf<never>()
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
        | OrmError.ReadError
        | OrmError.ReadOnly
        | OrmError.ForeignKeyViolation
        | OrmError.CheckViolation
        | OrmError.CommitOutcomeUnknown
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

describe("an upsert", () => {
  it("compiles with every key of the model, and the fields beside it", () => {
    expectTypeOf((authors: Authors, books: Books, chapters: Chapters, author: Inputs<typeof Author>) => {
      void authors.upsertMany(author)
      void authors.upsertMany(author, { on: "id", update: ["name", "mood"] })
      void authors.upsertMany(author, { update: [] })
      void chapters.upsertMany([], { update: ["text"] })
      void books.upsertMany([], { on: "title" })
      void books.upsertMany([], { on: ["authorId", "title"], update: ["pages"] })
    }).toBeFunction()
  })

  it("doesn't compile with a key that the model hasn't", () => {
    expectTypeOf((authors: Authors, books: Books, chapters: Chapters) => {
      // @ts-expect-error Type '"name"' is not assignable to type '"id"'
      void authors.upsertMany([], { on: "name" })
      // @ts-expect-error Type '"pages"' is not assignable to type 'ConflictKey<typeof Book>'
      void books.upsertMany([], { on: "pages" })
      // @ts-expect-error Type '["title", "authorId"]' is not assignable to type 'ConflictKey<typeof Book>'
      void books.upsertMany([], { on: ["title", "authorId"] })
      // @ts-expect-error Type 'string' is not assignable to type 'undefined'
      void chapters.upsertMany([], { on: "book" })
    }).toBeFunction()
  })

  it("doesn't compile by a key that the database makes, or without any", () => {
    expectTypeOf((books: Books, events: Events) => {
      // @ts-expect-error Expected 2 arguments, but got 1
      void books.upsertMany([])
      // @ts-expect-error Property 'on' is missing in type '{ update: "pages"[]; }' but required in type 'Upsert…
      void books.upsertMany([], { update: ["pages"] })
      // @ts-expect-error Type '"id"' is not assignable to type 'ConflictKey<typeof Book>'
      void books.upsertMany([], { on: "id" })
      // @ts-expect-error Type '"at"' is not assignable to type '"The model has no key that inserts give: …'
      void events.upsertMany([], { on: "at" })
    }).toBeFunction()
  })

  it("doesn't compile where it overwrites a key", () => {
    expectTypeOf((authors: Authors, books: Books) => {
      // @ts-expect-error Type '"id"' is not assignable to type '"born" | "mood" | "name" | "royalty"'
      void authors.upsertMany([], { update: ["id"] })
      // @ts-expect-error Type '"title"' is not assignable to type '"authorId" | "inPrint" | "pages" | …'
      void books.upsertMany([], { on: "title", update: ["title"] })
      // @ts-expect-error Type '"authorId"' is not assignable to type '"inPrint" | "pages" | …'
      void books.upsertMany([], { on: ["authorId", "title"], update: ["authorId"] })
    }).toBeFunction()
  })
})

describe("a patch doesn't compile", () => {
  it("without the whole key", () => {
    expectTypeOf((books: Books, chapters: Chapters, book: BookId) => {
      // @ts-expect-error Argument of type '{ title: string; }' is not assignable to parameter of type 'Patch<typeof Book>'
      void books.patch({ title: "" })
      // @ts-expect-error Type '{ book: number & Brand<"BookId">; text: string; }' is not assignable to type 'Patch<…
      void chapters.patchMany([{ book, text: "" }])
    }).toBeFunction()
  })

  it("with a field that the model hasn't, or a value of another type", () => {
    expectTypeOf((books: Books, id: BookId) => {
      // @ts-expect-error Object literal may only specify known properties, but 'page' does not exist in type 'Patch<…
      void books.patch({ id, page: 1 })
      // @ts-expect-error Type 'string' is not assignable to type 'number'
      void books.patchMany([{ id, pages: "1" }])
      // @ts-expect-error Type 'null' is not assignable to type 'string'
      void books.patchMany([{ id, title: null }])
    }).toBeFunction()
  })

  it("with a field that is there and undefined", () => {
    expectTypeOf((books: Books, id: BookId) => {
      // @ts-expect-error … is not assignable to parameter of type 'Patch<typeof Book>' with 'exactOptionalPropertyTypes: true'
      void books.patch({ id, title: undefined })
    }).toBeFunction()
  })

  it("for a model without a key", () => {
    expectTypeOf((events: Events) => {
      // @ts-expect-error Argument of type '{ what: string; }' is not assignable to parameter of type 'Patch<typeof Event>'
      void events.patch({ what: "" })
    }).toBeFunction()
  })
})

describe("a delete of many doesn't compile", () => {
  it("with a part of a key, or keys of another model", () => {
    expectTypeOf((authors: Authors, chapters: Chapters, book: BookId) => {
      // @ts-expect-error Property 'number' is missing in type '{ book: number & Brand<"BookId">; }' but required in …
      void chapters.deleteMany([{ book }])
      // @ts-expect-error Type 'number & Brand<"BookId">' is not assignable to type 'string'
      void authors.deleteMany([book])
    }).toBeFunction()
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
