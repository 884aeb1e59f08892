/**
 * How often a cache has answered.
 */
import { QueryCache } from "andamios-orm"
import * as Effect from "effect/Effect"

/** How often the database was asked while an effect ran with a cache of its own, and what came of it. */
export const counting = <A, E, R>(options: QueryCache.Options, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const value = yield* effect
    const { queries } = yield* QueryCache.report
    const sum = (of: (query: QueryCache.QueryReport) => number) =>
      queries.reduce((total, query) => total + of(query), 0)
    return { value, hits: sum(({ hits }) => hits), misses: sum(({ misses }) => misses), queries }
  }).pipe(Effect.provide(QueryCache.layerMemory(options)))
