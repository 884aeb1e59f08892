/**
 * The usual driver of PostgreSQL, whose pools the peers use, and its own ways to insert many rows.
 */
import * as Effect from "effect/Effect"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Pool } from "pg"
import { from } from "pg-copy-streams"
import type { TestDatabase } from "../../../src/testing.ts"
import type { Competitor } from "../competitor.ts"
import { type PlainReading, plainReading } from "../reading.ts"

/** Where the database is, and how many connections everybody may have. */
export interface Place {
  readonly address: TestDatabase.Address
  readonly size: number
}

/** As many parameters has a statement at most. */
export const mostParameters = 65_535

// the driver takes days for local ones
process.env.TZ = "UTC"

/** Connections, closed with their scope. */
export const poolOf = ({ address: { database, host, port, username }, size }: Place) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const pool = new Pool({ database, host, port, user: username, max: size })
      // its end doesn't wait for the server, which drops the database and with it connections that are still being closed
      pool.on("error", () => undefined)
      return pool
    }),
    (pool) => Effect.promise(() => pool.end())
  )

/** Runs plain SQL, for what is not measured. */
export const plainSql = (pool: Pool): Competitor["sql"] => (text) =>
  Effect.promise(async () => {
    const { rows } = await pool.query<Readonly<Record<string, unknown>>>(text)
    return rows
  })

/** One array of each column's values, taken apart by the server. */
export const unnest = Effect.fnUntraced(function*(place: Place) {
  const pool = yield* poolOf(place)
  const competitor: Competitor = {
    name: "pg, unnest",
    sql: plainSql(pool),
    load: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(() =>
        pool.query(
          `INSERT INTO incoming SELECT * FROM unnest(
            $1::int4[], $2::int8[], $3::float8[], $4::text[], $5::bool[], $6::timestamp[], $7::date[], $8::uuid[]
          )`,
          [
            rows.map(({ id }) => id),
            rows.map(({ serial }) => serial),
            rows.map(({ level }) => level),
            rows.map(({ note }) => note),
            rows.map(({ valid }) => valid),
            rows.map(({ takenAt }) => takenAt.toISOString()),
            rows.map(({ takenOn }) => takenOn.toISOString()),
            rows.map(({ device }) => device)
          ]
        )
      )
    }
  }
  return competitor
})

/** `COPY`, which reads the rows as text. */
export const copy = Effect.fnUntraced(function*(place: Place) {
  const pool = yield* poolOf(place)
  const competitor: Competitor = {
    name: "pg, COPY",
    sql: plainSql(pool),
    load: (ids) => {
      const rows = ids.map(plainReading)
      return Effect.promise(async () => {
        const client = await pool.connect()
        await pipeline(Readable.from(parts(rows)), client.query(from("COPY incoming FROM STDIN")))
        client.release()
      })
    }
  }
  return competitor
})

/** A thousand lines at a time. */
function* parts(rows: ReadonlyArray<PlainReading>) {
  for (let start = 0; start < rows.length; start += 1000) {
    yield rows.slice(start, start + 1000).map(line).join("")
  }
}

/** The notes hold nothing that has to be escaped. */
const line = ({ device, id, level, note, serial, takenAt, takenOn, valid }: PlainReading) =>
  `${id}\t${serial}\t${level}\t${
    note ?? "\\N"
  }\t${valid}\t${takenAt.toISOString()}\t${takenOn.toISOString()}\t${device}\n`
