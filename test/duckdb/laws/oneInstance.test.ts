/**
 * One instance for each real file in a process, and none in a worker: law 1, and row 3 of what DuckDB does in silence.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { symlinkSync } from "node:fs"
import { join, relative } from "node:path"
import { Worker } from "node:worker_threads"
import * as Bare from "./bare.ts"
import { temporaryDirectory } from "../../temporaryDirectory.ts"

/** Two instances of one file: the first stores 100,000 rows, the second is closed last. What another process then finds. */
const twoInstances = (open: string) => `
  import { DuckDBInstance } from "@duckdb/node-api"
  import { once } from "node:events"
  import { Worker } from "node:worker_threads"
  const [path, spelling] = process.argv.slice(1)
  const first = await DuckDBInstance.fromCache(path)
  const connection = await first.connect()
  await connection.run("CREATE TABLE numbers (number INTEGER)")
  await connection.run("CHECKPOINT")
  ${open}
  await connection.run("INSERT INTO numbers SELECT range FROM range(100000)")
  connection.closeSync()
  first.closeSync()
  await closeSecond()
`

/** The second instance in the same thread. */
const here = `
  const second = await DuckDBInstance.create(spelling)
  const other = await second.connect()
  await other.run("INSERT INTO numbers SELECT range FROM range(10)")
  const closeSecond = () => { other.closeSync(); second.closeSync() }`

/** The second instance in a worker, which has a cache of its own. */
const inWorker = `
  const worker = new Worker(\`
    import { DuckDBInstance } from "@duckdb/node-api"
    import { parentPort, workerData } from "node:worker_threads"
    const second = await DuckDBInstance.fromCache(workerData)
    const other = await second.connect()
    await other.run("INSERT INTO numbers SELECT range FROM range(10)")
    parentPort.once("message", () => { other.closeSync(); second.closeSync() })
    parentPort.postMessage("open")\`, { eval: true, workerData: path, execArgv: ["--input-type=module"] })
  await once(worker, "message")
  const closeSecond = () => { worker.postMessage("close"); return once(worker, "exit") }`

const stored = `
  import { DuckDBInstance } from "@duckdb/node-api"
  const connection = await (await DuckDBInstance.create(process.argv[1])).connect()
  console.log((await connection.runAndReadAll("SELECT count(*)::INTEGER FROM numbers")).getRows()[0][0])`

const spellings = {
  "its own path": (path: string) => path,
  "a link": (path: string) => {
    symlinkSync(path, `${path}.link`)
    return `${path}.link`
  },
  "a relative path": (path: string) => relative(process.cwd(), path)
}

describe("the bare binding: a second instance undoes what was committed", () => {
  for (const [name, spell] of Object.entries(spellings)) {
    it.live(`opened by ${name}`, () =>
      Effect.gen(function*() {
        const path = join(yield* temporaryDirectory, "one.duckdb")
        assert.strictEqual((yield* Bare.program(twoInstances(here), [path, spell(path)])).how, "exit 0")
        assert.deepStrictEqual((yield* Bare.program(stored, [path])).said, ["10"])
      }).pipe(Effect.scoped))
  }

  it.live("opened in a worker", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "one.duckdb")
      assert.strictEqual((yield* Bare.program(twoInstances(inWorker), [path])).how, "exit 0")
      assert.deepStrictEqual((yield* Bare.program(stored, [path])).said, ["10"])
    }).pipe(Effect.scoped))
})

describe("ours: a second Layer of a file shares its instance", () => {
  for (const [name, spell] of Object.entries(spellings)) {
    it.live(`opened by ${name}`, () =>
      Effect.gen(function*() {
        const path = join(yield* temporaryDirectory, "one.duckdb")
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql`CREATE TABLE numbers (number INTEGER)`
          yield* sql`CHECKPOINT`
          const second = Effect.gen(function*() {
            const other = yield* SqlClient.SqlClient
            yield* other`INSERT INTO numbers SELECT range FROM range(10)`
            yield* sql`INSERT INTO numbers SELECT range FROM range(100000)`
          })
          yield* Effect.provide(second, DuckDb.layer({ path: spell(path) }), { local: true })
        }).pipe(Effect.provide(DuckDb.layer({ path })))
        assert.deepStrictEqual((yield* Bare.program(stored, [path])).said, ["100010"])
      }).pipe(Effect.scoped))
  }

  it.live("opened in a worker, it is refused", () =>
    Effect.gen(function*() {
      const outcome = yield* Effect.callback<unknown>((resume) => {
        const worker = new Worker(new URL("../openInWorker.ts", import.meta.url), {
          execArgv: ["--conditions=andamios-source"]
        })
        worker.once("message", (message) => resume(Effect.succeed(message)))
        worker.once("error", (error) => resume(Effect.die(error)))
      })
      assert.include(String(outcome), "can't be opened in a worker thread")
    }))
})
