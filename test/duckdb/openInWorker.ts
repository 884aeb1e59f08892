/**
 * A worker thread that tries to open a database, and tells its parent what came of it.
 */
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { parentPort } from "node:worker_threads"

const opened = Effect.scoped(Layer.build(DuckDb.layer({ path: ":memory:" }))).pipe(
  Effect.match({ onFailure: ({ message }) => message, onSuccess: () => "opened" })
)

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
void Effect.runPromise(opened).then((outcome) => parentPort?.postMessage(outcome))
