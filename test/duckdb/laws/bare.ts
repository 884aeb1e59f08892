/**
 * The bare binding, beside which the laws are held; where it can take a process with it, in a process of its own.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { execFile } from "node:child_process"

/** An instance of its own in memory, and as many connections as are taken from it. */
export const instance = (options: Record<string, string> = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => DuckDBInstance.create(":memory:", options)),
    (opened) => Effect.sync(() => opened.closeSync())
  )

/** A connection of an instance. */
export const connect = (opened: DuckDBInstance) =>
  Effect.acquireRelease(
    Effect.promise(() => opened.connect()),
    (connection) => Effect.sync(() => connection.closeSync())
  )

/** A connection to an instance of its own. */
export const connection = Effect.flatMap(instance(), connect)

/** Runs statements one after the other. */
export const run = (on: DuckDBConnection, ...statements: ReadonlyArray<string>) =>
  Effect.forEach(statements, (sql) => Effect.promise(() => on.run(sql)), { discard: true })

/** The rows of a statement. */
export const rows = (on: DuckDBConnection, sql: string) =>
  Effect.map(Effect.promise(() => on.runAndReadAll(sql)), (reader) => reader.getRowsJS())

/** What a statement fails with, or that it does not. */
export const failure = (on: DuckDBConnection, sql: string) =>
  Effect.match(Effect.tryPromise({ try: () => on.run(sql), catch: String }), {
    onFailure: (message) => message,
    onSuccess: () => "no failure"
  })

/** How a program ended, and what it said until then. */
export interface Ended {
  readonly said: ReadonlyArray<string>
  /** `exit 0`, a signal such as `SIGSEGV`, or `hang` where it did not end by itself. */
  readonly how: string
}

/**
 * Runs a program, as the text of a module, in another process with the number of threads that Node has by itself, and ends it
 * when it has not ended after some seconds. Its arguments are `process.argv.slice(1)`.
 */
export const program = (text: string, args: ReadonlyArray<string> = [], seconds = 30) =>
  Effect.callback<Ended>((resume) => {
    const flags = ["--conditions=andamios-source", "--input-type=module", "--eval", text, ...args]
    const env = { ...process.env, UV_THREADPOOL_SIZE: "4" }
    const options = { env, timeout: 1000 * seconds, killSignal: "SIGKILL" } as const
    const child = execFile(process.execPath, flags, options, (error, output, complaint) => {
      const said = `${output}${complaint}`.trim().split("\n").filter((line) => line !== "")
      const how = error?.killed === true ? "hang" : child.signalCode ?? `exit ${child.exitCode}`
      resume(Effect.succeed({ said, how }))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** The same until something is seen, at most so many times: for what is a race. */
export const until = <A, E, R>(seen: (answer: A) => boolean, times: number, attempt: Effect.Effect<A, E, R>) =>
  Effect.repeat(attempt, { until: seen, times })
