/**
 * DuckDB's own driver with rows as the parameters of a prepared `INSERT … VALUES`, five hundred at a time.
 */
import { BIGINT, BOOLEAN, DATE, DOUBLE, type DuckDBInstance, INTEGER, TIMESTAMP, UUID, VARCHAR } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"
import { bound } from "./nodeApi.ts"

/** The types of a reading's values, which the driver would otherwise guess. */
export const types = [INTEGER, BIGINT, DOUBLE, VARCHAR, BOOLEAN, TIMESTAMP, DATE, UUID]

/** Rows in one statement; what is inserted is a multiple of it. */
const size = 500

const tupleOf = (row: number) => `(${types.map((_, column) => `$${row * types.length + column + 1}`).join(", ")})`

const statement = `INSERT INTO incoming VALUES ${Array.from({ length: size }, (_, row) => tupleOf(row)).join(", ")}`

/** The driver on a connection of its own. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)

  const competitor: Competitor = {
    name: "@duckdb/node-api, VALUES",
    sql: plainSql(connection),
    load: (ids) => {
      const readings = ids.map(plainReading)
      return Effect.promise(async () => {
        const insert = await connection.prepare(statement)
        await connection.run("BEGIN")
        for (let start = 0; start < readings.length; start += size) {
          const values = readings.slice(start, start + size).flatMap(bound)
          insert.bind(values, values.map((_, index) => types[index % types.length] ?? VARCHAR))
          await insert.run()
        }
        await connection.run("COMMIT")
        insert.destroySync()
      })
    }
  }
  return competitor
})
