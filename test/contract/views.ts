/**
 * A model of a view is read like any other, and only read.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Sale extends Model.Class<Sale>("Sale")({
  id: Column.primaryKey(Schema.Int),
  shop: Schema.String,
  amount: Column.int32
}, { table: "views_sales" }) {}

class ShopTotal extends Model.View<ShopTotal>("ShopTotal")({
  shopName: Schema.String,
  totalAmount: Schema.Int.check(Schema.isLessThan(1_000))
}, { view: "views \"of\" totals", columns: "snake_case" }) {
  get label() {
    return `${this.shopName}: ${this.totalAmount}`
  }
}

export const views = (name: string, database: Database) => {
  const withView = Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(
      "CREATE OR REPLACE VIEW \"views \"\"of\"\" totals\" AS " +
        "SELECT shop AS shop_name, CAST(sum(amount) AS BIGINT) AS total_amount FROM views_sales GROUP BY shop"
    )
  })).pipe(Layer.provideMerge(TestDatabase.layerOn(database, [Sale])))

  return layer(withView, { timeout: "60 seconds" })(`${name}: views`, (it) => {
    it.effect("are read, joined and grouped, as instances", () =>
      Effect.gen(function*() {
        const sales = yield* Repository.make(Sale)
        yield* sales.insertMany([
          { id: 1, shop: "north", amount: 3 },
          { id: 2, shop: "north", amount: 4 },
          { id: 3, shop: "south", amount: 5 }
        ])
        const totals = yield* Query.from(ShopTotal).orderBy((total) => total.totalAmount.desc())
        assert.deepStrictEqual(totals.map(({ label }) => label), ["north: 7", "south: 5"])
        const joined = yield* Query.from(Sale, "sale")
          .join(ShopTotal, "total", ({ sale, total }) => sale.shop.eq(total.shopName))
          .where(({ total }) => total.totalAmount.gt(6))
        assert.deepStrictEqual(joined.map(({ total }) => total.shopName), ["north", "north"])
      }))

    it.effect("are checked row by row", () =>
      Effect.gen(function*() {
        const sales = yield* Repository.make(Sale)
        yield* sales.insert({ id: 4, shop: "east", amount: 1_000 })
        const broken = yield* Effect.flip(Query.from(ShopTotal).all)
        assert.strictEqual(broken._tag, "Undecodable")
        const beside = Query.from(Sale, "sale")
          .join(ShopTotal, "total", ({ sale, total }) => sale.shop.eq(total.shopName))
          .where(({ sale }) => sale.id.gte(3)).orderBy(({ sale }) => sale.id.asc())
        const joined = yield* Effect.flip(beside.all)
        assert.strictEqual(joined._tag, "Undecodable")
        assert.include(joined.message, "total.total_amount of row number 2")
        yield* sales.delete(4)
      }))

    it.effect("are absent from rows that have none, whatever they are checked by", () =>
      Effect.gen(function*() {
        const sales = yield* Repository.make(Sale)
        yield* sales.insert({ id: 5, shop: "west", amount: 1 })
        const without = Query.from(Sale, "sale")
          .leftJoin(ShopTotal, "total", ({ sale, total }) => sale.shop.eq(total.shopName).and(total.totalAmount.gt(1)))
          .where(({ sale }) => sale.id.eq(5))
        assert.deepStrictEqual((yield* without).map(({ total }) => total), [null])
        assert.deepStrictEqual(yield* without.select(({ total }) => ({ amount: total.totalAmount })), [{
          amount: null
        }])
        yield* sales.delete(5)
      }))

    it.effect("are not created, and have no repository", () =>
      Effect.gen(function*() {
        // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
        const refused = yield* Effect.flip(Session.createTables([ShopTotal]))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "which is a view")
        // @ts-expect-error Type '"a view is only read: see Query.from"' is not assignable to type 'never'
        yield* Repository.make(ShopTotal)
      }))
  })
}
