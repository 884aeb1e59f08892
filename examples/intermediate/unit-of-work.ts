/**
 * A unit of work: rows are read, added, changed and removed as instances, and written together at its end.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Mixin, Model, Query, Repository, Session, UnitOfWork } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Schema } from "effect"

class Customer extends Model.Class<Customer>("Customer")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  points: Column.withDefault(Column.int32, 0),
  ...Mixin.version
}, { table: "customers" }) {}

class Order extends Model.Class<Order>("Order")({
  id: Column.serial(Schema.Int),
  customer: Column.references(Schema.Int, () => Customer, "id"),
  cents: Column.int32,
  paid: Column.withDefault(Schema.Boolean, false)
}, { table: "orders" }) {}

const show = ({ fields, key, model, operation }: UnitOfWork.Pending) =>
  `${operation} ${model} ${String(key["id"])} (${fields.join(", ")})`

const placing = Session.unitOfWork(Effect.gen(function*() {
  const work = yield* UnitOfWork.UnitOfWork

  // An added row is whole at once: its number is drawn from the database, so that others can refer to it. Nothing is stored yet.
  const ada = yield* work.add(Customer, { name: "Ada" })
  const order = yield* work.add(Order, { customer: ada.id, cents: 1_250 })
  yield* work.add(Order, { customer: ada.id, cents: 300 })
  yield* Console.log(`added: ${ada.name} is number ${ada.id}, version ${ada.version}`)

  // A change is a new instance. What it was made of stays as it is.
  const paid = yield* work.change(Order, order, { paid: true })
  yield* Console.log(`paid: ${order.paid} before, ${paid.paid} after`)
  yield* Console.log(`pending:\n  ${(yield* work.pending).map(show).join("\n  ")}`)

  // A query finds all of it, because what is pending on its tables is written before.
  const open = yield* Query.from(Order).where((row) => row.paid.eq(false)).count
  yield* Console.log(`open orders: ${open}; pending: ${(yield* work.pending).length}`)
}))

const knowing = Session.unitOfWork(Effect.gen(function*() {
  const work = yield* UnitOfWork.UnitOfWork

  // One instance for each row: the second `get` asks nothing, and a query answers with the same instance.
  const ada = yield* work.get(Customer, 1)
  const [found] = yield* Query.from(Customer).where((row) => row.name.eq("Ada")).all
  yield* Console.log(`the same: ${ada === (yield* work.get(Customer, 1))}, also from a query: ${ada === found}`)

  // Only what differs is written, once, and whatever instance is at hand will do.
  yield* work.change(Customer, ada, { points: 5 })
  yield* work.change(Customer, ada, { name: "Ada L." })
  const back = yield* work.change(Customer, ada, { points: 0 })
  yield* Console.log(`pending: ${(yield* work.pending).map(show).join()}`)
  yield* Console.log(`changed: ${back.name}, ${back.points} points, version ${back.version}`)
}))

const undoing = Effect.gen(function*() {
  // What fails stores nothing.
  const failed = Session.unitOfWork(Effect.gen(function*() {
    const work = yield* UnitOfWork.UnitOfWork
    yield* work.add(Customer, { name: "Nobody" })
    yield* work.flush
    return yield* Effect.fail("card refused")
  }))
  yield* failed.pipe(Effect.catch((reason) => Console.log(`failed: ${String(reason)}`)))

  // A nested transaction is undone alone, in the database and in what is known.
  yield* Session.unitOfWork(Effect.gen(function*() {
    const work = yield* UnitOfWork.UnitOfWork
    const ada = yield* work.get(Customer, 1)
    const gift = Session.transaction(
      Effect.andThen(work.change(Customer, ada, { points: 1_000 }), Effect.fail("no gifts today"))
    )
    yield* gift.pipe(Effect.catch((reason) => Console.log(`nested: ${String(reason)}`)))
    yield* Console.log(`points: ${(yield* work.get(Customer, 1)).points}`)
  }))

  // A row that was read earlier, and that somebody else has changed meanwhile: its version tells.
  const customers = yield* Repository.make(Customer)
  const read = yield* customers.get(1)
  yield* customers.patch({ id: 1, version: read.version, points: 1 })
  const late = Session.unitOfWork(Effect.gen(function*() {
    const work = yield* UnitOfWork.UnitOfWork
    yield* work.change(Customer, read, { points: 7 })
  }))
  yield* Effect.catchTag(late, "StaleRow", (stale) => Console.log(`StaleRow: ${stale.message}`))
})

const telling = Effect.gen(function*() {
  // All that was written, as data: a log, a feed for others, or the same once more elsewhere.
  const changes = yield* Session.unitOfWork(Effect.gen(function*() {
    const work = yield* UnitOfWork.UnitOfWork
    const [first] = yield* Query.from(Order).orderBy((row) => row.id.asc()).all
    if (first !== undefined) yield* work.remove(Order, first)
    yield* work.change(Customer, yield* work.get(Customer, 1), { points: 10 })
    return yield* work.changes
  }))
  for (const change of changes) {
    yield* Console.log(
      `${change.operation} ${change.model} ${JSON.stringify(change.key)} ${JSON.stringify(change.values)}`
    )
  }
  const elsewhere = Effect.gen(function*() {
    yield* Session.createTables([Customer, Order])
    yield* (yield* Repository.make(Customer)).insert({ name: "Ada L." })
    yield* Session.replay([Customer, Order], changes.filter(({ model }) => model === "Customer"))
    return yield* Query.from(Customer).all
  })
  const [copy] = yield* elsewhere.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }), { local: true }))
  yield* Console.log(`elsewhere: ${copy?.name}, ${copy?.points} points, version ${copy?.version}`)
})

const lesson = Effect.gen(function*() {
  yield* Session.createTables([Customer, Order])

  yield* Console.log("1. Add and change")
  yield* placing

  yield* Console.log("\n2. One instance for each row")
  yield* knowing

  yield* Console.log("\n3. All or nothing")
  yield* undoing

  yield* Console.log("\n4. What was changed, as data")
  yield* telling
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))

if (import.meta.main) NodeRuntime.runMain(main)
