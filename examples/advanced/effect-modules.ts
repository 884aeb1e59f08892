/**
 * Effect's own modules keep what they know in a database: a key-value store and a job queue, in the same DuckDB file as our models.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { DuckDb, SqliteCompatibility } from "andamios-orm/duckdb"
import { Console, Data, Effect, FileSystem, Layer, Ref, Schedule, Schema } from "effect"
import { KeyValueStore, PersistedQueue } from "effect/persistence"
import { SqlClient } from "effect/sql"

class Order extends Model.Class<Order>("Order")({
  number: Column.serial(Schema.Int),
  customer: Schema.NonEmptyString,
  tea: Schema.NonEmptyString
}, { table: "orders" }) {}

class OutOfStock extends Data.TaggedError("OutOfStock")<{ readonly tea: string }> {}

// A queue of numbers of orders. What is offered stays in the database until a worker has succeeded with it, or has failed three times.
const mails = PersistedQueue.make({
  name: "mails",
  schema: Schema.Int,
  maxAttempts: 3,
  retrySchedule: Schedule.spaced("1 second")
})

const settings = Effect.gen(function*() {
  const store = yield* KeyValueStore.KeyValueStore
  yield* store.set("greeting", "Thank you")
  const greeting = yield* store.get("greeting")
  yield* Console.log(`greeting: ${greeting}, farewell: ${yield* store.get("farewell")}`)
})

// The queue joins the transaction of the ORM: an order and its mail are stored together, or neither is.
const placeOrder = Effect.fn("placeOrder")(function*(customer: string, tea: string) {
  const orders = yield* Repository.make(Order)
  const queue = yield* mails
  return yield* Session.transaction(Effect.gen(function*() {
    const order = yield* orders.insert({ customer, tea })
    yield* queue.offer(order.number)
    if (tea === "Coffee") return yield* new OutOfStock({ tea })
    return order
  }))
})

const place = Effect.gen(function*() {
  const { number } = yield* placeOrder("Ada", "Assam")
  yield* Console.log(`order ${number} is placed`)
  yield* placeOrder("Bob", "Coffee").pipe(
    Effect.catchTag("OutOfStock", ({ tea }) => Console.log(`${tea} is out of stock: no order, and no mail`))
  )
  const stored = yield* Query.from(Order).count
  yield* Console.log(`orders stored: ${stored}`)
})

// What fails is tried again, by whichever worker comes first. Here the mail server is down once.
const work = Effect.gen(function*() {
  const orders = yield* Repository.make(Order)
  const queue = yield* mails
  const isDown = yield* Ref.make(true)
  const send = queue.take((number, { attempts }) =>
    Effect.gen(function*() {
      if (yield* Ref.getAndSet(isDown, false)) return yield* Effect.fail("the mail server is down")
      const { customer, tea } = yield* orders.get(number)
      yield* Console.log(`attempt ${attempts}: mail to ${customer} about ${tea} is sent`)
    })
  )
  yield* Effect.retry(send, { while: (error) => error === "the mail server is down", times: 1 })
})

// It is all in tables, so all of SQL is there to look at it.
const inspect = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const jobs = yield* sql<{ readonly state: string; readonly customer: string; readonly attempts: number }>`
    SELECT state, customer, attempts FROM effect_queue JOIN orders ON element = number::VARCHAR`
  for (const { attempts, customer, state } of jobs) {
    yield* Console.log(`the mail to ${customer} is ${state}, after ${attempts} attempts`)
  }
})

// The modules speak SQLite's SQL. This Layer between them and DuckDB puts it into DuckDB's words; nothing else sees it.
const modules = Layer.merge(
  KeyValueStore.layerSql({ table: "settings" }),
  PersistedQueue.layer.pipe(Layer.provide(PersistedQueue.layerStoreSql({ pollInterval: "50 millis" })))
).pipe(Layer.provide(SqliteCompatibility.layer))

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped({ prefix: "andamios-modules-" })
  const live = Layer.provideMerge(modules, DuckDb.layer({ path: `${folder}/shop.duckdb` }))

  yield* Effect.gen(function*() {
    yield* Session.createTables([Order])
    yield* Console.log("1. A key-value store")
    yield* settings
    yield* Console.log("\n2. An order and its mail, in one transaction")
    yield* place
  }).pipe(Effect.provide(live))

  // Here the database is closed, and so might be the process. The mail waits in the file.
  yield* Effect.gen(function*() {
    yield* Console.log("\n3. A worker, after the file was opened again")
    yield* work
    yield* Console.log("\n4. What the queue's table says")
    yield* inspect
  }).pipe(Effect.provide(live))
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

if (import.meta.main) NodeRuntime.runMain(main)
