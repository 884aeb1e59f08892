/**
 * Makes a file readable again whose write-ahead log DuckDB can't replay when it opens the file.
 *
 * @since 0.1.0
 */
import { DuckDBInstance, quotedString } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { type Failure, failureOf } from "../failure/failure.ts"

/**
 * Writes the log into the file. A log that holds certain changes of structure, such as a default that calls a function, is
 * replayed without a default database, and fails for it (https://github.com/duckdb/duckdb/issues/22044); attached to another
 * database, which then is the default, the same file is whole.
 */
export const rescue = (path: string): Effect.Effect<void, Failure> =>
  Effect.acquireUseRelease(
    attempt(() => DuckDBInstance.create(":memory:")),
    (instance) =>
      Effect.acquireUseRelease(
        attempt(() => instance.connect()),
        (connection) =>
          attempt(async () => {
            await connection.run(`ATTACH ${quotedString(path)} AS rescued`)
            await connection.run("CHECKPOINT rescued")
            await connection.run("DETACH rescued")
          }),
        (connection) => Effect.sync(() => connection.closeSync())
      ),
    (instance) => Effect.sync(() => instance.closeSync())
  ).pipe(
    Effect.andThen(
      Effect.logWarning(
        `${path} could not be opened after its process had ended early; its last changes have been recovered.`
      )
    )
  )

const attempt = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: (error) => failureOf(error, "") })
