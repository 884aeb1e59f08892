/**
 * A repository fails with what its model lets happen, and with nothing else: what can't happen can't be handled.
 */
import { Column, Mixin, Model, type OrmError, Repository, type Session } from "andamios-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import type { Author, AuthorId, Book, BookId, Chapter, Event } from "./library.ts"

class Draft extends Model.Class<Draft>("Draft")({
  id: Column.serial(Schema.Int),
  text: Schema.String,
  words: Column.int32,
  length: Column.generated(Column.int32),
  ...Mixin.softDelete,
  ...Mixin.version,
  ...Mixin.timestamps
}, { table: "drafts" }) {}

type Authors = Repository.Of<typeof Author>
type Books = Repository.Of<typeof Book>
type Chapters = Repository.Of<typeof Chapter>
type Drafts = Repository.Of<typeof Draft>
type Events = Repository.Of<typeof Event>

type Input = Model.Insert<typeof Book>

/** What a function's effect can fail with, of the failures with this tag. */
type Failure<F extends (...inputs: ReadonlyArray<never>) => unknown, Tag> = Extract<
  Effect.Error<ReturnType<F>>,
  { readonly _tag: Tag }
>

describe("a key that is taken", () => {
  it("is one of the model's", () => {
    expectTypeOf<Failure<Authors["insert"], "UniqueViolation">>().toEqualTypeOf<OrmError.UniqueViolation<"id">>()
    expectTypeOf<Failure<Books["insert"], "UniqueViolation">["key"]>().toEqualTypeOf<
      "id" | "title" | "authorId, title" | undefined
    >()
    expectTypeOf<Failure<Chapters["insert"], "UniqueViolation">>().toEqualTypeOf<
      OrmError.UniqueViolation<"primary key">
    >()
    expectTypeOf<Failure<Events["insert"], "UniqueViolation">>().toEqualTypeOf<never>()
  })

  it("is compared to no key that the model hasn't", () => {
    expectTypeOf((books: Books, input: Input) =>
      books.insert(input).pipe(Effect.catchTag("UniqueViolation", (taken) => {
        // @ts-expect-error … because the types '"authorId, title" | "id" | "title" | undefined' and '"isbn"' have no overlap
        const isIsbn = taken.key === "isbn"
        return Effect.succeed(isIsbn || taken.key === "title" || taken.key === "authorId, title")
      }))
    ).toBeFunction()
  })

  it("is caught by its name, and then is none of the failures", () => {
    const one = (books: Books, input: Input) =>
      books.insert(input).pipe(Repository.catchKey("title", (taken) => {
        expectTypeOf(taken).toEqualTypeOf<OrmError.UniqueViolation<"title">>()
        return Effect.succeed("taken")
      }))
    expectTypeOf<ReturnType<typeof one>>().toExtend<Effect.Effect<Book | string, unknown>>()
    expectTypeOf<Failure<typeof one, "UniqueViolation">>().toEqualTypeOf<
      OrmError.UniqueViolation<"id" | "authorId, title">
    >()
    const all = (books: Books, input: Input) =>
      books.insert(input).pipe(
        Repository.catchKey("title", () => Effect.fail("title" as const)),
        Repository.catchKey("authorId, title", () => Effect.fail("author" as const)),
        Repository.catchKey("id", () => Effect.succeed(null))
      )
    expectTypeOf<Effect.Error<ReturnType<typeof all>>>().toEqualTypeOf<
      | "title"
      | "author"
      | Exclude<Effect.Error<ReturnType<Books["insert"]>>, { readonly _tag: "UniqueViolation" }>
    >()
  })

  it("is not caught by a name that the model has no key of", () => {
    expectTypeOf((books: Books, events: Events, input: Input, event: Model.Insert<typeof Event>) => {
      // @ts-expect-error Argument of type '"isbn"' is not assignable to parameter of type '"authorId, title" | "id" | "title"'
      void books.insert(input).pipe(Repository.catchKey("isbn", () => Effect.void))
      void books.insert(input).pipe(
        Repository.catchKey("title", () => Effect.void),
        // @ts-expect-error Argument of type '"title"' is not assignable to parameter of type '"authorId, title" | "id"'
        Repository.catchKey("title", () => Effect.void)
      )
      // @ts-expect-error Argument of type '"at"' is not assignable to parameter of type 'never'
      void events.insert(event).pipe(Repository.catchKey("at", () => Effect.void))
    }).toBeFunction()
  })
})

describe("a failure that the model can't have", () => {
  it("is none of a model without keys or references", () => {
    expectTypeOf<Effect.Error<ReturnType<Events["insert"]>>>().toEqualTypeOf<
      | OrmError.ReadError
      | OrmError.ReadOnly
      | OrmError.Invalid
      | OrmError.CheckViolation
      | OrmError.CommitOutcomeUnknown
    >()
    expectTypeOf<Failure<Authors["patch"], "ForeignKeyViolation">>().toEqualTypeOf<never>()
    expectTypeOf<Failure<Books["patch"], "ForeignKeyViolation">>().toEqualTypeOf<OrmError.ForeignKeyViolation>()
    expectTypeOf<Failure<Authors["patch"], "StaleRow">>().toEqualTypeOf<never>()
    expectTypeOf<Failure<Drafts["patch"], "StaleRow">>().toEqualTypeOf<OrmError.StaleRow>()
    expectTypeOf<Failure<Drafts["increment"], "StaleRow">>().toEqualTypeOf<never>()
  })

  it("can't be handled", () => {
    expectTypeOf((events: Events, authors: Authors, event: Model.Insert<typeof Event>, id: AuthorId) => {
      // @ts-expect-error Argument of type '"UniqueViolation"' is not assignable to parameter of type
      void events.insert(event).pipe(Effect.catchTag("UniqueViolation", () => Effect.void))
      // @ts-expect-error Argument of type '"StaleRow"' is not assignable to parameter of type
      void authors.patch({ id, name: "Ada" }).pipe(Effect.catchTag("StaleRow", () => Effect.void))
      // @ts-expect-error Argument of type '"NotFound"' is not assignable to parameter of type
      void authors.deleteMany([id]).pipe(Effect.catchTag("NotFound", () => Effect.void))
    }).toBeFunction()
  })
})

describe("a model without soft delete", () => {
  it("has nothing to restore, purge or see again", () => {
    expectTypeOf((authors: Authors, drafts: Drafts) => {
      void drafts.restore(1)
      void drafts.purge(1)
      void drafts.withDeleted.all
      // @ts-expect-error Property 'restore' does not exist on type 'Repository<typeof Author, never>'
      void authors.restore
      // @ts-expect-error Property 'purge' does not exist on type 'Repository<typeof Author, never>'
      void authors.purge
      // @ts-expect-error Property 'withDeleted' does not exist on type 'Repository<typeof Author, never>'
      void authors.withDeleted
    }).toBeFunction()
  })
})

describe("a change doesn't compile", () => {
  it("of a field that the database computes, that a mixin keeps, or that there isn't", () => {
    expectTypeOf((drafts: Drafts) => {
      void drafts.patch({ id: 1, version: 1, text: "" })
      // @ts-expect-error Object literal may only specify known properties, and 'length' does not exist in type 'Patch<typeof Draft>'
      void drafts.patch({ id: 1, version: 1, length: 1 })
      // @ts-expect-error Object literal may only specify known properties, and 'createdAt' does not exist in type 'Patch<
      void drafts.patch({ id: 1, version: 1, createdAt: null })
      // @ts-expect-error Object literal may only specify known properties, and 'deletedAt' does not exist in type 'Patch<
      void drafts.patch({ id: 1, version: 1, deletedAt: null })
      // @ts-expect-error Object literal may only specify known properties, and 'txet' does not exist in type 'Patch<
      void drafts.patch({ id: 1, version: 1, txet: "" })
      // @ts-expect-error Property 'version' is missing in type '{ id: number; text: string; }' but required in type
      void drafts.patch({ id: 1, text: "" })
    }).toBeFunction()
  })

  it("of a whole row without all that can change of it", () => {
    expectTypeOf((drafts: Drafts) => {
      void drafts.update({ id: 1, version: 1, text: "", words: 1 })
      // @ts-expect-error Property 'words' is missing in type '{ id: number; version: number; text: string; }' but required
      void drafts.update({ id: 1, version: 1, text: "" })
      // @ts-expect-error Object literal may only specify known properties, and 'length' does not exist in type 'Update<typeof Draft>'
      void drafts.update({ id: 1, version: 1, text: "", words: 1, length: 1 })
    }).toBeFunction()
  })

  it("that adds to a key, a version, a text, or what the database computes", () => {
    expectTypeOf((books: Books, drafts: Drafts, id: BookId) => {
      void drafts.increment(1, { words: -1 })
      void books.increment(id, { pages: 1, sold: 2n, rating: 0.5 })
      // @ts-expect-error … but 'id' does not exist in type 'Readonly<Partial<{ words: number; }>>'
      void drafts.increment(1, { id: 1 })
      // @ts-expect-error … but 'version' does not exist in type 'Readonly<Partial<{ words: number; }>>'
      void drafts.increment(1, { version: 1 })
      // @ts-expect-error … but 'text' does not exist in type 'Readonly<Partial<{ words: number; }>>'
      void drafts.increment(1, { text: "" })
      // @ts-expect-error … but 'length' does not exist in type 'Readonly<Partial<{ words: number; }>>'
      void drafts.increment(1, { length: 1 })
      // @ts-expect-error Type 'number' is not assignable to type 'bigint'
      void books.increment(id, { sold: 1 })
    }).toBeFunction()
  })
})

describe("a hook", () => {
  class Needed extends Context.Service<Needed, string>()("types/Needed") {}
  class Songs extends Repository.Service<Songs>()("types/Songs", Draft, {
    hooks: { afterInsert: (drafts) => Effect.andThen(Needed, Effect.fail(drafts.length)) }
  }, (drafts) => ({ write: (text: string) => drafts.insert({ text, words: 1 }) })) {}
  class Silent extends Repository.Service<Silent>()("types/Silent", Draft, { hooks: { afterLoad: Effect.succeed } }) {}

  it("knows what it is given, and is in the types of what it runs in", () => {
    const made = Repository.make(Draft, {
      hooks: {
        beforeInsert: (inputs) => Effect.succeed(inputs.map((input) => ({ ...input, words: input.words + 1 }))),
        afterUpdate: (drafts) => drafts.length > 1 ? Effect.fail("too many" as const) : Needed
      }
    })
    expectTypeOf<Effect.Services<typeof made>>().toEqualTypeOf<Session.Session | Needed>()
    type Hooked = Effect.Success<typeof made>
    expectTypeOf<Extract<Effect.Error<ReturnType<Hooked["patch"]>>, string>>().toEqualTypeOf<"too many">()
    expectTypeOf<Extract<Effect.Error<ReturnType<Hooked["restore"]>>, string>>().toEqualTypeOf<"too many">()
    expectTypeOf<Effect.Services<ReturnType<Hooked["patch"]>>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<Effect.Error<ReturnType<Hooked["get"]>>, string>>().toEqualTypeOf<never>()
  })

  it("of a service is in the types of its methods, and what it needs in those of its Layer", () => {
    expectTypeOf<Layer.Services<typeof Songs.layer>>().toEqualTypeOf<Session.Session | Needed>()
    expectTypeOf<Extract<Effect.Error<ReturnType<Songs["Service"]["write"]>>, number>>().toEqualTypeOf<number>()
    expectTypeOf<Layer.Services<typeof Silent.layer>>().toEqualTypeOf<Session.Session>()
  })

  it("doesn't compile where it answers with what can't be stored, or fails where nothing may", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'Effect<number, never, never>' is not assignable to type 'Effect<readonly { …
      void Repository.make(Draft, { hooks: { beforeInsert: () => Effect.succeed(1) } })
      // @ts-expect-error Type 'Effect<never, string, never>' is not assignable to type 'Effect<readonly Draft[], never, unknown>'
      void Repository.make(Draft, { hooks: { afterLoad: () => Effect.fail("never") } })
    }).toBeFunction()
  })
})
