/**
 * The databases that the contracts are held against.
 */
import { type ConnectionPool, type Model, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import type * as Service from "../src/session/Database.ts"
import * as PostgresServer from "../src/testing/PostgresServer.ts"

/** What every database provides, whichever it is. */
export type Database = Layer.Layer<
  Session.Session | Service.Database | SqlClient.SqlClient | ConnectionPool.ConnectionPool,
  unknown
>

/** The database with the tables of these models. */
export const withTables = (database: Database, ...models: ReadonlyArray<Model.Any>): Database =>
  Layer.effectDiscard(Session.createTables(models)).pipe(Layer.provideMerge(database))

/** A DuckDB database that goes with its Layer. */
export const duckDbInMemory: Database = DuckDb.layer({ path: ":memory:" })

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-contract-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

/** A DuckDB database in a file of its own, which is removed with its Layer. */
export const duckDbInFile = (options: Omit<DuckDb.Options, "path">): Database =>
  Layer.unwrap(Effect.map(directory, (path) => DuckDb.layer({ ...options, path: join(path, "contract.duckdb") })))

/** A PostgreSQL database on a server that all contracts of a test file share, and that ends with them. */
export const postgres = (): Database => {
  const scope = Scope.makeUnsafe()
  const server = Effect.runSync(Effect.cached(Scope.provide(PostgresServer.start(), scope)))
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return Layer.unwrap(
    Effect.map(
      server,
      ({ database, host, port, username }) => Postgres.layer({ database, host, port, username, pool: { size: 4 } })
    )
  )
}

/** Empty databases on a PostgreSQL server that ends with the test file: a new one for each time that a Layer is built. */
export const freshPostgres = (): () => Database => {
  const scope = Scope.makeUnsafe()
  const server = Effect.runSync(Effect.cached(Scope.provide(PostgresServer.start(), scope)))
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  let number = 0
  return () =>
    Layer.unwrap(Effect.gen(function*() {
      const { database, host, port, username } = yield* server
      const name = `fresh_${number++}`
      yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE DATABASE ${sql(name)}`).pipe(
        Effect.provide(Postgres.layer({ database, host, port, username, pool: { size: 1 } }))
      )
      return Postgres.layer({ database: name, host, port, username, pool: { size: 4 } })
    }))
}

/** Empty DuckDB databases, each in memory of its own. */
export const freshDuckDb = (): () => Database => () => Layer.fresh(DuckDb.layer({ path: ":memory:" }))
