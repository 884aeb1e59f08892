/**
 * Where a PostgreSQL database is.
 *
 * @since 0.1.0
 */
import type { PgClient } from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Options } from "./options.ts"
import type { Sharding } from "./sharding/options.ts"

/** How the rows of a Layer's database are spread. */
export const ShardingOf = Context.Reference<Sharding | undefined>("andamios/Postgres/ShardingOf", {
  defaultValue: () => undefined
})

/**
 * What `Postgres.layer` needs to reach a database. It can be written as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export type Address = Pick<Options, "host" | "port" | "username" | "database" | "sharding">

/**
 * Where the database of `TestDatabase.layerPostgres` or `TestDatabase.layerSharded` is: for a process that the test starts, and for a pool with other options.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { TestDatabase } from "andamios-orm/testing"
 * import { Effect, Layer } from "effect"
 *
 * const narrow = Layer.unwrap(
 *   Effect.map(TestDatabase.address, (address) => Postgres.layer({ ...address, pool: { size: 1 } }))
 * ).pipe(Layer.provide(TestDatabase.layerPostgres([])))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const address: Effect.Effect<Address, never, PgClient> = Effect.gen(function*() {
  // loaded when it is asked for: `andamios-orm/testing` exports this, in projects without the driver, too
  const driver = yield* Effect.promise(() => import("@effect/sql-pg/PgClient"))
  const { config: { database, host, port, username } } = yield* driver.PgClient
  const sharding = yield* ShardingOf
  return { database, host, port, username, ...(sharding === undefined ? {} : { sharding }) }
})
