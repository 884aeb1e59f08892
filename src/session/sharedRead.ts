/**
 * What those are told who wait for a read that another fiber has begun.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { TimedOut } from "./OrmError.ts"

/** That they have to ask again: the one who read was stopped, or has failed for a reason of its own. */
export const again = Symbol("again")

/** Whether an end concerns nobody else: who reads was stopped, or its time was up. */
export const isOfOneAlone = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && (Cause.hasInterrupts(exit.cause) || Cause.squash(exit.cause) instanceof TimedOut)
