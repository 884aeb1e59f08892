/**
 * Tells of a failure of one of the databases where in the move it happened.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { MoveDiffers, MoveRefused, MoveStopped } from "./MoveError.ts"

/** What is known of the place. */
interface Place {
  readonly table: string
  readonly rows: number
}

/** The failure of a move that something else made fail; those of the move itself stay. */
export const stopped = (place?: Place) => (cause: Error): MoveRefused | MoveStopped | MoveDiffers =>
  cause instanceof MoveRefused || cause instanceof MoveStopped || cause instanceof MoveDiffers
    ? cause
    : new MoveStopped({ ...place, reason: cause.message, ...hintOf(cause), cause })

const hintOf = (cause: unknown): { readonly hint?: string } =>
  Predicate.isTagged(cause, "ForeignKeyViolation")
    ? {
      hint:
        "A row refers to one that is not in the target. Either rows were changed in the source while they were moved: let nobody " +
        "write to it, and move again from the beginning. Or it never held to that reference: correct its rows first."
    }
    : {}
