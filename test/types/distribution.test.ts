/**
 * How rows are distributed is typed: by a field of the primary key, which nothing changes.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Query, type Repository } from "andamios-orm"
import * as Schema from "effect/Schema"

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int),
  title: Schema.String,
  points: Schema.Int
}, { table: "tickets", distribution: { by: "tenantId" } }) {}

it("is by a field of the primary key, and by no other", () => {
  const made = () => [
    Model.Class<Ticket>("Ticket")({ id: Column.primaryKey(Schema.Int), title: Schema.String }, {
      table: "tickets",
      // @ts-expect-error Type '"title"' is not assignable to type '"id"'
      distribution: { by: "title" }
    }),
    Model.Class<Ticket>("Ticket")({ id: Column.primaryKey(Schema.Int) }, {
      table: "tickets",
      // @ts-expect-error Type '"everywhere"' is not assignable to type 'Distribution<"id"> | undefined'
      distribution: "everywhere"
    }),
    Model.Class<Ticket>("Ticket")({ title: Schema.String }, {
      table: "tickets",
      // @ts-expect-error Type 'string' is not assignable to type 'never'
      distribution: { by: "title" }
    })
  ]
  assert.isFunction(made)
})

it("goes by a field that no change can name", () => {
  const changes = (tickets: Repository.Repository<typeof Ticket>) => [
    // @ts-expect-error Type 'number' is not assignable to type '"The model has no field tenantId to change"'
    Query.update(Ticket).set(() => ({ tenantId: 2 })),
    // @ts-expect-error Type '"tenantId"' is not assignable to type '"title" | "points"'
    tickets.upsert({ tenantId: 1, number: 1, title: "one", points: 0 }, { update: ["tenantId"] }),
    // @ts-expect-error 'tenantId' does not exist in type 'Readonly<Partial<{ points: number; }>>'
    tickets.increment({ tenantId: 1, number: 1 }, { tenantId: 1 })
  ]
  assert.isFunction(changes)
})
