/**
 * A database is a Layer: it is opened when a program starts, lends connections, and is closed when the program ends, however it ends.
 */
import * as NodeFileSystem from "@effect/platform-node-shared/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { ConnectionPool } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Console, Effect, FileSystem } from "effect"
import { SqlClient } from "effect/sql"

// The program says what it needs and not where that comes from: the same lines run on a file, in memory or on PostgreSQL.
const visit = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  // Effect's own SQL client is part of the Layer. A value in ${…} becomes a parameter, so it can't become SQL.
  yield* sql`CREATE TABLE IF NOT EXISTS visitors (name VARCHAR)`
  yield* sql`INSERT INTO visitors ${sql.insert([{ name: "Ada" }, { name: "Robert'); DROP TABLE visitors;--" }])}`

  const visitors = yield* sql<{ readonly name: string }>`SELECT name FROM visitors ORDER BY name`
  yield* Console.log(`${visitors.length} visitors so far:`)
  for (const { name } of visitors) yield* Console.log(`  ${name}`)
})

// Every statement borrows a connection and gives it back. A transaction keeps one, and the pool tells how busy it is.
const showPool = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const pool = yield* ConnectionPool.ConnectionPool
  const lent = yield* sql.withTransaction(pool.stats)
  const free = yield* pool.stats
  yield* Console.log(`Inside a transaction: ${lent.acquired} of ${lent.size} connections lent, ${lent.waiting} waiting`)
  yield* Console.log(`After it:             ${free.acquired} of ${free.size} connections lent, ${free.waiting} waiting`)
})

// What can go wrong is in the type: Effect<void, ConnectionFailed>. Nobody has to guess what to catch, or forgets it.
const openNowhere = Effect.void.pipe(
  Effect.provide(DuckDb.layer({ path: "no/such/folder/visitors.duckdb" })),
  Effect.catchTag("ConnectionFailed", (failure) => Console.log(failure.message))
)

const lesson = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped({ prefix: "andamios-connection-" })
  const path = `${folder}/visitors.duckdb`

  yield* Console.log("1. The Layer opens the file, and makes it where there is none")
  const database = DuckDb.layer({ path, pool: { size: 2 } })
  yield* Effect.andThen(visit, showPool).pipe(Effect.provide(database))

  // Here the Layer is closed: no connection is open any more, and all that was committed is in the file.
  yield* Console.log("\n2. The Layer is closed, the file stays")
  yield* Console.log(`Files: ${(yield* files.readDirectory(folder)).join(", ")}`)

  yield* Console.log("\n3. Opened again, it continues where it was")
  yield* visit.pipe(Effect.provide(database))

  yield* Console.log("\n4. A database that can't be opened is a failure with a name")
  yield* openNowhere
})

/** What this file shows, from start to end. */
export const main = lesson.pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

// runMain turns Ctrl-C into an interruption, which closes the database like any other end, and a failure into exit code 1.
if (import.meta.main) NodeRuntime.runMain(main)
