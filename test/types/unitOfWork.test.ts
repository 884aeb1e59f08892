/**
 * A unit of work's types tell which fields of a row can change, which services a model needs, and how its parts can fail.
 */
import { Column, Mixin, Model, type OrmError, Session, UnitOfWork } from "andamios-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"

class CurrentTenant extends Context.Service<CurrentTenant, string>()("types/CurrentTenant") {}

class CurrentUser extends Context.Service<CurrentUser, string>()("types/CurrentUser") {}

class Book extends Model.Class<Book>("Book")({
  id: Column.serial(Schema.Int),
  title: Schema.NonEmptyString,
  pages: Column.withDefault(Column.int32, 0),
  ...Mixin.timestamps,
  ...Mixin.version
}, { table: "books" }) {}

class Invoice extends Model.Class<Invoice>("Invoice")({
  series: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Schema.Int),
  paid: Schema.Boolean,
  cents: Column.generated(Column.int32),
  ...Mixin.tenant(CurrentTenant, Schema.String),
  ...Mixin.audit(CurrentUser, Schema.String)
}, { table: "invoices" }) {}

class Line extends Model.Class<Line>("Line")({ text: Schema.String }, { table: "lines" }) {}

class Late extends Model.View<Late>("Late")({ id: Column.primaryKey(Schema.Int) }, { view: "late" }) {}

declare const work: UnitOfWork.UnitOfWork["Service"]
declare const book: Book
declare const invoice: Invoice

class Mine {
  readonly _tag = "Mine"
}

describe("a unit of work", () => {
  it("takes the service out of what its effect needs, and fails with what a flush fails with", () => {
    const effect: Effect.Effect<number, Mine, UnitOfWork.UnitOfWork | CurrentTenant> = Effect.succeed(1)
    expectTypeOf(Session.unitOfWork(effect)).toEqualTypeOf<
      Effect.Effect<
        number,
        Mine | UnitOfWork.FlushError | OrmError.TransactionError,
        CurrentTenant | Session.Session
      >
    >()
    expectTypeOf(effect.pipe(Session.unitOfWork)).toEqualTypeOf(
      Session.unitOfWork(effect, { keep: 10, readOnly: true })
    )
    expectTypeOf<UnitOfWork.FlushError["_tag"]>().extract<"StaleRow" | "NotFound" | "UniqueViolation">().toEqualTypeOf<
      "StaleRow" | "NotFound" | "UniqueViolation"
    >()
  })

  it("gives instances of the model, and asks for its services", () => {
    expectTypeOf(() => {
      expectTypeOf(work.get(Book, 1)).toEqualTypeOf<Effect.Effect<Book, OrmError.ReadError | OrmError.NotFound>>()
      expectTypeOf(work.find(Invoice, { series: "A", number: 1 })).toEqualTypeOf<
        Effect.Effect<Option.Option<Invoice>, OrmError.ReadError, CurrentTenant>
      >()
      expectTypeOf(work.add(Book, { title: "Notes" })).toEqualTypeOf<
        Effect.Effect<Book, OrmError.ReadError | OrmError.Invalid>
      >()
      expectTypeOf(work.remove(Invoice, invoice)).toEqualTypeOf<
        Effect.Effect<void, OrmError.ReadError | OrmError.Invalid | OrmError.NotFound, CurrentTenant | CurrentUser>
      >()
      expectTypeOf(work.detach(Book, book)).toEqualTypeOf<Effect.Effect<void>>()
      expectTypeOf(work.changes).toEqualTypeOf<
        Effect.Effect<ReadonlyArray<UnitOfWork.Change>, UnitOfWork.FlushError>
      >()
    }).toBeFunction()
  })

  it("refuses another key, input or row", () => {
    expectTypeOf(() => {
      // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'number'
      void work.get(Book, "1")
      // @ts-expect-error Property 'number' is missing in type '{ series: string; }'
      void work.find(Invoice, { series: "A" })
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      void work.add(Book, { title: 1 })
      // @ts-expect-error Type 'Book' is missing the following properties from type 'Invoice'
      void work.remove(Invoice, book)
    }).toBeFunction()
  })

  it("changes only what can change: neither the key nor the version, nor what is computed or a session's", () => {
    expectTypeOf(() => {
      void work.change(Book, book, { title: "Other", pages: 3 })
      // @ts-expect-error 'id' does not exist in type 'Fields<typeof Book>'
      void work.change(Book, book, { id: 2 })
      // @ts-expect-error 'version' does not exist in type 'Fields<typeof Book>'
      void work.change(Book, book, { version: 2 })
      // @ts-expect-error 'createdAt' does not exist in type 'Fields<typeof Book>'
      void work.change(Book, book, { createdAt: book.createdAt })
      // @ts-expect-error 'cents' does not exist in type 'Fields<typeof Invoice>'
      void work.change(Invoice, invoice, { cents: 2 })
      // @ts-expect-error 'tenantId' does not exist in type 'Fields<typeof Invoice>'
      void work.change(Invoice, invoice, { tenantId: "other" })
      // @ts-expect-error 'tilte' does not exist in type 'Fields<typeof Book>'
      void work.change(Book, book, { tilte: "typo" })
    }).toBeFunction()
  })

  it("takes only models whose rows can be told apart, and writes to no view", () => {
    expectTypeOf(() => {
      // @ts-expect-error Property '"a primary key, which this model lacks"' is missing in type 'typeof Line'
      void work.add(Line, { text: "no key" })
      void work.get(Late, 1)
      // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
      void work.add(Late, { id: 1 })
    }).toBeFunction()
  })

  it("does not compile without the services of its models", () => {
    expectTypeOf(() => {
      const program = Session.unitOfWork(
        Effect.flatMap(UnitOfWork.UnitOfWork, (one) => one.change(Invoice, invoice, {}))
      )
      expectTypeOf<Effect.Services<typeof program>>().toEqualTypeOf<CurrentTenant | CurrentUser | Session.Session>()
      const provided = Effect.provideService(program, CurrentTenant, "acme")
      // @ts-expect-error Type 'CurrentUser' is not assignable to type 'Session'
      const runnable: Effect.Effect<unknown, unknown, Session.Session> = provided
      return runnable
    })
  })
})
