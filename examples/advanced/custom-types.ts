/**
 * Column types beyond text and numbers, and how to write one of your own: a schema, and what the database calls it.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, DateTime, Duration, Effect, Schema, SchemaTransformation } from "effect"
import { SqlClient } from "effect/sql"

// A type of our own in one line. Its values are texts here, which are cast to BIT when they are written and back when they are read.
const Permissions = Column.custom(Schema.String.check(Schema.isPattern(/^[01]{8}$/)), {
  as: Schema.String,
  duckdb: "BIT",
  postgres: "BIT(8)"
})

// A type with a class: the schema says how one is made of what the database keeps, here a whole number of cents.
class Money extends Schema.Class<Money>("Money")({ cents: Schema.BigInt }) {
  get euros() {
    return `${this.cents / 100n}.${String(this.cents % 100n).padStart(2, "0")} €`
  }
}

const Price = Column.custom(
  Column.int64.pipe(
    Schema.decodeTo(
      Money,
      SchemaTransformation.transform({ decode: (cents) => ({ cents }), encode: ({ cents }) => cents })
    )
  ),
  { as: Column.int64 } // no name: the column is a BIGINT in every database
)

class Machine extends Model.Class<Machine>("Machine")({
  id: Column.primaryKey(Column.uuidV7(Schema.String)), // made where an insert leaves it out
  code: Column.char(3), // exactly three characters, which the table checks too
  port: Column.uint16, // from 0 to 65,535
  serial: Column.uint128,
  permissions: Permissions,
  price: Price,
  opens: Column.time,
  uptime: Column.duration, // an exact length: a Duration
  warranty: Column.interval, // months are no exact length, so they are kept as months
  key: Column.blob,
  embedding: Column.vector(3),
  labels: Column.map(Schema.String, Column.uint8)
}, { table: "machines" }) {}

const machine: Model.Insert<typeof Machine> = {
  code: "é01",
  port: 65_535,
  serial: 340_282_366_920_938_463_463_374_607_431_768_211_455n,
  permissions: "01100000",
  price: new Money({ cents: 129_950n }),
  opens: "09:30",
  uptime: Duration.hours(49),
  warranty: { months: 24, days: 0, microseconds: 0n },
  key: Uint8Array.of(0xca, 0xfe),
  embedding: [0.5, -0.25, 1],
  labels: new Map([["floor", 3], ["row", 12]])
}

const showTable = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = yield* sql<{ readonly line: string }>`
    SELECT format('{:<12} {}', column_name, data_type) AS line
    FROM duckdb_columns() WHERE table_name = 'machines' ORDER BY column_index`
  for (const { line } of columns) yield* Console.log(`  ${line}`)
})

const roundTrip = Effect.gen(function*() {
  const machines = yield* Repository.make(Machine)
  const { id } = yield* machines.insert(machine)
  const read = yield* machines.get(id)
  yield* Console.log(`${read.code} listens on ${read.port}, serial ${read.serial}`)
  yield* Console.log(
    `it costs ${read.price.euros}, opens at ${read.opens} and is up for ${Duration.format(read.uptime)}`
  )
  yield* Console.log(`its key has ${read.key.length} bytes, its label "row" is ${read.labels.get("row")}`)
  const bought = DateTime.makeUnsafe("2024-01-31")
  const until = DateTime.add(bought, { months: read.warranty.months, days: read.warranty.days })
  yield* Console.log(
    `bought on ${DateTime.formatIsoDateUtc(bought)}, it has a warranty until ${DateTime.formatIsoDateUtc(until)}`
  )
})

const search = Effect.gen(function*() {
  const machines = yield* Repository.make(Machine)
  yield* machines.insert({ ...machine, code: "B-2", permissions: "00000001", price: new Money({ cents: 500n }) })

  // A query takes the values of the model; the statement casts them.
  const allowed = machines.query.where((row) => row.permissions.eq("01100000"))
  yield* Console.log((yield* allowed).map(({ code }) => code).join(", "))
  yield* Console.log((yield* allowed.select((row) => ({ permissions: row.permissions })).toSql).sql)

  const cheap = machines.query.where((row) => row.price.lt(new Money({ cents: 1_000n })))
  yield* Console.log((yield* cheap).map(({ code, price }) => `${code} for ${price.euros}`).join(", "))

  // A column of floats is an array of floats, ready for whoever computes with it.
  const { port } = yield* Query.from(Machine).columns
  yield* Console.log(`${port.values.constructor.name} of ${port.values.length}`)
})

// Nothing is cut off, rounded or wrapped on its way: what a type can't hold is refused, and the place named.
const refused = Effect.gen(function*() {
  const machines = yield* Repository.make(Machine)
  const wrong = [
    { ...machine, port: 65_536 },
    { ...machine, code: "too long" },
    { ...machine, embedding: [1, 2] },
    { ...machine, labels: new Map([["floor", 256]]) }
  ]
  for (const row of wrong) {
    yield* machines.insert(row).pipe(
      Effect.catchTag("Invalid", ({ issues }) => Console.log(issues.map(({ path }) => path.join(".")).join()))
    )
  }
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Machine])
  yield* Console.log("1. The table that the model makes")
  yield* showTable

  yield* Console.log("\n2. A row, and what is read back")
  yield* roundTrip

  yield* Console.log("\n3. Custom types in queries")
  yield* search

  yield* Console.log("\n4. What is refused, and where")
  yield* refused
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
