/**
 * Each server has the rows of a reference table: what is written to the table is written to all of its copies, or to none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { rowsOf, sql } from "../migration/carryOut.ts"
import { executeAt as onlyAt, layerOf, type Places, places, rowsAt } from "./shardedServers.ts"

class Plan extends Model.Class<Plan>("Plan")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.String),
  price: Column.withDefault(Schema.Int, 5)
}, { table: "plans", distribution: "reference" }) {}

class Extra extends Model.Class<Extra>("Extra")({
  id: Column.primaryKey(Schema.Int),
  planId: Column.references(Schema.Int, () => Plan, "id", { onDelete: "cascade" })
}, { table: "extras", distribution: "reference", columns: "snake_case" }) {}

class Account extends Model.Class<Account>("Account")({
  id: Column.primaryKey(Schema.Int),
  planId: Column.references(Schema.Int, () => Plan, "id")
}, { table: "accounts", distribution: { by: "id" }, columns: "snake_case" }) {}

class Seat extends Model.Class<Seat>("Seat")({
  accountId: Column.primaryKey(Column.references(Schema.Int, () => Account, "id", { onDelete: "cascade" })),
  number: Column.primaryKey(Schema.Int),
  planId: Column.references(Schema.NullOr(Schema.Int), () => Plan, "id", { onDelete: "setNull" })
}, { table: "seats", distribution: { by: "accountId" }, columns: "snake_case" }) {}

/** A table of the coordinator alone may refer to a reference table. */
class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  planId: Column.references(Schema.Int, () => Plan, "id", { onDelete: "cascade" })
}, { table: "notes", columns: "snake_case" }) {}

const models = [Plan, Extra, Account, Seat, Note]

const onShards = <A, E, R>(test: (all: Places) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(places, (all) =>
    Effect.provide(
      Effect.gen(function*() {
        yield* Session.createTables(models)
        return yield* test(all)
      }),
      layerOf(all)
    ))

/** Looks whether all copies are as the table. */
const isCopied = ({ shards }: Places, table: string) =>
  Effect.gen(function*() {
    const told = (yield* rowsOf(`SELECT * FROM ${table}`)).toSorted()
    for (const shard of shards) {
      assert.deepStrictEqual((yield* rowsAt(shard, `SELECT * FROM ${table}`)).toSorted(), told)
    }
    return told
  })

describe("sharded PostgreSQL: reference tables", () => {
  it.effect("have the same rows everywhere, whatever a statement does", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const statements = [
          "INSERT INTO plans (name) SELECT 'plan ' || n FROM generate_series(1, 50) AS n",
          "UPDATE plans SET price = price + id WHERE id % 2 = 0",
          "UPDATE plans SET id = id + 1000 WHERE id < 10",
          "DELETE FROM plans WHERE id BETWEEN 20 AND 30",
          "DELETE FROM plans WHERE false",
          "UPDATE plans SET price = 0 WHERE false",
          "INSERT INTO plans (id, name) VALUES (1001, 'one'), (5000, 'new') " +
          "ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = plans.price + 1",
          "INSERT INTO plans (id, name) VALUES (1001, 'other') ON CONFLICT DO NOTHING",
          "WITH gone AS (DELETE FROM plans WHERE id = 5000 RETURNING name) INSERT INTO plans (name) SELECT name || '!' FROM gone",
          "MERGE INTO plans USING (VALUES (1002, 'merged'), (6000, 'six')) AS given (id, name) ON plans.id = given.id " +
          "WHEN MATCHED THEN UPDATE SET name = given.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (given.id, given.name)"
        ]
        for (const statement of statements) {
          yield* sql(statement)
          const rows = yield* isCopied(all, "plans")
          assert.isAbove(rows.length, 30, statement)
        }
      })
    ))

  it.effect("keep every value as it is, and compute their own", () =>
    onShards((all) =>
      Effect.gen(function*() {
        class Odd extends Model.Class<Odd>("Odd")({
          "the key": Column.primaryKey(Schema.String),
          text: Schema.NullOr(Schema.String)
        }, { table: "odd \"%s\" things", distribution: "reference" }) {}
        yield* Session.createTables([Odd])
        const name = `"odd ""%s"" things"`
        yield* sql(
          `ALTER TABLE ${name} ADD COLUMN list TEXT[], ADD COLUMN doc JSONB, ADD COLUMN bytes BYTEA, ADD COLUMN at TIMESTAMPTZ, ADD COLUMN amount NUMERIC, ADD COLUMN span INTERVAL, ADD COLUMN near DOUBLE PRECISION`
        )
        const columns =
          "list TEXT[], doc JSONB, bytes BYTEA, at TIMESTAMPTZ, amount NUMERIC, span INTERVAL, near DOUBLE PRECISION"
        for (const shard of all.shards) {
          yield* onlyAt(
            shard,
            `ALTER TABLE ${name} ${columns.split(", ").map((one) => `ADD COLUMN ${one}`).join(", ")}`
          )
        }
        yield* sql(
          `INSERT INTO ${name} VALUES
            ('it''s "%L" {,}\\', NULL, ARRAY['a,b', NULL, '"{}"', ''], 'null', '\\x00ff', 'infinity', 'NaN', '1 mon -2 days', 0.1),
            ('', '', '{}', '{"a": [1, null]}', NULL, '2020-02-02 02:02:02.000001+02', 1e40, NULL, '-Infinity'),
            ('NULL', 'NULL', '{{1,2},{3,4}}', '"x"', '', NULL, -0.000, '0', 1e-300)`,
          `UPDATE ${name} SET "the key" = "the key" || 'new', text = coalesce(text, '\n')`
        )
        assert.strictEqual((yield* isCopied(all, name)).length, 3)
      })
    ))

  it.effect("are what the rows of shards refer to, by typed failures", () =>
    onShards((all) =>
      Effect.gen(function*() {
        const plans = yield* Repository.make(Plan)
        const accounts = yield* Repository.make(Account)
        const seats = yield* Repository.make(Seat)
        const extras = yield* Repository.make(Extra)
        const notes = yield* Repository.make(Note)
        const [one, two] = yield* plans.insertMany([{ name: "one" }, { name: "two" }])
        if (one === undefined || two === undefined) return assert.fail("two plans")
        yield* accounts.insertMany(Array.from({ length: 8 }, (_, id) => ({ id, planId: one.id })))
        yield* seats.insertMany(Array.from({ length: 8 }, (_, id) => ({ accountId: id, number: 1, planId: two.id })))
        yield* extras.insert({ id: 1, planId: two.id })
        yield* notes.insert({ id: 1, planId: two.id })

        const missing = yield* Effect.flip(accounts.insert({ id: 100, planId: 77 }))
        assert.strictEqual(missing._tag, "ForeignKeyViolation")
        const orphan = yield* Effect.flip(seats.insert({ accountId: 77, number: 1, planId: null }))
        assert.strictEqual(orphan._tag, "ForeignKeyViolation")
        const held = yield* Effect.flip(plans.delete(one.id))
        assert.strictEqual(held._tag, "StillReferenced")
        const moved = yield* Effect.flip(sql(`UPDATE plans SET id = 900 WHERE id = ${one.id}`))
        assert.strictEqual(moved._tag, "StillReferenced")
        assert.strictEqual((yield* isCopied(all, "plans")).length, 2)

        yield* plans.delete(two.id)
        assert.deepStrictEqual(
          (yield* Query.from(Seat).all).map(({ planId }) => planId),
          Array.from({ length: 8 }, () => null)
        )
        assert.deepStrictEqual(yield* isCopied(all, "extras"), [])
        assert.deepStrictEqual(yield* rowsOf("SELECT * FROM notes"), [])

        yield* accounts.delete(3)
        assert.strictEqual((yield* rowsOf("SELECT * FROM seats")).length, 7)
        const taken = yield* Effect.flip(plans.insert({ name: "one" }))
        assert.strictEqual(taken._tag, "UniqueViolation")
      })
    ))

  it.effect("are written everywhere or nowhere", () =>
    onShards((all) =>
      Effect.gen(function*() {
        yield* sql("INSERT INTO plans (name) VALUES ('kept')")
        yield* Session.transaction(Effect.andThen(sql("UPDATE plans SET name = 'lost'"), Effect.fail("stop" as const)))
          .pipe(
            Effect.flip
          )
        const rows = yield* isCopied(all, "plans")
        assert.isTrue(rows.every((row) => row.includes("kept")))
        yield* sql("TRUNCATE extras")
      })
    ))

  it.effect("refuse to take over a table that has rows and no copies", () =>
    onShards(() =>
      Effect.gen(function*() {
        yield* sql("CREATE TABLE olds (id INTEGER PRIMARY KEY)", "INSERT INTO olds VALUES (1)")
        class Old extends Model.Class<Old>("Old")({ id: Column.primaryKey(Schema.Int) }, {
          table: "olds",
          distribution: "reference"
        }) {}
        const failure = yield* Effect.flip(Session.createTables([Old]))
        assert.include(failure.message, "is on one server alone, and has rows")
        assert.include(failure.message, "Distribute it by a migration.")
      })
    ))

  it.effect("say that they need a key where someone took it away", () =>
    onShards(() =>
      Effect.gen(function*() {
        yield* sql(
          "ALTER TABLE extras DROP CONSTRAINT extras_pkey",
          "INSERT INTO plans (id, name) VALUES (1, 'a')",
          "INSERT INTO extras VALUES (1, 1)"
        )
        const failure = yield* Effect.flip(sql("DELETE FROM extras"))
        assert.include(failure.message, "has no primary key, by which its rows are found on the shards")
      })
    ))
})
