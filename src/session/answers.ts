/**
 * Answers that are kept in memory: the least recently used go first.
 *
 * @since 0.1.0
 */
import { LRUCache } from "lru-cache"
import type { Tables } from "../sql/readSet.ts"

/** The answer to a query, and how far it can be trusted. */
export interface Answer {
  readonly rows: ReadonlyArray<unknown>
  /** What was read, and the stamp that it had. */
  readonly tables: Tables
  readonly stamp: number | string
  /** When it runs out, and until when it may be given after that, in milliseconds of the clock. */
  readonly until: number
  readonly staleUntil: number
  readonly tags: ReadonlyArray<string>
  /** What it cost to read, in nanoseconds. */
  readonly cost: number
  /** About how much memory it takes. */
  readonly bytes: number
}

/** How many answers are kept, and how large all of them may be. */
export interface Bounds {
  readonly capacity: number
  readonly maxBytes: number
}

/** No answers yet. */
export const makeAnswers = ({ capacity, maxBytes }: Bounds, evicted: () => void) =>
  new LRUCache<string, Answer>({
    max: capacity,
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (_, __, reason) => {
      if (reason === "evict") evicted()
    }
  })

/** Answers by their keys. */
export type Answers = ReturnType<typeof makeAnswers>

/** Rows that are looked at to tell how large all of them are. */
const sampled = 8

/** About how much memory rows take: texts by their length, and all else by what a pointer or a number takes. */
export const bytesOf = (rows: ReadonlyArray<unknown>): number => {
  const some = rows.slice(0, sampled)
  const size = some.reduce((total: number, row) => total + bytesOfValue(row), 0)
  return 64 + Math.ceil(size * (some.length === 0 ? 0 : rows.length / some.length))
}

const bytesOfValue = (value: unknown): number => {
  if (typeof value === "string") return 16 + 2 * value.length
  if (typeof value !== "object" || value === null) return 8
  if (value instanceof Uint8Array) return 32 + value.byteLength
  return Object.values(value).reduce((total: number, inner) => total + bytesOfValue(inner), 32)
}
