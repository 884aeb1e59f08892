/**
 * Time that passes whenever somebody looks.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** A clock by which everything takes 300 milliseconds: so much later it is each time that somebody looks. */
export const slowly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Clock.Clock, (clock) => {
    let now = 0n
    const later = () => now += 300_000_000n
    return Effect.provideService(effect, Clock.Clock, {
      currentTimeMillisUnsafe: () => 0,
      currentTimeMillis: Effect.succeed(0),
      currentTimeNanosUnsafe: () => 0n,
      currentTimeNanos: Effect.succeed(0n),
      monotonicTimeNanosUnsafe: later,
      monotonicTimeNanos: Effect.sync(later),
      sleep: (duration) => clock.sleep(duration)
    })
  })
