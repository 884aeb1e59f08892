/**
 * What DuckDB refuses a session: an error with the table, the columns and the key that it is about, found also where DuckDB's
 * message names others or none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { BeginTransaction } from "effect/sql/SqlClient"
import { join } from "node:path"
import { madeElsewhere } from "./madeElsewhere.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class City extends Model.Class<City>("City")({
  name: Column.primaryKey(Schema.String),
  code: Column.unique(Schema.String)
}, { table: "cities" }) {}

class Flight extends Model.Class<Flight>("Flight")({
  number: Column.primaryKey(Schema.Int),
  from: Column.references(Schema.String, () => City, "name"),
  to: Column.references(Schema.String, () => City, "name"),
  "seat.s": Schema.NullOr(Schema.Int)
}, { table: "flight.s" }) {}

/** The table of flights as a program would describe it that is of another time than its table. */
class OtherFlight extends Model.Class<OtherFlight>("OtherFlight")({
  number: Column.primaryKey(Schema.Int),
  pilot: Schema.String
}, { table: "flight.s" }) {}

class Nowhere extends Model.Class<Nowhere>("Nowhere")({
  id: Column.primaryKey(Schema.Int)
}, { table: "nowhere" }) {}

const database = TestDatabase.layerOn(DuckDb.layer({ path: ":memory:", pool: { size: 2 } }), [City, Flight])

/** A failure, with the fields that are expected of it. */
const assertFails = <A, E extends Error, R>(effect: Effect.Effect<A, E, R>, fields: object) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.deepInclude<object>(error, fields, error.message)
    return error
  })

layer(database, { excludeTestServices: true })("DuckDB refuses a session", (it) => {
  it.effect("a table that is not there, and says how to make it", () =>
    Effect.gen(function*() {
      const nowhere = yield* Repository.make(Nowhere)
      const hint = "Create it before: by Session.createTables, or by a migration."
      const error = yield* assertFails(nowhere.all, { _tag: "QueryFailed", hint })
      assert.include(error.message, "Table with name nowhere does not exist!")
      assert.include(error.message, `\nhint: ${hint}\nin: SELECT "nowhere"."id"`)
      yield* assertFails(nowhere.insert({ id: 1 }), { _tag: "QueryFailed", hint })
      yield* assertFails(nowhere.delete(1), { _tag: "QueryFailed", hint })
    }))

  it.effect("a column that is not there, and keeps the ones it might be", () =>
    Effect.gen(function*() {
      const flights = yield* Repository.make(OtherFlight)
      const error = yield* assertFails(flights.all, { _tag: "QueryFailed" })
      assert.include(error.message, "Candidate bindings")
      assert.include(error.message, "hint: The table is not what the statement expects")
    }))

  it.effect("a key that two new rows share, also where its value reads like another column", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      for (const count of [2, 20]) {
        const rows = Array.from({ length: count }, (_, row) => ({ name: `code: ${row % (count - 1)}`, code: `${row}` }))
        const error = yield* assertFails(cities.insertMany(rows), {
          _tag: "UniqueViolation",
          table: "cities",
          columns: ["name"]
        })
        assert.include(error.message, "duplicate key \"code: 0\"")
      }
    }))

  it.effect("a row that refers to none, by the column that does", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      const flights = yield* Repository.make(Flight)
      yield* cities.insert({ name: "Paris", code: "PAR" })
      const violation = { _tag: "ForeignKeyViolation", table: "flight.s" }
      const oslo = { ...violation, key: "Oslo" }
      const flight = { number: 1, from: "Paris", to: "Paris", "seat.s": null }
      yield* assertFails(flights.insert({ ...flight, to: "Oslo" }), { ...oslo, columns: ["to"] })
      yield* assertFails(flights.insert({ ...flight, from: "Oslo" }), { ...oslo, columns: ["from"] })
      const round = { ...flight, from: "Oslo", to: "Oslo" }
      yield* assertFails(flights.insert(round), { ...oslo, columns: [] })

      const key = "Constraint Error: Duplicate key \"name: x\" is still referenced by a foreign key"
      yield* assertFails(flights.insert({ ...flight, to: key }), { ...violation, key, columns: ["to"] })

      const many = Array.from({ length: 20 }, (_, number) => ({ ...flight, number: number + 10 }))
      yield* assertFails(flights.insertMany([...many, { ...flight, number: 30, to: "Oslo" }]), {
        ...oslo,
        columns: ["to"]
      })
    }))

  it.effect("to delete a row that others refer to", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      const flights = yield* Repository.make(Flight)
      const name = "Rome\" does not exist in the referenced table"
      yield* cities.insert({ name, code: "ROM" })
      yield* flights.insert({ number: 100, from: name, to: name, "seat.s": 1 })
      yield* assertFails(cities.delete(name), { _tag: "StillReferenced", table: "cities", key: name })
    }))

  it.effect("a missing value, by the column that wants one", () =>
    Effect.gen(function*() {
      const flights = yield* Repository.make(OtherFlight)
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE "pilots.s" (number INTEGER PRIMARY KEY, "seat.s" INTEGER NOT NULL)`
      class Pilot extends Model.Class<Pilot>("Pilot")({
        number: Column.primaryKey(Schema.Int),
        "seat.s": Schema.NullOr(Schema.Int)
      }, { table: "pilots.s" }) {}
      const pilots = yield* Repository.make(Pilot)
      yield* assertFails(pilots.insert({ number: 1, "seat.s": null }), {
        _tag: "CheckViolation",
        table: "pilots.s",
        columns: ["seat.s"],
        constraint: "NOT NULL"
      })
      yield* assertFails(flights.insert({ number: 1, pilot: "Amelia" }), { _tag: "QueryFailed" })
    }))

  it.effect("a row that another transaction is deleting, and says once that is done that it is gone", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      yield* cities.insert({ name: "Bern", code: "BRN" })
      const deleted = yield* Deferred.make<void>()
      const refused = yield* Deferred.make<void>()
      const first = Session.transaction(Effect.gen(function*() {
        yield* cities.delete("Bern")
        yield* Deferred.succeed(deleted, undefined)
        yield* Deferred.await(refused)
      }))
      const remove = Session.transaction(cities.delete("Bern"))
      const second = Effect.gen(function*() {
        yield* Deferred.await(deleted)
        yield* assertFails(remove, { _tag: "Conflict", isRetryable: true })
        yield* Deferred.succeed(refused, undefined)
      })
      yield* Effect.all([first, second], { concurrency: 2 })
      yield* assertFails(remove, { _tag: "NotFound" })
    }))

  it.effect("a key that another transaction has inserted meanwhile, and says when it is tried again that it is taken", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      const inserted = yield* Deferred.make<void>()
      const committed = yield* Deferred.make<void>()
      const insert = cities.insert({ name: "Lima", code: "LIM" })
      const first = Session.transaction(Effect.gen(function*() {
        yield* insert
        yield* Deferred.succeed(inserted, undefined)
        yield* Deferred.await(committed)
      }))
      const second = Effect.gen(function*() {
        yield* Deferred.await(inserted)
        yield* Session.transaction(insert)
        yield* Deferred.succeed(committed, undefined)
      })
      const found = assertFails(first, { _tag: "Conflict", isRetryable: true })
      const [conflict] = yield* Effect.all([found, second], { concurrency: 2 })
      assert.include(conflict.message, "Failed to commit")
      yield* assertFails(Session.transaction(insert), { _tag: "UniqueViolation", columns: ["name"] })
    }))

  it.effect("every write in a read-only transaction, and no read", () =>
    Effect.gen(function*() {
      const cities = yield* Repository.make(City)
      yield* cities.insert({ name: "Oran", code: "ORN" })
      const readOnly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Session.transaction(effect).pipe(Effect.provideService(BeginTransaction, "BEGIN TRANSACTION READ ONLY"))
      yield* assertFails(readOnly(cities.insert({ name: "Riga", code: "RIX" })), {
        _tag: "ReadOnly",
        database: ":memory:"
      })
      yield* assertFails(readOnly(cities.delete("Oran")), { _tag: "ReadOnly" })
      yield* assertFails(readOnly(Session.createTables([Nowhere])), { _tag: "ReadOnly" })
      assert.strictEqual((yield* readOnly(cities.get("Oran"))).code, "ORN")
    }))

  it.effect("every write to a file that is opened read-only, and no read", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "cities.duckdb")
      const reykjavik = { name: "Reykjavik", code: "REK" }
      yield* Effect.gen(function*() {
        yield* Session.createTables([City])
        yield* (yield* Repository.make(City)).insert(reykjavik)
      }).pipe(Effect.provide(DuckDb.layer({ path })))

      yield* Effect.gen(function*() {
        const cities = yield* Repository.make(City)
        const refused = { _tag: "ReadOnly", database: path }
        const more = Array.from({ length: 20 }, (_, row) => ({ name: `City ${row}`, code: `${row}` }))
        const error = yield* assertFails(cities.insert({ name: "Riga", code: "RIX" }), refused)
        assert.include(error.message, "Open it without `readOnly`")
        yield* assertFails(cities.insertMany(more), refused)
        yield* assertFails(cities.delete("Reykjavik"), refused)
        assert.deepStrictEqual((yield* cities.all).map(({ code, name }) => ({ name, code })), [reykjavik])
      }).pipe(Effect.provide(DuckDb.layer({ path, readOnly: true })))
    }))

  it.effect("a query that needs more memory than there may be", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE VIEW cities AS SELECT range::VARCHAR AS name, repeat('x', 1000) || random() AS code FROM range(1000000)`
      const error = yield* assertFails(Query.from(City).orderBy((city) => city.code.asc()), { _tag: "QueryFailed" })
      assert.include(error.message, "hint: Raise the Layer's `memoryLimit`")
    }).pipe(
      Effect.provide(DuckDb.layer({ path: ":memory:", memoryLimit: "30MB", tempDirectory: "" }))
    ))

  it.effect("everything when it has broken down, and of what was to be stored nobody knows", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "ruined.duckdb")
      yield* madeElsewhere(path, [
        "CREATE TABLE cities (name VARCHAR PRIMARY KEY, code VARCHAR UNIQUE)",
        "INSERT INTO cities VALUES ('Ur', 'URR')",
        "CREATE TABLE ruins (city VARCHAR REFERENCES cities (name), id INTEGER)",
        "CREATE OR REPLACE TABLE ruins (id INTEGER)"
      ])
      const broken = Effect.flatMap(Repository.make(City), (cities) => cities.delete("Ur"))
      const error = yield* assertFails(broken, { _tag: "CommitOutcomeUnknown", database: path }).pipe(
        Effect.provide(DuckDb.layer({ path }))
      )
      assert.include(error.message, "DuckDB broke down: INTERNAL Error: ")
      assert.notInclude(error.message, "Stack Trace")

      const inside = yield* assertFails(Session.transaction(broken), { _tag: "ConnectionFailed", database: path }).pipe(
        Effect.provide(DuckDb.layer({ path }))
      )
      assert.include(inside.message, "hint: All its connections are being closed and the database opened again.")
    }))
})
