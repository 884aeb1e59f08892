/**
 * Waits for the binding until a connection is quiet again.
 *
 * @since 0.1.0
 */
import type { DuckDBConnection } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { type Failure, failureOf } from "../failure/failure.ts"

/**
 * Waits for a promise of the binding. An interrupt that comes before the statement has started is lost, so it is repeated until
 * the promise has settled: only then may anything else be done with the connection.
 */
export const settled = <A>(native: DuckDBConnection, sql: string, start: () => Promise<A>): Effect.Effect<A, Failure> =>
  Effect.callback<A, Failure>((resume) => {
    let isQuiet = false
    const settle = (result: Effect.Effect<A, Failure>) => {
      isQuiet = true
      resume(result)
    }
    // a promise of its own, so that what `start` throws is a rejection too
    new Promise<A>((resolve) => resolve(start())).then(
      (value) => settle(Effect.succeed(value)),
      (error: unknown) => settle(Effect.fail(failureOf(error, sql)))
    )
    return Effect.callback<void>((quiet) => {
      const insist = () => {
        if (isQuiet) return quiet(Effect.void)
        native.interrupt()
        setTimeout(insist, 1)
      }
      insist()
    })
  })
