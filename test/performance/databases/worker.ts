/**
 * A process that runs tests, each with its own database, and tells the one that has started it how long they took.
 */
import { TestDatabase } from "../../../src/testing.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import process from "node:process"
import { shelves } from "./shelves.ts"

/** What a process is told to do. */
export interface Task {
  readonly database: "DuckDB" | "PostgreSQL"
  readonly isIndexed: boolean
  readonly tests: number
  /** How many tests run at a time. */
  readonly together: number
  /** The milliseconds for which each test keeps the process busy. */
  readonly work: number
}

/** All in milliseconds. */
export interface Times {
  /** Until the first database was there, which is the one that is migrated. */
  readonly first: number
  /** Until each of the others was there. */
  readonly waits: ReadonlyArray<number>
  /** From the second test's start to the last one's end. */
  readonly all: number
  /** Of the processor, in that time and this process. */
  readonly processor: number
}

/** A test: it waits for its database, looks at it, works, and gives it back. */
const test = <E>(database: Layer.Layer<SqlClient.SqlClient, E>, work: number) =>
  Effect.scoped(Effect.gen(function*() {
    const start = performance.now()
    const services = yield* Layer.build(database)
    const waited = performance.now() - start
    yield* Effect.provide(Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM shelf_19`), services)
    const end = performance.now() + work
    while (performance.now() < end);
    return waited
  }))

const run = Effect.fnUntraced(function*<E>(database: Layer.Layer<SqlClient.SqlClient, E>, task: Task) {
  const first = yield* test(database, 0)
  const [start, used] = [performance.now(), process.cpuUsage()]
  const waits = yield* Effect.forEach(Array.from({ length: task.tests }), () => test(database, task.work), {
    concurrency: task.together
  })
  const { system, user } = process.cpuUsage(used)
  return { first, waits, all: performance.now() - start, processor: (system + user) / 1000 }
})

process.once("message", (task: Task) => {
  const source = shelves(task.isIndexed)
  const times = task.database === "DuckDB"
    ? run(TestDatabase.layer(source), task)
    : run(TestDatabase.layerPostgres(source), task)
  void Effect.runPromise(times).then((told: Times) => process.send?.(told, () => process.disconnect()))
})
