/**
 * DuckDB, embedded in the process: the Layers that provide it.
 *
 * @since 0.1.0
 */
import { quotedIdentifier, quotedString } from "@duckdb/node-api"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import { SqlClient } from "effect/sql/SqlClient"
import { ConnectionPool } from "../session/ConnectionPool.ts"
import { Database } from "../session/Database.ts"
import { ConnectionFailed, type DatabaseLocked } from "../session/OrmError.ts"
import { observing } from "../session/observing.ts"
import * as Observer from "../session/observer.ts"
import { Session } from "../session/Session.ts"
import * as Client from "./client.ts"
import * as Connection from "./connection/connection.ts"
import { enginePath, open, type Settings } from "./connection/instance.ts"
import * as ConnectionLender from "./connection/pool.ts"
import * as DuckDbDatabase from "./database.ts"

export { parameter } from "./binding/parameter.ts"

/**
 * How a database is opened.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The file, made where there is none; `:memory:` is a database of its own that goes with the Layer. */
  readonly path: string
  /** How many connections there are, and how long they are waited for and kept. */
  readonly pool?: {
    /** The most connections that are open at a time. Each may use one thread of Node's pool; 2 by default. */
    readonly size?: number
    /** Connections that stay open when nobody uses them; all by default. */
    readonly minimum?: number
    /** How long the others stay open; a minute by default. */
    readonly idleTimeout?: Duration.Input
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
  /** Extensions that are loaded, by name or path. Nothing is downloaded: they must be installed on the machine. */
  readonly extensions?: ReadonlyArray<string>
  /** SQL that runs when the database is opened, before anything else does: all statements of it at once, which is the quickest way. */
  readonly script?: string
  /** Further databases, by the name that their schemas and tables go under: `SELECT * FROM archive.main.orders`. */
  readonly attach?: Readonly<Record<string, Attached>>
  /**
   * How a nested transaction that fails is undone, because DuckDB has no savepoints. With `"replay"`, the default, the outer
   * transaction is begun again and its statements so far are repeated; where they don't give the same answers, it fails with
   * `SavepointLost`. With `"refuse"`, nested transactions fail with `Unsupported`, and nothing is kept for them.
   */
  readonly savepoints?: "replay" | "refuse"
}

/**
 * A database beside the first.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attached {
  readonly path: string
  readonly readOnly?: boolean
  /** The kind of database, where it isn't DuckDB's own, such as `"sqlite"`; its extension has to be loaded. */
  readonly type?: string
}

/**
 * What a DuckDB Layer provides: the ORM's session and its parts, and Effect's own `SqlClient` over the same connections.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided = Session | Database | ConnectionPool | SqlClient

/**
 * A DuckDB database. It is closed with the Layer, when nothing of it runs any more. Building it fails with `DatabaseLocked` where another
 * process has the file open, and with `ConnectionFailed` where it can't be opened, or not made ready: an extension is missing, for
 * instance.
 *
 * @example
 * ```ts
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Effect } from "effect"
 * import { SqlClient } from "effect/sql"
 *
 * const parcels = Effect.gen(function*() {
 *   const sql = yield* SqlClient.SqlClient
 *   return yield* sql`SELECT * FROM parcels`
 * }).pipe(
 *   Effect.provide(DuckDb.layer({ path: "shop.duckdb", memoryLimit: "2GB" })),
 *   Effect.catchTag("DatabaseLocked", ({ pid }) => Effect.fail(`process ${pid} has the file open`))
 * )
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
 * @errors ConfigError where an option is missing, or is no value of its kind
 * @errors DatabaseLocked
 * @errors ConnectionFailed
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
  const { path, pool, savepoints = "replay" } = options
  const size = pool?.size ?? 2
  const minimum = Math.min(pool?.minimum ?? size, size)
  yield* sound(path, size, minimum)
  yield* warnOfThreads(size)

  const instance = yield* open(path, settingsOf(options))
  const connect = Effect.acquireRelease(
    Effect.map(instance.connect, (native) => Connection.make(native, instance, savepoints)),
    (connection) => connection.close,
    // after the instance was lost, opening a connection may take long
    { interruptible: true }
  )
  const lender = yield* ConnectionLender.make({
    database: path,
    size,
    minimum,
    idleTimeout: Duration.fromInputUnsafe(pool?.idleTimeout ?? "1 minute"),
    acquireTimeout: Duration.fromInputUnsafe(pool?.acquireTimeout ?? "30 seconds"),
    open: connect
  })
  yield* instance.onLoss(lender.replaceAll)

  const observer = yield* Observer.make({ "db.system.name": "duckdb", "db.namespace": path }, instance.versions)
  const client = yield* Client.make(path, lender, observer)
  const check = lender.lend((connection) => connection.run(question, () => Effect.void)).pipe(
    Effect.catchTag(
      "Failure",
      ({ cause, reason }) => Effect.fail(new ConnectionFailed({ database: path, reason, cause }))
    )
  )
  return Context.make(SqlClient, client).pipe(
    Context.add(Database, observing(DuckDbDatabase.make(path, client, lender, instance.turns), observer)),
    Context.add(ConnectionPool, { stats: lender.stats, check })
  )
})

/** Refuses a pool that could never lend anything. */
const sound = (path: string, size: number, minimum: number) =>
  Number.isInteger(size) && size > 0 && Number.isInteger(minimum) && minimum >= 0 ? Effect.void : Effect.fail(
    new ConnectionFailed({
      database: path,
      reason:
        `a pool of ${size} connections, at least ${minimum} of them open, can't be: give whole numbers, and a size above 0`
    })
  )

const question: Connection.Statement = { sql: "SELECT 1", keep: true, bind: () => undefined }

const settingsOf = (options: Options): Settings => {
  const { attach = {}, extensions = [], memoryLimit, readOnly, script, tempDirectory, threads } = options
  return {
    config: {
      ...(readOnly === true && { access_mode: "READ_ONLY" }),
      ...(threads !== undefined && { threads: String(threads) }),
      ...(memoryLimit !== undefined && { memory_limit: memoryLimit }),
      ...(tempDirectory !== undefined && { temp_directory: tempDirectory })
    },
    prepare: [
      ...extensions.map((extension) => `LOAD ${quotedString(extension)}`),
      ...Object.entries(attach).map(([name, attached]) => attachment(name, attached)),
      ...(script === undefined ? [] : [script])
    ],
    attached: Object.values(attach).filter(isDuckDb).map((attached) => attached.path)
  }
}

/** What another kind of database calls its path may be no file. */
const isDuckDb = ({ type = "duckdb" }: Attached): boolean => type.toLowerCase() === "duckdb"

const attachment = (name: string, attached: Attached): string => {
  const { path, readOnly, type } = attached
  const choices = [
    ...(type === undefined ? [] : [`TYPE ${quotedString(type)}`]),
    ...(readOnly === true ? ["READ_ONLY"] : [])
  ]
  const clause = choices.length === 0 ? "" : ` (${choices.join(", ")})`
  const place = isDuckDb(attached) ? enginePath(path) : path
  return `ATTACH ${quotedString(place)} AS ${quotedIdentifier(name)}${clause}`
}

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
