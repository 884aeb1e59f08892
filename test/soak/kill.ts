/**
 * Kills a writing program at random moments: its file opens every time, and nothing that was acknowledged is missing or half there.
 */
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { rmSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Findings } from "./findings.ts"

/** How often to kill. */
export interface Options {
  /** The file that is written, round after round. */
  readonly path: string
  readonly rounds: number
  /** Told after each round. */
  readonly onProgress: (part: number) => Effect.Effect<void>
}

/** What was acknowledged in all rounds, and what must not have been. */
export interface Report {
  readonly rounds: number
  readonly commits: number
  readonly changes: number
  readonly violations: ReadonlyArray<string>
}

/** The commits that the writer has said, of numbers and of changes of tables. */
interface Acknowledged {
  readonly numbers: Set<number>
  readonly changes: Set<string>
}

/** Kills and looks, as often as asked. */
export const kill = Effect.fn("kill")(function*({ onProgress, path, rounds }: Options): Effect.fn.Return<Report> {
  const findings = new Findings()
  const seed = yield* Random.nextInt
  let acknowledged: Acknowledged = { numbers: new Set(), changes: new Set() }
  let [commits, changes] = [0, 0]
  for (let round = 1; round <= rounds; round++) {
    const said = yield* killed(path, round, seed + round)
    for (const line of said) {
      const [what, ...words] = line.split(" ")
      if (what === "number") acknowledged.numbers.add(Number(words[0]))
      else if (what === "change") acknowledged.changes.add(words.join(" "))
      else if (what !== "ready") findings.violation(`round ${round}: ${line.slice(0, 300)}`)
    }
    commits += said.filter((line) => line.startsWith("number")).length
    changes += said.filter((line) => line.startsWith("change")).length
    const look = Effect.provide(looked(acknowledged), DuckDb.layer({ path }), { local: true })
    const found = yield* findings.noFailure(`round ${round}: the file after the kill`)(look)
    if (found !== undefined) found.forEach((loss) => findings.violation(`round ${round}: ${loss}`))
    else {
      // a file that doesn't open stays so: the rounds to come have a new one
      for (const file of [path, `${path}.wal`]) rmSync(file, { force: true })
      acknowledged = { numbers: new Set(), changes: new Set() }
    }
    yield* onProgress(round / rounds)
  }
  return { rounds, commits, changes, violations: findings.violations }
})

/** What the writer says until it is killed: some time after it is ready, or, now and then, before that. */
const killed = Effect.fnUntraced(function*(path: string, round: number, seed: number) {
  const isEarly = (yield* Random.next) < 0.1
  const milliseconds = yield* isEarly ? Random.nextBetween(100, 700) : Random.nextBetween(0, 900)
  return yield* Effect.callback<ReadonlyArray<string>>((resume) => {
    const said: Array<string> = []
    const args = ["--conditions=andamios-source", writer, path, String(round), String(seed)]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, UV_THREADPOOL_SIZE: "8" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const end = () => child.kill("SIGKILL")
    if (isEarly) setTimeout(end, milliseconds)
    createInterface(child.stdout).on("line", (line) => {
      if (line === "ready" && !isEarly) setTimeout(end, milliseconds)
      said.push(line)
    })
    createInterface(child.stderr).on("line", (line) => said.push(line))
    child.once("close", () => resume(Effect.succeed(said)))
    return Effect.sync(end)
  })
})

const writer = fileURLToPath(new URL("writer.ts", import.meta.url))

/** What the file lacks of what was acknowledged, and what in it is half. */
const looked = Effect.fnUntraced(function*(acknowledged: Acknowledged) {
  const sql = yield* SqlClient.SqlClient
  const tables = new Set(
    (yield* sql<{ name: string }>`SELECT table_name AS name FROM duckdb_tables()`).map(({ name }) => name)
  )
  // killed before it had made its tables
  if (!tables.has("changes")) return acknowledged.numbers.size === 0 ? [] : ["all tables are gone"]

  const numbers = yield* sql<{ number: number; isWhole: boolean }>`
    SELECT number, coalesce(l.found = parts AND r.found = parts, false) AS "isWhole"
    FROM (SELECT number, any_value(parts) AS parts, count(*) AS found FROM left_parts GROUP BY number) AS l
    FULL JOIN (SELECT number, count(*) AS found FROM right_parts GROUP BY number) AS r USING (number)`
  const stored = new Set(numbers.map(({ number }) => number))

  const changes = yield* sql<{ table: string; number: number; statement: string }>`
    SELECT table_name AS table, number, statement FROM changes ORDER BY table_name, number`
  const made = new Set(changes.map(({ number, table }) => `${table} ${number}`))
  const columns = yield* sql<{ column: string }>`
    SELECT table_name || '.' || column_name AS column FROM duckdb_columns() WHERE table_name LIKE 'changed_%'`
  const wanted = changes.flatMap(({ statement, table }) => {
    const [, column] = /ADD COLUMN IF NOT EXISTS (\w+)/.exec(statement) ?? []
    return column === undefined ? [] : [`${table}.${column}`]
  })
  const there = columns.map(({ column }) => column).filter((column) => /\.c\d+$/.test(column))

  return [
    ...numbers.filter(({ isWhole }) => !isWhole).map(({ number }) => `transaction ${number} is half there`),
    ...missing(acknowledged.numbers, stored).map((number) => `the acknowledged transaction ${number} is missing`),
    ...missing(acknowledged.changes, made).map((change) => `the acknowledged change ${change} is missing`),
    ...missing(new Set(wanted), new Set(there)).map((column) => `column ${column} was added and is missing`),
    ...missing(new Set(there), new Set(wanted)).map((column) =>
      `column ${column} is there, and the row that says so is not`
    )
  ]
})

const missing = <A>(wanted: ReadonlySet<A>, found: ReadonlySet<A>): ReadonlyArray<A> =>
  [...wanted].filter((one) => !found.has(one))
