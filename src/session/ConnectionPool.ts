/**
 * The connections of a database, and how busy they are.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

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
 * The connection pool of a database.
 *
 * @category services
 * @since 0.1.0
 */
export class ConnectionPool extends Context.Service<ConnectionPool, {
  readonly stats: Effect.Effect<PoolStats>
}>()("andamios/ConnectionPool") {}
