/**
 * Measures the memory that a stream of rows takes, in processes of their own: `npm run bench:memory`.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { DuckDb } from "../../src/duckdb.ts"
import { Query } from "../../src/index.ts"
import { Reading, selectReadings } from "./reading.ts"

const sizes = [2_000_000, 10_000_000]

/** The most that a stream of ten million rows may take, by what one of two million takes. */
const target = 1.25

/** Streams that many rows into models, and prints the megabytes that this process took at most. */
const stream = Effect.fnUntraced(function*(count: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql.unsafe(`CREATE VIEW readings AS ${selectReadings(count)}`)
  const streamed = yield* Stream.runCount(Query.from(Reading).stream)
  if (streamed !== count) return yield* Effect.die(new Error(`${streamed} rows were streamed, not ${count}`))
  yield* Console.log(process.resourceUsage().maxRSS / 1024)
})

const measure = (count: number) =>
  Effect.promise(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...process.execArgv,
      ...process.argv.slice(1, 2),
      String(count)
    ])
    return Number(stdout)
  })

const main = Effect.gen(function*() {
  const [small = 0, large = 0] = yield* Effect.forEach(sizes, measure)
  yield* Console.log(
    `streaming 2,000,000 rows: ${small.toFixed(0)} MB at most; 10,000,000: ${large.toFixed(0)} MB, ` +
      `${(large / small).toFixed(2)} times as much (target: ${target})`
  )
})

const count = process.argv[2]
NodeRuntime.runMain(
  count === undefined ? main : Effect.provide(stream(Number(count)), DuckDb.layer({ path: ":memory:" }))
)
