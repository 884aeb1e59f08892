/**
 * The databases that the contracts are held against.
 */
import type { ConnectionPool, Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql"
import { join } from "node:path"
import type * as Service from "../src/session/Database.ts"
import { temporaryDirectory } from "./temporaryDirectory.ts"

/** What every database provides, whichever it is. */
export type Database = Layer.Layer<
  Session.Session | Service.Database | SqlClient.SqlClient | ConnectionPool.ConnectionPool,
  unknown
>

/** An empty DuckDB in memory, new for each time the Layer is built. */
export const duckDbInMemory: Database = TestDatabase.layer([])

/** An empty DuckDB in a file, new for each time the Layer is built. */
export const duckDbInFile = (options: Omit<DuckDb.Options, "path">): Database =>
  Layer.unwrap(
    Effect.map(temporaryDirectory, (path) => DuckDb.layer({ ...options, path: join(path, "contract.duckdb") }))
  )

/** An empty PostgreSQL database, new for each time the Layer is built. */
export const postgres: Database = TestDatabase.layerPostgres([])
