/**
 * A model's mixins are in the types of all that is done with it.
 */
import { Column, Mixin, Model, type OrmError, Query, Repository, type Session, Sql } from "andamios-orm"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"
import { Book } from "./library.ts"

const TenantId = Schema.String.pipe(Schema.brand("TenantId"))
class CurrentTenant extends Context.Service<CurrentTenant, typeof TenantId.Type>()("types/CurrentTenant") {}

class CurrentUser extends Context.Service<CurrentUser, number>()("types/CurrentUser") {}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Column.unique(Schema.String),
  ...Mixin.timestamps,
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "notes" }) {}

class Invoice extends Model.Class<Invoice>("Invoice")({
  id: Column.primaryKey(Schema.Int),
  total: Schema.Int,
  ...Mixin.tenant(CurrentTenant, TenantId),
  ...Mixin.audit(CurrentUser, Schema.Int)
}, { table: "invoices" }) {}

type Notes = Repository.Of<typeof Note>
type Invoices = Repository.Of<typeof Invoice>
type Answer<F extends (...inputs: ReadonlyArray<never>) => unknown> = ReturnType<F>

/** What can run where nothing but the database is provided. */
const run = <A, E>(effect: Effect.Effect<A, E, Session.Session>): void => void effect

describe("what is inserted", () => {
  it("may bring times along, and nothing that the session knows better", () => {
    expectTypeOf<Model.Insert<typeof Note>>().toEqualTypeOf<{
      readonly id: number
      readonly text: string
      readonly createdAt?: DateTime.Utc
      readonly updatedAt?: DateTime.Utc
    }>()
    expectTypeOf<Model.Insert<typeof Invoice>>().toEqualTypeOf<{ readonly id: number; readonly total: number }>()
  })
})

describe("what is read", () => {
  it("has all of it", () => {
    expectTypeOf<Note["createdAt"]>().toEqualTypeOf<DateTime.Utc>()
    expectTypeOf<Note["deletedAt"]>().toEqualTypeOf<DateTime.Utc | null>()
    expectTypeOf<Note["version"]>().toEqualTypeOf<number>()
    expectTypeOf<Invoice["tenantId"]>().toEqualTypeOf<typeof TenantId.Type>()
    expectTypeOf<Invoice["updatedBy"]>().toEqualTypeOf<number>()
  })
})

describe("a change", () => {
  it("carries the version that was read", () => {
    const change = (patch: Model.Patch<typeof Note>) => patch
    change({ id: 1, version: 1, text: "b" })
    // @ts-expect-error Property 'version' is missing in type '{ id: number; text: string; }'
    change({ id: 1, text: "b" })
    expectTypeOf<Model.Patch<typeof Note>["version"]>().toEqualTypeOf<number>()
    expectTypeOf<Pick<Model.Patch<typeof Note>, "text" | "updatedAt">>().toEqualTypeOf<{
      readonly text?: string
      readonly updatedAt?: DateTime.Utc
    }>()
  })

  it("changes neither when a row was inserted, nor whose it is", () => {
    expectTypeOf<Model.ChangeableField<typeof Note>>().toEqualTypeOf<"text" | "updatedAt" | "version">()
    expectTypeOf<Model.ChangeableField<typeof Invoice>>().toEqualTypeOf<"total">()
  })

  it("can come too late only where the model counts its changes", () => {
    expectTypeOf<Answer<Notes["patch"]>>().toEqualTypeOf<
      Effect.Effect<Note, Repository.UpdateErrorOf<typeof Note> | OrmError.NotFound | OrmError.StaleRow>
    >()
    expectTypeOf<Answer<Invoices["patch"]>>().toEqualTypeOf<
      Effect.Effect<Invoice, Repository.UpdateErrorOf<typeof Invoice> | OrmError.NotFound, CurrentTenant | CurrentUser>
    >()
  })
})

describe("a repository", () => {
  it("restores and purges what is deleted softly, and nothing else", () => {
    expectTypeOf<Answer<Notes["restore"]>>().toEqualTypeOf<
      Effect.Effect<Note, Repository.UpdateErrorOf<typeof Note> | OrmError.NotFound>
    >()
    expectTypeOf<Answer<Notes["purge"]>>().toEqualTypeOf<
      Effect.Effect<void, OrmError.DeleteError | OrmError.Invalid | OrmError.NotFound>
    >()
    expectTypeOf<Repository.Of<typeof Book>>().toEqualTypeOf<Repository.Repository<typeof Book>>()
    const restore = Effect.fn("restore")(function*(id: typeof Book.fields.id.Type) {
      const books = yield* Repository.make(Book)
      yield* books.delete(id)
      // @ts-expect-error Property 'restore' does not exist on type 'Repository<typeof Book>'
      void books.restore
    })
    expectTypeOf(restore).toBeFunction()
  })

  it("keeps what its mixins bring when it is a service", () => {
    class NoteService extends Repository.Service<NoteService>()("types/Notes", Note, (notes) => ({
      undelete: (id: number) => notes.restore(id)
    })) {}
    expectTypeOf(NoteService.layer).toEqualTypeOf<Layer.Layer<NoteService, never, Session.Session>>()
    run(Effect.provide(Effect.flatMap(NoteService, (notes) => notes.purge(1)), NoteService.layer))
  })
})

describe("a tenant that is forgotten", () => {
  const invoices = Repository.make(Invoice)

  it("is asked for by every query", () => {
    const query = Query.from(Invoice).where((invoice) => invoice.total.gt(1))
    expectTypeOf(query.all).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<Invoice>, OrmError.ReadError, Session.Session | CurrentTenant>
    >()
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(query.all)
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(query.count)
    run(query.all.pipe(Effect.provideService(CurrentTenant, TenantId.make("acme"))))
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'string & Brand<"TenantId">'
    run(query.all.pipe(Effect.provideService(CurrentTenant, "acme")))
  })

  it("also where the model is joined, or asked inside of another query", () => {
    const joined = Query.from(Book, "book").join(
      Invoice,
      "invoice",
      ({ book, invoice }) => book.pages.eq(invoice.total)
    )
    expectTypeOf<Effect.Services<typeof joined.all>>().toEqualTypeOf<Session.Session | CurrentTenant>()
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(joined.all)
    const inside = Query.from(Book).where((book) => Query.exists(Query.from(Invoice)).and(book.pages.gt(1)))
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(inside.all)
  })

  it("is asked for by a repository, whose writes ask for the user beside", () => {
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(Effect.flatMap(invoices, (repository) => repository.all))
    const insert = Effect.flatMap(invoices, (repository) => repository.insert({ id: 1, total: 1 }))
    expectTypeOf<Effect.Services<typeof insert>>().toEqualTypeOf<Session.Session | CurrentTenant | CurrentUser>()
    const tenant = Layer.succeed(CurrentTenant, TenantId.make("acme"))
    run(Effect.provide(Effect.flatMap(invoices, (repository) => repository.all), tenant))
    // @ts-expect-error Type 'CurrentUser' is not assignable to type 'Session'
    run(Effect.provide(insert, tenant))
  })

  it("is needed by nobody who asks across tenants", () => {
    const all = Query.from(Query.acrossTenants(Invoice)).where((invoice) => invoice.total.gt(1))
    expectTypeOf<Effect.Services<typeof all.all>>().toEqualTypeOf<Session.Session>()
    run(
      Query.from(Book, "book")
        .leftJoin(Query.acrossTenants(Invoice), "invoice", ({ book, invoice }) => book.pages.eq(invoice.total)).all
    )
  })
})

describe("deleted rows", () => {
  it("are asked for only where there are any", () => {
    const all = Query.from(Query.withDeleted(Note), "note")
    expectTypeOf(all.all).toEqualTypeOf<Effect.Effect<ReadonlyArray<Note>, OrmError.ReadError, Session.Session>>()
    // @ts-expect-error Property '"a Mixin.softDelete, which this model lacks"' is missing in type 'typeof Book'
    Query.withDeleted(Book)
  })
})

describe("a history", () => {
  class Ledger extends Model.Class<Ledger>("Ledger")({
    ...Mixin.history(Schema.Int),
    ...Mixin.tenant(CurrentTenant, TenantId)
  }, { table: "ledger" }) {}

  class Entry extends Model.Class<Entry>("Entry")({
    id: Column.primaryKey(Schema.Int),
    ...Mixin.audit(CurrentUser, Schema.Int, { history: () => Ledger })
  }, { table: "entries" }) {}

  it("needs what writing it needs, and only where something is written", () => {
    expectTypeOf<Model.WriteServices<typeof Entry>>().toEqualTypeOf<CurrentUser | CurrentTenant>()
    expectTypeOf<Model.Services<typeof Entry>>().toEqualTypeOf<never>()
    expectTypeOf<Ledger["operation"]>().toEqualTypeOf<"insert" | "update" | "delete">()
    expectTypeOf<Ledger["by"]>().toEqualTypeOf<number>()
  })
})

describe("a write by condition", () => {
  it("needs the tenant and the user, wherever the model does", () => {
    const update = Query.update(Invoice).set(() => ({ total: 1 })).everywhere()
    expectTypeOf<Effect.Services<typeof update>>().toEqualTypeOf<Session.Session | CurrentTenant | CurrentUser>()
    const deletion = Query.delete(Invoice).where((invoice) => invoice.id.eq(1)).returning()
    expectTypeOf<Effect.Services<typeof deletion>>().toEqualTypeOf<Session.Session | CurrentTenant | CurrentUser>()
    const insert = Query.insert(Invoice).values({ id: 1, total: 2 })
    expectTypeOf<Effect.Services<typeof insert>>().toEqualTypeOf<Session.Session | CurrentTenant | CurrentUser>()
    const copy = Query.insert(Note).from(
      Query.from(Invoice).select((invoice) => ({
        id: invoice.id,
        text: Sql.expression(Schema.String)`${invoice.id}::text`
      }))
    )
    expectTypeOf<Effect.Services<typeof copy>>().toEqualTypeOf<Session.Session | CurrentTenant>()
    const upsert = Query.upsert(Invoice).values({ id: 1, total: 2 }).returning((invoice) => ({ id: invoice.id }))
    expectTypeOf<Effect.Services<typeof upsert>>().toEqualTypeOf<Session.Session | CurrentTenant | CurrentUser>()
    // @ts-expect-error Type 'CurrentTenant' is not assignable to type 'Session'
    run(update)
  })

  it("sets nothing that the session keeps by itself", () => {
    const update = Query.update(Note).set((note) => ({ text: note.text }))
    expectTypeOf(update).toEqualTypeOf<Query.UpdateOf<typeof Note>>()
    // @ts-expect-error Type 'number' is not assignable to type '"The model has no field version to change"'
    Query.update(Note).set(() => ({ version: 2 }))
    // @ts-expect-error is not assignable to type '"The model has no field tenantId to change"'
    Query.update(Invoice).set(() => ({ tenantId: TenantId.make("x") }))
  })
})

describe("SQL by hand", () => {
  it("needs the tenant where it reads the rows of a model, and not where it names its table", () => {
    const rows = Sql.query(Schema.Struct({ id: Schema.Int }))`SELECT id FROM ${Invoice}`
    expectTypeOf<Effect.Services<typeof rows>>().toEqualTypeOf<Session.Session | CurrentTenant>()
    const statement = Sql.statement`DELETE FROM ${Invoice}`
    expectTypeOf<Effect.Services<typeof statement>>().toEqualTypeOf<Session.Session>()
    const reading = Sql.statement`DELETE FROM ${Note} WHERE id IN (SELECT id FROM ${Sql.columns(Invoice)})`
    expectTypeOf<Effect.Services<typeof reading>>().toEqualTypeOf<Session.Session | CurrentTenant>()
  })
})
