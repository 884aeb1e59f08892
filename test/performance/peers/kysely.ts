/**
 * Kysely with the DuckDB dialect of kysely-duckdb, in the way of its README: that opens a connection for each query.
 */
import type { DuckDBInstance, DuckDBUUIDValue } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { type ColumnType, type Dialect, Kysely } from "kysely"
import { datatypes, DuckDbDialect } from "kysely-duckdb"
import type { Competitor } from "../competitor.ts"
import { northwindOfKysely, type NorthwindTables } from "../northwind/kysely.ts"
import { type PlainReading, plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"

// kysely-duckdb takes instants for local time
process.env.TZ = "UTC"

interface Table extends Omit<PlainReading, "device"> {
  /** Read as the driver's own value. */
  readonly device: ColumnType<DuckDBUUIDValue, string, string>
}

interface Tables {
  readonly readings: Table
  readonly incoming: Table
}

/** A reading as the dialect's README has it bound. */
const bound = (reading: PlainReading) => ({
  ...reading,
  takenAt: datatypes.timestamp(reading.takenAt),
  takenOn: datatypes.date(reading.takenOn)
})

const dialectOf = (database: DuckDBInstance): Dialect =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- declared with Kysely's CommonJS types
  new DuckDbDialect({ database, tableMappings: {} }) as unknown as Dialect

/** Kysely on the instance. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)
  const kysely = new Kysely<Tables>({ dialect: dialectOf(instance) })
  const readings = kysely.selectFrom("readings")

  const competitor: Competitor = {
    name: "kysely",
    sql: plainSql(connection),
    readById: (ids) =>
      Effect.promise(async () => {
        const found: Array<object> = []
        for (const id of ids) found.push(...await readings.selectAll().where("id", "=", id).execute())
        return found
      }),
    readLevels: (least, beyond) =>
      Effect.promise(() => readings.selectAll().where("level", ">=", least).where("level", "<", beyond).execute()),
    summarizeDays: () =>
      Effect.promise(() =>
        readings
          .select(({ fn }) => [
            "takenOn",
            fn.countAll().as("readings"),
            fn.avg("level").as("level"),
            fn.max("serial").as("serial")
          ])
          .groupBy("takenOn").orderBy("takenOn").execute()
      ),
    insertEach: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(async () => {
        for (const row of rows) await kysely.insertInto("incoming").values(bound(row)).execute()
      })
    },
    insertMany: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(() => kysely.insertInto("incoming").values(rows.map(bound)).execute())
    },
    northwind: northwindOfKysely(new Kysely<NorthwindTables>({ dialect: dialectOf(instance) }))
  }
  return competitor
})
