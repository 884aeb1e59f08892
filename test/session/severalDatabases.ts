/**
 * Two databases in one program: what runs inside of `run` is on that one, and what runs outside is on the other.
 */
import { assert, layer } from "@effect/vitest"
import {
  Aggregate,
  Column,
  Database,
  Model,
  Query,
  QueryCache,
  Relation,
  Repository,
  Session,
  UnitOfWork
} from "andamios-orm"
import { Chaos, TestDatabase } from "andamios-orm/testing"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database as Any } from "../contract/Subject.ts"

class Order extends Model.Class<Order>("Order")({
  id: Column.primaryKey(Column.int32),
  what: Schema.String
}, { table: "several_orders" }) {
  static readonly relations = () => ({ lines: Relation.hasMany(() => Line, { from: "id", to: "orderId" }) })
}

class Line extends Model.Class<Line>("Line")({
  id: Column.primaryKey(Column.int32),
  orderId: Column.references(Column.int32, () => Order, "id")
}, { table: "several_lines" }) {}

class Orders extends Repository.Service<Orders>()("severalDatabases/Orders", Order) {}

class Other extends Database.Service<Other>()("severalDatabases/Other") {}
class Third extends Database.Service<Third>()("severalDatabases/Third") {}

class Undone extends Data.TaggedError("Undone") {}

const order = (id: number, what = `order ${id}`) => ({ id, what })

const emptyHere = Effect.andThen(Query.delete(Line).everywhere(), Query.delete(Order).everywhere())
const emptied = Effect.andThen(emptyHere, Other.run(emptyHere))

/** The orders of the database that this runs on, as plain SQL finds them. */
const stored = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ id: number }>`SELECT id FROM several_orders ORDER BY id`,
    (rows) => rows.map(({ id }) => id)
  ))

const both = Effect.all([stored, Other.run(stored)])

const withTables = (database: Any) => TestDatabase.layerOn(database, [Order, Line])

export const severalDatabases = (label: string, database: Any, other: Any) => {
  const withoutName = withTables(database)
  const otherWithTables = withTables(other)
  return layer(Layer.merge(withoutName, Other.layer(otherWithTables)), { timeout: "60 seconds" })(
    `${label}: two databases`,
    (it) => {
      it.effect("a transaction of one is none of the other", () =>
        Effect.gen(function*() {
          yield* emptied
          const add = (id: number) => Query.insert(Order).values(order(id))
          yield* Session.transaction(Effect.gen(function*() {
            yield* add(1)
            yield* Other.run(add(2))
            return yield* new Undone()
          })).pipe(Effect.ignore)
          assert.deepStrictEqual(yield* both, [[], [2]])
          yield* Session.transaction(Effect.gen(function*() {
            yield* add(1)
            yield* Effect.ignore(Other.run(Session.transaction(Effect.andThen(add(3), new Undone()))))
            // it is still in the transaction that it began
            yield* Session.transaction(Effect.andThen(add(4), Query.from(Order).count))
          }))
          assert.deepStrictEqual(yield* both, [[1, 4], [2]])
        }))

      it.effect("what waits for a commit waits for that of its own database", () =>
        Effect.gen(function*() {
          const told: Array<string> = []
          const tell = (what: string) => Session.afterCommit(Effect.sync(() => told.push(what)))
          yield* Session.transaction(Effect.gen(function*() {
            yield* tell("outside")
            yield* Other.run(tell("in no transaction"))
            yield* Other.run(Session.transaction(Effect.andThen(tell("inside"), Effect.sync(() => told.push("first")))))
            yield* Effect.sync(() => told.push("last"))
          }))
          assert.deepStrictEqual(told, ["in no transaction", "first", "inside", "last", "outside"])
        }))

      it.effect("rows are streamed from one into the other", () =>
        Effect.gen(function*() {
          yield* emptied
          const ids = Array.from({ length: 2500 }, (_, index) => index + 1)
          const orders = yield* Repository.make(Order)
          yield* orders.insertMany(ids.map((id) => order(id)))
          const copy = Effect.flatMap(Repository.make(Order), (copies) =>
            copies.importFrom(orders.stream(), { batch: 1000 }))
          assert.strictEqual((yield* Other.run(copy)).inserted, 2500)
          assert.deepStrictEqual(yield* both, [ids, ids])

          yield* emptyHere
          yield* Other.stream(
            Query.from(Order).orderBy(({ id }) =>
              id.asc()
            ).stream
          ).pipe(
            Stream.grouped(1000),
            Stream.runForEach(orders.insertMany)
          )
          assert.deepStrictEqual(yield* both, [ids, ids])
        }))

      it.effect("repositories and aggregates stay where they were made; queries run where they are asked", () =>
        Effect.gen(function*() {
          yield* emptied
          const orders = yield* Repository.make(Order)
          const trees = yield* Other.run(Aggregate.make(Order, { lines: true }))
          yield* Other.run(orders.insert(order(1)))
          yield* trees.create({ ...order(2), lines: { create: [{ id: 20 }] } })
          assert.deepStrictEqual(yield* both, [[1], [2]])
          assert.deepStrictEqual(
            (yield* trees.find((each) => each.id.gt(0))).map(({ id, lines }) => [id, lines.length]),
            [
              [2, 1]
            ]
          )
          assert.deepStrictEqual((yield* Other.run(orders.find((each) => each.id.gt(0)))).map(({ id }) => id), [1])
          assert.deepStrictEqual((yield* Other.run(orders.query)).map(({ id }) => id), [2])
        }))

      it.effect("a repository as a service is made over either, and so is all that is a Layer over a database", () =>
        Effect.gen(function*() {
          yield* emptied
          yield* Effect.flatMap(Orders, (orders) => orders.insert(order(1))).pipe(
            Effect.provide(Orders.layer.pipe(Layer.provide(Other.services)))
          )
          yield* Effect.flatMap(Orders, (orders) => orders.insert(order(2))).pipe(Effect.provide(Orders.layer))
          assert.deepStrictEqual(yield* both, [[2], [1]])
        }))

      it.effect("a unit of work that was begun outside is not there inside", () =>
        Effect.gen(function*() {
          yield* emptied
          const work = Effect.serviceOption(UnitOfWork.UnitOfWork)
          yield* Session.unitOfWork(Effect.gen(function*() {
            const { add } = yield* UnitOfWork.UnitOfWork
            assert.isTrue(Option.isNone(yield* Other.run(work)))
            yield* Other.run(Session.unitOfWork(Effect.gen(function*() {
              const own = yield* UnitOfWork.UnitOfWork
              yield* own.add(Order, order(1))
              yield* add(Order, order(2))
              assert.deepStrictEqual((yield* own.pending).map(({ key }) => key), [{ id: 1 }])
            })))
            assert.deepStrictEqual(yield* Other.run(stored), [1])
            assert.deepStrictEqual(yield* stored, [])
          }))
          assert.deepStrictEqual(yield* both, [[2], [1]])
        }))

      it.effect("a Layer that was built outside is the same inside", () => {
        let built = 0
        const counted = Layer.effectDiscard(Effect.sync(() => built++))
        return Effect.void.pipe(Effect.provide(counted), Other.run, Effect.provide(counted)).pipe(
          Effect.map(() => assert.strictEqual(built, 1))
        )
      })

      it.effect("a cache can be of one of them", () => {
        const cached = Third.layer(Layer.merge(otherWithTables, QueryCache.layerMemory()))
        return Effect.gen(function*() {
          yield* Query.from(Order).all
          yield* Third.run(Query.from(Order).all)
          const entries = Effect.map(QueryCache.report, (report) => report.entries)
          assert.deepStrictEqual([yield* entries, yield* Third.run(entries)], [0, 1])
        }).pipe(Effect.provide(cached))
      })

      it.effect("faults of one don't happen in the other", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const plain = sql`SELECT 1 AS one`
          assert.strictEqual((yield* Effect.flip(plain))._tag, "SqlError")
          assert.lengthOf(yield* Other.run(Effect.flatMap(SqlClient.SqlClient, (own) => own`SELECT 1 AS one`)), 1)
          assert.deepStrictEqual(yield* Other.run(Query.from(Order).where(({ id }) => id.lt(0))), [])
        }).pipe(Effect.provide(Chaos.layer({ rules: [Chaos.always(Chaos.connectionLost)] }))))

      it.effect("a service has a database of its own, also where the Layer is that of another", () =>
        Effect.gen(function*() {
          yield* emptied
          yield* Third.run(Query.insert(Order).values(order(1)))
          assert.deepStrictEqual(yield* Effect.all([Third.run(stored), stored]), [[1], []])
        }).pipe(Effect.provide(Third.layer(withoutName))))
    }
  )
}
