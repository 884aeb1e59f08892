/**
 * How much memory the process takes while an effect runs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"

/**
 * Bytes before, at most during, and after something.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bytes {
  readonly before: number
  readonly peak: number
  readonly after: number
}

/**
 * The memory of the process while an effect ran, in bytes.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryProfile {
  /** The objects of JavaScript. */
  readonly heap: Bytes
  /** What belongs to objects but is outside of the heap, such as the columns of a result. */
  readonly external: Bytes
  /** All of the process, with the memory of an embedded database. */
  readonly rss: Bytes
}

/** Milliseconds between two looks. A test's clock doesn't move them: memory is taken in real time. */
const interval = 10

type Usage = Pick<NodeJS.MemoryUsage, "heapUsed" | "external" | "rss">

/** Runs an effect, looks at the memory meanwhile, and gives its value and what was seen. */
export const memoryOf = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, MemoryProfile], E, R> =>
  Effect.suspend(() => {
    const before: Usage = process.memoryUsage()
    let peak = before
    const look = () => {
      const now = process.memoryUsage()
      peak = higher(peak, now)
      return now
    }
    const timer = setInterval(look, interval)
    return Effect.map(
      Effect.onExitPrimitive(effect, () => {
        clearInterval(timer)
        return undefined
      }),
      (value) => {
        const after = look()
        const bytes = (name: keyof Usage): Bytes => ({ before: before[name], peak: peak[name], after: after[name] })
        return [value, { heap: bytes("heapUsed"), external: bytes("external"), rss: bytes("rss") }]
      }
    )
  })

const higher = (one: Usage, other: Usage): Usage => ({
  heapUsed: Math.max(one.heapUsed, other.heapUsed),
  external: Math.max(one.external, other.external),
  rss: Math.max(one.rss, other.rss)
})
