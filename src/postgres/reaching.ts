/**
 * The connections to a server, from the options of a Layer.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ConnectionFailed } from "../session/OrmError.ts"
import { driverConfig, type Options, target } from "./options.ts"
import * as pool from "./pool.ts"

/** Opens a pool, and tells what its server and database are called. */
export const reaching = Effect.fnUntraced(function*(options: Options) {
  const { database, ...address } = yield* Effect.try({
    try: () => target(options),
    catch: () => new ConnectionFailed({ database: "PostgreSQL", reason: "its url is not valid" })
  })
  const name = `${database} at ${address.host}:${address.port}`
  const config = yield* driverConfig(options, name)
  const connections = yield* pool.make({
    config: { ...config, idleTimeout: options.pool?.idleTimeout },
    address,
    database: name,
    size: options.pool?.size ?? 10,
    acquireTimeout: Duration.fromInputUnsafe(options.pool?.acquireTimeout ?? "30 seconds")
  }).pipe(Effect.mapError((error) => new ConnectionFailed({ database: name, reason: error.message })))
  return { address, config, connections, database, name }
})
