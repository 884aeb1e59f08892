/**
 * A theatre, whose halls, seats and guests have every constraint there is.
 */
import { Column, Index, Mixin, Model, Reference, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

export class CurrentTenant extends Context.Service<CurrentTenant, string>()("failures/CurrentTenant") {}

export class Hall extends Model.Class<Hall>("Hall")({
  id: Column.primaryKey(Column.int32),
  name: Column.unique(Schema.String)
}, { table: "failures_halls" }) {}

/** A row with a key of every kind, a reference, a check and a version. */
export class Seat extends Model.Class<Seat>("Seat")({
  hallId: Column.primaryKey(Column.references(Column.int32, () => Hall, "id")),
  seatNumber: Column.primaryKey(Column.int32),
  label: Column.unique(Schema.String),
  ticket: Column.named("the \"ticket\"", Column.unique(Column.int32)),
  rowName: Schema.String,
  place: Column.int32,
  price: Column.int32.check(Schema.isGreaterThan(0)),
  ...Mixin.version
}, { table: "failures_seats", columns: "snake_case", indexes: [Index.unique("rowName", "place")] }) {}

/** What refers to a seat by the whole of its key. */
class Booking extends Model.Class<Booking>("Booking")({
  id: Column.serial(Schema.Int),
  hall: Column.int32,
  seat: Column.int32
}, {
  table: "failures_bookings",
  references: [Reference.to(["hall", "seat"], () => Seat, ["hallId", "seatNumber"])]
}) {}

class Member extends Model.Class<Member>("Member")({
  id: Column.primaryKey(Column.int32),
  email: Column.unique(Schema.String),
  first: Schema.String,
  last: Schema.String,
  ...Mixin.softDelete
}, { table: "failures_members", indexes: [Index.unique("first", "last")] }) {}

class Customer extends Model.Class<Customer>("Customer")({
  id: Column.primaryKey(Column.int32),
  email: Schema.String,
  ...Mixin.tenant(CurrentTenant, Schema.String),
  ...Mixin.softDelete
}, { table: "failures_customers", indexes: [Index.unique("tenantId", "email")] }) {}

class Note extends Model.Class<Note>("Note")({
  text: Schema.String,
  hall: Schema.NullOr(Column.int32)
}, { table: "failures_notes" }) {}

/** The tables as programs describe them that know less of them. */
class PlainHall extends Model.Class<PlainHall>("PlainHall")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String
}, { table: "failures_halls" }) {}

class PlainSeat extends Model.Class<PlainSeat>("PlainSeat")({
  hallId: Column.int32,
  seatNumber: Column.int32,
  label: Schema.String,
  ticket: Column.named("the \"ticket\"", Column.int32),
  rowName: Schema.String,
  place: Column.int32,
  price: Column.int32,
  version: Column.int32
}, { table: "failures_seats", columns: "snake_case" }) {}

const models = [Hall, Seat, Booking, Member, Customer, Note]

export const seat = (seatNumber: number) => ({
  hallId: 1,
  seatNumber,
  label: `label ${seatNumber}`,
  ticket: 100 + seatNumber,
  rowName: "A",
  place: seatNumber,
  price: 10
})

/** The key of a seat that nobody has booked. */
export const key = { hallId: 1, seatNumber: 2 }

export const member = (id: number) => ({ id, email: `${id}@example.org`, first: `${id}`, last: "Last" })

const plain = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

/** All rows of all tables, as plain SQL tells. */
export const stored = Effect.gen(function*() {
  const halls = yield* plain("SELECT * FROM failures_halls ORDER BY id")
  const seats = yield* plain("SELECT * FROM failures_seats ORDER BY hall_id, seat_number")
  const bookings = yield* plain("SELECT * FROM failures_bookings ORDER BY id")
  const members = yield* plain("SELECT * FROM failures_members ORDER BY id")
  const customers = yield* plain("SELECT * FROM failures_customers ORDER BY id")
  return [halls, seats, bookings, members, customers]
})

/** Two halls, three seats of which one is booked, members of whom one is deleted, and customers of two tenants. */
const filled = Effect.gen(function*() {
  yield* plain("INSERT INTO failures_halls (id, name) VALUES (1, 'one'), (2, 'two')")
  yield* plain(
    `INSERT INTO failures_seats (hall_id, seat_number, label, "the ""ticket""", row_name, place, price, version)
     VALUES ${[1, 2, 3].map((n) => `(1, ${n}, 'label ${n}', ${100 + n}, 'A', ${n}, 10, 1)`).join(", ")}`
  )
  yield* plain("INSERT INTO failures_bookings (hall, seat) VALUES (1, 1)")
  yield* plain(
    `INSERT INTO failures_members (id, email, "first", "last", "deletedAt")
     VALUES (1, '1@example.org', '1', 'Last', NULL), (2, '2@example.org', '2', 'Last', NULL),
       (3, '1@example.org', '3', 'Last', TIMESTAMP '2020-01-01 00:00:00')`
  )
  yield* plain(
    `INSERT INTO failures_customers (id, email, "tenantId", "deletedAt")
     VALUES (1, 'a', 'acme', NULL), (2, 'b', 'acme', NULL), (3, 'a', 'globex', NULL)`
  )
})

/** The repositories of the theatre. */
export const repositories = Effect.all({
  halls: Repository.make(Hall),
  seats: Repository.make(Seat),
  bookings: Repository.make(Booking),
  members: Repository.make(Member),
  customers: Repository.make(Customer),
  notes: Repository.make(Note),
  plainHalls: Repository.make(PlainHall),
  plainSeats: Repository.make(PlainSeat)
})

export type Repositories = Effect.Success<typeof repositories>

/** The database with the theatre in it. */
export const withTheatre = (database: Database) =>
  Layer.effectDiscard(filled).pipe(Layer.provideMerge(TestDatabase.layerOn(database, models)))
