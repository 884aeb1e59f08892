/**
 * The replicas of a PostgreSQL database, and how far they are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/**
 * What is known of a replica. It was asked in the last seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplicaStatus {
  /** Its database and address, such as `shop at 10.0.0.7:5432`. */
  readonly name: string
  /**
   * - `following`: it replays what the primary writes;
   * - `unreachable`: it can't be asked, or it starts;
   * - `promoted`: it takes writes of its own, and is no replica any more;
   * - `foreign`: it is of another system, of another database, or follows another primary.
   */
  readonly state: "following" | "unreachable" | "promoted" | "foreign"
  /** Whether the next read may go to it: it follows, and has all that this Layer has written. */
  readonly isUsed: boolean
  /** How far it has replayed the primary's log, such as `0/3000148`; nothing before its first answer. */
  readonly position: string | undefined
  /** Milliseconds that it was behind the primary when both were asked last: 0 where it had all. */
  readonly lag: number
  /** How many reads it was given. */
  readonly reads: number
}

/**
 * The replicas of a Layer, in the order of its options. There are metrics, too: `db.client.replica.lag` in seconds, and
 * `db.client.replica.reads`.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const replicas = yield* Postgres.Replicas
 *   for (const { lag, name, state } of yield* replicas.status) yield* Effect.log(`${name}: ${state}, ${lag} ms behind`)
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Replicas extends Context.Service<Replicas, {
  /** What is known of each of them now. */
  readonly status: Effect.Effect<ReadonlyArray<ReplicaStatus>>
}>()("andamios/Replicas") {}
