/**
 * PostgreSQL as the database of a session.
 *
 * @since 0.1.0
 */
import { PgClient } from "@effect/sql-pg/PgClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlClient } from "effect/sql/SqlClient"
import { ConnectionPool } from "../session/ConnectionPool.ts"
import { Database } from "../session/Database.ts"
import { observing } from "../session/observing.ts"
import * as Observer from "../session/observer.ts"
import { ConnectionFailed } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import * as TableVersions from "../session/tableVersions.ts"
import * as client from "./client.ts"
import { makeDatabase } from "./database.ts"
import { readFailure } from "./failure.ts"
import { driverConfig, type Options, target } from "./options.ts"
import * as pool from "./pool.ts"

export type { Options, PoolOptions } from "./options.ts"

/**
 * What a PostgreSQL Layer provides: a session, its database and pool, and Effect's SQL client on the same connections.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided = Session | Database | ConnectionPool | SqlClient | PgClient

/**
 * A PostgreSQL database. Building it connects once, so that a wrong address or password is told at the start.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Provided, ConnectionFailed> =>
  Session.layer.pipe(
    Layer.provideMerge(Layer.effectContext(make(options))),
    Layer.provide(Reactivity.layer)
  )

/**
 * A PostgreSQL database, its options read from the configuration.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  config: Config.Wrap<Options>
): Layer.Layer<Provided, ConnectionFailed | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(config), layer))

const make = Effect.fnUntraced(function*(options: Options) {
  const { database, ...address } = yield* Effect.try({
    try: () => target(options),
    catch: () => new ConnectionFailed({ database: "PostgreSQL", reason: "its url is not valid" })
  })
  const name = `${database} at ${address.host}:${address.port}`
  const failed = (reason: string) => new ConnectionFailed({ database: name, reason })
  const config = driverConfig(options)
  const connections = yield* pool.make({
    config: { ...config, idleTimeout: options.pool?.idleTimeout },
    address,
    database: name,
    size: options.pool?.size ?? 10,
    acquireTimeout: Duration.fromInputUnsafe(options.pool?.acquireTimeout ?? "30 seconds")
  }).pipe(Effect.mapError((error) => failed(error.message)))
  yield* Effect.scoped(connections.get).pipe(
    Effect.mapError((error) => {
      const failure = readFailure(error, { database: name, sql: "" })
      return failure._tag === "ConnectionFailed" ? failure : failed(failure.message)
    })
  )
  const check = connections.use((connection) => connection.query("SELECT 1", [])).pipe(
    Effect.mapError((error) => {
      const failure = readFailure(error, { database: name, sql: "SELECT 1" })
      const isKnown = failure._tag === "ConnectionFailed" || failure._tag === "PoolTimeout"
      return isKnown ? failure : failed(failure.message)
    }),
    Effect.asVoid
  )
  const observer = yield* Observer.make({
    "db.system.name": "postgresql",
    "db.namespace": database,
    "server.address": address.host,
    "server.port": address.port
  }, TableVersions.make())
  const pgClient = yield* client.make(connections, config, observer)
  return Context.make(PgClient, pgClient).pipe(
    Context.add(SqlClient, pgClient),
    Context.add(ConnectionPool, ConnectionPool.of({ stats: connections.stats, check })),
    Context.add(Database, observing(makeDatabase(pgClient, connections, name), observer))
  )
})
