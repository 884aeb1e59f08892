/**
 * DuckDB's own driver with an appender that is told each value's type, as code for any table would use it.
 */
import { type DuckDBInstance, VARCHAR } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"
import { bound } from "./nodeApi.ts"
import { types } from "./nodeApiValues.ts"

/** The driver on a connection of its own. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)

  const competitor: Competitor = {
    name: "@duckdb/node-api, appendValue",
    sql: plainSql(connection),
    load: (ids) => {
      const readings = ids.map(plainReading)
      return Effect.promise(async () => {
        const appender = await connection.createAppender("incoming")
        for (const reading of readings) {
          bound(reading).forEach((value, column) => appender.appendValue(value, types[column] ?? VARCHAR))
          appender.endRow()
        }
        appender.closeSync()
      })
    }
  }
  return competitor
})
