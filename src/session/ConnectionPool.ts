/**
 * The connections of a database, and how busy they are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConnectionFailed, PoolTimeout } from "./OrmError.ts"

/**
 * How many connections a pool has, lends and is asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface PoolStats {
  /** The most connections the pool opens. */
  readonly size: number
  /** Connections that are lent now. */
  readonly acquired: number
  /** Open connections that nobody uses. */
  readonly idle: number
  /** Fibers that wait for a connection. */
  readonly waiting: number
}

/**
 * The connection pool of a database. Beside `stats` it keeps metrics with OpenTelemetry's names: `db.client.connection.count` by
 * state, `db.client.connection.pending_requests`, `db.client.connection.max` and `db.client.connection.wait_time`.
 *
 * @example
 * ```ts
 * import { ConnectionPool } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const isReady = Effect.gen(function*() {
 *   const pool = yield* ConnectionPool.ConnectionPool
 *   yield* pool.check
 *   const { acquired, size, waiting } = yield* pool.stats
 *   yield* Effect.log(`${acquired} of ${size} connections are in use, ${waiting} fibers wait`)
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class ConnectionPool extends Context.Service<ConnectionPool, {
  /** How many connections there are at the moment, and how many fibers wait for one. */
  readonly stats: Effect.Effect<PoolStats>
  /** Asks the database for an answer over a connection of the pool, as a health check does. */
  readonly check: Effect.Effect<void, ConnectionFailed | PoolTimeout>
}>()("andamios/ConnectionPool") {}
