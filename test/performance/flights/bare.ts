/**
 * The answers of DuckDB's own driver to the questions as they are written by hand.
 */
import type { DuckDBConnection } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import type { Flights } from "./cases.ts"
import { questions } from "./sql.ts"

/** All of them on a connection. */
export const flightsBySql = (connection: DuckDBConnection): Flights =>
  Record.map(questions, (sql) =>
    Effect.promise(async () => {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRowObjectsJS()
    }))
