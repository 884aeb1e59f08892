/**
 * Ends a transaction whose time is up.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { TimedOut, type TransactionError } from "./OrmError.ts"

/** Runs an effect in a transaction, once. */
export type Once = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | TransactionError, R>

/**
 * Gives a transaction so much time, waits and further attempts included. Once what is in it is done, it commits, and then it is not
 * ended any more: it would be stored and told to be rolled back. Whoever takes the only permit first decides, the end of the time or
 * that of the work; an attempt that fails to commit gives it back.
 */
export const within = <A, E, R>(
  timeout: Duration.Input,
  transaction: (limited: (once: Once) => Once) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | TimedOut, R> =>
  Effect.suspend(() => {
    const time = Duration.fromInputUnsafe(timeout)
    const turn = Semaphore.makeUnsafe(1)
    const limited = (once: Once): Once => (effect) =>
      Effect.suspend(() => {
        let giveBack: Effect.Effect<unknown> = Effect.void
        const take = Effect.map(turn.take(1), () => {
          giveBack = turn.release(1)
        })
        return Effect.onError(once(Effect.tap(effect, take)), () => giveBack)
      })
    const timedOut = new TimedOut({ what: "transaction", milliseconds: Duration.toMillis(time) })
    const end = Effect.sleep(time).pipe(Effect.andThen(turn.take(1)), Effect.andThen(Effect.fail(timedOut)))
    return Effect.raceFirst(transaction(limited), end)
  })
