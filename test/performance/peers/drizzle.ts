/**
 * Drizzle with the DuckDB dialect of drizzle-neo-duckdb, in the way of its README.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import { drizzle, duckDbDate, duckDbTimestamp } from "@leonardovida-md/drizzle-neo-duckdb"
import { and, asc, avg, count, eq, gte, lt, max } from "drizzle-orm"
import { bigint, boolean, doublePrecision, integer, pgTable, text, uuid } from "drizzle-orm/pg-core"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { northwindOfDrizzle } from "../northwind/drizzle.ts"
import { plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"

const columns = () => ({
  id: integer("id").primaryKey(),
  serial: bigint("serial", { mode: "bigint" }).notNull(),
  level: doublePrecision("level").notNull(),
  note: text("note"),
  valid: boolean("valid").notNull(),
  takenAt: duckDbTimestamp("takenAt").notNull(),
  takenOn: duckDbDate("takenOn").notNull(),
  device: uuid("device").notNull()
})

const readings = pgTable("readings", columns())
const incoming = pgTable("incoming", columns())

/** Drizzle on a connection of its own. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)
  const db = drizzle(connection)

  const competitor: Competitor = {
    name: "drizzle-orm",
    sql: plainSql(connection),
    readById: (ids) =>
      Effect.promise(async () => {
        const found: Array<object> = []
        for (const id of ids) found.push(...await db.select().from(readings).where(eq(readings.id, id)))
        return found
      }),
    readLevels: (least, beyond) =>
      Effect.promise(async () =>
        await db.select().from(readings).where(and(gte(readings.level, least), lt(readings.level, beyond)))
      ),
    summarizeDays: () =>
      Effect.promise(async () =>
        await db
          .select({
            takenOn: readings.takenOn,
            readings: count(),
            level: avg(readings.level),
            serial: max(readings.serial)
          })
          .from(readings).groupBy(readings.takenOn).orderBy(asc(readings.takenOn))
      ),
    insertEach: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(async () => {
        for (const row of rows) await db.insert(incoming).values(row)
      })
    },
    insertMany: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(async () => {
        await db.insert(incoming).values(rows)
      })
    },
    northwind: northwindOfDrizzle(db)
  }
  return competitor
})
