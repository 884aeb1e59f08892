/**
 * What a cache saves and costs on PostgreSQL, asked what `npm run bench -- --only cache` and `--only requests` ask DuckDB.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { DuckDb } from "../../../src/duckdb.ts"
import { QueryCache, Session } from "../../../src/index.ts"
import { Fixture, TestDatabase } from "../../../src/testing.ts"
import { compared } from "../compared.ts"
import type { Competitor } from "../competitor.ts"
import { cachedCases, customersByKey, repeatedOf } from "../northwind/cached.ts"
import { northwind } from "../northwind/data.ts"
import { Customer, Detail, Employee, models, Order, Product, Supplier } from "../northwind/models.ts"
import { northwindOfOurs } from "../northwind/ours.ts"
import { requestCases, requestsOf } from "../northwind/requests.ts"
import { tableOf } from "../report.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-bench-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** Fills the tables with the rows that DuckDB makes. */
const filled = Effect.gen(function*() {
  const path = yield* directory
  const file = (table: string) => join(path, `${table}.parquet`)
  yield* Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    yield* Session.createTables(models)
    for (const statement of northwind.fill) yield* sql.unsafe(statement)
    for (const table of ["customers", "employees", "suppliers", "products", "orders", "order_details"]) {
      yield* sql.unsafe(`COPY ${table} TO '${file(table)}'`)
    }
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }), { local: true }))
  yield* Fixture.loadAll(
    [Customer, file("customers")],
    [Employee, file("employees")],
    [Supplier, file("suppliers")],
    [Product, file("products")],
    [Order, file("orders")],
    [Detail, file("order_details")]
  )
  yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ANALYZE`)
}).pipe(Effect.scoped)

/** Ourselves, as we are, with a cache, and with one that keeps many answers. */
const competitors = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const northwindAnswers = yield* northwindOfOurs
  const customers = yield* customersByKey
  const cache = Effect.provideContext(yield* Layer.build(QueryCache.layerMemory()))
  const large = Effect.provideContext(yield* Layer.build(QueryCache.layerMemory({ capacity: 20_000 })))
  const ours: Competitor = {
    name: "andamios-orm",
    sql: (text) => Effect.orDie(sql.unsafe(text)),
    requests: requestsOf(northwindAnswers, (work) => work),
    repeated: repeatedOf(northwindAnswers, customers, (work) => work)
  }
  const cached: Competitor = {
    name: "andamios-orm, cached",
    sql: ours.sql,
    requests: requestsOf(northwindAnswers, cache),
    repeated: repeatedOf(northwindAnswers, customers, cache)
  }
  const crowded: Competitor = {
    name: "andamios-orm, 10,000 answers kept",
    sql: ours.sql,
    crowded: repeatedOf(northwindAnswers, customers, large, true)
  }
  return [ours, cached, crowded]
})

const main = Effect.gen(function*() {
  yield* filled
  const all = yield* competitors
  const comparisons = yield* Effect.forEach([...cachedCases, ...requestCases], (one) => compared(one, all))
  const [version] = yield* (yield* SqlClient.SqlClient)<{ readonly server_version: string }>`SHOW server_version`
  yield* Console.log(
    `Node ${process.versions.node}, PostgreSQL ${version?.server_version}, ${availableParallelism()} cores; medians`
  )
  yield* Console.log(tableOf(comparisons.flat()))
}).pipe(Effect.scoped, Effect.provide(TestDatabase.layerPostgres(models)))

NodeRuntime.runMain(main)
