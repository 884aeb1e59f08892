/**
 * Ends a statement at its database when its time is up.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
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
  /** The failure of one that was not ended in spite of that, for so long that it is given up; without it, it is waited for. */
  readonly unheard?: (milliseconds: number) => E2
}

/** How long a database is told to end a statement before it is given up, in milliseconds. */
export const patience = 5_000

/**
 * Runs a statement, or a part of it, in the time that it is given. It is not left alone when that is over, but told to end, and what it
 * then answers is what counts: it may have been done a moment before. It is told again and again, for one that is still on its way would
 * not hear of it. A database that doesn't hear at all, because it hangs or can't be reached, may be given up in the end.
 */
export const inTime = <A, E, R, E2>(
  statement: Effect.Effect<A, E, R>,
  { end, failure, isEnded, unheard }: Ending<E, E2>
): Effect.Effect<A, E | E2, R> =>
  Effect.withFiber((fiber): Effect.Effect<A, E | E2, R> => {
    const time = fiber.getRef(StatementTimeout)
    if (!Duration.isFinite(time)) return statement
    let isOver = false
    const over = Deferred.makeUnsafe<void>()
    const watch = Effect.andThen(
      Effect.sleep(time),
      Effect.suspend(() => {
        isOver = true
        Deferred.doneUnsafe(over, Effect.void)
        return repeatedly(end)
      })
    )
    const ended = Effect.mapError(
      statement,
      (error) => isOver && isEnded(error) ? failure(Duration.toMillis(time)) : error
    )
    const heard = unheard === undefined ? ended : Effect.raceFirst(
      ended,
      Effect.andThen(
        Effect.andThen(Deferred.await(over), pause(patience)),
        Effect.suspend(() => Effect.fail(unheard(Duration.toMillis(time))))
      )
    )
    return Effect.acquireUseRelease(Effect.forkChild(Effect.interruptible(watch)), () => heard, Fiber.interrupt)
  })

/** Does something again and again, a moment after each time. */
export const repeatedly = (again: Effect.Effect<unknown>) =>
  Effect.forever(Effect.andThen(Effect.uninterruptible(again), moment))

/** Some milliseconds by the clock of the database, which no test moves. */
const pause = (milliseconds: number) =>
  Effect.callback<void>((resume) => {
    const timer = setTimeout(() => resume(Effect.void), milliseconds)
    return Effect.sync(() => clearTimeout(timer))
  })

/** How long a database is given to do what it was told. */
export const moment = pause(10)
