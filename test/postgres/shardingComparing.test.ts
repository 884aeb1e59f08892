/**
 * Models and a database whose tables are spread are compared like any others, and brought together by revisions.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { differences } from "../../src/migration/comparing/differences.ts"
import { described } from "../../src/migration/planning/planSteps.ts"
import { Migration } from "andamios-orm"
import { carryOut, introspected, rowsOf, sql } from "../migration/carryOut.ts"
import { layerOf, type Places, places, rowsAt, sharded } from "./shardedServers.ts"

class State extends Model.Class<State>("State")({
  code: Column.primaryKey(Schema.String)
}, { table: "states", distribution: "reference", schema: "geo" }) {}

class Account extends Model.Class<Account>("Account")({
  tenantId: Column.primaryKey(Schema.Int),
  state: Column.references(Schema.String, () => State, "code")
}, { table: "accounts", distribution: { by: "tenantId" }, columns: "snake_case" }) {}

class Ticket extends Model.Class<Ticket>("Ticket")({
  tenantId: Column.primaryKey(Column.references(Schema.Int, () => Account, "tenantId", { onDelete: "cascade" })),
  number: Column.primaryKey(Column.serial(Schema.Int)),
  title: Schema.NonEmptyString
}, {
  table: "tickets",
  distribution: { by: "tenantId" },
  columns: "snake_case",
  indexes: [Index.unique("tenantId", "title"), Index.on("title")]
}) {}

class Plain extends Model.Class<Plain>("Plain")({ id: Column.serial(Schema.Int) }, { table: "plains" }) {}

const models = [State, Account, Ticket, Plain]

const told = (all: ReadonlyArray<Model.Any>) => Effect.map(differences(all), (found) => found.map(described))

describe("sharded PostgreSQL: models and the database", () => {
  it.effect("are the same when the models' tables were made", () =>
    Effect.gen(function*() {
      yield* Session.createTables(models)
      assert.deepStrictEqual(yield* told(models), [])
      yield* Session.createTables(models)
      assert.deepStrictEqual(yield* told(models), [])
    }).pipe(Effect.provide(sharded())))

  it.effect("are brought together from nothing, and leave nothing behind on the shards", () =>
    Effect.flatMap(places, (all: Places) =>
      Effect.gen(function*() {
        const found = yield* differences(models)
        const schemas = "SELECT nspname FROM pg_namespace WHERE nspname ~ '^andamios_[0-9a-f]+_'"
        for (const place of [all.coordinator, ...all.shards]) assert.deepStrictEqual(yield* rowsAt(place, schemas), [])
        yield* carryOut(found)
        assert.deepStrictEqual(yield* told(models), [])
        yield* sql("INSERT INTO geo.states VALUES ('AT')", "INSERT INTO accounts VALUES (1, 'AT')")
        const tickets = yield* Repository.make(Ticket)
        yield* tickets.insert({ tenantId: 1, title: "first" })
        yield* carryOut(yield* differences([]))
        for (const shard of all.shards) {
          assert.deepStrictEqual(
            yield* rowsAt(
              shard,
              "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname IN ('tickets', 'accounts', 'states')"
            ),
            []
          )
        }
      }).pipe(Effect.provide(layerOf(all)))))

  it.effect("differ in how rows are spread, and the rows move", () =>
    Effect.gen(function*() {
      const version = (distribution?: Model.Distribution<"tenantId">) => {
        class Owner extends Model.Class<Owner>("Owner")({
          tenantId: Column.primaryKey(Column.serial(Schema.Int)),
          name: Schema.String
        }, { table: "accounts", ...(distribution === undefined ? {} : { distribution }) }) {}
        class Owned extends Model.Class<Owned>("Owned")({
          tenantId: Column.primaryKey(Column.references(Schema.Int, () => Owner, "tenantId")),
          number: Column.primaryKey(Schema.Int)
        }, { table: "tickets", ...(distribution === undefined ? {} : { distribution }) }) {}
        return [Owner, Owned] as const
      }
      const alone = version()
      yield* Session.createTables(alone)
      yield* sql(
        "INSERT INTO accounts (name) SELECT 'a' || n FROM generate_series(1, 20) AS n",
        "DELETE FROM accounts WHERE \"tenantId\" = 20",
        "INSERT INTO tickets SELECT n, n FROM generate_series(1, 19) AS n"
      )
      for (
        const distribution of [
          { by: "tenantId" as const },
          "reference" as const,
          { by: "tenantId" as const },
          undefined
        ]
      ) {
        const wanted = version(distribution)
        const changes = yield* differences(wanted)
        assert.deepStrictEqual(changes.map(({ _tag }) => _tag), [
          "DropForeignKey",
          "Distribute",
          "Distribute",
          "AddForeignKey"
        ])
        yield* carryOut(changes)
        assert.deepStrictEqual(yield* told(wanted), [])
        assert.strictEqual((yield* rowsOf("SELECT * FROM accounts JOIN tickets USING (\"tenantId\")")).length, 19)
      }
      const accounts = yield* Repository.make(alone[0])
      assert.strictEqual((yield* accounts.insert({ name: "next" })).tenantId, 21)
    }).pipe(Effect.provide(sharded())))

  it.effect("share enums, whose values change under the rows", () =>
    Effect.gen(function*() {
      const mood = { name: "mood", values: ["good", "bad"] }
      const wider = { name: "mood", values: ["good", "fine", "bad"] }
      const narrow = { name: "mood", values: ["bad", "good"] }
      const type = Type.custom(Type.text, { postgres: "mood" })
      yield* carryOut([
        Migration.createEnum(mood),
        Migration.createTable({
          name: "days",
          columns: [Migration.column("id", Type.int32), Migration.column("mood", type, { default: "'good'" })],
          primaryKey: { columns: ["id"] },
          distribution: { by: "id" }
        })
      ])
      yield* sql("INSERT INTO days (id) SELECT generate_series(1, 10)")
      yield* carryOut([Migration.changeEnum(mood, wider)])
      yield* sql("UPDATE days SET mood = 'fine' WHERE id = 1", "UPDATE days SET mood = 'bad' WHERE id = 1")
      yield* carryOut([Migration.changeEnum(wider, narrow)])
      assert.deepStrictEqual((yield* introspected).enums.map(({ values }) => values), [["bad", "good"]])
      assert.strictEqual((yield* rowsOf("SELECT id FROM days WHERE mood = 'good'")).length, 9)
      yield* carryOut([
        Migration.createEnum({ name: "other", values: ["a"] }),
        Migration.changeEnum({ name: "other", values: ["a"] }, { name: "other", values: ["b"] }),
        Migration.dropEnum({ name: "other", values: ["b"] }),
        Migration.createSchema("extra"),
        Migration.dropSchema("extra")
      ])
    }).pipe(Effect.provide(sharded())))

  it.effect("spread by themselves where nothing is declared", () =>
    Effect.gen(function*() {
      class Word extends Model.Class<Word>("Word")({ id: Column.primaryKey(Schema.Int) }, { table: "words" }) {}
      class Unique extends Model.Class<Unique>("Unique")({
        id: Column.primaryKey(Schema.Int),
        name: Column.unique(Schema.String)
      }, { table: "uniques" }) {}
      class Keyless extends Model.Class<Keyless>("Keyless")({ text: Schema.String }, { table: "keyless" }) {}
      yield* Session.createTables([Word, Unique, Keyless])
      const { tables } = yield* introspected
      assert.deepStrictEqual(tables.map(({ distribution, name }) => [name, distribution]), [
        ["keyless", undefined],
        ["uniques", "reference"],
        ["words", { by: "id" }]
      ])
      assert.deepStrictEqual(yield* told([Word, Unique, Keyless]), [])
      assert.deepStrictEqual(yield* Query.from(Word).all, [])
    }).pipe(Effect.provide(sharded("automatic"))))
})
