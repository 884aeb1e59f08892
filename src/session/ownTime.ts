/**
 * The time of what a pool does by itself.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/**
 * Makes something whose idle connections are closed by the machine's clock, whatever clock the program has. It looks for them again and
 * again, so under a `TestClock` that is set decades ahead it would look millions of times before anything else went on.
 */
export const byOwnTime: <A, E, R>(make: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  Clock.Clock.defaultValue()
)
