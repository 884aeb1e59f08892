/**
 * DuckDB, embedded in the process: the Layers that provide it.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Pool from "effect/Pool"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlClient } from "effect/sql/SqlClient"
import { ConnectionPool } from "../session/ConnectionPool.ts"
import { Database } from "../session/Database.ts"
import { ConnectionFailed, type DatabaseLocked, PoolTimeout } from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import * as Client from "./client.ts"
import * as Connection from "./connection.ts"
import * as DuckDbDatabase from "./database.ts"
import { open, type Settings } from "./instance.ts"

/**
 * How a database is opened.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The file, made where there is none; `:memory:` is a database of its own that goes with the Layer. */
  readonly path: string
  readonly pool?: {
    /** The most connections that are open at a time. Each may use one thread of Node's pool; 2 by default. */
    readonly size?: number
    /** How long a fiber waits for a connection before it fails with `PoolTimeout`; 30 seconds by default. */
    readonly acquireTimeout?: Duration.Input
  }
  /** Opens the file so that nothing can change it, also beside other processes that do the same. */
  readonly readOnly?: boolean
  /** Threads that DuckDB runs queries on; all cores by default. */
  readonly threads?: number
  /** Memory that DuckDB may use before it spills to disk, such as `"2GB"`; 80 % of all by default. */
  readonly memoryLimit?: string
  /** The folder that DuckDB spills to. */
  readonly tempDirectory?: string
}

/**
 * What a DuckDB Layer provides: the ORM's session and its parts, and Effect's own `SqlClient` over the same connections.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided = Session | Database | ConnectionPool | SqlClient

/**
 * A DuckDB database. It is closed with the Layer, when nothing of it runs any more.
 *
 * @example
 * ```ts
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const answer = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   return yield* sql`SELECT 42 AS answer`
 * }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Provided, ConnectionFailed | DatabaseLocked> =>
  Session.layer.pipe(
    Layer.provideMerge(Layer.effectContext(make(options))),
    Layer.provide(Reactivity.layer)
  )

/**
 * A DuckDB database whose options come from configuration.
 *
 * @example
 * ```ts
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Config } from "effect"
 *
 * const Live = DuckDb.layerConfig({ path: Config.String("DATABASE_PATH") })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<Options>
): Layer.Layer<Provided, ConnectionFailed | DatabaseLocked | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(options), layer))

const make = Effect.fnUntraced(function*(options: Options) {
  const { path } = options
  const size = options.pool?.size ?? 2
  const patience = Duration.fromInputUnsafe(options.pool?.acquireTimeout ?? "30 seconds")
  yield* warnOfThreads(size)

  const instance = yield* open(path, settingsOf(options))
  const connect = Effect.tryPromise({
    try: () => instance.connect(),
    catch: (cause) => new ConnectionFailed({ database: path, reason: String(cause), cause })
  })
  const acquire = Effect.acquireRelease(Effect.map(connect, Connection.make), (connection) => connection.close)
  const pool = yield* Pool.make({ acquire, size })

  const stats = Effect.map(
    Pool.stats(pool),
    ({ idle, pending, used }) => ({ size, idle, acquired: used, waiting: pending })
  )
  const timeout = Effect.flatMap(
    stats,
    ({ acquired, waiting }) =>
      Effect.fail(
        new PoolTimeout({ database: path, size, inUse: acquired, waiting, milliseconds: Duration.toMillis(patience) })
      )
  )
  const lease = Effect.timeoutOrElse(Pool.get(pool), { duration: patience, orElse: () => timeout })

  const client = yield* Client.make(path, lease)
  return Context.make(SqlClient, client).pipe(
    Context.add(Database, DuckDbDatabase.make(path, client, lease)),
    Context.add(ConnectionPool, { stats })
  )
})

const settingsOf = ({ memoryLimit, readOnly, tempDirectory, threads }: Options): Settings => ({
  ...(readOnly === true && { access_mode: "READ_ONLY" }),
  ...(threads !== undefined && { threads: String(threads) }),
  ...(memoryLimit !== undefined && { memory_limit: memoryLimit }),
  ...(tempDirectory !== undefined && { temp_directory: tempDirectory })
})

/** Each statement keeps one thread of Node's pool busy; with none left over, files and name look-ups wait for the database. */
const warnOfThreads = Effect.fnUntraced(function*(size: number) {
  const threads = yield* Effect.orElseSucceed(threadPoolSize, () => 4)
  if (size <= threads - 2) return
  yield* Effect.logWarning(
    `A pool of ${size} connections needs ${size + 2} threads and Node has ${threads}. ` +
      `Start the program with UV_THREADPOOL_SIZE=${size + 2}, or make the pool smaller.`
  )
})

const threadPoolSize = Config.Int("UV_THREADPOOL_SIZE").pipe(Config.withDefault(4))
