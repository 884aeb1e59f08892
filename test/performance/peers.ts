/**
 * The peers that can be loaded here, on one instance of DuckDB if they know it; the others are said to be skipped.
 */
import type { DuckDBInstance } from "@duckdb/node-api"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Competitor } from "./competitor.ts"

/** How to make a peer of what is given to all of them, which may not be installed. */
export type PeerModule<Given> = readonly [
  name: string,
  load: () => Promise<{ readonly make: (given: Given) => Effect.Effect<Competitor, never, Scope.Scope> }>
]

const modules: ReadonlyArray<PeerModule<DuckDBInstance>> = [
  ["@duckdb/node-api", () => import("./peers/nodeApi.ts")],
  ["@duckdb/node-api, prepared", () => import("./peers/nodeApiPrepared.ts")],
  ["@duckdb/node-api, chunks", () => import("./peers/nodeApiChunks.ts")],
  ["@duckdb/node-api, appendValue", () => import("./peers/nodeApiAppendValue.ts")],
  ["@duckdb/node-api, VALUES", () => import("./peers/nodeApiValues.ts")],
  ["kysely", () => import("./peers/kysely.ts")],
  ["drizzle-orm", () => import("./peers/drizzle.ts")],
  ["@mikro-orm/sqlite", () => import("./peers/mikroOrm.ts")]
]

/** Loads those on DuckDB. */
export const load = (instance: DuckDBInstance) => loadEach(modules, instance)

/** Loads peers. */
export const loadEach = Effect.fnUntraced(function*<Given>(peers: ReadonlyArray<PeerModule<Given>>, given: Given) {
  const loaded = yield* Effect.forEach(peers, ([name, module]) =>
    Effect.promise(module).pipe(
      Effect.flatMap(({ make }) => make(given)),
      Effect.map((peer): ReadonlyArray<Competitor> => [peer]),
      Effect.catchCause((cause) => Effect.as(Console.error(skipped(name, cause)), []))
    ))
  return loaded.flat()
})

const skipped = (name: string, cause: Cause.Cause<never>): string => {
  const [reason] = String(Cause.squash(cause)).split("\n")
  return `skipped: ${name} (${reason})`
}
