/**
 * Runs the contract lists, and writes docs/databases.md from what became of them.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { TestDatabase } from "andamios-orm/testing"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { writeFileSync } from "node:fs"
import { ran } from "./contractRuns.ts"
import { pageOf, pagePath } from "./databasesPage.ts"

/** What a database answers when it is asked for its version. */
const versionOf = <E>(name: string, sql: string, database: Layer.Layer<SqlClient.SqlClient, E>) =>
  Effect.flatMap(SqlClient.SqlClient, (client) => client.unsafe<{ readonly version: string }>(sql)).pipe(
    Effect.map(([row]) => `${name} ${/[\d.]+/.exec(row?.version ?? "")?.[0] ?? "unknown"}`),
    Effect.provide(database)
  )

const main = Effect.gen(function*() {
  const versions = [
    yield* versionOf("DuckDB", "SELECT version() AS version", TestDatabase.layer([])),
    yield* versionOf("PostgreSQL", "SELECT version() AS version", TestDatabase.layerPostgres([]))
  ]
  yield* Console.log("The contract lists run, which takes some minutes.")
  const { failed, held } = yield* Effect.sync(ran)
  yield* Effect.sync(() => writeFileSync(pagePath, pageOf(held, versions)))
  yield* Console.log(`${held.length} promises are in ${pagePath}.`)
  for (const name of failed) yield* Console.error(`failed: ${name}`)
  if (failed.length > 0) process.exitCode = 1
})

NodeRuntime.runMain(main)
