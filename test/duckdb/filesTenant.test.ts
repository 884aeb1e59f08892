/**
 * Files keep to the tenant: an export holds the tenant's rows, and no import stores rows of whoever the file names.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class CurrentTenant extends Context.Service<CurrentTenant, string>()("files/CurrentTenant") {}

class Invoice extends Model.Class<Invoice>("Invoice")({
  id: Column.primaryKey(Schema.Int),
  total: Schema.Int,
  ...Mixin.tenant(CurrentTenant, Schema.String),
  ...Mixin.softDelete,
  ...Mixin.version
}, { table: "files_invoices" }) {}

const as = (tenant: string) => Effect.provideService(CurrentTenant, tenant)

layer(TestDatabase.layer([Invoice]), { timeout: "60 seconds" })("DuckDB: files of tenants", (it) => {
  it.effect("an export holds what a query finds, and an import goes through the repository", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const invoices = yield* Repository.make(Invoice)
      yield* as("acme")(invoices.insertMany([1, 2, 3].map((id) => ({ id, total: id }))))
      yield* as("globex")(invoices.insert({ id: 4, total: 4 }))
      yield* as("acme")(invoices.delete(3))

      const whole = yield* as("acme")(Files.exportTo(Invoice, `${directory}/whole.parquet`))
      const part = Query.from(Invoice).where((invoice) => invoice.total.gt(1))
      const some = yield* as("acme")(Files.exportTo(part, `${directory}/some.parquet`))
      assert.deepStrictEqual([whole.rows, some.rows], [2, 1])

      const refused = yield* Effect.flip(Files.importFrom(Invoice, `${directory}/whole.parquet`))
      assert.strictEqual(refused._tag, "Unsupported")
      assert.include(refused.message, "an import into Invoice, whose rows are a tenant's, past its repository")

      yield* Effect.forEach([1, 2], (id) => as("acme")(invoices.purge(id)))
      const rows = Files.rows(Invoice, `${directory}/whole.parquet`)
      const { inserted, rejected } = yield* as("globex")(invoices.importFrom(rows))
      assert.deepStrictEqual([inserted, rejected], [2, 0])
      assert.strictEqual(yield* as("globex")(invoices.query.count), 3)
      assert.strictEqual(yield* as("acme")(invoices.query.count), 0)
    }))
})
