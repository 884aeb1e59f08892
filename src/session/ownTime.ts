/**
 * The time of what doesn't go by the program's clock: of what waits for a server, is told to other processes, or is done again and again.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** The machine's clock, whatever clock the program has. */
export const machineClock: Clock.Clock = Clock.Clock.defaultValue()

/**
 * Runs by the machine's clock. What looks for something again and again, as a pool does for idle connections, would do so millions of times
 * before anything else went on under a `TestClock` that is set decades ahead.
 */
export const byOwnTime: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  machineClock
)
