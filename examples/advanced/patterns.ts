/**
 * Patterns of larger programs: a scope for each tenant, keys of rows that are deleted softly, events that are not lost, writes that are
 * done once, and an export that holds no rows in memory. `docs/patterns.md` tells why.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Index, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Context, DateTime, Effect, Layer, Option, Schedule, Schema, Stream } from "effect"

const TenantId = Schema.String.pipe(Schema.brand("TenantId"))
const acme = TenantId.make("acme")
const zenith = TenantId.make("zenith")

class CurrentTenant extends Context.Service<CurrentTenant, typeof TenantId.Type>()("shop/CurrentTenant") {}

/** Runs what one tenant asks for. */
const of = (tenant: typeof TenantId.Type) => Effect.provideService(CurrentTenant, tenant)

class Customer extends Model.Class<Customer>("Customer")({
  id: Column.serial(Schema.Int),
  email: Column.unique(Schema.String),
  ...Mixin.softDelete
}, { table: "customers" }) {}

class Order extends Model.Class<Order>("Order")({
  id: Column.serial(Schema.Int),
  item: Schema.NonEmptyString,
  cents: Column.int32,
  ...Mixin.tenant(CurrentTenant, TenantId)
}, { table: "orders", indexes: [Index.on("tenantId")] }) {}

const OrderPlaced = Schema.TaggedStruct("OrderPlaced", { order: Schema.Int, item: Schema.String })

/** What has to be told elsewhere. A row is written in the transaction of what it tells of, so that there is one if and only if that is stored. */
class Outbox extends Model.Class<Outbox>("Outbox")({
  id: Column.serial(Schema.Int),
  event: Column.json(OrderPlaced),
  sentAt: Schema.NullOr(Column.timestamp)
}, { table: "outbox" }) {}

class Orders extends Repository.Service<Orders>()("shop/Orders", Order, {
  hooks: {
    afterInsert: (orders) =>
      Effect.flatMap(Repository.make(Outbox), (outbox) =>
        outbox.insertMany(orders.map(({ id, item }) => ({
          event: OrderPlaced.make({ order: id, item }),
          sentAt: null
        }))))
  }
}) {}

const tenants = Effect.gen(function*() {
  const orders = yield* Orders
  yield* orders.insertMany([{ item: "Lamp", cents: 4_000 }, { item: "Desk", cents: 20_000 }]).pipe(of(acme))
  yield* orders.insert({ item: "Chair", cents: 9_000 }).pipe(of(zenith))
  yield* Console.log(
    `acme sees ${yield* orders.count().pipe(of(acme))}, zenith ${yield* orders.count().pipe(of(zenith))}`
  )
  yield* Console.log(`who runs the shop sees ${yield* Query.from(Query.acrossTenants(Order)).count}`)
})

const keys = Effect.gen(function*() {
  const customers = yield* Repository.make(Customer)
  const first = yield* customers.insert({ email: "ada@example.com" })
  yield* customers.delete(first.id)
  yield* customers.insert({ email: "ada@example.com" })
  yield* Console.log("the address of a deleted customer is free")
  yield* customers.restore(first.id).pipe(
    Effect.catchTag(
      "UniqueViolation",
      ({ columns }) => Console.log(`she can't come back: her ${columns.join()} is taken`)
    )
  )
})

/** Sends what waits, oldest first. A row is marked when it was sent: what a crash comes between is sent again. */
const deliver = Effect.fn("deliver")(function*<E>(send: (event: typeof OrderPlaced.Type) => Effect.Effect<void, E>) {
  const outbox = yield* Repository.make(Outbox)
  const waiting = yield* Query.from(Outbox).where((row) => row.sentAt.isNull()).orderBy((row) => row.id.asc()).limit(
    100
  )
  for (const { event, id } of waiting) {
    yield* send(event)
    yield* outbox.patch({ id, sentAt: yield* DateTime.now })
  }
  return waiting.length
})

const events = Effect.gen(function*() {
  const orders = yield* Orders
  const failed = orders.insert({ item: "Sofa", cents: 90_000 }).pipe(Effect.andThen(Effect.fail("no credit")), of(acme))
  yield* Effect.ignore(Session.transaction(failed))
  const sent = yield* deliver((event) => Console.log(`sent: ${event.item}`))
  yield* Console.log(`${sent} events, then ${yield* deliver(() => Effect.void)}`)
})

/** The answers of requests that were carried out, by the key that the client gave them. */
class Handled extends Model.Class<Handled>("Handled")({
  key: Column.primaryKey(Schema.String),
  order: Schema.Int
}, { table: "handled" }) {}

/** Places an order once, however often and by however many at a time it is asked for. */
const placeOnce = Effect.fn("placeOnce")(function*(key: string, item: string) {
  const handled = yield* Repository.make(Handled)
  const orders = yield* Orders
  return yield* Session.transaction(
    Effect.gen(function*() {
      const before = yield* handled.findById(key)
      if (Option.isSome(before)) return before.value.order
      const { id } = yield* orders.insert({ item, cents: 1_000 })
      yield* handled.insert({ key, order: id })
      return id
    }),
    { retry: Schedule.recurs(5) }
  ).pipe(
    // somebody else was faster with the same key: the second run finds the answer
    Effect.retry({ times: 1, while: (failure) => failure._tag === "UniqueViolation" && failure.table === "handled" })
  )
})

const once = Effect.gen(function*() {
  const orders = yield* Orders
  const before = yield* orders.count()
  const answers = yield* Effect.replicateEffect(placeOnce("request-17", "Shelf"), 5, { concurrency: 2 })
  yield* Console.log(`5 requests, ${new Set(answers).size} answer, ${(yield* orders.count()) - before} order`)
}).pipe(of(acme))

const exported = Query.from(Order).orderBy((order) => order.id.asc()).stream.pipe(
  Stream.map(({ cents, item }) => `${JSON.stringify({ item, cents })}\n`),
  Stream.encodeText,
  Stream.runFold(() => 0, (bytes, chunk) => bytes + chunk.length)
)

const program = Effect.gen(function*() {
  yield* Session.createTables([Customer, Order, Outbox, Handled])
  yield* Console.log("1. A scope for each tenant")
  yield* tenants
  yield* Console.log("\n2. Keys of rows that are deleted softly")
  yield* keys
  yield* Console.log("\n3. Events that are not lost")
  yield* events
  yield* Console.log("\n4. Writes that are done once")
  yield* once
  yield* Console.log("\n5. An export that holds no rows")
  yield* Console.log(`${yield* exported.pipe(of(acme))} bytes`)
})

/** What this file shows, from start to end. */
export const main = program.pipe(
  Effect.provide(Orders.layer.pipe(Layer.provideMerge(DuckDb.layer({ path: ":memory:" }))))
)

if (import.meta.main) NodeRuntime.runMain(main)
