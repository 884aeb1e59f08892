/**
 * Where a PostgreSQL server is and how it is reached, from the options of a Layer.
 *
 * @since 0.1.0
 */
import type { PgClientConfig } from "@effect/sql-pg/PgClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ConnectionOptions } from "node:tls"
import type { Address } from "./pool.ts"
import type { Sharding } from "./sharding/options.ts"
import { security } from "./security.ts"
import { registry } from "./unread.ts"

/**
 * How to reach a database. What is given beside `url` wins over what the url says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Such as `postgres://user:password@host:5432/database`. */
  readonly url?: Redacted.Redacted | undefined
  /** A name or address, or a directory of sockets such as `/run/postgresql`. */
  readonly host?: string | undefined
  /** 5432, if neither this nor the url says another. */
  readonly port?: number | undefined
  /** The database on that server; the server's own choice if not given, which is the one named as the user. */
  readonly database?: string | undefined
  /** The role that connects. */
  readonly username?: string | undefined
  /** Its password, which is never logged. */
  readonly password?: Redacted.Redacted | undefined
  /**
   * Whether connections are encrypted: `true`, or options of Node's TLS such as `{ ca }`. The server's certificate is checked, and its
   * name, unless the options say otherwise. Without it the url says it, by `sslmode`, `sslrootcert`, `sslcert` and `sslkey`.
   */
  readonly ssl?: boolean | ConnectionOptions | undefined
  /**
   * Whether statements are prepared once on each connection, as they are if not given. Say `false` behind a pooler that lends connections
   * out anew for each transaction and doesn't keep what was prepared.
   */
  readonly prepare?: boolean | undefined
  /** The name under which the server lists the connections. */
  readonly applicationName?: string | undefined
  /** How long a new connection is waited for: 5 seconds if neither this nor the url says it. */
  readonly connectTimeout?: Duration.Input | undefined
  /** How many connections there are, and how long they are waited for and kept. */
  readonly pool?: PoolOptions | undefined
  /**
   * Whether the writes of this Layer are told to other programs that say so, too, and theirs are heard here, so that caches and live
   * queries know them. It takes one more connection, and one that leads to the server itself: no pooler that lends connections out anew
   * for each transaction.
   */
  readonly sharedWrites?: boolean | undefined
  /** Over which servers the rows of tables are spread, and how; all are on this one, if it is not given. */
  readonly sharding?: Sharding | undefined
  /**
   * Servers that follow this one by streaming replication, to which reads outside of transactions go. Each read finds all that this Layer
   * has written: a replica that hasn't come so far yet is left out, and where there is no other, the primary is read.
   */
  readonly replicas?: ReadonlyArray<ReplicaOptions> | undefined
}

/**
 * How to reach a replica. What is left out is as for the primary, but for the `url` and what that says. The address has to lead to the
 * server itself, not to a pooler in front of several.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplicaOptions extends Omit<Options, "database" | "replicas" | "sharedWrites" | "sharding"> {
  /** How far it may be behind the primary, in what others have written, too: no matter how far if not given. */
  readonly maxLag?: Duration.Input | undefined
}

/**
 * How many connections there are, and how long they are waited for and kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface PoolOptions {
  /** The most connections that are open at once: 10 if not given. */
  readonly size?: number | undefined
  /** How long a statement waits for a free connection: 30 seconds if not given. */
  readonly acquireTimeout?: Duration.Input | undefined
  /** How long a connection that nobody uses stays open: a minute if not given. */
  readonly idleTimeout?: Duration.Input | undefined
}

/** How to reach a replica of a database. What its own url says is never taken from the primary. */
export const replicaOptions = (
  { host, port, replicas: _, sharding: _sharding, sharedWrites: _shared, url, ...primary }: Options,
  { maxLag: _lag, ...replica }: ReplicaOptions
): Options =>
  replica.url === undefined
    ? { ...primary, url, host, port, ...replica }
    : { ...primary, ...leftTo(replica.url), ...replica }

/** What a url says, as options that leave it to that; nothing where the url is none. */
const leftTo = (url: Redacted.Redacted): Options => {
  const said = URL.parse(Redacted.value(url))
  if (said === null) return {}
  const { password, pathname, searchParams, username } = said
  const says = (...names: ReadonlyArray<string>) => names.some((name) => searchParams.has(name))
  return {
    ...(username !== "" || says("user") ? { username: undefined } : {}),
    ...(password !== "" || says("password") ? { password: undefined } : {}),
    ...(pathname.length > 1 || says("dbname") ? { database: undefined } : {}),
    ...(says("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword") ? { ssl: undefined } : {}),
    ...(says("application_name") ? { applicationName: undefined } : {}),
    ...(says("connect_timeout") ? { connectTimeout: undefined } : {})
  }
}

/** Where the server listens, and the name of the database for people; throws where the url is none. */
export const target = (options: Options): Address & { readonly database: string } => {
  const url = options.url === undefined ? undefined : new URL(Redacted.value(options.url))
  const parameter = (name: string) => url?.searchParams.get(name) ?? undefined
  const hostname = decodeURIComponent(url?.hostname ?? "").replace(/^\[(.*)\]$/, "$1")
  const path = decodeURIComponent(url?.pathname ?? "").replace(/^\//, "")
  return {
    host: options.host ?? parameter("host") ?? (hostname || "localhost"),
    port: options.port ?? Number(parameter("port") ?? (url?.port || 5432)),
    database: options.database ?? parameter("dbname") ?? (path || "the default database")
  }
}

/**
 * The driver's settings. Dates are written in ISO form and clocks are in UTC on every connection, which reading timestamps
 * and `DEFAULT now()` rely on; a value may be as large as PostgreSQL can hold.
 */
export const driverConfig = Effect.fnUntraced(function*(options: Options, database: string) {
  const { pool: _pool, replicas: _replicas, sharding: _, sharedWrites: __, ...connection } = options
  const config: PgClientConfig = {
    ...connection,
    ssl: yield* security(options, database),
    types: registry,
    startupParameters: { datestyle: "ISO, YMD", timezone: "UTC" },
    maxMessageSize: 2 ** 30
  }
  return config
})
