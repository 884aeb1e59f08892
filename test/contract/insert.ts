/**
 * What is inserted is stored, whole and in order, or not at all.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, type OrmError, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

const MemberId = Schema.String.pipe(Schema.brand("MemberId"))

class Member extends Model.Class<Member>("Member")({
  id: Column.id(MemberId),
  email: Column.unique(Schema.String),
  name: Schema.NonEmptyString,
  rank: Column.withDefault(Column.int32, 7),
  mood: Column.withDefault(Schema.Literals(["glad", "it's complicated"]), "it's complicated"),
  active: Column.withDefault(Schema.Boolean, false),
  note: Schema.NullOr(Schema.String)
}, { table: "insert_members" }) {
  get initials() {
    return this.name.split(" ").map((word) => word[0]).join("")
  }
}

class Ticket extends Model.Class<Ticket>("Ticket")({
  number: Column.serial(Schema.Int),
  show: Schema.String,
  seat: Column.int32,
  price: Column.withDefault(Schema.Number, 12.5)
}, { table: "insert_tickets", indexes: [Index.unique("show", "seat")] }) {
  get label() {
    return `${this.show} ${this.seat}`
  }
}

/** A table of nothing but its number. */
class Visit extends Model.Class<Visit>("Visit")({ number: Column.serial(Schema.Int) }, { table: "insert_visits" }) {}

class Device extends Model.Class<Device>("Device")({
  id: Column.primaryKey(Column.uuid),
  parent: Schema.NullOr(Column.uuid)
}, { table: "insert_devices" }) {}

class Place extends Model.Class<Place>("Place")({
  id: Column.primaryKey(Schema.Int),
  address: Schema.NullOr(Schema.Struct({ street: Schema.NonEmptyString, floors: Schema.Array(Column.int8) }))
}, { table: "insert_places" }) {}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  lines: Schema.Array(Schema.String)
}, { table: "insert_notes" }) {}

/** Names that mean something to SQL or JavaScript, or need quotes. */
class Odd extends Model.Class<Odd>("Odd")({
  "Key \"of\" it's": Column.serial(Schema.Int),
  select: Column.unique(Schema.String),
  "a b.c": Column.withDefault(Schema.String, "it's \"so\""),
  "ñandú 🦤": Schema.NullOr(Schema.Int),
  constructor: Schema.String,
  hasOwnProperty: Schema.Boolean
}, {
  table: "insert \"Odd\" it's; names",
  indexes: [Index.on("a b.c", "select"), Index.unique("constructor", "ñandú 🦤")]
}) {}

/** A row that refers to one with odd names. */
class OddReference extends Model.Class<OddReference>("OddReference")({
  "id?": Column.primaryKey(Schema.Int),
  "to \"it\"": Column.references(Schema.Int, () => Odd, "Key \"of\" it's")
}, { table: "insert.odd references" }) {}

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const member = (name: string) => ({ email: `${name}@example.org`, name, note: null })

const seats = (show: string, count: number) => Array.from({ length: count }, (_, seat) => ({ show, seat }))

export const insert = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Member, Ticket, Visit, Device, Place, Note]), { timeout: "60 seconds" })(
    `${name}: insert`,
    (it) => {
      it.effect("returns an instance of the model, equal to what is read later", () =>
        Effect.gen(function*() {
          const members = yield* Repository.make(Member)
          const ada = yield* members.insert({ ...member("Ada Lovelace"), note: "first" })
          assert.instanceOf(ada, Member)
          assert.strictEqual(ada.initials, "AL")

          const found = yield* members.get(ada.id)
          assert.instanceOf(found, Member)
          assert.strictEqual(found.initials, "AL")
          assert.deepStrictEqual(found, ada)
          assert.deepStrictEqual(yield* Query.from(Member).where((row) => row.id.eq(ada.id)), [ada])
          assert.deepStrictEqual(yield* members.findById(ada.id), Option.some(ada))
        }))

      it.effect("fills in an identifier and defaults, and leaves what is given", () =>
        Effect.gen(function*() {
          const members = yield* Repository.make(Member)
          const plain = yield* members.insert(member("Plain"))
          assert.match(plain.id, uuidV7)
          assert.deepStrictEqual(fieldsOf(plain), {
            ...member("Plain"),
            id: plain.id,
            rank: 7,
            mood: "it's complicated",
            active: false
          })

          const id = MemberId.make("0195e1f0-7f3c-7b53-9f0a-1f0c6ad3b001")
          const given = { ...member("Given"), id, rank: -1, mood: "glad", active: true } as const
          assert.deepStrictEqual(fieldsOf(yield* members.insert(given)), given)
          assert.deepStrictEqual(fieldsOf(yield* members.get(id)), given)
        }))

      it.effect("makes identifiers that are all different and ascend", () =>
        Effect.gen(function*() {
          const members = yield* Repository.make(Member)
          const rows = yield* members.insertMany(
            Array.from({ length: 500 }, (_, index) => member(`ascending ${index}`))
          )
          const ids = rows.map(({ id }) => id)
          assert.deepStrictEqual(ids, [...new Set(ids)].toSorted())
        }))

      it.effect("numbers rows in the order they are given", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const first = yield* tickets.insert({ show: "Faust", seat: 3 })
          const second = yield* tickets.insert({ show: "Faust", seat: 1, price: 0.1 })
          assert.isAbove(second.number, first.number)
          assert.instanceOf(first, Ticket)
          assert.strictEqual(first.label, "Faust 3")
          assert.strictEqual(first.price, 12.5)
          assert.strictEqual(second.price, 0.1)
          assert.deepStrictEqual(yield* tickets.get(first.number), first)
        }))

      for (const count of [2, 8, 9, 2_048, 2_049, 10_000]) {
        it.effect(`inserts ${count} rows at once and returns them in the order given`, () =>
          Effect.gen(function*() {
            const tickets = yield* Repository.make(Ticket)
            const given = seats(`Carmen ${count}`, count).toReversed()
            const returned = yield* tickets.insertMany(given)
            assert.deepStrictEqual(returned.map(({ seat, show }) => ({ show, seat })), given)
            assert.isTrue(returned.every((ticket) => ticket instanceof Ticket))
            assert.deepStrictEqual(
              returned.map(({ number }) => number),
              returned.map(({ number }) => number).toSorted((a, b) => a - b)
            )

            const read = yield* Query.from(Ticket)
              .where((ticket) => ticket.show.eq(`Carmen ${count}`))
              .orderBy((ticket) => ticket.number.asc())
            assert.deepStrictEqual(read, returned)
          }))

        it.effect(`inserts ${count} rows whose keys are known and returns what is stored`, () =>
          Effect.gen(function*() {
            const members = yield* Repository.make(Member)
            const given = Array.from({ length: count }, (_, index) => member(`known ${count} ${index}`))
            const returned = yield* members.insertMany(given)
            assert.deepStrictEqual(returned.map(({ email }) => email), given.map(({ email }) => email))
            const read = yield* Query.from(Member)
              .where((row) => row.email.startsWith(`known ${count} `))
              .orderBy((row) => row.id.asc())
            assert.deepStrictEqual(read, returned)
          }))

        it.effect(`stores none of ${count} rows when the last has the key of another`, () =>
          Effect.gen(function*() {
            const tickets = yield* Repository.make(Ticket)
            const given = [...seats(`Norma ${count}`, count - 1), { show: `Norma ${count}`, seat: 0 }]
            const violation = yield* Effect.flip(tickets.insertMany(given))
            assert.strictEqual(violation._tag, "UniqueViolation")
            assert.strictEqual(yield* Query.from(Ticket).where((ticket) => ticket.show.eq(`Norma ${count}`)).count, 0)
          }))
      }

      it.effect("stores none of the rows when one has the key of a stored row", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const stored = yield* tickets.insert({ show: "Tosca", seat: 9_000 })
          const violation = yield* Effect.flip(tickets.insertMany(seats("Tosca", 10_000)))
          assert.strictEqual(violation._tag, "UniqueViolation")
          assert.deepStrictEqual(yield* tickets.find((ticket) => ticket.show.eq("Tosca")), [stored])
        }))

      it.effect("inserts rows of a table where everything is generated", () =>
        Effect.gen(function*() {
          const visits = yield* Repository.make(Visit)
          const one = yield* visits.insert({})
          const many = yield* visits.insertMany(Array.from({ length: 20 }, () => ({})))
          assert.deepStrictEqual(yield* Query.from(Visit).orderBy((visit) => visit.number.asc()), [one, ...many])
        }))

      it.effect("inserts rows whose table and columns have odd names", () =>
        Effect.gen(function*() {
          yield* Session.createTables([OddReference, Odd])
          const odds = yield* Repository.make(Odd)
          const references = yield* Repository.make(OddReference)
          const row = { "ñandú 🦤": 1, constructor: "'", hasOwnProperty: true }
          const one = yield* odds.insert({ ...row, select: "one" })
          const many = yield* odds.insertMany(Array.from({ length: 20 }, (_, index) => ({
            ...row,
            select: `many ${index}`,
            "a b.c": "given",
            "ñandú 🦤": index + 2
          })))
          assert.strictEqual(one["a b.c"], "it's \"so\"")
          assert.deepStrictEqual(yield* Query.from(Odd).orderBy((odd) => odd["Key \"of\" it's"].asc()), [one, ...many])
          assert.deepStrictEqual(yield* odds.get(one["Key \"of\" it's"]), one)
          const reference = yield* references.insert({ "id?": 1, "to \"it\"": one["Key \"of\" it's"] })
          assert.deepStrictEqual(yield* references.get(1), reference)
          assert.strictEqual((yield* Effect.flip(odds.delete(one["Key \"of\" it's"])))._tag, "StillReferenced")
        }))

      it.effect("inserts nothing where there are no rows", () =>
        Effect.gen(function*() {
          const tickets = yield* Repository.make(Ticket)
          const before = yield* Query.from(Ticket).count
          assert.deepStrictEqual(yield* tickets.insertMany([]), [])
          assert.strictEqual(yield* Query.from(Ticket).count, before)
        }))

      it.effect("keeps uuids in lower case, in what it returns and in what it stores", () =>
        Effect.gen(function*() {
          const devices = yield* Repository.make(Device)
          const id = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
          const inserted = yield* devices.insert({ id, parent: id })
          assert.deepStrictEqual(fieldsOf(inserted), { id: id.toLowerCase(), parent: id.toLowerCase() })
          assert.deepStrictEqual(yield* devices.get(id), inserted)
          assert.deepStrictEqual(yield* devices.get(id.toLowerCase()), inserted)
          assert.deepStrictEqual(yield* devices.find((device) => device.parent.in([id])), [inserted])

          const upper = Array.from(
            { length: 100 },
            (_, index) => `B0EEBC99-9C0B-4EF8-BB6D-6BB9BD38${String(index).padStart(4, "A")}`
          )
          const many = yield* devices.insertMany(upper.map((key) => ({ id: key, parent: null })))
          assert.deepStrictEqual(many.map((device) => device.id), upper.map((key) => key.toLowerCase()))
        }))

      it.effect("refuses an input that its model refuses, says where, and stores nothing", () =>
        Effect.gen(function*() {
          const places = yield* Repository.make(Place)
          const empty = { id: 1, address: { street: "", floors: [1] } }
          const invalid = yield* Effect.flip(places.insert(empty))
          assert.strictEqual(invalid._tag, "Invalid")
          if (invalid._tag !== "Invalid") return
          assert.strictEqual(invalid.model, "Place")
          assert.strictEqual(invalid.row, 0)
          assert.deepStrictEqual(invalid.issues.map(({ path }) => path), [["address", "street"]])
          assert.strictEqual(yield* Query.from(Place).count, 0)
        }))

      for (const count of [5, 5_000]) {
        it.effect(`says all that is wrong with each of ${count} rows, and stores none of them`, () =>
          Effect.gen(function*() {
            const places = yield* Repository.make(Place)
            const rows = Array.from({ length: count }, (_, id) => ({
              id,
              address: { street: id === 1 ? "" : "Calle Mayor", floors: [1, id === 1 || id === count - 1 ? 128 : 127] }
            }))
            const invalid = yield* invalidOf(places.insertMany(rows))
            assert.strictEqual(invalid.rows, 2)
            assert.strictEqual(invalid.row, 1)
            assert.deepStrictEqual(placesOf(invalid), [
              [1, "address.street"],
              [1, "address.floors.1"],
              [count - 1, "address.floors.1"]
            ])
            assert.strictEqual(yield* Query.from(Place).count, 0)
          }))

        it.effect(`says which texts of ${count} rows no database keeps, and stores none of them`, () =>
          Effect.gen(function*() {
            const notes = yield* Repository.make(Note)
            const half = "half of a pair: \ud800"
            const rows = Array.from({ length: count }, (_, id) => ({
              id,
              text: id === 1 ? half : "whole",
              lines: id === 1 || id === count - 1 ? ["whole", half] : []
            }))
            const invalid = yield* invalidOf(notes.insertMany(rows))
            assert.strictEqual(invalid.rows, 2)
            assert.deepStrictEqual(placesOf(invalid), [[1, "text"], [1, "lines.1"], [count - 1, "lines.1"]])
            assert.strictEqual(yield* Query.from(Note).count, 0)
          }))
      }

      it.effect("tells of a hundred rows that are refused, and how many more there are", () =>
        Effect.gen(function*() {
          const places = yield* Repository.make(Place)
          const notes = yield* Repository.make(Note)
          const ids = Array.from({ length: 250 }, (_, id) => id)
          const refused = yield* invalidOf(places.insertMany(ids.map((id) => ({ id: id + 0.5, address: null }))))
          const unstorable = yield* invalidOf(
            notes.insertMany(ids.map((id) => ({ id, text: "\ud800", lines: ["\ud800"] })))
          )
          for (const invalid of [refused, unstorable]) {
            assert.strictEqual(invalid.rows, 250)
            assert.deepStrictEqual([...new Set(invalid.issues.map(({ row }) => row))], ids.slice(0, 100))
            assert.match(invalid.message, /and 150 more rows$/)
          }
        }))

      it.effect("fills in what some rows lack, beside rows that lack nothing", () =>
        Effect.gen(function*() {
          const members = yield* Repository.make(Member)
          const given = Array.from({ length: 30 }, (_, index) => ({
            ...member(`partly ${index}`),
            ...index % 2 === 0 && { rank: index, mood: "glad", active: true } as const,
            ...index % 3 === 0 && { id: MemberId.make(`0195e1f0-7f3c-7b53-9f0a-${String(index).padStart(12, "0")}`) }
          }))
          const inserted = yield* members.insertMany(given)
          assert.deepStrictEqual(
            inserted.map(fieldsOf),
            given.map((row, index) => ({
              rank: 7,
              mood: "it's complicated",
              active: false,
              ...row,
              id: inserted[index]?.id
            }))
          )
        }))
    }
  )

const invalidOf = <A>(effect: Effect.Effect<A, OrmError.InsertError>) =>
  Effect.flatMap(
    Effect.flip(effect),
    (error) => error._tag === "Invalid" ? Effect.succeed(error) : Effect.die(error)
  )

const placesOf = ({ issues }: OrmError.Invalid) => issues.map(({ path, row }) => [row, path.join(".")])
