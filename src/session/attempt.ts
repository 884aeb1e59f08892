/**
 * Runs what throws, as an effect.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

/** Runs what may throw some kinds of errors, of which `toError` makes failures; anything else it throws is a defect. */
export const attempt = <A, E>(run: () => A, toError: (thrown: unknown) => E | undefined): Effect.Effect<A, E> =>
  Effect.suspend(() => attempted(run, toError))

/** As `attempt`, where an effect runs already. */
export const attempted = <A, E>(run: () => A, toError: (thrown: unknown) => E | undefined): Effect.Effect<A, E> => {
  const result = Result.try(run)
  if (Result.isSuccess(result)) return Effect.succeed(result.success)
  const error = toError(result.failure)
  return error === undefined ? Effect.die(result.failure) : Effect.fail(error)
}
