/**
 * Ends a statement at its database when its time is up.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { StatementTimeout } from "./StatementTimeout.ts"

/** How a database ends what it is doing. */
export interface Ending<E, E2> {
  /** Tells the database to end it. */
  readonly end: Effect.Effect<unknown>
  /** Whether a failure is that of a statement which was ended. */
  readonly isEnded: (error: E) => boolean
  /** The failure of a statement that took longer than so many milliseconds. */
  readonly failure: (milliseconds: number) => E2
}

/**
 * Runs a statement, or a part of it, in the time that it is given. It is not left alone when that is over, but told to end, and what it
 * then answers is what counts: it may have been done a moment before. It is told again and again, for one that is still on its way would
 * not hear of it.
 */
export const inTime = <A, E, R, E2>(
  statement: Effect.Effect<A, E, R>,
  { end, failure, isEnded }: Ending<E, E2>
): Effect.Effect<A, E | E2, R> =>
  Effect.flatMap(StatementTimeout, (time): Effect.Effect<A, E | E2, R> => {
    if (!Duration.isFinite(time)) return statement
    let isOver = false
    const watch = Effect.andThen(
      Effect.sleep(time),
      Effect.suspend(() => {
        isOver = true
        return repeated(end)
      })
    )
    return Effect.mapError(
      Effect.acquireUseRelease(Effect.forkChild(Effect.interruptible(watch)), () => statement, Fiber.interrupt),
      (error) => isOver && isEnded(error) ? failure(Duration.toMillis(time)) : error
    )
  })

/** Does something again and again, for as long as an effect runs. */
export const insisting = <A, E, R>(
  again: Effect.Effect<unknown>,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(Effect.forkChild(Effect.interruptible(repeated(again))), () => effect, Fiber.interrupt)

const repeated = (again: Effect.Effect<unknown>) =>
  Effect.forever(Effect.andThen(Effect.uninterruptible(again), moment))

/** A moment by the clock of the database, which no test moves. */
const moment = Effect.callback<void>((resume) => {
  const timer = setTimeout(() => resume(Effect.void), 10)
  return Effect.sync(() => clearTimeout(timer))
})
