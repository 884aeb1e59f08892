/**
 * Live queries: rows, and the rows again after each commit that concerns them.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Relation, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Data, Effect, Fiber, Latch, Schema, Stream } from "effect"

class Table extends Model.Class<Table>("Table")({
  id: Column.primaryKey(Column.int32),
  guests: Column.int32
}, { table: "tables" }) {
  static readonly relations = () => ({ orders: Relation.hasMany(() => Order, { from: "id", to: "tableId" }) })
}

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Column.int32),
  tableId: Column.int32,
  dish: Schema.NonEmptyString
}, { table: "orders" }) {}

class KitchenClosed extends Data.TaggedError("KitchenClosed") {}

// What the kitchen's screen shows: what is read decides what is watched, the orders of each table included.
const board = Query.from(Table).orderBy((table) => table.id.asc()).include({
  orders: { orderBy: (order) => order.id.asc() }
})

const show = (tables: ReadonlyArray<{ readonly id: number; readonly orders: ReadonlyArray<Order> }>) =>
  Console.log(tables.map(({ id, orders }) => `${id}: ${orders.map(({ dish }) => dish).join(", ") || "-"}`).join(" | "))

export const main = Effect.gen(function*() {
  yield* Session.createTables([Table, Order])
  yield* Query.insert(Table).values([{ id: 1, guests: 2 }, { id: 2, guests: 4 }])

  // The screen tells when it has shown something, so that the story below goes on step by step.
  const shown = yield* Latch.make(false)
  const screen = yield* Effect.forkChild(
    board.changes.pipe(
      Stream.take(4),
      Stream.runForEach((tables) => Effect.andThen(show(tables), shown.open))
    )
  )
  const next = Effect.andThen(shown.await, shown.close)
  yield* next

  yield* Query.insert(Order).values({ id: 1, tableId: 1, dish: "soup" })
  yield* next

  // A transaction is told once, when it is committed, and never when it is rolled back.
  yield* Effect.ignore(Session.transaction(
    Effect.andThen(Query.insert(Order).values({ id: 2, tableId: 2, dish: "steak" }), new KitchenClosed())
  ))
  yield* Session.transaction(Effect.gen(function*() {
    yield* Query.insert(Order).values({ id: 3, tableId: 2, dish: "salad" })
    yield* Query.insert(Order).values({ id: 4, tableId: 2, dish: "cake" })
  }))
  yield* next

  yield* Query.delete(Order).where((order) => order.tableId.eq(1))
  yield* Fiber.join(screen)
}).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
