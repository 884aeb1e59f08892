/**
 * PostgreSQL has no attached databases: a model of one is refused before anything is sent.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Schema.Int),
  name: Schema.String
}, { table: "items", database: "warehouse" }) {}

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds" })("a model of an attached database", (it) => {
  it.effect("is refused in every way, saying what to do", () =>
    Effect.gen(function*() {
      const items = yield* Repository.make(Item)
      const refused = yield* Effect.all([
        Effect.flip(Session.createTables([Item])),
        Effect.flip(Query.from(Item).all),
        Effect.flip(items.insert({ id: 1, name: "nut" })),
        Effect.flip(items.upsert({ id: 1, name: "nut" })),
        Effect.flip(items.patch({ id: 1, name: "nut" })),
        Effect.flip(items.delete(1)),
        Effect.flip(items.deleteMany([1]))
      ])
      for (const error of refused) {
        assert.strictEqual(error._tag, "Unsupported")
        assert.include(error.message, "the table warehouse.items")
      }
    }))
})
