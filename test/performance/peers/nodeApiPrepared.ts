/**
 * DuckDB's own driver with statements that are prepared once and reused, as a careful user of it would write.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"
import { bound, byId, byLevel, insertOne } from "./nodeApi.ts"

/** The driver on a connection of its own, with what it has prepared there. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)
  const find = yield* Effect.cached(Effect.promise(() => connection.prepare(byId)))
  const findLevels = yield* Effect.cached(Effect.promise(() => connection.prepare(byLevel)))
  const insert = yield* Effect.cached(Effect.promise(() => connection.prepare(insertOne)))

  const readById = (ids: ReadonlyArray<number>) =>
    Effect.flatMap(find, (statement) =>
      Effect.promise(async () => {
        const found: Array<object> = []
        for (const id of ids) {
          statement.bind([id])
          const reader = await statement.runAndReadAll()
          found.push(...reader.getRowObjectsJS())
        }
        return found
      }))

  const competitor: Competitor = {
    name: "@duckdb/node-api, prepared",
    sql: plainSql(connection),
    readById,
    reads: {
      findById: readById,
      get: readById,
      find: (least, beyond) =>
        Effect.flatMap(findLevels, (statement) =>
          Effect.promise(async () => {
            statement.bind([least, beyond])
            const reader = await statement.runAndReadAll()
            return reader.getRowObjectsJS()
          }))
    },
    lookUps: { lookUp: readById },
    insertEach: (ids) => {
      const readings = ids.map(plainReading)
      return Effect.flatMap(insert, (statement) =>
        Effect.promise(async () => {
          for (const reading of readings) {
            statement.bind(bound(reading))
            await statement.run()
          }
        }))
    }
  }
  return competitor
})
