/**
 * The main work on PostgreSQL, beside `pg` with named statements.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { Repository } from "../../../src/index.ts"
import { TestDatabase } from "../../../src/testing.ts"
import { ofAll } from "../answer.ts"
import type { Case } from "../cases.ts"
import { compared } from "../compared.ts"
import type { Competitor, Rows, Work } from "../competitor.ts"
import type { Plan } from "../interleave.ts"
import { type Place, plainSql, poolOf, unnest } from "../postgres/pg.ts"
import { Incoming, modelReading, plainReading, Reading, readings } from "../reading.ts"
import type { Reads } from "../repository/cases.ts"
import { undisturbed } from "./judged.ts"

const rows = 20_000

const driver = "pg, named statements"

/** Ourselves in the current session. */
const ours = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const stored = yield* Repository.make(Reading)
  const incoming = yield* Repository.make(Incoming)
  const competitor: Competitor = {
    name: "andamios-orm",
    sql: (text) => Effect.orDie(sql.unsafe(text)),
    reads: {
      findById: (ids) => Effect.orDie(Effect.map(Effect.forEach(ids, stored.findById), Arr.getSomes)),
      get: (ids) => Effect.orDie(Effect.forEach(ids, stored.get)),
      find: (least, beyond) => Effect.orDie(stored.find(({ level }) => level.gte(least).and(level.lt(beyond))))
    },
    insertEach: (ids) => Effect.orDie(Effect.forEach(ids.map(modelReading), incoming.insert)),
    load: (ids) => Effect.orDie(incoming.insertMany(ids.map(modelReading)))
  }
  return competitor
})

/** The driver. */
const pg = Effect.fnUntraced(function*(place: Place) {
  const pool = yield* poolOf(place)
  const bulk = yield* unnest(place)
  const findById = (ids: ReadonlyArray<number>) =>
    Effect.promise(async () => {
      const found: Array<object> = []
      for (const id of ids) {
        const answer = await pool.query<object>({
          name: "by id",
          text: "SELECT * FROM readings WHERE id = $1",
          values: [id]
        })
        found.push(...answer.rows)
      }
      return found
    })
  const reads: Reads = {
    findById,
    get: findById,
    find: (least, beyond) =>
      Effect.promise(async () => {
        const answer = await pool.query<object>({
          name: "by level",
          text: "SELECT * FROM readings WHERE level >= $1 AND level < $2",
          values: [least, beyond]
        })
        return answer.rows
      })
  }
  const competitor: Competitor = {
    ...bulk,
    name: driver,
    sql: plainSql(pool),
    reads,
    insertEach: (ids) =>
      Effect.promise(async () => {
        for (const { device, id, level, note, serial, takenAt, takenOn, valid } of ids.map(plainReading)) {
          await pool.query({
            name: "insert one",
            text: "INSERT INTO incoming VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values: [id, serial, level, note, valid, takenAt.toISOString(), takenOn.toISOString(), device]
          })
        }
      })
  }
  return competitor
})

const often: Plan = { rounds: 200, warmUps: 40, garbage: "minor", quantile: 0.5 }
const some: Plan = { rounds: 30, warmUps: 8, garbage: "minor", quantile: 0.5 }

const ids = (count: number) => Array.from({ length: count }, (_, id) => id)

/** Ids from all over the table, in no order. */
const scattered = ids(8).map((index) => index * 6113 % rows)

const reading = (name: string, operations: number, plan: Plan, work: (reads: Reads) => Work<Rows>): Case => ({
  name,
  dataset: readings,
  operations,
  plan,
  contestant: ({ name, reads }) =>
    reads && {
      name,
      before: Effect.void,
      measured: () => Effect.map(work(reads), (found) => Effect.sync(() => ofAll(found)))
    }
})

const writing = (
  name: string,
  operations: number,
  plan: Plan,
  work: (competitor: Competitor) => Work<unknown> | undefined
): Case => ({
  name,
  dataset: readings,
  operations,
  plan,
  contestant: (competitor) => {
    const measured = work(competitor)
    return measured && {
      name: competitor.name,
      before: competitor.sql("TRUNCATE incoming"),
      measured: () => Effect.as(measured, written(competitor))
    }
  }
})

const written = ({ sql }: Competitor) =>
  Effect.map(
    sql("SELECT count(*) AS rows, md5(string_agg(incoming::text, ' ' ORDER BY id)) AS content FROM incoming"),
    (found) => ofAll(found)
  )

const cases: ReadonlyArray<Case> = [
  reading("PostgreSQL: findById", scattered.length, often, ({ findById }) => findById(scattered)),
  reading("PostgreSQL: find, 1,000 rows", 1, often, ({ find }) => find(rows / 4, rows / 4 + 500)),
  reading("PostgreSQL: find, 10,000 rows", 1, some, ({ find }) => find(rows / 4, rows / 4 + 5000)),
  writing("PostgreSQL: insert one", 8, often, ({ insertEach }) => insertEach?.(ids(8))),
  writing("PostgreSQL: insertMany of 10,000 rows", 1, some, ({ load }) => load?.(ids(10_000)))
]

/** What the comparisons are called. */
export const names = cases.map(({ name }) => name)

/** The ratios of those that are asked for. */
export const ratios = Effect.fnUntraced(
  function*(wanted: ReadonlyArray<string>) {
    const stored = yield* Repository.make(Reading)
    yield* Effect.orDie(stored.insertMany(ids(rows).map(modelReading)))
    const sql = yield* SqlClient.SqlClient
    yield* sql`VACUUM ANALYZE readings`
    const competitors = [yield* ours, yield* pg({ address: yield* TestDatabase.address, size: 1 })]
    const measured = cases.filter(({ name }) => wanted.includes(name))
    const comparisons = (yield* Effect.forEach(measured, (one) => compared(undisturbed(one), competitors))).flat()
    return comparisons.map(({ name, ratio }): readonly [string, number] => [name, ratio])
  },
  Effect.scoped,
  Effect.provide(TestDatabase.layerPostgres([Reading, Incoming]))
)
