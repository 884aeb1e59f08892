/**
 * DuckDB's own driver as its README shows it. Rows are read with `getRowObjectsJS`: like ours they are then values of
 * JavaScript, while `getRowObjects` leaves instants, days and uuids in wrappers of the driver.
 */
import { dateValue, type DuckDBInstance, type DuckDBValue, timestampValue, uuidValue } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import type { Competitor } from "../competitor.ts"
import { flightsBySql } from "../flights/bare.ts"
import { northwindBySql } from "../northwind/sql.ts"
import { type PlainReading, plainReading } from "../reading.ts"
import { connect, plainSql } from "./connection.ts"

export const byId = "SELECT * FROM readings WHERE id = $1"

export const byLevel = "SELECT * FROM readings WHERE level >= $1 AND level < $2"

const byDay = `
  SELECT takenOn, count(*) AS readings, avg(level) AS level, max(serial) AS serial
  FROM readings GROUP BY takenOn ORDER BY takenOn
`

const byPartners = `
  SELECT reading.takenOn AS takenOn, count(*) AS partners, avg(partner.level) AS level
  FROM readings AS reading JOIN readings AS partner ON partner.takenOn = reading.takenOn
  WHERE reading.id < 1000 AND partner.id < 100000 AND partner.valid
  GROUP BY reading.takenOn HAVING count(*) > 10
  ORDER BY partners DESC, takenOn LIMIT 10
`

export const insertOne = "INSERT INTO incoming VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"

/** A reading as the driver binds it. */
export const bound = (reading: PlainReading): Array<DuckDBValue> => [
  reading.id,
  reading.serial,
  reading.level,
  reading.note,
  reading.valid,
  instant(reading),
  day(reading),
  device(reading)
]

const instant = ({ takenAt }: PlainReading) => timestampValue(BigInt(takenAt.getTime()) * 1000n)
const day = ({ takenOn }: PlainReading) => dateValue(takenOn.getTime() / 86_400_000)
const device = (reading: PlainReading) => uuidValue(BigInt(`0x${reading.device.replaceAll("-", "")}`))

/** The driver on a connection of its own. */
export const make = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const connection = yield* connect(instance)

  const rows = async (sql: string, values?: Array<DuckDBValue>) => {
    const reader = await connection.runAndReadAll(sql, values)
    return reader.getRowObjectsJS()
  }

  const insertMany = (ids: ReadonlyArray<number>) => {
    const readings = ids.map(plainReading)
    return Effect.promise(async () => {
      const appender = await connection.createAppender("incoming")
      for (const reading of readings) {
        appender.appendInteger(reading.id)
        appender.appendBigInt(reading.serial)
        appender.appendDouble(reading.level)
        if (reading.note === null) appender.appendNull()
        else appender.appendVarchar(reading.note)
        appender.appendBoolean(reading.valid)
        appender.appendTimestamp(instant(reading))
        appender.appendDate(day(reading))
        appender.appendUUID(device(reading))
        appender.endRow()
      }
      appender.closeSync()
    })
  }

  const competitor: Competitor = {
    name: "@duckdb/node-api",
    sql: plainSql(connection),
    readById: (ids) =>
      Effect.promise(async () => {
        const found: Array<object> = []
        for (const id of ids) found.push(...await rows(byId, [id]))
        return found
      }),
    readLevels: (least, beyond) => Effect.promise(() => rows(byLevel, [least, beyond])),
    readAll: () => Effect.promise(() => rows("SELECT * FROM readings")),
    readAllStrictly: () => Effect.promise(() => rows("SELECT * FROM readings")),
    readNumbers: () => Effect.promise(async () => (await rows("SELECT id, serial, level FROM readings")).length),
    streamAll: () =>
      Effect.promise(async () => {
        let count = 0
        const result = await connection.stream("SELECT * FROM readings")
        for await (const part of result.yieldRowObjectJs()) count += part.length
        return count
      }),
    summarizeDays: () => Effect.promise(() => rows(byDay)),
    rankDays: () => Effect.promise(() => rows(byPartners)),
    insertEach: (ids) => {
      const readings = ids.map(plainReading)
      return Effect.promise(async () => {
        for (const reading of readings) await connection.run(insertOne, bound(reading))
      })
    },
    insertMany,
    load: insertMany,
    connect: (times) =>
      Effect.promise(async () => {
        for (let time = 0; time < times; time++) {
          const own = await instance.connect()
          own.closeSync()
        }
        return times
      }),
    selectOne: (times) =>
      Effect.promise(async () => {
        const found: Array<object> = []
        for (let time = 0; time < times; time++) found.push(...await rows("SELECT 1 AS one"))
        return found
      }),
    northwind: northwindBySql(connection),
    flights: flightsBySql(connection)
  }
  return competitor
})
