/**
 * The revisions of the example application make what its models want, on either database, and can be undone.
 */
import { assert, layer } from "@effect/vitest"
import { Migrator } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { models } from "../../examples/app/models/index.ts"
import * as Databases from "../databases.ts"

const migrator = Migrator.layer({
  directory: join(import.meta.dirname, "../../examples/app/migrations"),
  onStart: "nothing"
})

const tables = Effect.map(
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN ('main', 'public') AND table_name <> 'andamios_migrations' ORDER BY 1`
  ),
  (rows) => rows.map(({ name }) => name)
)

const all = ["aircraft", "airports", "bookings", "changes", "customers", "flights", "seats"]

for (const [name, database] of [["DuckDB", Databases.duckDbInMemory], ["PostgreSQL", Databases.postgres]] as const) {
  layer(migrator.pipe(Layer.provideMerge(database)), { timeout: "60 seconds" })(`${name}: the revisions`, (it) => {
    it.effect("make what the models want, go back to nothing, and make it again", () =>
      Effect.gen(function*() {
        yield* Migrator.up()
        yield* Migrator.check(models)
        assert.deepStrictEqual(yield* tables, all)
        yield* Migrator.down("base", { allowLoss: "everything" })
        assert.deepStrictEqual(yield* tables, [])
        yield* Migrator.up()
        yield* Migrator.check(models)
        assert.deepStrictEqual(yield* tables, all)
      }))
  })
}
