/**
 * The rows of the trading company on PostgreSQL, which DuckDB makes.
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DuckDb } from "../../../src/duckdb.ts"
import { Session } from "../../../src/index.ts"
import { Fixture } from "../../../src/testing.ts"
import { northwind } from "../northwind/data.ts"
import { Customer, Detail, Employee, models, Order, Product, Supplier } from "../northwind/models.ts"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-bench-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** DuckDB has an index for each foreign key, and PostgreSQL for none: without these, reading a customer's orders is reading all. */
const indexes = [
  `CREATE INDEX ON products ("supplierId")`,
  `CREATE INDEX ON orders ("customerId")`,
  `CREATE INDEX ON orders ("employeeId")`,
  `CREATE INDEX ON order_details ("productId")`
]

/** Fills the tables. */
export const filled = Effect.gen(function*() {
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
  const sql = yield* SqlClient.SqlClient
  for (const index of indexes) yield* sql.unsafe(index)
  yield* sql`VACUUM ANALYZE`
}).pipe(Effect.scoped)
