/**
 * A migration that is killed at any step leaves a file that opens, with a true history and whole rows. Another runner waits, or is told.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { recorded } from "../contract/migrationRuns.ts"
import { brokenAt, databaseAt, go, seeded } from "../migration/longWay.ts"
import { killing } from "../migration/killing.ts"
import { type Answer, runner } from "../migration/runners.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

it.live("a migration that is killed at any of its steps", () =>
  Effect.gen(function*() {
    yield* killing({ path: join(yield* temporaryDirectory, "killed.duckdb") })
  }).pipe(Effect.scoped), { timeout: 180_000 })

/** Adds a column with a default that is a function, as the binding alone does it, and is killed after the commit. */
const bare = (path: string) =>
  Effect.callback<string | null>((resume) => {
    const program = `
      import { DuckDBInstance } from "@duckdb/node-api"
      const connection = await (await DuckDBInstance.create(${JSON.stringify(path)})).connect()
      await connection.run("ALTER TABLE mig_kept ADD COLUMN made TIMESTAMP DEFAULT now()")
      process.kill(process.pid, "SIGKILL")`
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "ignore" })
    child.once("close", (_, signal) => resume(Effect.succeed(signal)))
  })

it.live("the binding alone leaves a file that it can't open", () =>
  Effect.gen(function*() {
    const path = join(yield* temporaryDirectory, "bare.duckdb")
    yield* Effect.provide(seeded, databaseAt({ path }), { local: true })
    assert.strictEqual(yield* bare(path), "SIGKILL")
    const failure = yield* Effect.flip(
      Effect.tryPromise({ try: () => DuckDBInstance.create(path), catch: (error) => String(error) })
    )
    assert.include(failure, "Failure while replaying WAL file")
  }).pipe(Effect.scoped))

it.live("two fibers with a Layer each apply every revision once, twenty times", () =>
  Effect.gen(function*() {
    const place = { path: join(yield* temporaryDirectory, "fibers.duckdb") }
    const one = (direction: "up" | "down") => Effect.provide(go(direction), databaseAt(place), { local: true })
    yield* Effect.provide(seeded, databaseAt(place), { local: true })
    for (let round = 0; round < 20; round++) {
      const up = yield* Effect.all([one("up"), one("up")], { concurrency: "unbounded" })
      assert.deepStrictEqual(up.flat(), ["a1", "a2"])
      const down = yield* Effect.all([one("down"), one("down")], { concurrency: "unbounded" })
      assert.deepStrictEqual(down.flat(), ["a2", "a1"])
    }
  }).pipe(Effect.scoped), { timeout: 120_000 })

it.live(
  "of two processes each revision is applied by one, and the other is told that the file is open there, twenty times",
  () =>
    Effect.gen(function*() {
      const place = { path: join(yield* temporaryDirectory, "processes.duckdb") }
      const opened = databaseAt(place)
      yield* Effect.provide(seeded, opened, { local: true })
      const [one, other] = [yield* runner(place), yield* runner(place)]
      for (let round = 0; round < 20; round++) {
        const direction = round % 2 === 0 ? "up" : "down"
        const answers: ReadonlyArray<Answer> = yield* Effect.all([one({ direction }), other({ direction })], {
          concurrency: "unbounded"
        })
        const all = direction === "up" ? ["a1", "a2"] : ["a2", "a1"]
        assert.deepStrictEqual(answers.flatMap(({ ran = [] }) => ran), all, JSON.stringify(answers))
        for (const { failed = "DatabaseLocked" } of answers) assert.strictEqual(failed, "DatabaseLocked")
        const history = yield* Effect.provide(recorded, opened, { local: true })
        assert.deepStrictEqual(history, direction === "up" ? all : [])
        assert.strictEqual(yield* Effect.provide(brokenAt(history), opened, { local: true }), "")
      }
    }).pipe(Effect.scoped),
  { timeout: 120_000 }
)
