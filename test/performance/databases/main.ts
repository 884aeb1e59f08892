/**
 * How long a test waits for its own database: 20 tables with their keys, foreign keys and indexes, made by a migration.
 *
 * Two at a time are as two workers on two cores; then all 200 are asked for at once, and the time of all is shared out.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Migration, Type } from "../../../src/index.ts"
import { TestDatabase } from "../../../src/testing.ts"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { availableParallelism } from "node:os"
import process from "node:process"

const count = 200

const tables = Array.from({ length: 20 }, (_, index) => `shelf_${index}`)

/** With a primary key and a foreign key each; and then with a unique column and an index besides. */
const shelves = (isIndexed: boolean) =>
  tables.flatMap((name, index) => [
    Migration.createTable({
      name,
      columns: [
        Migration.column("id", Type.int32),
        Migration.column("title", Type.text),
        Migration.column("price", Type.double),
        Migration.column("added", Type.timestamp),
        Migration.column("sold", Type.boolean),
        Migration.column("beside", Type.int32, { nullable: true })
      ],
      primaryKey: { columns: ["id"] },
      uniques: isIndexed ? [{ columns: ["title"] }] : [],
      foreignKeys: index === 0 ? [] : [{
        columns: ["beside"],
        references: { name: `shelf_${index - 1}` },
        targets: ["id"]
      }]
    }),
    ...isIndexed ? [Migration.createIndex(name, `${name}_price`, ["price"])] : []
  ])

const migrations = (isIndexed: boolean) => ({
  revisions: [Migration.make({ id: "8f2c41d09a7b", up: shelves(isIndexed) })]
})

/** The milliseconds until a database is there, which is then looked at and given back. */
const once = <E>(database: Layer.Layer<SqlClient.SqlClient, E>) =>
  Effect.scoped(Effect.gen(function*() {
    const start = performance.now()
    const services = yield* Layer.build(database)
    const taken = performance.now() - start
    yield* Effect.provide(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM shelf_19`), services)
    return taken
  }))

const median = (times: ReadonlyArray<number>) => times.toSorted((one, other) => one - other)[times.length >> 1] ?? NaN

const measure = Effect.fnUntraced(
  function*<E>(name: string, database: Layer.Layer<SqlClient.SqlClient, E>, target: number) {
    const first = yield* once(database)
    const all = (concurrency: number) =>
      Effect.forEach(Array.from({ length: count }), () => once(database), { concurrency })
    const inPairs = yield* all(2)
    const start = performance.now()
    const atOnce = yield* all(count)
    const shared = (performance.now() - start) / count
    yield* Console.log(
      `${name}: the first ${first.toFixed(0)} ms; two at a time ${median(inPairs).toFixed(1)} ms at the median; ` +
        `${count} at once ${shared.toFixed(1)} ms for each, given back again, and ${
          median(atOnce).toFixed(0)
        } ms until one is there ` +
        `at the median. The target is ${target} ms.`
    )
  }
)

const main = Effect.gen(function*() {
  yield* Console.log(`Node ${process.versions.node}, ${availableParallelism()} cores`)
  for (const isIndexed of [false, true]) {
    const source = { migrations: migrations(isIndexed) }
    yield* Console.log(isIndexed ? "with a unique column and an index in each table" : "with keys and foreign keys")
    yield* measure("DuckDB", TestDatabase.layer(source), 15)
    yield* measure("PostgreSQL", TestDatabase.layerPostgres(source), 150)
  }
})

NodeRuntime.runMain(main)
