/**
 * DuckDB's own driver with rows gathered into data chunks, the faster of the two ways its README has for many rows.
 */
import { DuckDBDataChunkWriter, type DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"
import { bound } from "./nodeApi.ts"

/** The driver on a connection of its own. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)

  const insertMany = (ids: ReadonlyArray<number>) => {
    const readings = ids.map(plainReading)
    return Effect.promise(async () => {
      const appender = await connection.createAppender("incoming")
      const writer = DuckDBDataChunkWriter.forAppender(appender)
      for (const reading of readings) writer.appendRow(bound(reading))
      writer.flush()
      appender.closeSync()
    })
  }

  const competitor: Competitor = {
    name: "@duckdb/node-api, chunks",
    sql: plainSql(connection),
    insertMany,
    load: insertMany
  }
  return competitor
})
