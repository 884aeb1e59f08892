/**
 * A cache: answers are kept until something is written to the tables that they were read from.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, QueryCache, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

class Product extends Model.Class<Product>("Product")({
  id: Column.primaryKey(Column.int32),
  name: Schema.NonEmptyString,
  price: Column.int32
}, { table: "products" }) {}

class Visit extends Model.Class<Visit>("Visit")({
  id: Column.primaryKey(Column.int32)
}, { table: "visits" }) {}

// A query is asked as before. Whether there is a cache is a matter of the Layer.
const cheap = Query.from(Product).where((product) => product.price.lt(10)).orderBy((product) => product.id.asc())

const show = Effect.gen(function*() {
  const products = yield* cheap
  const { queries } = yield* QueryCache.report
  const hits = queries.reduce((total, query) => total + query.hits, 0)
  yield* Console.log(`${products.map(({ name }) => name).join(", ")} (${hits} answers came from the cache)`)
})

const Live = Layer.merge(
  DuckDb.layer({ path: ":memory:" }),
  QueryCache.layerMemory({ capacity: 1_000, timeToLive: "1 hour" })
)

export const main = Effect.gen(function*() {
  yield* Session.createTables([Product, Visit])
  yield* Query.insert(Product).values([{ id: 1, name: "Pen", price: 3 }, { id: 2, name: "Lamp", price: 40 }])

  yield* show
  yield* show

  // A write to another table changes nothing.
  yield* Query.insert(Visit).values({ id: 1 })
  yield* show

  // A write to this one is seen at once, also where it is plain SQL, and where it is a transaction: when that is committed.
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE products SET price = 9 WHERE id = 2`
  yield* show
  yield* Session.transaction(Query.insert(Product).values({ id: 3, name: "Cup", price: 5 }))
  yield* show

  // What must be fresh whatever the cache thinks, or may be kept for some time only, says so.
  const fresh = yield* cheap.count.pipe(QueryCache.bypass)
  const dashboard = yield* cheap.count.pipe(QueryCache.withPolicy({ timeToLive: "5 minutes", tags: ["dashboard"] }))
  yield* QueryCache.invalidateTags("dashboard")
  yield* Console.log(`${fresh} = ${dashboard}`)
}).pipe(Effect.provide(Live))

if (import.meta.main) NodeRuntime.runMain(main)
