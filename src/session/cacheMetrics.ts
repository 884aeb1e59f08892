/**
 * What is counted of a cache: of each query, and of all in metrics.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import type { Counts } from "./cacheReport.ts"

/** The metrics of a cache. */
export interface CacheMetrics {
  /** Counts answers to a query from the cache, and the nanoseconds that they saved. */
  readonly hit: (counts: Counts, saved: number, number?: number) => void
  /** Counts answers to a query that had to be read. */
  readonly missed: (counts: Counts, number?: number) => void
  readonly evicted: () => void
  /** Counts what the store of a cache has failed to do. */
  readonly failed: () => void
}

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

/** The metrics of a cache, kept in a context. */
export const cacheMetrics = (context: Context.Context<never>): CacheMetrics => {
  const hits = counter("db.client.cache.hits", "Answers that came from the cache")
  const misses = counter("db.client.cache.misses", "Answers that had to be read")
  const evictions = counter("db.client.cache.evictions", "Answers that had to go to make room")
  const failures = counter("db.client.cache.failures", "Requests that the store of the cache has failed to answer")
  const saved = Metric.counter("db.client.cache.saved", {
    description: "Seconds that reading would have taken where the cache has answered",
    attributes: { unit: "s" },
    incremental: true
  })
  return {
    hit: (counts, nanoseconds, number = 1) => {
      counts.hits += number
      counts.saved += nanoseconds
      hits.updateUnsafe(number, context)
      saved.updateUnsafe(nanoseconds / 1e9, context)
    },
    missed: (counts, number = 1) => {
      counts.misses += number
      misses.updateUnsafe(number, context)
    },
    evicted: () => evictions.updateUnsafe(1, context),
    failed: () => failures.updateUnsafe(1, context)
  }
}
