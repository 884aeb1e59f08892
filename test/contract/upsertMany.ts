/**
 * An upsert inserts what is new and overwrites what is stored, all of it or nothing, and returns each row at the place of its input.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Model as EffectModel } from "effect/schema"
import { SqlClient } from "effect/sql"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

const AccountId = Schema.String.pipe(Schema.brand("AccountId"))

class Account extends Model.Class<Account>("Account")({
  id: Column.id(AccountId),
  email: Column.unique(Schema.String),
  name: Schema.NonEmptyString,
  visits: Column.withDefault(Column.int32, 1),
  tags: Schema.Array(Schema.String),
  nickname: Schema.OptionFromNullOr(Schema.String),
  opened: EffectModel.DateTimeInsertFromDate
}, { table: "upsert_accounts" }) {
  get greeting() {
    return `Hello ${this.name}`
  }
}

/** Rows that refer to accounts. */
class Visit extends Model.Class<Visit>("Visit")({
  id: Column.primaryKey(Schema.Int),
  account: Column.references(AccountId, () => Account, "id")
}, { table: "upsert_visits" }) {}

class Stock extends Model.Class<Stock>("Stock")({
  id: Column.primaryKey(Schema.Int),
  label: Schema.NullOr(Schema.String),
  count: Column.int32
}, { table: "upsert_stock" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  show: Column.primaryKey(Schema.String),
  day: Column.primaryKey(Column.date),
  number: Column.primaryKey(Column.int16),
  holder: Schema.NullOr(Schema.String)
}, { table: "upsert_seats" }) {}

/** A table whose rows the database numbers, with a key of two columns beside. */
class Ticket extends Model.Class<Ticket>("Ticket")({
  number: Column.serial(Schema.Int),
  show: Schema.String,
  seat: Schema.NullOr(Column.int32),
  price: Column.decimal({ precision: 8, scale: 2 })
}, { table: "upsert_tickets", indexes: [Index.unique("show", "seat"), Index.on("price")] }) {}

/** Names that mean something to SQL. */
class Odd extends Model.Class<Odd>("Odd")({
  "stored": Column.primaryKey(Schema.Int),
  given: Column.unique(Schema.String),
  "c0 \"it's\"": Schema.Int
}, { table: "upsert \"given\" as stored" }) {}

const account = (name: string) => ({
  email: `${name}@example.org`,
  name,
  tags: [name, "new"],
  nickname: Option.none()
})

const decimal = BigDecimal.fromStringUnsafe

const stockIn = (start: number, count: number, label: string) =>
  Array.from({ length: count }, (_, index) => ({ id: start + index, label, count: index }))

const stockOf = (start: number, count: number) =>
  Query.from(Stock).where((stock) => stock.id.between(start, start + count - 1)).orderBy((stock) => stock.id.asc())

export const upsertMany = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Account, Visit, Stock, Seat, Ticket, Odd]), { timeout: "60 seconds" })(
    `${name}: upsertMany`,
    (it) => {
      it.effect("inserts what is new, overwrites what is stored, and returns instances in the order given", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const accounts = yield* Repository.make(Account)
          const [ada, bob] = yield* accounts.insertMany([account("ada"), account("bob")])
          const returned = yield* accounts.upsertMany([
            { ...account("new"), nickname: Option.some("n") },
            { ...account("bob"), name: "Robert", visits: 9 },
            { ...account("ada"), name: "Countess", tags: [] }
          ], { on: "email" })

          assert.deepStrictEqual(returned.map((row) => row.greeting), ["Hello new", "Hello Robert", "Hello Countess"])
          assert.deepStrictEqual(returned.map((row) => row.visits), [1, 9, 1])
          assert.deepStrictEqual([returned[1]?.id, returned[2]?.id], [bob?.id, ada?.id], "a stored row keeps its key")
          assert.deepStrictEqual(
            [returned[1]?.opened, returned[2]?.opened],
            [bob?.opened, ada?.opened],
            "what only an insert gives stays"
          )
          const stored = yield* sql`SELECT email, name, visits FROM upsert_accounts ORDER BY email`
          assert.deepStrictEqual(stored, [
            { email: "ada@example.org", name: "Countess", visits: 1 },
            { email: "bob@example.org", name: "Robert", visits: 9 },
            { email: "new@example.org", name: "new", visits: 1 }
          ])
          for (const row of returned) assert.deepStrictEqual(yield* accounts.get(row.id), row)
        }))

      it.effect("asks for the primary key where no other is named", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          const one = yield* stock.upsert({ id: 1, label: "one", count: 1 })
          assert.deepStrictEqual(fieldsOf(one), { id: 1, label: "one", count: 1 })
          const again = yield* stock.upsert({ id: 1, label: null, count: 2 })
          assert.instanceOf(again, Stock)
          assert.deepStrictEqual(fieldsOf(again), { id: 1, label: null, count: 2 })
          assert.deepStrictEqual(yield* stockOf(1, 1), [again])
        }))

      it.effect("overwrites only the fields it is told", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          yield* stock.insertMany(stockIn(100, 3, "before"))
          const returned = yield* stock.upsertMany(
            stockIn(101, 3, "after").map((row) => ({ ...row, count: 50 })),
            { update: ["count"] }
          )
          assert.deepStrictEqual(returned.map(fieldsOf), [
            { id: 101, label: "before", count: 50 },
            { id: 102, label: "before", count: 50 },
            { id: 103, label: "after", count: 50 }
          ])
          assert.deepStrictEqual(yield* stockOf(101, 3), returned)
        }))

      it.effect("finds or creates where nothing is to be overwritten: stored rows come back as they are", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          const [first] = yield* stock.insertMany(stockIn(200, 1, "before"))
          const returned = yield* stock.upsertMany(stockIn(200, 3, "after").toReversed(), { update: [] })
          assert.deepStrictEqual(returned.map(({ id, label }) => [id, label]), [[202, "after"], [201, "after"], [
            200,
            "before"
          ]])
          assert.deepStrictEqual(returned[2], first)
          assert.deepStrictEqual(yield* stockOf(200, 3), returned.toReversed())
          assert.deepStrictEqual(yield* stock.upsert({ id: 200, label: "later", count: 0 }, { update: [] }), first)
        }))

      it.effect("tells rows by a primary key of several fields", () =>
        Effect.gen(function*() {
          const seats = yield* Repository.make(Seat)
          const day = DateTime.makeUnsafe("2024-02-29")
          const row = (number: number, holder: string | null) => ({ show: "Faust", day, number, holder })
          yield* seats.insertMany([row(1, "Ada"), row(2, "Bob"), { ...row(1, "Cy"), show: "Aida" }])
          const returned = yield* seats.upsertMany([row(3, "Dee"), row(2, null), row(1, "Eve")])
          assert.deepStrictEqual(returned.map(({ holder }) => holder), ["Dee", null, "Eve"])
          assert.deepStrictEqual(
            yield* Query.from(Seat).where((seat) => seat.show.eq("Faust")).orderBy((seat) => seat.number.asc()),
            returned.toReversed()
          )
          assert.strictEqual((yield* seats.get({ show: "Aida", day, number: 1 })).holder, "Cy")
        }))

      it.effect("tells rows by a unique index where the database numbers them", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const row = (seat: number, price: string) => ({ show: "Norma", seat, price: decimal(price) })
          const before = yield* tickets.insertMany([row(1, "10.00"), row(2, "20.50")])
          const after = yield* tickets.upsertMany([row(3, "30.00"), row(2, "21.00"), row(1, "10.00")], {
            on: ["show", "seat"]
          })
          assert.deepStrictEqual([after[2]?.number, after[1]?.number], before.map(({ number }) => number))
          assert.deepStrictEqual(
            yield* Query.from(Ticket).where((ticket) => ticket.show.eq("Norma")).orderBy((ticket) =>
              ticket.seat.desc()
            ),
            after
          )
          assert.deepStrictEqual(after.map(({ price }) => BigDecimal.format(price)), ["30", "21", "10"])
        }))

      it.effect("has no trouble with names", () =>
        Effect.gen(function*() {
          const odds = yield* Repository.make(Odd)
          const rows = (offset: number) =>
            Array.from({ length: 20 }, (_, index) => ({
              stored: index + offset,
              given: `it's ${index + offset}`,
              "c0 \"it's\"": offset
            }))
          yield* odds.upsertMany(rows(0))
          const returned = yield* odds.upsertMany(rows(10))
          assert.deepStrictEqual(returned.map(fieldsOf), rows(10))
          assert.deepStrictEqual(
            yield* Query.from(Odd).where((odd) => odd.stored.gte(10)).orderBy((odd) => odd.stored.asc()),
            returned
          )
          const kept = yield* odds.upsertMany(rows(5), { on: "given", update: ["c0 \"it's\""] })
          assert.deepStrictEqual(kept.map(fieldsOf), rows(5))
          assert.strictEqual(yield* odds.query.count, 30)
        }))

      for (const count of [9, 2_049, 20_000]) {
        it.effect(`returns all of ${count} rows of which every other is stored, each at its place`, () =>
          Effect.gen(function*() {
            const stock = yield* Repository.make(Stock)
            const start = count * 100
            const given = stockIn(start, count, "after").toReversed()
            yield* stock.insertMany(stockIn(start, count, "before").filter(({ id }) => id % 2 === 0))
            for (const update of [["label", "count"], ["label"]] as const) {
              const returned = yield* stock.upsertMany(given, { update })
              assert.deepStrictEqual(returned.map(({ id, label }) => [id, label]), given.map(({ id }) => [id, "after"]))
              assert.deepStrictEqual(yield* stockOf(start, count), returned.toReversed())
            }
          }))
      }

      it.effect("changes nothing where there are no rows", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          const before = yield* stock.query.count
          assert.deepStrictEqual(yield* stock.upsertMany([]), [])
          assert.strictEqual(yield* stock.query.count, before)
        }))

      it.effect("refuses two rows with one key, naming both, before anything is sent", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          const invalid = yield* Effect.flip(
            stock.upsertMany([...stockIn(300, 5, "twice"), ...stockIn(302, 1, "twice")])
          )
          assert.strictEqual(invalid._tag, "Invalid")
          assert.strictEqual(invalid.message, "Stock (row 5) is not valid:\n  rows 2 and 5 have the same key: id = 302")
          assert.deepStrictEqual(yield* stockOf(300, 5), [])

          const seats = yield* Repository.make(Seat)
          const day = (text: string) => DateTime.makeUnsafe(text)
          const seat = { show: "Same", day: day("2024-01-01"), number: 1, holder: null }
          const twice = [seat, { ...seat, day: day("2024-01-02") }, { ...seat, day: day("2024-01-01T00:00:00Z") }]
          const same = yield* Effect.flip(seats.upsertMany(twice))
          assert.include(same.message, "rows 0 and 2 have the same key: show = Same and day = ")
        }))

      it.effect("refuses a key that is null, which is the key of no row", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const row = { show: "Null", seat: null, price: decimal("1.00") }
          const invalid = yield* Effect.flip(tickets.upsertMany([row], { on: ["show", "seat"] }))
          assert.strictEqual(
            invalid.message,
            "Ticket (row 0) is not valid:\n  its key is null (show = Null and seat = null), which is the key of no row"
          )
        }))

      it.effect("refuses an input that its model refuses, and says which", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const inputs = [account("valid"), { ...account("invalid"), name: "" }]
          const invalid = yield* Effect.flip(accounts.upsertMany(inputs, { on: "email" }))
          assert.strictEqual(invalid._tag, "Invalid")
          if (invalid._tag === "Invalid") assert.strictEqual(invalid.row, 1)
          assert.deepStrictEqual(yield* accounts.find((row) => row.email.eq("valid@example.org")), [])
        }))

      it.effect("stores nothing where another key of one row is taken, and names that key", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const taken = yield* accounts.insert(account("taken"))
          const rows = Array.from({ length: 3_000 }, (_, index) => account(`free ${index}`))
          const violation = yield* Effect.flip(accounts.upsertMany([...rows, account("taken")]))
          assert.strictEqual(violation._tag, "UniqueViolation")
          if (violation._tag === "UniqueViolation") assert.deepStrictEqual(violation.columns, ["email"])
          assert.deepStrictEqual(yield* accounts.find((row) => row.email.startsWith("free ")), [])
          assert.deepStrictEqual(yield* accounts.find((row) => row.email.eq("taken@example.org")), [taken])
        }))

      it.effect("stores nothing where one row refers to none", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const visits = yield* Repository.make(Visit)
          const someone = yield* accounts.upsert(account("referred"), { on: "email" })
          const nobody = AccountId.make("00000000-0000-7000-8000-000000000000")
          const rows = Array.from({ length: 100 }, (_, id) => ({ id, account: id === 50 ? nobody : someone.id }))
          const violation = yield* Effect.flip(visits.upsertMany(rows))
          assert.strictEqual(violation._tag, "ForeignKeyViolation")
          assert.strictEqual(yield* visits.query.count, 0)
        }))

      it.effect("overwrites a row that others refer to, whose other keys stay as they are", () =>
        Effect.gen(function*() {
          const accounts = yield* Repository.make(Account)
          const visits = yield* Repository.make(Visit)
          const parent = yield* accounts.upsert({ ...account("parent"), tags: ["kept"] }, { on: "email" })
          yield* visits.insert({ id: 1_000, account: parent.id })
          const input = { ...account("parent"), id: parent.id, name: "Renamed", tags: ["kept"], visits: 3 }
          for (const options of [{}, { on: "email" }] as const) {
            const changed = yield* accounts.upsert(input, options)
            assert.deepStrictEqual(fieldsOf(changed), { ...fieldsOf(parent), name: "Renamed", visits: 3 })
          }
          assert.strictEqual((yield* accounts.get(parent.id)).name, "Renamed")
          assert.strictEqual((yield* visits.get(1_000)).account, parent.id)
        }))

      it.effect("is undone with the transaction around it, and stored with it", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          yield* stock.insertMany(stockIn(400, 3, "before"))
          const failing = Effect.andThen(stock.upsertMany(stockIn(400, 20, "after")), Effect.fail("no"))
          assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
          assert.deepStrictEqual((yield* stockOf(400, 20)).map(({ label }) => label), ["before", "before", "before"])

          const twice = Effect.andThen(
            stock.upsertMany(stockIn(400, 20, "once")),
            stock.upsertMany(stockIn(410, 20, "twice"))
          )
          const returned = yield* Session.transaction(twice)
          assert.deepStrictEqual(yield* stockOf(410, 20), returned)
          assert.strictEqual(yield* stockOf(400, 10).where((row) => row.label.eq("once")).count, 10)
        }))

      it.effect("leaves nothing of itself behind in a transaction that goes on after it failed", () =>
        Effect.gen(function*() {
          const stock = yield* Repository.make(Stock)
          const accounts = yield* Repository.make(Account)
          yield* accounts.insert(account("in the way"))
          const rows = Array.from({ length: 50 }, (_, index) => account(`half ${index}`))
          const goesOn = Effect.gen(function*() {
            yield* stock.upsert({ id: 500, label: "beside", count: 1 })
            const failure = yield* Effect.flip(accounts.upsertMany([...rows, account("in the way")]))
            assert.strictEqual(failure._tag, "UniqueViolation")
          })
          const exit = yield* Effect.exit(Session.transaction(goesOn))
          assert.deepStrictEqual(yield* accounts.find((row) => row.email.startsWith("half ")), [])
          // a database without savepoints gives the whole transaction up, and says so
          assert.strictEqual(yield* stockOf(500, 1).count, Exit.isSuccess(exit) ? 1 : 0)
        }))
    }
  )
