/**
 * How long 200 tests wait for their own databases on two cores: in two processes, as two workers of a test runner are, and all at once.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { fork } from "node:child_process"
import { availableParallelism } from "node:os"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Task, Times } from "./worker.ts"

const count = 200

const told = (task: Task) =>
  Effect.callback<Times>((resume) => {
    const worker = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), {
      stdio: ["ignore", "ignore", "inherit", "ipc"]
    })
    worker.once("message", (times: Times) => resume(Effect.succeed(times)))
    worker.once("error", (error) => resume(Effect.die(error)))
    worker.send(task)
  })

const median = (times: ReadonlyArray<number>) => times.toSorted((one, other) => one - other)[times.length >> 1] ?? NaN
const sum = (times: ReadonlyArray<number>) => times.reduce((one, other) => one + other, 0)

/** In so many processes, so many tests at a time in each: what one waits, and what it takes of the time of all and of the processor's. */
const measure = Effect.fnUntraced(function*(name: string, processes: number, task: Omit<Task, "tests">) {
  const tests = count / processes
  const times = yield* Effect.all(Array.from({ length: processes }, () => told({ ...task, tests })), {
    concurrency: processes
  })
  yield* Console.log(
    `  ${name}: a test waits ${median(times.flatMap(({ waits }) => waits)).toFixed(1)} ms at the median; ` +
      `each adds ${(Math.max(...times.map(({ all }) => all)) / count).toFixed(1)} ms to the run, ` +
      `and needs ${(sum(times.map(({ processor }) => processor)) / count).toFixed(1)} ms of a core ` +
      `(the first waits ${median(times.map(({ first }) => first)).toFixed(0)} ms)`
  )
})

const main = Effect.gen(function*() {
  yield* Console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, ${count} tests`)
  for (const database of ["DuckDB", "PostgreSQL"] as const) {
    for (const isIndexed of [false, true]) {
      const task = { database, isIndexed }
      yield* Console.log(`${database}, 20 tables with keys${isIndexed ? ", a unique column and an index each" : ""}`)
      yield* measure("two processes, tests that do nothing", 2, { ...task, together: 1, work: 0 })
      yield* measure("two processes, tests that work 15 ms", 2, { ...task, together: 1, work: 15 })
      yield* measure("one process, all tests at once", 1, { ...task, together: count, work: 0 })
    }
  }
})

NodeRuntime.runMain(main)
