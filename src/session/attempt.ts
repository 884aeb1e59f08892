/**
 * Runs what throws, as an effect.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"

/** Runs what may throw some kinds of errors, of which `toError` makes failures; anything else it throws is a defect. */
export const attempt = <A, E>(run: () => A, toError: (thrown: unknown) => E | undefined): Effect.Effect<A, E> =>
  Effect.try({ try: run, catch: (thrown) => thrown }).pipe(
    Effect.catch((thrown) => {
      const error = toError(thrown)
      return error === undefined ? Effect.die(thrown) : Effect.fail(error)
    })
  )
