/**
 * What a mixin hides comes with no other row, and counts for none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Relation, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database } from "./Subject.ts"

class Owner extends Context.Service<Owner, string>()("test/HiddenOwner") {}

class Shop extends Model.Class<Shop>("Shop")({ id: Column.primaryKey(Schema.Int), ...Mixin.softDelete }, {
  table: "hidden_shops"
}) {
  static readonly relations = () => ({
    sales: Relation.hasMany(() => Sale, { from: "id", to: "shopId" }),
    notes: Relation.hasMany(() => Note, { from: "id", to: "shopId" })
  })
}

class Sale extends Model.Class<Sale>("Sale")({
  id: Column.primaryKey(Schema.Int),
  shopId: Schema.Int,
  ...Mixin.softDelete
}, { table: "hidden_sales" }) {
  static readonly relations = () => ({ shop: Relation.belongsTo(() => Shop, { from: "shopId", to: "id" }) })
}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  shopId: Schema.Int,
  ...Mixin.tenant(Owner, Schema.String)
}, { table: "hidden_notes" }) {}

export const hiddenRelations = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Shop, Sale, Note]), { timeout: "60 seconds" })(
    `${name}: hidden relations`,
    (it) => {
      it.effect("rows that are deleted softly, unless they are asked for", () =>
        Effect.gen(function*() {
          const shops = yield* Repository.make(Shop)
          const sales = yield* Repository.make(Sale)
          yield* shops.insertMany([{ id: 1 }, { id: 2 }])
          yield* sales.insertMany([{ id: 1, shopId: 1 }, { id: 2, shopId: 1 }, { id: 3, shopId: 2 }])
          yield* sales.delete(2)
          yield* shops.delete(2)

          const shop = yield* Query.from(Shop).include({ sales: true }).with((row) => ({ count: row.sales.count() }))
            .one
          assert.deepStrictEqual([shop.id, shop.count, shop.sales.map(({ id }) => id)], [1, 1, [1]])
          const all = yield* Query.from(Shop).include({
            sales: { withDeleted: true, orderBy: (sale) => sale.id.asc() }
          })
            .one
          assert.deepStrictEqual(all.sales.map(({ id }) => id), [1, 2])

          const orphans = Query.from(Sale).orderBy((sale) => sale.id.asc())
          assert.deepStrictEqual((yield* orphans.include({ shop: true })).map((sale) => sale.shop?.id ?? null), [
            1,
            null
          ])
          assert.deepStrictEqual(
            (yield* orphans.include({ shop: { withDeleted: true } })).map((sale) => sale.shop?.id ?? null),
            [1, 2]
          )
          assert.deepStrictEqual((yield* orphans.where((sale) => sale.shop.isNot())).map(({ id }) => id), [3])
        }))

      it.effect("rows of other tenants", () =>
        Effect.gen(function*() {
          const shops = yield* Repository.make(Shop)
          const notes = yield* Repository.make(Note)
          yield* shops.insertMany([{ id: 10 }, { id: 11 }])
          const as = (owner: string) => Effect.provideService(Owner, owner)
          yield* notes.insertMany([{ id: 1, shopId: 10 }, { id: 2, shopId: 11 }]).pipe(as("ada"))
          yield* notes.insertMany([{ id: 3, shopId: 10 }]).pipe(as("bob"))
          const found = Query.from(Shop).where((shop) => shop.id.gte(10)).orderBy((shop) => shop.id.asc())
            .include({ notes: true }).all
          const seen = Effect.map(found, (rows) => rows.map((row) => row.notes.map(({ id }) => id)))
          assert.deepStrictEqual(yield* as("ada")(seen), [[1], [2]])
          assert.deepStrictEqual(yield* as("bob")(seen), [[3], []])
          const noted = Query.from(Shop).where((shop) => shop.notes.some()).count
          assert.strictEqual(yield* as("bob")(noted), 1)
        }))
    }
  )
