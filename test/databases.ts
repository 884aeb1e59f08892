/**
 * The databases that the contracts are held against.
 */
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import type { Database } from "./contract/Subject.ts"
import { temporaryDirectory } from "./temporaryDirectory.ts"

export type { Database }

/** An empty DuckDB in memory, new for each time the Layer is built. */
export const duckDbInMemory: Database = TestDatabase.layer([])

/** An empty DuckDB in a file, new for each time the Layer is built. */
export const duckDbInFile = (options: Omit<DuckDb.Options, "path">): Database =>
  Layer.unwrap(
    Effect.map(temporaryDirectory, (path) => DuckDb.layer({ ...options, path: join(path, "contract.duckdb") }))
  )

/** An empty PostgreSQL database, new for each time the Layer is built. */
export const postgres: Database = TestDatabase.layerPostgres([])

/** An empty PostgreSQL database whose rows are spread over two shards, new for each time the Layer is built. */
export const sharded: Database = TestDatabase.layerSharded([], { undeclared: "automatic" })
