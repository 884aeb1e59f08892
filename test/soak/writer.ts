/**
 * A program that writes until it is killed: `writer.ts FILE ROUND SEED`. It says each commit after it has returned, and it
 * changes tables meanwhile.
 */
import { Session } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { SqlClient } from "effect/sql"
import { writeSync } from "node:fs"

const [path = "", round = "", seed = ""] = process.argv.slice(2)

/** Says it at once: what a pipe still holds in memory would go with the process. */
const say = (text: string) =>
  Effect.sync(() => {
    writeSync(1, `${text}\n`)
  })

/** Columns to add, most with a default that is a function. */
const columns: ReadonlyArray<string> = [
  "TIMESTAMPTZ DEFAULT now()",
  "VARCHAR DEFAULT 'a literal'",
  "UUID DEFAULT uuid()",
  "BIGINT DEFAULT nextval('numbering')",
  "VARCHAR[] DEFAULT ['a', 'list']",
  "VARCHAR DEFAULT lower('A FUNCTION')",
  "INTEGER"
]

const isRetryable = (error: { readonly _tag: string; readonly reason?: unknown }) =>
  error._tag === "Conflict" || error._tag === "SqlError" && String(error.reason).includes("onflict")

/** All or nothing, again after a conflict. */
const committed = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.retry(Session.transaction(effect), {
    while: isRetryable,
    schedule: Schedule.jittered(Schedule.spaced("2 millis"))
  })

/** Writes numbers, each as some rows of two tables. */
const numbers = Effect.fnUntraced(function*(first: number, step: number) {
  const sql = yield* SqlClient.SqlClient
  for (let number = first;; number += step) {
    const parts = yield* Random.nextIntBetween(1, 200)
    yield* committed(Effect.gen(function*() {
      yield* sql`INSERT INTO left_parts SELECT ${number}, ${parts}, range FROM range(${parts})`
      yield* sql`INSERT INTO right_parts SELECT ${number}, ${parts}, range FROM range(${parts})`
    }))
    yield* say(`number ${number}`)
  }
})

/** Changes a table, with a row that says so in the same transaction. */
const changes = Effect.fnUntraced(function*(table: string) {
  const sql = yield* SqlClient.SqlClient
  const change = (number: number, statement: string) =>
    Effect.andThen(
      committed(Effect.andThen(
        sql.unsafe(statement),
        sql`INSERT INTO changes VALUES (${table}, ${number}, ${statement})`
      )),
      say(`change ${table} ${number}`)
    )
  yield* change(
    0,
    `CREATE TABLE ${table} (id BIGINT PRIMARY KEY DEFAULT nextval('numbering'), made TIMESTAMP DEFAULT now())`
  )
  for (let number = 1;; number += 4) {
    const column = columns[Math.floor(number / 4) % columns.length]
    yield* change(number, `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS c${number} ${column}`)
    yield* change(number + 1, `ALTER TABLE ${table} ALTER made SET DEFAULT now() + INTERVAL ${number} DAY`)
    yield* sql.unsafe(`INSERT INTO ${table} DEFAULT VALUES`)
    yield* change(number + 2, `CREATE INDEX ${table}_${number} ON ${table} (id)`)
    yield* change(number + 3, `DROP INDEX ${table}_${number}`)
  }
})

const program = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE SEQUENCE IF NOT EXISTS numbering`
  yield* sql`CREATE TABLE IF NOT EXISTS left_parts (number BIGINT, parts INTEGER, part INTEGER)`
  yield* sql`CREATE TABLE IF NOT EXISTS right_parts (number BIGINT, parts INTEGER, part INTEGER)`
  yield* sql`CREATE TABLE IF NOT EXISTS changes (table_name VARCHAR, number INTEGER, statement VARCHAR)`
  const first = 1_000_000 * Number(round)
  yield* say("ready")
  yield* Effect.all([numbers(first, 2), numbers(first + 1, 2), changes(`changed_${round}`)], {
    concurrency: "unbounded"
  })
})

const run = program.pipe(
  Random.withSeed(seed),
  Effect.provide(DuckDb.layer({ path, pool: { size: 3 } })),
  Effect.tapCause((cause) => say(`failure ${Cause.pretty(cause).replaceAll("\n", " ")}`))
)

await Effect.runPromise(run)
