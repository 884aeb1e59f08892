/**
 * Errors on their way out of something nested, which learn where they come from.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"

/** Runs what may throw one kind of error, and throws another in its place; all others pass as they are. */
export const rethrow = <A, X extends Error>(
  run: () => A,
  expected: new(...parameters: ReadonlyArray<never>) => X,
  toError: (error: X) => Error
): A =>
  Result.getOrThrowWith(
    Result.try({ try: run, catch: (error) => error }),
    (error) => error instanceof expected ? toError(error) : error
  )
