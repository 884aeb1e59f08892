/**
 * How long answers are kept, and which are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Model from "../model/Model.ts"
import { identityOf, tableOf } from "../model/Table.ts"
import type { Tables } from "../sql/readSet.ts"

/**
 * How long an answer is kept. What isn't said is as the Layer, or what is around, says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy {
  /** Whether answers are kept at all. */
  readonly enabled?: boolean
  /** How long at most. Without it as long as nothing is written to what was read, which is enough unless others write, too. */
  readonly timeToLive?: Duration.Input
  /** How long an answer without rows is kept; as long as others by default, and not at all with zero. */
  readonly emptyTimeToLive?: Duration.Input
  /**
   * How long after `timeToLive` an answer is still given while it is read again in the background. What was written to is never given.
   */
  readonly staleWhileRevalidate?: Duration.Input
  /** Names by which `QueryCache.invalidateTags` finds the answers. */
  readonly tags?: ReadonlyArray<string>
  /** Whether queries with SQL by hand are kept, too: say so where their answers change with tables alone. */
  readonly raw?: boolean
}

/** A policy in milliseconds, complete. */
export interface Settled {
  readonly enabled: boolean
  readonly timeToLive: number
  readonly emptyTimeToLive: number
  readonly stale: number
  readonly tags: ReadonlyArray<string>
  readonly raw: boolean
}

/** What is kept as long as nothing is written. */
const unlimited: Settled = {
  enabled: true,
  timeToLive: Infinity,
  emptyTimeToLive: Infinity,
  stale: 0,
  tags: [],
  raw: false
}

/** What effects want of the cache, from the outermost on. */
export const Policies: Context.Reference<ReadonlyArray<Policy>> = Context.Reference("andamios/QueryCache/Policies", {
  defaultValue: (): ReadonlyArray<Policy> => []
})

/** A policy with what another one says beside it. */
export const settled = (policies: ReadonlyArray<Policy>, before: Settled = unlimited): Settled =>
  policies.reduce((found: Settled, policy) => ({
    enabled: policy.enabled ?? found.enabled,
    timeToLive: millis(policy.timeToLive) ?? found.timeToLive,
    emptyTimeToLive: millis(policy.emptyTimeToLive) ?? found.emptyTimeToLive,
    stale: millis(policy.staleWhileRevalidate) ?? found.stale,
    tags: [...found.tags, ...policy.tags ?? []],
    raw: policy.raw ?? found.raw
  }), before)

/** How long these rows are kept, in milliseconds. */
export const lifeOf = ({ emptyTimeToLive, timeToLive }: Settled, rows: ReadonlyArray<unknown>): number =>
  rows.length === 0 ? Math.min(emptyTimeToLive, timeToLive) : timeToLive

const millis = (duration: Duration.Input | undefined): number | undefined =>
  duration === undefined ? undefined : Duration.toMillis(Duration.fromInputUnsafe(duration))

/**
 * The policy of a model's rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelPolicy extends Policy {
  readonly model: Model.Any
}

/** The policy of reads of some tables: of those of their models, the strictest in each respect. */
export const policyOf = (layer: Policy, models: ReadonlyArray<ModelPolicy>): (tables: Tables) => Settled => {
  const base = settled([layer])
  const own = new Map(models.map((policy) => [identityOf(tableOf(policy.model)), settled([policy], base)]))
  return ({ tables }) =>
    [...tables.keys()].reduce((found, identity) => {
      const one = own.get(identity)
      return one === undefined ? found : strictest(found, one)
    }, base)
}

const strictest = (one: Settled, other: Settled): Settled => ({
  enabled: one.enabled && other.enabled,
  timeToLive: Math.min(one.timeToLive, other.timeToLive),
  emptyTimeToLive: Math.min(one.emptyTimeToLive, other.emptyTimeToLive),
  stale: Math.min(one.stale, other.stale),
  tags: [...new Set([...one.tags, ...other.tags])],
  raw: one.raw && other.raw
})
