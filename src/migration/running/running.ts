/**
 * How revisions are run, and what comes of it, as plain values.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Loss } from "../MigrationPlan.ts"
import type { Proof } from "../proving/proof.ts"

/**
 * What a revision did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done {
  readonly id: string
  readonly name: string
  readonly direction: "up" | "down"
  readonly milliseconds: number
  /** What became of the rows, where it was asked to be proved. */
  readonly proof: Proof | undefined
}

/**
 * How a plan is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface PlanOptions {
  /** Goes on where applied revisions were edited, or are not there any more; `status` tells which. */
  readonly tolerateHistory?: boolean
}

/**
 * How revisions are run.
 *
 * @category models
 * @since 0.1.0
 */
export interface RunOptions extends PlanOptions {
  /** What may be lost, by the names that the plan has for it: `books`, `books.subtitle`; `"everything"` allows all. */
  readonly allowLoss?: ReadonlyArray<string> | "everything"
  /**
   * Compares all rows before and after each revision in its own transaction, and rolls it back where something was lost that may not
   * be. Then a plan that may lose something is not refused, but tried.
   */
  readonly prove?: boolean
  /** A proof that was made before; the plan has to be the same still, and what it does is compared again. */
  readonly proof?: Proof
  /** Told before each step is run. */
  readonly onStep?: (progress: Progress) => Effect.Effect<void>
}

/**
 * How far a run has come.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly revision: string
  readonly direction: "up" | "down"
  readonly step: string
  /** The number of steps before this one, and of all that will run. */
  readonly done: number
  readonly total: number
}

/** Whether the rows are compared before and after. */
export const isProved = ({ proof, prove = false }: RunOptions): boolean => prove || proof !== undefined

/** What of this may not be lost. */
export const notAllowed = (losses: ReadonlyArray<Loss>, { allowLoss = [] }: RunOptions): ReadonlyArray<Loss> =>
  allowLoss === "everything" ? [] : losses.filter(({ what }) => !allowLoss.includes(what))
