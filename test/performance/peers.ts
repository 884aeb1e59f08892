/**
 * The peers that can be loaded here, on one instance of DuckDB if they know it; the others are said to be skipped.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Competitor } from "./competitor.ts"

interface PeerModule {
  readonly make: (instance: DuckDBInstance) => Effect.Effect<Competitor, never, Scope.Scope>
}

const modules: ReadonlyArray<readonly [name: string, load: () => Promise<PeerModule>]> = [
  ["@duckdb/node-api", () => import("./peers/nodeApi.ts")],
  ["@duckdb/node-api, prepared", () => import("./peers/nodeApiPrepared.ts")],
  ["@duckdb/node-api, chunks", () => import("./peers/nodeApiChunks.ts")],
  ["@duckdb/node-api, appendValue", () => import("./peers/nodeApiAppendValue.ts")],
  ["@duckdb/node-api, VALUES", () => import("./peers/nodeApiValues.ts")],
  ["kysely", () => import("./peers/kysely.ts")],
  ["drizzle-orm", () => import("./peers/drizzle.ts")],
  ["@mikro-orm/sqlite", () => import("./peers/mikroOrm.ts")]
]

/** Loads them. */
export const load = Effect.fnUntraced(function*(instance: DuckDBInstance) {
  const loaded = yield* Effect.forEach(modules, ([name, module]) =>
    Effect.promise(module).pipe(
      Effect.flatMap(({ make }) => make(instance)),
      Effect.map((peer): ReadonlyArray<Competitor> => [peer]),
      Effect.catchCause((cause) => Effect.as(Console.error(skipped(name, cause)), []))
    ))
  return loaded.flat()
})

const skipped = (name: string, cause: Cause.Cause<never>): string => {
  const [reason] = String(Cause.squash(cause)).split("\n")
  return `skipped: ${name} (${reason})`
}
