/**
 * What the metrics tell of a cache.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"

/** The metrics of a cache. */
export interface CacheMetrics {
  /** Counts an answer from the cache, and the nanoseconds that it saved. */
  readonly hit: (saved: number) => void
  readonly missed: () => void
  readonly evicted: () => void
}

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

/** The metrics of a cache, kept in a context. */
export const cacheMetrics = (context: Context.Context<never>): CacheMetrics => {
  const hits = counter("db.client.cache.hits", "Answers that came from the cache")
  const misses = counter("db.client.cache.misses", "Answers that had to be read")
  const evictions = counter("db.client.cache.evictions", "Answers that had to go to make room")
  const saved = Metric.counter("db.client.cache.saved", {
    description: "Seconds that reading would have taken where the cache has answered",
    attributes: { unit: "s" },
    incremental: true
  })
  return {
    hit: (nanoseconds) => {
      hits.updateUnsafe(1, context)
      saved.updateUnsafe(nanoseconds / 1e9, context)
    },
    missed: () => misses.updateUnsafe(1, context),
    evicted: () => evictions.updateUnsafe(1, context)
  }
}
