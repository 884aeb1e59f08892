/**
 * Tells of what a revision failed with, and at which of its steps.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { messageOf } from "../../model/messageOf.ts"
import { Irreversible, LossRefused, MigrationFailed } from "../MigrationError.ts"
import type { Move } from "./pending.ts"

/** What a revision ends with where it is not carried out. */
export type Refusal = MigrationFailed | LossRefused | Irreversible

/** What makes a failure of a revision out of any other, which it leaves alone where it is one already. */
export const failed = ({ direction, revision }: Move, step: string, sql?: string) => (error: unknown): Refusal =>
  error instanceof MigrationFailed || error instanceof LossRefused || error instanceof Irreversible
    ? error
    : new MigrationFailed({
      revision: revision.id,
      direction,
      step,
      ...(sql === undefined ? {} : { sql }),
      reason: reasonOf(error),
      undone: revision.transaction,
      cause: error
    })

/** Errors of databases tell their reason beside the statement, which is told already. */
const reasonOf = (error: unknown): string => {
  if (Predicate.hasProperty(error, "reason") && typeof error.reason === "string") {
    const hint = Predicate.hasProperty(error, "hint") && typeof error.hint === "string" ? ` (${error.hint})` : ""
    return `${error.reason}${hint}`
  }
  return messageOf(error)
}
