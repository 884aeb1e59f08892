/**
 * A model of ours is an ordinary model of Effect: its own SQL-backed repository takes it, on the same connections.
 */
import { assert, it } from "@effect/vitest"
import { Column, Model, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlModel } from "effect/sql"

class Ticket extends Model.Class<Ticket>("Ticket")({
  id: Column.id(Schema.String.pipe(Schema.brand("TicketId"))),
  seat: Schema.Int,
  price: Column.decimal({ precision: 10, scale: 2 }),
  soldAt: Column.timestamp,
  day: Column.date,
  note: Schema.NullOr(Schema.String)
}, { table: "tickets" }) {}

it.effect("Effect's SqlModel reads and writes what the ORM does", () =>
  Effect.gen(function*() {
    const theirs = yield* SqlModel.makeRepository(Ticket, {
      tableName: "tickets",
      spanPrefix: "Tickets",
      idColumn: "id"
    })
    const ours = yield* Repository.make(Ticket)
    const ticket = yield* Ticket.insert.makeEffect({
      seat: 12,
      price: BigDecimal.make(1950n, 2),
      soldAt: DateTime.makeUnsafe("2024-02-29T12:00:00.250Z"),
      day: DateTime.makeUnsafe("2024-03-01"),
      note: null
    })
    const inserted = yield* theirs.insert(ticket)
    assert.deepStrictEqual(yield* ours.get(inserted.id), inserted)
    assert.deepStrictEqual(yield* theirs.findById(inserted.id), inserted)
  }).pipe(Effect.provide(TestDatabase.layer([Ticket]))))
