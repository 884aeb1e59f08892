/**
 * What a run of migrations will do, as plain values: operations, statements, locks, and what may be lost.
 *
 * @since 0.1.0
 */
import type { Operation } from "../sql/operation.ts"

/**
 * Where a run goes: up, down, or to a place that may be both.
 *
 * @category models
 * @since 0.1.0
 */
export type Direction = "up" | "down" | "to"

/**
 * A statement of a plan: its text; a text that takes the answer of a query in the place of `{answer}`, where a database takes nothing
 * but a number in it; or one that is run again and again until it changes no rows.
 *
 * @category models
 * @since 0.1.0
 */
export type PlannedStatement =
  | string
  | { readonly ask: string; readonly sql: string }
  | { readonly repeat: string }

/**
 * What may be lost by a step, by the name that `allowLoss` takes: `books`, `books.subtitle`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Loss {
  readonly what: string
  /** What would be lost, in words: `all rows of the table`, `digits behind the second`. */
  readonly reason: string
}

/**
 * Who waits while a step runs: nobody, whoever writes, or everybody.
 *
 * @category models
 * @since 0.1.0
 */
export type Lock = "none" | "writes" | "everything"

/**
 * One or more operations that run together.
 *
 * @category models
 * @since 0.1.0
 */
export interface PlannedStep {
  /** What it does, in words: `add column books.price`. */
  readonly what: string
  /** The operations; none of an effect. */
  readonly operations: ReadonlyArray<Operation>
  /** What is run; nothing is known of an effect. */
  readonly statements: ReadonlyArray<PlannedStatement>
  /** The tables that are made anew, because they can't be altered in place. */
  readonly rebuilds: ReadonlyArray<string>
  /** Who waits for the tables that it changes. */
  readonly lock: Lock
  readonly losses: ReadonlyArray<Loss>
}

/**
 * A revision that will be applied, or undone.
 *
 * @category models
 * @since 0.1.0
 */
export interface PlannedRevision {
  readonly id: string
  readonly name: string
  readonly direction: "up" | "down"
  readonly transaction: boolean
  readonly steps: ReadonlyArray<PlannedStep>
}

/**
 * What will run, in order.
 *
 * @category models
 * @since 0.1.0
 */
export interface MigrationPlan {
  /** The database, for people. */
  readonly database: string
  readonly revisions: ReadonlyArray<PlannedRevision>
  /** The same for the same revisions on the same history: what a proof is a proof of. */
  readonly checksum: string
}

/**
 * All that may be lost by a plan.
 *
 * @example
 * ```ts
 * import { MigrationPlan, Migrator } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * // in a check of a pull request: nothing is lost unless somebody has said so
 * const safe = Effect.gen(function*() {
 *   const losses = MigrationPlan.lossesOf(yield* Migrator.plan())
 *   for (const { reason, what } of losses) yield* Effect.logError(`${what}: ${reason}`)
 *   if (losses.length > 0) return yield* Effect.fail("rows may be lost")
 * })
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const lossesOf = ({ revisions }: MigrationPlan): ReadonlyArray<Loss> =>
  revisions.flatMap(({ steps }) => steps.flatMap(({ losses }) => losses))
