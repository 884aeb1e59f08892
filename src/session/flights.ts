/**
 * Reads that are on their way, which others wait for who ask the same.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type ReadError, TimedOut } from "./OrmError.ts"

export type Rows = Effect.Effect<ReadonlyArray<unknown>, ReadError>

/** A read that is on its way, and the stamp that its tables had before. */
export interface Flight<Stamp> {
  readonly stamp: Stamp
  readonly answer: Deferred.Deferred<ReadonlyArray<unknown> | typeof again, ReadError>
}

/** What those who wait are told when the one who reads was stopped, or has failed for a reason of its own. */
export const again = Symbol("again")

export const flightOf = <Stamp>(stamp: Stamp): Flight<Stamp> => ({ stamp, answer: Deferred.makeUnsafe() })

/** Tells those who wait how it has ended. */
export const landed = ({ answer }: Flight<unknown>, exit: Exit.Exit<ReadonlyArray<unknown>, ReadError>): void => {
  Deferred.doneUnsafe(answer, isOfOneAlone(exit) ? Exit.succeed(again) : exit)
}

/** Waits for the rows; where the one who reads was stopped, asks anew. */
export const waitFor = ({ answer }: Flight<unknown>, ask: () => Rows): Rows =>
  Effect.flatMap(Deferred.await(answer), (rows) => rows === again ? Effect.suspend(ask) : Effect.succeed(rows))

/** Whether an end concerns nobody else: who reads was stopped, or its time was up. */
export const isOfOneAlone = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && (Cause.hasInterrupts(exit.cause) || Cause.squash(exit.cause) instanceof TimedOut)
