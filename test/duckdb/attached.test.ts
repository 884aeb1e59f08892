/**
 * Models of attached databases: DuckDB has them, in transactions of their own.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Item extends Model.Class<Item>("Item")({
  id: Column.serial(Schema.Int),
  name: Column.unique(Schema.String)
}, { table: "items", database: "the warehouse; --", indexes: [Index.on("name")] }) {}

class Shelf extends Model.Class<Shelf>("Shelf")({
  id: Column.primaryKey(Schema.Int),
  item: Schema.Int
}, { table: "shelves", database: "the warehouse; --", schema: "north" }) {}

class Local extends Model.Class<Local>("Local")({ id: Column.primaryKey(Schema.Int) }, { table: "items" }) {}

class Part extends Model.Class<Part>("Part")({
  item: Column.references(Schema.Int, () => Item, "id")
}, { table: "parts", database: "the warehouse; --" }) {}

class Quoted extends Model.Class<Quoted>("Quoted")({ id: Column.serial(Schema.Int) }, {
  table: "quoted",
  schema: "a \"quoted\" schema"
}) {}

class Away extends Model.Class<Away>("Away")({
  local: Column.references(Schema.Int, () => Local, "id")
}, { table: "away", schema: "elsewhere" }) {}

const attached = Layer.effectDiscard(
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe("ATTACH ':memory:' AS \"the warehouse; --\""))
).pipe(Layer.provideMerge(TestDatabase.layer([])))

layer(TestDatabase.layerOn(attached, [Local, Item, Shelf]), { timeout: "60 seconds" })("attached databases", (it) => {
  it.effect("hold the rows of their models, apart from those of the session's own", () =>
    Effect.gen(function*() {
      const items = yield* Repository.make(Item)
      const shelves = yield* Repository.make(Shelf)
      const [first, second] = yield* items.insertMany([{ name: "nut" }, { name: "bolt" }])
      assert.deepStrictEqual([first?.id, second?.id], [1, 2])
      const many = yield* items.insertMany(Array.from({ length: 5_000 }, (_, index) => ({ name: `item ${index}` })))
      assert.lengthOf(many, 5_000)
      yield* shelves.upsertMany(many.map(({ id }) => ({ id, item: id })))
      const found = yield* Query.from(Shelf, "shelf")
        .join(Item, "item", ({ item, shelf }) => shelf.item.eq(item.id))
        .where(({ item }) => item.name.eq("item 7"))
      assert.strictEqual(found[0]?.item.name, "item 7")
      yield* items.patch({ id: 1, name: "screw" })
      assert.strictEqual(yield* items.deleteMany(many.map(({ id }) => id)), 5_000)
      yield* items.delete(2)
      assert.deepStrictEqual((yield* items.all).map(({ name }) => name), ["screw"])
      assert.strictEqual(yield* Query.from(Local).count, 0)
    }))

  it.effect("are named by the errors of their tables", () =>
    Effect.gen(function*() {
      const items = yield* Repository.make(Item)
      yield* items.insert({ name: "nail" })
      const again = yield* Effect.flip(items.insert({ name: "nail" }))
      assert.deepInclude(again, { _tag: "UniqueViolation", table: "the warehouse; --.items", columns: ["name"] })
    }))

  it.effect("refuse a write beside one to another database, and references, saying what to do", () =>
    Effect.gen(function*() {
      const items = yield* Repository.make(Item)
      const locals = yield* Repository.make(Local)
      const both = Session.transaction(Effect.andThen(locals.insert({ id: 1 }), items.insert({ name: "cog" })))
      assert.include((yield* Effect.flip(both)).message, "Write to each database in a transaction of its own.")
      const part = yield* Effect.flip(Session.createTables([Part]))
      assert.strictEqual(part._tag, "Unsupported")
      assert.include(part.message, "a reference from the warehouse; --.parts to the warehouse; --.items")
    }))

  it.effect("refuse a reference to another schema, saying what to do", () =>
    Effect.gen(function*() {
      const away = yield* Effect.flip(Session.createTables([Away]))
      assert.strictEqual(away._tag, "QueryFailed")
      assert.include(away.message, "Put both tables into one schema")
    }))

  it.effect("refuse a numbered column where nextval could not find its sequence", () =>
    Effect.gen(function*() {
      const quoted = yield* Effect.flip(Session.createTables([Quoted]))
      assert.strictEqual(quoted._tag, "Unsupported")
      assert.include(quoted.message, "a numbered column in a \"quoted\" schema.quoted")
    }))
})
