/**
 * A repository finds rows by their keys and by conditions, whatever its keys are.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Generated, Model, type OrmError, Query, Repository } from "andamios-orm"
import { expectStatements, Factory, TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Sink from "effect/Sink"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database } from "./Subject.ts"

const LetterId = Schema.String.pipe(Schema.brand("LetterId"))

class Numbered extends Model.Class<Numbered>("Numbered")({
  id: Column.serial(Schema.Int),
  name: Schema.String
}, { table: "repository_numbered" }) {}

class Letter extends Model.Class<Letter>("Letter")({
  id: Column.id(LetterId),
  name: Schema.String
}, { table: "repository_letters" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  hall: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Column.int16),
  name: Schema.String
}, { table: "repository_seats" }) {}

class Day extends Model.Class<Day>("Day")({
  day: Column.primaryKey(Column.date),
  name: Schema.String
}, { table: "repository_days" }) {}

class Price extends Model.Class<Price>("Price")({
  amount: Column.primaryKey(Column.decimal({ precision: 8, scale: 2 })),
  name: Schema.String
}, { table: "repository_prices" }) {}

class Big extends Model.Class<Big>("Big")({
  id: Column.primaryKey(Column.int64),
  name: Schema.String
}, { table: "repository_bigs" }) {}

/** A key that is stored as something else than it is. */
class Coded extends Model.Class<Coded>("Coded")({
  id: Column.primaryKey(Schema.NumberFromString),
  name: Schema.String
}, { table: "repository_coded" }) {}

class Secret extends Model.Class<Secret>("Secret")({
  token: Column.primaryKey(Column.sensitive(Schema.String)),
  name: Schema.String
}, { table: "repository_secrets" }) {}

/** A row with something of everything that an export has to bring back; its number and its cents are made by the database. */
class Account extends Model.Class<Account>("Account")({
  id: Column.serial(Schema.Int),
  opened: Column.timestamp,
  balance: Column.decimal({ precision: 12, scale: 2 }),
  note: Schema.OptionFromNullOr(Schema.String),
  tags: Schema.Array(Schema.String),
  views: Column.int64,
  cents: Column.generated(Column.int64)
}, { table: "repository_accounts" }) {
  static readonly generated = () => Generated.of(Account, (account) => ({ cents: account.views.multiply(100n) }))
}

class Event extends Model.Class<Event>("Event")({
  what: Schema.String,
  times: Column.int32
}, { table: "repository_events" }) {}

const models = [Numbered, Letter, Seat, Day, Price, Big, Coded, Secret, Account, Event]

const day = (text: string) => DateTime.makeUnsafe(text)
const letterId = (digit: number) => LetterId.make(`0195e1f0-7f3c-7b53-9f0a-00000000000${digit}`)

/** How many rows there are, as plain SQL tells. */
const countOf = Effect.fnUntraced(function*(table: string) {
  const sql = yield* SqlClient.SqlClient
  const [found] = yield* sql<{ readonly n: number }>`SELECT CAST(count(*) AS INTEGER) AS n FROM ${sql(table)}`
  return found?.n
})

/** Rows of one model, as they are stored in the order of their keys, and a key that none of them has. */
interface Rows<M extends Model.Stored> {
  readonly rows: Repository.Repository<M>
  readonly table: string
  readonly inputs: ReadonlyArray<Model.Insert<M>>
  readonly keyOf: (row: M["Type"]) => Model.Key<M>
  readonly missing: Model.Key<M>
  /** The missing key as a failure tells it. */
  readonly criteria: string
}

/** What a repository promises of keys, whatever they are. */
const foundByKey = Effect.fnUntraced(function*<M extends Model.Stored>(
  _: M,
  { criteria, inputs, keyOf, missing, rows, table }: Rows<M>
) {
  const stored = yield* rows.insertMany(inputs)
  const [first, second, third] = stored
  if (first === undefined || second === undefined || third === undefined) return assert.fail("three were inserted")
  const [one, two, three] = [keyOf(first), keyOf(second), keyOf(third)]

  for (const row of stored) {
    assert.deepStrictEqual(yield* rows.findById(keyOf(row)), Option.some(row))
    assert.deepStrictEqual(yield* rows.get(keyOf(row)), row)
    assert.deepStrictEqual(yield* rows.loader(keyOf(row)), Option.some(row))
  }
  assert.deepStrictEqual(yield* rows.first, Option.some(first))
  assert.deepStrictEqual(yield* rows.findById(missing), Option.none())
  assert.deepStrictEqual(yield* rows.loader(missing), Option.none())
  const none: OrmError.ReadError | OrmError.NotFound = yield* Effect.flip(rows.get(missing))
  assert.strictEqual(none._tag, "NotFound")
  assert.include(none.message, criteria)

  const many = yield* rows.findMany([three, one, missing, two, one]).pipe(expectStatements(1))
  assert.deepStrictEqual(many, [third, first, undefined, second, first].map((row) => Option.fromUndefinedOr(row)))
  assert.deepStrictEqual(yield* rows.getMany([three, one, two, one]), [third, first, second, first])
  const gone: OrmError.ReadError | OrmError.NotFound = yield* Effect.flip(rows.getMany([three, missing, one, missing]))
  if (gone._tag !== "NotFound") return assert.fail(gone.message)
  assert.deepStrictEqual(gone.rows, [1, 3])
  assert.include(gone.message, criteria)
  assert.deepStrictEqual(yield* rows.findMany([]), [])
  assert.deepStrictEqual(yield* rows.getMany([]), [])

  yield* rows.delete(two)
  assert.strictEqual(yield* countOf(table), inputs.length - 1)
  assert.deepStrictEqual(yield* rows.findById(two), Option.none())
  const again: OrmError.DeleteError | OrmError.NotFound = yield* Effect.flip(rows.delete(two))
  assert.strictEqual(again._tag, "NotFound")
  assert.strictEqual(yield* rows.deleteMany([missing, three, one, two]), 2)
  assert.strictEqual(yield* countOf(table), inputs.length - 3)
})

const numbers = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `${index}` }))

const namesOf = (rows: ReadonlyArray<{ readonly name: string }>) => rows.map(({ name }) => name)

export const repository = (label: string, database: Database) =>
  layer(TestDatabase.layerOn(database, models), { timeout: "60 seconds" })(`${label}: repository`, (it) => {
    it.effect("finds rows by a number that the database makes", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Numbered)
        const keyOf = ({ id }: Numbered) => id
        const inputs = numbers(3)
        yield* foundByKey(Numbered, {
          rows,
          table: "repository_numbered",
          inputs,
          keyOf,
          missing: 404,
          criteria: "id = 404"
        })
      }))

    it.effect("finds rows by an id that the model makes, however its letters are written", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Letter)
        const keyOf = ({ id }: Letter) => id
        const inputs = [1, 2, 3].map((digit) => ({ id: letterId(digit), name: `${digit}` }))
        const missing = letterId(4)
        yield* foundByKey(Letter, {
          rows,
          table: "repository_letters",
          inputs,
          keyOf,
          missing,
          criteria: `id = ${missing}`
        })

        const { id } = yield* rows.insert({ name: "upper" })
        const upper = LetterId.make(id.toUpperCase())
        assert.deepStrictEqual(
          (yield* rows.findMany([upper, id])).map(Option.map(({ name }) => name)),
          [Option.some("upper"), Option.some("upper")]
        )
        yield* rows.delete(upper)
      }))

    it.effect("finds rows by a key of several fields", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Seat)
        const keyOf = ({ hall, number }: Seat) => ({ hall, number })
        const inputs = [["A", 2], ["B", 1], ["B", 2]].map(([hall, number]) => ({
          hall: String(hall),
          number: Number(number),
          name: ""
        }))
        const missing = { number: 1, hall: "A" }
        const criteria = "hall = A and number = 1"
        yield* foundByKey(Seat, { rows, table: "repository_seats", inputs, keyOf, missing, criteria })
      }))

    it.effect("finds rows by a day", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Day)
        const keyOf = (row: Day) => row.day
        const inputs = ["1999-12-31", "2024-02-29", "2030-01-01"].map((text) => ({ day: day(text), name: text }))
        const missing = day("2024-03-01")
        yield* foundByKey(Day, { rows, table: "repository_days", inputs, keyOf, missing, criteria: "day = " })
      }))

    it.effect("finds rows by a decimal, whatever its scale", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Price)
        const decimal = BigDecimal.fromStringUnsafe
        const keyOf = ({ amount }: Price) => amount
        const inputs = ["-1.50", "0", "1.5"].map((text) => ({ amount: decimal(text), name: text }))
        const missing = decimal("1.51")
        yield* foundByKey(Price, { rows, table: "repository_prices", inputs, keyOf, missing, criteria: "amount = " })
        yield* rows.insert({ amount: decimal("2.50"), name: "" })
        assert.strictEqual(Option.isSome(yield* rows.findById(decimal("2.500"))), true)
        yield* rows.delete(decimal("2.5"))
      }))

    it.effect("finds rows by a number that is larger than a double tells", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Big)
        const keyOf = ({ id }: Big) => id
        const inputs = [0n, 1n, 2n].map((more) => ({ id: 2n ** 60n + more, name: `${more}` }))
        const missing = 2n ** 60n + 3n
        yield* foundByKey(Big, { rows, table: "repository_bigs", inputs, keyOf, missing, criteria: `id = ${missing}` })
      }))

    it.effect("finds rows by a key that is stored as something else", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rows = yield* Repository.make(Coded)
        const keyOf = ({ id }: Coded) => id
        const inputs = [1.5, 2.5, 3].map((id) => ({ id, name: `${id}` }))
        yield* foundByKey(Coded, { rows, table: "repository_coded", inputs, keyOf, missing: 4, criteria: "id = 4" })
        yield* rows.insert({ id: 0.25, name: "stored" })
        assert.deepStrictEqual(yield* sql`SELECT id FROM repository_coded`, [{ id: "0.25" }])
        yield* rows.deleteMany([0.25])
      }))

    it.effect("finds rows by a secret, and tells it to nobody", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Secret)
        const keyOf = ({ token }: Secret) => token
        const inputs = ["s3cret a", "s3cret b", "s3cret c"].map((token) => ({ token: Redacted.make(token), name: "" }))
        const missing = Redacted.make("s3cret d")
        const criteria = "token = <redacted>"
        yield* foundByKey(Secret, { rows, table: "repository_secrets", inputs, keyOf, missing, criteria })
        assert.notInclude((yield* Effect.flip(rows.getMany([missing]))).message, "s3cret")
      }))

    it.effect("finds rows by conditions", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rows = yield* Repository.make(Seat)
        assert.deepStrictEqual(yield* rows.all, [])
        assert.deepStrictEqual(yield* rows.first, Option.none())
        assert.strictEqual(yield* rows.exists(), false)
        assert.strictEqual(yield* rows.count(), 0)
        yield* sql`INSERT INTO repository_seats (hall, number, name) VALUES ('B', 1, 'x'), ('A', 2, 'y'), ('A', 1, 'x')`

        assert.sameMembers((yield* rows.all).map(({ hall, number }) => `${hall}${number}`), ["A1", "A2", "B1"])
        const first = yield* rows.first.pipe(expectStatements(1))
        assert.deepStrictEqual(Option.map(first, ({ hall, number }) => [hall, number]), Option.some(["A", 1]))
        assert.deepStrictEqual(namesOf(yield* rows.find((row) => row.hall.eq("A").and(row.number.gt(1)))), ["y"])
        assert.deepStrictEqual(yield* rows.find((row) => row.hall.eq("C")), [])
        assert.isTrue(Option.isSome(yield* rows.findOne((row) => row.name.eq("x"))), "of several it takes one")
        assert.deepStrictEqual(yield* rows.findOne((row) => row.name.eq("z")), Option.none())
        assert.deepStrictEqual([yield* rows.count(), yield* rows.count((row) => row.name.eq("x"))], [3, 2])
        assert.deepStrictEqual(
          [yield* rows.exists(), yield* rows.exists((row) => row.name.eq("z"))],
          [true, false]
        )
        assert.deepStrictEqual(namesOf(yield* rows.query.where((row) => row.number.eq(2))), ["y"])
        yield* sql`DELETE FROM repository_seats`
      }))

    it.effect("goes through pages, behind a cursor and by number", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Seat)
        const halls = ["A", "B"].flatMap((hall) =>
          [1, 2, 3, 4].map((number) => ({ hall, number, name: `${number % 2}` }))
        )
        yield* rows.insertMany(halls)
        const placeOf = ({ hall, number }: Seat) => `${hall}${number}`

        const seen: Array<string> = []
        let after: Option.Option<string> = Option.some("")
        while (Option.isSome(after)) {
          const cursor = after.value === "" ? undefined : after.value
          const page = yield* rows.page({
            size: 3,
            where: (row) => row.number.lt(4),
            orderBy: (row) => row.name.desc(),
            after: cursor
          })
          seen.push(...page.rows.map(placeOf))
          after = page.next
        }
        assert.deepStrictEqual(seen, ["A1", "A3", "B1", "B3", "A2", "B2"])

        const page = yield* rows.numberedPage({
          size: 5,
          number: 2,
          orderBy: (row) => [row.number.asc(), row.hall.asc()]
        })
        assert.deepStrictEqual({ ...page, rows: page.rows.map(placeOf) }, {
          rows: ["B3", "A4", "B4"],
          number: 2,
          pages: 2,
          total: 8
        })
        const byKey = yield* rows.page({ size: 2 })
        assert.deepStrictEqual(byKey.rows.map(placeOf), ["A1", "A2"])
        const other = rows.page({ size: 2, after: Option.getOrUndefined(byKey.next), where: (row) => row.hall.eq("A") })
        assert.strictEqual((yield* Effect.flip(other))._tag, "InvalidCursor")
        assert.strictEqual(yield* rows.deleteMany(halls), 8)
      }))

    it.effect("streams its rows", () =>
      Effect.gen(function*() {
        const rows = yield* Repository.make(Numbered)
        yield* rows.insertMany(numbers(5_000))
        assert.strictEqual(yield* Stream.runCount(rows.stream()), 5_000)
        const few = yield* Stream.runCollect(rows.stream((row) => row.name.startsWith("499")))
        assert.sameMembers(namesOf(few), ["499", ...Array.from({ length: 10 }, (_, index) => `499${index}`)])
        assert.strictEqual(yield* Stream.runCount(Stream.take(rows.stream(), 10)), 10)
      }))

    it.effect("exports what an import makes the same rows of, and not what the database makes", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const rows = yield* Repository.make(Account)
        yield* Factory.make(Account).createMany(3_000)
        const before = yield* sql`SELECT opened, balance, note, tags, views, cents FROM repository_accounts ORDER BY id`
        const exported = yield* rows.exportTo(Sink.collect<typeof Account.Encoded>())
        yield* sql`DELETE FROM repository_accounts`
        const imported = yield* rows.importFrom(Stream.fromIterable(exported.toSorted((a, b) => a.id - b.id)))
        assert.deepStrictEqual(imported, { inserted: 3_000, rejected: 0, reasons: [] })
        const after = yield* sql`SELECT opened, balance, note, tags, views, cents FROM repository_accounts ORDER BY id`
        assert.deepStrictEqual(after, before)
      }))

    it.effect("reads what may only be read, and the rows of a query, as it reads those of a model", () =>
      Effect.gen(function*() {
        class Seats extends Repository.ReadOnly<Seats>()("repository/Seats", Seat, (rows) => ({
          inHall: (hall: string) => rows.count((row) => row.hall.eq(hall))
        })) {}
        class Halls extends Repository.ReadModel<Halls>()(
          "repository/Halls",
          Query.from(Seat).groupBy((row) => ({ hall: row.hall })).select(() => ({ seats: Query.count() }))
        ) {}
        const rows = yield* Repository.make(Seat)
        const seats = [["A", 1], ["A", 2], ["B", 1]].map(([hall, number]) => ({
          hall: `${hall}`,
          number: Number(number),
          name: ""
        }))
        yield* rows.insertMany(seats)
        const found = Effect.gen(function*() {
          const readOnly = yield* Seats
          const halls = yield* Halls
          assert.isFalse("insert" in readOnly)
          assert.strictEqual(yield* readOnly.inHall("A"), 2)
          assert.isTrue(Option.isSome(yield* readOnly.findById({ hall: "B", number: 1 })))
          const large = yield* halls.find((hall) => hall.seats.gt(1))
          assert.deepStrictEqual(large.map(({ seats: count }) => count), [2])
          assert.strictEqual(yield* halls.count(), 2)
        })
        yield* Effect.provide(found, [Seats.layer, Halls.layer])
        yield* rows.deleteMany(seats)
      }))

    it.effect("answers of a model without a key what needs none", () =>
      Effect.gen(function*() {
        const events = yield* Repository.make(Event)
        yield* events.insertMany([{ what: "a", times: 1 }, { what: "b", times: 2 }])
        assert.deepStrictEqual((yield* events.find((event) => event.times.gt(1))).map(fieldsOf), [{
          what: "b",
          times: 2
        }])
        assert.isTrue(Option.isSome(yield* events.first))
        assert.strictEqual(yield* events.count(), 2)
      }))
  })
