/**
 * What a model declares about its table is known to the types, and what makes no sense doesn't compile.
 */
import { Check, Column, Generated, Model, Reference, Repository, Session } from "andamios-orm"
import type * as DateTime from "effect/DateTime"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { describe, expectTypeOf, it } from "vitest"

class Seat extends Model.Class<Seat>("Seat")({
  hall: Column.named("hall_name", Column.primaryKey(Schema.String)),
  number: Column.primaryKey(Column.comment(Schema.Int, "counted from the left"))
}, { table: "seats", schema: "shows", columns: "snake_case", comment: "of all halls" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.primaryKey(Column.databaseDefault(Column.uuid, "uuid")),
  code: Column.unique(Column.sensitive(Schema.String)),
  hall: Schema.String,
  seat: Schema.Int,
  soldAt: Column.databaseDefault(Column.timestamp, "now"),
  place: Column.generated(Schema.String)
}, {
  table: "tickets",
  references: [Reference.to(["hall", "seat"], () => Seat, ["hall", "number"], { onDelete: "cascade" })]
}) {
  static readonly checks = () => Check.of(Ticket, (ticket) => ({ seated: ticket.seat.gt(0) }))
  static readonly generated = () => Generated.of(Ticket, (ticket) => ({ place: ticket.hall }))
}

class Sold extends Model.View<Sold>("Sold")({ hall: Schema.String, tickets: Schema.Int }, { view: "sold" }) {}

describe("a declaration", () => {
  it("leaves a field's part in keys as it is", () => {
    expectTypeOf<Model.Key<typeof Seat>>().toEqualTypeOf<{ readonly hall: string; readonly number: number }>()
    expectTypeOf<Model.ConflictKey<typeof Ticket>>().toEqualTypeOf<"id" | "code">()
  })

  it("lets inserts leave out what the database makes, and never give what it computes", () => {
    expectTypeOf<Model.Insert<typeof Ticket>>().toExtend<{
      readonly id?: string
      readonly code: Redacted.Redacted
      readonly hall: string
      readonly seat: number
      readonly soldAt?: DateTime.Utc
    }>()
    expectTypeOf<keyof Model.Insert<typeof Ticket>>().toEqualTypeOf<"id" | "code" | "hall" | "seat" | "soldAt">()
    expectTypeOf<Model.ChangeableField<typeof Ticket>>().toEqualTypeOf<"code" | "hall" | "seat" | "soldAt">()
    expectTypeOf<Ticket["soldAt"]>().toEqualTypeOf<DateTime.Utc>()
    expectTypeOf<Ticket["place"]>().toEqualTypeOf<string>()
  })

  it("keeps sensitive values out of JSON", () => {
    expectTypeOf<Ticket["code"]>().toEqualTypeOf<Redacted.Redacted>()
    expectTypeOf<keyof typeof Ticket.json.fields>().toEqualTypeOf<"id" | "hall" | "seat" | "soldAt" | "place">()
  })
})

describe("a declaration doesn't compile", () => {
  it("of a naming that there isn't", () => {
    expectTypeOf(() =>
      // @ts-expect-error Type '"kebab-case"' is not assignable to type 'ColumnNaming'
      Model.Class<Seat>("Seat")({ id: Schema.Int }, { table: "seats", columns: "kebab-case" })
    ).toBeFunction()
  })

  it("of a value that no database makes", () => {
    // @ts-expect-error Argument of type '"tomorrow"' is not assignable to parameter of type 'DatabaseDefault'
    expectTypeOf(() => Column.databaseDefault(Column.date, "tomorrow")).toBeFunction()
  })

  it("of a reference to or by fields that there aren't", () => {
    expectTypeOf(() =>
      // @ts-expect-error Type '"row"' is not assignable to type '"hall" | "number"'
      Reference.to(["hall", "seat"], () => Seat, ["hall", "row"])
    ).toBeFunction()
    // @ts-expect-error Source has 1 element(s) but target requires 2
    expectTypeOf(() => Reference.to(["hall", "seat"], () => Seat, ["hall"])).toBeFunction()
    expectTypeOf(() =>
      Model.Class<Ticket>("Ticket")({ hall: Schema.String, seat: Schema.Int }, {
        table: "tickets",
        // @ts-expect-error Type 'Reference<"hall" | "row">' is not assignable to type 'Reference<"hall" | "seat">'
        references: [Reference.to(["hall", "row"], () => Seat, ["hall", "number"])]
      })
    ).toBeFunction()
    expectTypeOf(() =>
      // @ts-expect-error Type '"forget"' is not assignable to type 'OnDelete | undefined'
      Column.references(Schema.String, () => Seat, "hall", { onDelete: "forget" })
    ).toBeFunction()
  })

  it("of a check that is no condition", () => {
    // @ts-expect-error Type 'number' is not assignable to type 'boolean | null'
    expectTypeOf(() => Check.of(Ticket, (ticket) => ({ seated: ticket.seat }))).toBeFunction()
  })

  it("of a generated column that is another, of another type, or missing", () => {
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    expectTypeOf(() => Generated.of(Ticket, (ticket) => ({ place: ticket.seat }))).toBeFunction()
    // @ts-expect-error Property 'place' is missing in type '{}' but required in type 'Expressions<typeof Ticket>'
    expectTypeOf(() => Generated.of(Ticket, () => ({}))).toBeFunction()
  })

  it("of a view that is to be written", () => {
    // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
    expectTypeOf(() => Repository.make(Sold)).toBeFunction()
    // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
    expectTypeOf(() => Session.createTables([Sold])).toBeFunction()
    // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
    expectTypeOf(() => Repository.Service<object>()("app/Sold", Sold)).toBeFunction()
  })
})
