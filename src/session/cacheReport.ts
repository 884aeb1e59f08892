/**
 * What a cache has done for each query.
 *
 * @since 0.1.0
 */

/**
 * What the cache has done for queries of one shape. Times are in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface QueryReport {
  /** The text that the database is sent; of rows that are looked up by their keys the model, as in `Book by key`. */
  readonly sql: string
  /** Answers from the cache, and those of them that had run out. */
  readonly hits: number
  readonly stale: number
  /** Those of them that came from the store of the cache. */
  readonly stored: number
  /** Why answers are not put into the store, where it has one and they are not. */
  readonly unstored: string | undefined
  /** Answers that had to be read. */
  readonly misses: number
  /** Questions that waited for the answer to the same one. */
  readonly coalesced: number
  /** What reading would have cost where the cache has answered. */
  readonly saved: number
  /** The share of questions that the database was not asked. */
  readonly hitRate: number
  /** Whether it was worth it: something is saved, and at least one in ten questions. */
  readonly earnsItsKeep: boolean
}

/**
 * What a cache holds, and what it has done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  readonly entries: number
  /** About how much memory the answers take. */
  readonly bytes: number
  /** Answers that had to go to make room. */
  readonly evictions: number
  /** By what they saved, the most first. */
  readonly queries: ReadonlyArray<QueryReport>
}

/** What is counted of a query. */
export interface Counts {
  hits: number
  stale: number
  stored: number
  unstored: string | undefined
  misses: number
  coalesced: number
  /** Nanoseconds. */
  saved: number
}

/** Nothing was asked yet. */
export const noCounts = (): Counts => ({
  hits: 0,
  stale: 0,
  stored: 0,
  unstored: undefined,
  misses: 0,
  coalesced: 0,
  saved: 0
})

/** What is told of what was counted. */
export const queryReport = (
  sql: string,
  { coalesced, hits, misses, saved, stale, stored, unstored }: Counts
): QueryReport => {
  const all = hits + misses + coalesced
  const hitRate = all === 0 ? 0 : (hits + coalesced) / all
  return {
    sql,
    hits,
    stale,
    stored,
    unstored,
    misses,
    coalesced,
    saved: saved / 1e6,
    hitRate,
    earnsItsKeep: saved > 0 && hitRate >= 0.1
  }
}
