/**
 * A connection of the driver, closed with its scope, and plain SQL on it.
 */
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"

/** Connects. */
export const connect = (instance: DuckDBInstance) =>
  Effect.acquireRelease(
    Effect.promise(() => instance.connect()),
    (connection) => Effect.sync(() => connection.closeSync())
  )

/** Runs plain SQL, for what is not measured. */
export const plainSql = (connection: DuckDBConnection): Competitor["sql"] => (text) =>
  Effect.promise(async () => {
    const reader = await connection.runAndReadAll(text)
    return reader.getRowObjectsJS()
  })
