/**
 * Two databases in one program: PostgreSQL takes the orders, and DuckDB answers questions about a copy of them.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Database, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { Console, Data, Effect, Layer, Schema, Stream } from "effect"

class Order extends Model.Class<Order>("Order")({
  id: Column.serial(Schema.Int),
  city: Schema.NonEmptyString,
  cents: Column.int32
}, { table: "orders" }) {}

/** The copy of an order, under the number that it has. */
class Sale extends Model.Class<Sale>("Sale")({
  order: Column.primaryKey(Schema.Int),
  city: Schema.NonEmptyString,
  cents: Column.int32
}, { table: "sales" }) {}

const saleOf = ({ cents, city, id }: Order) => ({ order: id, city, cents })

/** The second database of the program. The first is the one that has no name. */
class Analytics extends Database.Service<Analytics>()("shop/Analytics") {}

class TooExpensive extends Data.TaggedError("TooExpensive") {}

const cities = ["Lima", "Quito", "Bogotá"] as const

const takeOrders = Effect.gen(function*() {
  yield* Session.createTables([Order])
  const orders = yield* Repository.make(Order)
  yield* orders.insertMany(
    Array.from({ length: 3000 }, (_, index) => ({ city: cities[index % 3] ?? "Lima", cents: index % 1000 }))
  )
  yield* Console.log(`PostgreSQL has ${yield* orders.query.count} orders`)
})

// A repository stays with its database: `orders` is read on PostgreSQL, although DuckDB is the one that imports.
const copyOrders = Effect.gen(function*() {
  const orders = yield* Repository.make(Order)
  const copied = yield* Analytics.run(Effect.gen(function*() {
    yield* Session.createTables([Sale])
    const sales = yield* Repository.make(Sale)
    return yield* sales.importFrom(Stream.map(orders.stream(), saleOf), { batch: 1000 })
  }))
  yield* Console.log(`DuckDB has a copy of ${copied.inserted}`)
})

// A query runs where it is asked: this one names no database.
const revenue = Query.from(Sale)
  .groupBy(({ city }) => ({ city }))
  .select(({ cents }) => ({ number: Query.count(), cents: Query.sum(cents) }))
  .orderBy(({ city }) => city.asc())

const report = Effect.gen(function*() {
  for (const { cents, city, number } of yield* Analytics.run(revenue)) {
    yield* Console.log(`  ${city}: ${number} orders, ${cents} cents`)
  }
})

// A transaction is of one database. What was written to the other is there, whatever becomes of it.
const fail = Session.transaction(Effect.gen(function*() {
  const orders = yield* Repository.make(Order)
  const order = yield* orders.insert({ city: "Lima", cents: 1_000_000 })
  yield* Analytics.run(Query.insert(Sale).values(saleOf(order)))
  return yield* new TooExpensive()
})).pipe(
  Effect.catchTag("TooExpensive", () => Console.log("An order is too expensive: it is rolled back on PostgreSQL"))
)

const program = Effect.gen(function*() {
  yield* takeOrders
  yield* copyOrders
  yield* report
  yield* fail
  const orders = yield* Query.from(Order).count
  const sales = yield* Analytics.run(Query.from(Sale).count)
  yield* Console.log(`PostgreSQL: ${orders}, DuckDB: ${sales}`)
})

// A server of its own for this example, gone with the Layer. A program in service says Postgres.layer({ url }) instead.
const shop = Layer.unwrap(Effect.map(PostgresServer.start(), Postgres.layer))

// Without it the program doesn't compile: "Type 'Analytics' is not assignable to type 'never'".
const analytics = Analytics.layer(DuckDb.layer({ path: ":memory:" }))

/** What this file shows, from start to end. */
export const main = program.pipe(
  Effect.provide(Layer.merge(shop, analytics)),
  Effect.catchTag("PostgresUnavailable", ({ problem, remedy }) => Console.log(`skipped. ${problem}\n${remedy}`))
)

if (import.meta.main) NodeRuntime.runMain(main)
