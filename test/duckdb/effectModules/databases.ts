/**
 * The databases that Effect's modules are tried on: DuckDB as it is, and with the Layer for SQLite's SQL.
 */
import { DuckDb, SqliteCompatibility } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { temporaryDirectory } from "../../temporaryDirectory.ts"

/** DuckDB as it is, in memory. */
export const plain = DuckDb.layer({ path: ":memory:" })

/** What speaks SQLite's SQL, on the database at this path. */
export const compatibleAt = (path: string) => SqliteCompatibility.layer.pipe(Layer.provideMerge(DuckDb.layer({ path })))

/** What speaks SQLite's SQL, on a database in memory. */
export const compatible = compatibleAt(":memory:")

/** The path of a database file that is removed with the scope. */
export const databaseFile = Effect.map(temporaryDirectory, (folder) => join(folder, "modules.duckdb"))
