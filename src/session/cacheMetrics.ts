/**
 * What the metrics tell of a cache.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"

/** The metrics of a cache. */
export interface CacheMetrics {
  /** Counts answers from the cache, and the nanoseconds that they saved. */
  readonly hit: (saved: number, count?: number) => void
  readonly missed: (count?: number) => void
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
    hit: (nanoseconds, count = 1) => {
      hits.updateUnsafe(count, context)
      saved.updateUnsafe(nanoseconds / 1e9, context)
    },
    missed: (count = 1) => misses.updateUnsafe(count, context),
    evicted: () => evictions.updateUnsafe(1, context),
    failed: () => failures.updateUnsafe(1, context)
  }
}
