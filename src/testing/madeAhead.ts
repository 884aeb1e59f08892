/**
 * Things that take a while to make, made one ahead for those who ask again.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * Gives something new to each who asks; all ask alike. From the second on, the next one is in the making meanwhile, so at most one is made
 * in vain. It is made apart from all fibers: nobody finds another's services in it, and it doesn't end with who has asked.
 */
export const madeAhead = <Input extends ReadonlyArray<unknown>, A, E>(
  make: (...input: Input) => Effect.Effect<A, E>
): (...input: Input) => Effect.Effect<A, E> => {
  let hasBeenAsked = false
  let spare: Fiber.Fiber<A, E> | undefined
  return (...input) =>
    Effect.suspend(() => {
      if (!hasBeenAsked) {
        hasBeenAsked = true
        return make(...input)
      }
      const taken = spare ?? Effect.runFork(make(...input))
      spare = Effect.runFork(make(...input))
      return Fiber.join(taken)
    })
}
