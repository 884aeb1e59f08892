/**
 * Tables are in the schema that their model names, and are told apart there from others of the same name.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

const schema = "schemas of 'sales'; --"

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Schema.Int),
  code: Column.unique(Schema.String),
  note: Schema.String
}, { table: "schemas_orders", schema, indexes: [Index.on("note")] }) {}

class Line extends Model.Class<Line>("Line")({
  id: Column.serial(Schema.Int),
  order: Column.references(Schema.Int, () => Order, "id"),
  amount: Column.withDefault(Column.int32, 1)
}, { table: "schemas_lines", schema }) {}

/** A table of the same name, elsewhere. */
class OtherOrder extends Model.Class<OtherOrder>("OtherOrder")({
  id: Column.primaryKey(Schema.Int),
  code: Schema.String
}, { table: "schemas_orders" }) {}

export const schemas = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Line, Order, OtherOrder]), { timeout: "60 seconds" })(
    `${name}: schemas`,
    (it) => {
      it.effect("are created with their tables, and left alone when they are there", () =>
        Effect.gen(function*() {
          yield* Session.createTables([Line, Order, OtherOrder])
          const sql = yield* SqlClient.SqlClient
          const tables = yield* sql<{ table_name: string; table_schema: string }>`
          SELECT table_name, table_schema FROM information_schema.tables
          WHERE table_type = 'BASE TABLE' AND table_name LIKE 'schemas_%' ORDER BY table_name, table_schema DESC`
          assert.deepStrictEqual(
            tables.filter(({ table_schema }) => table_schema === schema).map((one) => one.table_name),
            [
              "schemas_lines",
              "schemas_orders"
            ]
          )
          assert.lengthOf(tables, 3)
        }))

      for (const count of [1, 5_000]) {
        it.effect(`keep ${count} rows apart from those of the same table elsewhere`, () =>
          Effect.gen(function*() {
            const orders = yield* Repository.make(Order)
            const others = yield* Repository.make(OtherOrder)
            const ids = Array.from({ length: count }, (_, index) => count * 10 + index)
            yield* orders.insertMany(ids.map((id) => ({ id, code: `${id}`, note: "" })))
            yield* others.insertMany(ids.map((id) => ({ id, code: "other" })))
            const upserted = yield* orders.upsertMany(ids.map((id) => ({ id, code: `${id}`, note: "upserted" })))
            assert.deepStrictEqual(upserted.map(({ note }) => note), ids.map(() => "upserted"))
            const patched = yield* orders.patchMany(ids.map((id) => ({ id, note: "patched" })))
            const range = [count * 10, count * 11] as const
            const stored = Query.from(Order).where((order) => order.id.between(...range)).orderBy((order) =>
              order.id.asc()
            )
            assert.deepStrictEqual(yield* stored, patched)
            const lines = yield* Repository.make(Line)
            const numbered = yield* lines.insertMany(ids.map((order) => ({ order })))
            assert.deepStrictEqual(numbered.map(({ amount, order }) => [order, amount]), ids.map((order) => [order, 1]))
            const joined = yield* Query.from(Line, "line")
              .join(Order, "order", ({ line, order }) => line.order.eq(order.id))
              .join(OtherOrder, "other", ({ order, other }) => order.id.eq(other.id))
              .where(({ line }) => line.order.between(...range))
              .select(({ other }) => ({ code: other.code }))
            assert.deepStrictEqual(joined, ids.map(() => ({ code: "other" })))
            yield* lines.deleteMany(numbered.map(({ id }) => id))
            yield* orders.delete(count * 10)
            assert.strictEqual(yield* orders.deleteMany(ids), count - 1)
            assert.strictEqual(yield* Query.from(OtherOrder).where((order) => order.id.between(...range)).count, count)
          }))
      }

      it.effect("are named by the errors of their tables", () =>
        Effect.gen(function*() {
          const orders = yield* Repository.make(Order)
          const lines = yield* Repository.make(Line)
          yield* orders.insert({ id: 1, code: "one", note: "" })
          const table = `${schema}.schemas_orders`
          const same = yield* Effect.flip(orders.insert({ id: 2, code: "one", note: "" }))
          assert.deepInclude(same, { _tag: "UniqueViolation", table, columns: ["code"] })
          const orphan = yield* Effect.flip(lines.insert({ order: 404 }))
          assert.deepInclude(orphan, { _tag: "ForeignKeyViolation", table: `${schema}.schemas_lines`, key: "404" })
          const { id } = yield* lines.insert({ order: 1 })
          const referenced = yield* Effect.flip(orders.delete(1))
          assert.deepInclude(referenced, { _tag: "StillReferenced", table, key: "1" })
          yield* lines.delete(id)
          yield* orders.delete(1)
        }))
    }
  )
