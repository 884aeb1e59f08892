/**
 * Repositories as services: what their Layers provide and ask for, what a test or a mock of one is, and functions over any of them.
 */
import { DomainEvents, type Model, OrmError, Query, Repository, type Session } from "andamios-orm"
import type { DuckDb } from "andamios-orm/duckdb"
import type { Postgres } from "andamios-orm/postgres"
import { type PostgresServer, TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { describe, expectTypeOf, it } from "vitest"
import { Author, Book, type BookId, Chapter } from "./library.ts"

class Censored extends Data.TaggedError("Censored")<{ readonly title: string }> {}

class Censor extends Context.Service<Censor, { readonly forbids: (title: string) => boolean }>()("test/Censor") {}

class Authors extends Repository.Service<Authors>()("test/Authors", Author, (repository) => ({
  named: (name: string) => repository.findOne((author) => author.name.eq(name))
})) {}

class Books extends Repository.Service<Books>()("test/Books", Book, {
  hooks: {
    beforeInsert: (inputs) =>
      Effect.flatMap(Censor, ({ forbids }) => {
        const bad = inputs.find(({ title }) => forbids(title))
        return bad === undefined ? Effect.succeed(inputs) : new Censored({ title: bad.title })
      })
  }
}) {}

class Chapters extends Repository.ReadOnly<Chapters>()("test/Chapters", Chapter, (chapters) => ({
  ofBook: (book: BookId) => chapters.find((chapter) => chapter.book.eq(book))
})) {}

class PagesPerAuthor extends Repository.ReadModel<PagesPerAuthor>()(
  "test/PagesPerAuthor",
  Query.from(Book).groupBy((book) => ({ author: book.authorId })).select((book) => ({ pages: Query.sum(book.pages) }))
) {}

describe("the Layer of a repository", () => {
  it("provides the service, and asks for a session and what its hooks need", () => {
    expectTypeOf(Authors.layer).toEqualTypeOf<Layer.Layer<Authors, never, Session.Session>>()
    expectTypeOf(Books.layer).toEqualTypeOf<Layer.Layer<Books, never, Session.Session | Censor>>()
    expectTypeOf(Chapters.layer).toEqualTypeOf<Layer.Layer<Chapters, never, Session.Session>>()
    expectTypeOf(PagesPerAuthor.layer).toEqualTypeOf<Layer.Layer<PagesPerAuthor, never, Session.Session>>()
  })

  it("is given what its hooks fail with in the methods around which they run, and in no other", () => {
    type Failures<F extends (...inputs: ReadonlyArray<never>) => unknown> = Effect.Error<ReturnType<F>>
    expectTypeOf<Extract<Failures<Books["Service"]["insert"]>, Censored>>().toEqualTypeOf<Censored>()
    expectTypeOf<Extract<Failures<Books["Service"]["save"]>, Censored>>().toEqualTypeOf<Censored>()
    expectTypeOf<Extract<Failures<Books["Service"]["get"]>, Censored>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<Failures<Authors["Service"]["insert"]>, Censored>>().toEqualTypeOf<never>()
  })
})

describe("a hook", () => {
  it("knows what it is given, without being told", () => {
    void Repository.make(Author, {
      hooks: {
        beforeInsert: (inputs) => {
          expectTypeOf(inputs).toEqualTypeOf<ReadonlyArray<Model.Insert<typeof Author>>>()
          return Effect.succeed(inputs)
        },
        afterUpdate: (rows) => {
          expectTypeOf(rows).toEqualTypeOf<ReadonlyArray<Author>>()
          return Effect.void
        },
        beforeDelete: (keys) => {
          expectTypeOf(keys).toEqualTypeOf<ReadonlyArray<Model.Key<typeof Author>>>()
          return Effect.void
        }
      }
    })
    expectTypeOf(Repository.make(Author, {})).toEqualTypeOf<
      Effect.Effect<Repository.Repository<typeof Author>, never, Session.Session>
    >()
  })
})

describe("a repository that is only read", () => {
  it("has no writes in its type", () => {
    type Reads = Exclude<keyof Chapters["Service"], "ofBook">
    expectTypeOf<Reads>().toEqualTypeOf<keyof Repository.Reading<typeof Chapter>>()
    expectTypeOf<Reads & keyof Repository.Writing<typeof Chapter>>().toEqualTypeOf<never>()
    expectTypeOf((chapters: Chapters["Service"]) => {
      // @ts-expect-error Property 'insert' does not exist on type 'Reading<typeof Chapter> & …
      void chapters.insert
      // @ts-expect-error Property 'deleteMany' does not exist on type 'Reading<typeof Chapter> & …
      void chapters.deleteMany
    }).toBeFunction()
  })

  it("is what any repository can be passed for", () => {
    expectTypeOf<Repository.Repository<typeof Chapter>>().toExtend<Repository.Reading<typeof Chapter>>()
    expectTypeOf<Repository.Reading<typeof Chapter>>().not.toExtend<Repository.Repository<typeof Chapter>>()
  })

  it("has neither keys nor writes where its rows are those of a query", () => {
    type Row = { readonly author: Author["id"]; readonly pages: number }
    expectTypeOf<PagesPerAuthor["Service"]["all"]>().toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Row>, OrmError.ReadError>
    >()
    expectTypeOf((pages: PagesPerAuthor["Service"]) => {
      // @ts-expect-error Property 'get' does not exist on type 'Rows<…
      void pages.get
      // @ts-expect-error Property 'page' does not exist on type 'Rows<…
      void pages.page
      // @ts-expect-error Property 'insert' does not exist on type 'Rows<…
      void pages.insert
    }).toBeFunction()
  })
})

describe("a function over any repository", () => {
  it("reads and writes by keys and rows of whatever model it is", () => {
    const archive = <M extends Model.Stored>(
      repository: Repository.Repository<M>,
      keys: ReadonlyArray<Model.Key<M>>,
      keep: (rows: ReadonlyArray<M["Type"]>) => Effect.Effect<void>
    ) =>
      Effect.gen(function*() {
        yield* keep(yield* repository.getMany(keys))
        return yield* repository.deleteMany(keys)
      })

    expectTypeOf((authors: Authors["Service"], id: Author["id"], book: BookId) => {
      const some = archive(authors, [id], (rows) => Effect.log(rows.map(({ name }) => name)))
      expectTypeOf(some).toEqualTypeOf<
        Effect.Effect<number, OrmError.DeleteError | OrmError.ReadError | OrmError.NotFound | OrmError.Invalid>
      >()
      // @ts-expect-error Type 'number & Brand<"BookId">' is not assignable to type 'string'
      void archive(authors, [book], () => Effect.void)
    }).toBeFunction()
  })

  it("keeps what its hooks fail with", () => {
    const storeTwice = <M extends Model.Stored, E>(repository: Repository.Repository<M, E>, input: Model.Insert<M>) =>
      Effect.andThen(repository.insert(input), repository.insert(input))
    expectTypeOf((books: Books["Service"], input: Model.Insert<typeof Book>) => {
      const stored = storeTwice(books, input)
      expectTypeOf<Extract<Effect.Error<typeof stored>, Censored>>().toEqualTypeOf<Censored>()
    }).toBeFunction()
  })

  it("reads what it is given, by any verb", () => {
    const summary = <M extends Model.Any>(rows: Repository.Reading<M>, key: Model.Key<M>) =>
      Effect.all({
        count: rows.count(),
        first: rows.first,
        one: rows.findById(key),
        page: rows.page({ size: 10 }),
        loaded: rows.loader(key)
      })
    expectTypeOf((chapters: Chapters["Service"], authors: Authors["Service"], book: BookId, id: Author["id"]) => {
      expectTypeOf(summary(chapters, { book, number: 1 })).toExtend<
        Effect.Effect<{ readonly count: number }, unknown>
      >()
      void summary(authors, id)
      // @ts-expect-error Type 'number & Brand<"BookId">' is not assignable to type 'string'
      void summary(authors, book)
    }).toBeFunction()
  })

  it("copies rows of one model from one database to another", () => {
    const copy = <M extends Model.Stored>(from: Repository.Reading<M>, to: Repository.Repository<M>) =>
      from.exportTo(Sink.forEach((row: M["Encoded"]) => to.importFrom(Stream.succeed(row))))
    expectTypeOf((chapters: Chapters["Service"], written: Repository.Repository<typeof Chapter>) => {
      expectTypeOf(copy(chapters, written)).toExtend<Effect.Effect<void, OrmError.StreamError | OrmError.InsertError>>()
    }).toBeFunction()
  })

  it("takes any rows, whether of a model or of a query", () => {
    const isEmpty = <C, A, R>(rows: Repository.Rows<C, A, R>) => Effect.map(rows.exists(), (found) => !found)
    expectTypeOf((pages: PagesPerAuthor["Service"], authors: Authors["Service"]) => {
      expectTypeOf(isEmpty(pages)).toEqualTypeOf<Effect.Effect<boolean, OrmError.ReadError>>()
      expectTypeOf(isEmpty(authors)).toEqualTypeOf<Effect.Effect<boolean, OrmError.ReadError>>()
    }).toBeFunction()
  })
})

describe("a test's Layer", () => {
  it("provides the repositories and the database, and asks for what hooks need", () => {
    expectTypeOf(TestDatabase.layerOf(Authors, Chapters)).toEqualTypeOf<
      Layer.Layer<Authors | Chapters | DuckDb.Provided, OrmError.WriteError>
    >()
    expectTypeOf(TestDatabase.layerOf(Authors, Books, PagesPerAuthor)).toEqualTypeOf<
      Layer.Layer<
        Authors | Books | PagesPerAuthor | DuckDb.Provided,
        OrmError.WriteError,
        Censor
      >
    >()
    expectTypeOf(TestDatabase.layerOfPostgres(Authors)).toEqualTypeOf<
      Layer.Layer<Authors | Postgres.Provided, OrmError.WriteError | PostgresServer.PostgresUnavailable>
    >()
  })

  it("is made of repositories", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property 'models' is missing in type 'typeof Censor' …
      void TestDatabase.layerOf(Censor)
      // @ts-expect-error Type 'typeof Author' is missing the following properties from type 'Repository': models, layer
      void TestDatabase.layerOf(Author)
    }).toBeFunction()
  })
})

describe("a mock", () => {
  it("says only what is asked of it", () => {
    const mock = Layer.mock(Authors)({
      named: () => Effect.succeedNone,
      all: Effect.succeed([]),
      insert: () => Effect.fail(new OrmError.Conflict({ reason: "somebody else was faster" }))
    })
    expectTypeOf(mock).toEqualTypeOf<Layer.Layer<Authors>>()
    expectTypeOf(Layer.mock(Chapters)({})).toEqualTypeOf<Layer.Layer<Chapters>>()
    expectTypeOf(Layer.mock(PagesPerAuthor)({})).toEqualTypeOf<Layer.Layer<PagesPerAuthor>>()
  })

  it("answers and fails as the method does", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'number' is not assignable to type 'Option<Author>'
      void Layer.mock(Authors)({ named: () => Effect.succeed(1) })
      // @ts-expect-error Type 'Censored' is not assignable to type …
      void Layer.mock(Authors)({ all: Effect.fail(new Censored({ title: "" })) })
    }).toBeFunction()
  })
})

describe("domain events", () => {
  const Lent = Schema.TaggedStruct("Lent", { book: Schema.String })
  const Returned = Schema.TaggedStruct("Returned", { book: Schema.String })
  class LibraryEvents extends DomainEvents.Service<LibraryEvents>()(
    "test/LibraryEvents",
    Schema.Union([Lent, Returned])
  ) {}
  type Event = typeof Lent.Type | typeof Returned.Type
  type Events = LibraryEvents["Service"]

  it("are those of their schema", () => {
    expectTypeOf<Events["publish"]>().toEqualTypeOf<
      (event: Event) => Effect.Effect<void, OrmError.Invalid, Session.Session>
    >()
    expectTypeOf<Events["stream"]>().toEqualTypeOf<Stream.Stream<Event, OrmError.EventsMissed>>()
    expectTypeOf<Events["subscribe"]>().toEqualTypeOf<
      Effect.Effect<Stream.Stream<Event, OrmError.EventsMissed>, never, Scope.Scope>
    >()
    expectTypeOf(LibraryEvents.layer).toEqualTypeOf<Layer.Layer<LibraryEvents>>()
    expectTypeOf((events: Events) => {
      // @ts-expect-error Type '"Lost"' is not assignable to type '"Lent" | "Returned"'
      void events.publish({ _tag: "Lost", book: "Emma" })
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      void events.publishMany([{ _tag: "Lent", book: 1 }])
    }).toBeFunction()
  })

  it("are needed by whoever publishes them, a hook too", () => {
    class Loans extends Repository.Service<Loans>()("test/Loans", Author, {
      hooks: {
        afterInsert: (rows) =>
          Effect.flatMap(
            LibraryEvents,
            (events) => events.publishMany(rows.map(({ name }) => Lent.make({ book: name })))
          )
      }
    }) {}
    expectTypeOf(Loans.layer).toEqualTypeOf<Layer.Layer<Loans, never, Session.Session | LibraryEvents>>()
  })
})
