/**
 * The connections to a PostgreSQL server: lent, counted, and waited for no longer than told.
 *
 * @since 0.1.0
 */
import * as PgConnection from "@effect/sql-pg/PgConnection"
import * as PgPool from "@effect/sql-pg/PgPool"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as Net from "node:net"
import type { PoolStats } from "../session/ConnectionPool.ts"
import * as Draining from "../session/draining.ts"
import * as Leases from "../session/leases.ts"
import { byOwnTime } from "../session/ownTime.ts"
import { socketOpened } from "./cancelling.ts"

type Acquire = Effect.Effect<PgConnection.PgConnection, SqlError, Scope.Scope>

/** Lends connections, and knows how many. */
export interface CountedPool {
  readonly get: Acquire
  /** As `get`, for a transaction or a stream. */
  readonly reserve: Acquire
  /** Lends a connection for one effect. */
  readonly use: <A, E, R>(
    f: (connection: PgConnection.PgConnection) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | SqlError, R>
  /** A connection beside the pool, for what waits or lasts; it is never ended because of that. */
  readonly beside: Acquire
  /** As `beside`, with what cuts it off at once, whatever it waits for. */
  readonly severable: Effect.Effect<Severable, SqlError, Scope.Scope>
  /** Cuts off the connections of the pool at once, so that what waits for an answer over one of them fails. */
  readonly cutOff: Effect.Effect<void>
  /** Whether a connection is there or can be opened for one who asks now. */
  readonly hasPlace: () => boolean
  readonly stats: Effect.Effect<PoolStats>
}

/** A connection that can be cut off. */
export interface Severable {
  readonly connection: PgConnection.PgConnection
  readonly sever: Effect.Effect<void>
}

/** Where a server listens: a host and port, or a directory of sockets in place of the host. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** A pool of at most `size` connections; whoever finds them all lent waits for one, `acquireTimeout` at most. */
export const make = Effect.fnUntraced(function*(options: {
  readonly config: PgPool.Config
  readonly address: Address
  readonly database: string
  readonly size: number
  readonly acquireTimeout: Duration.Duration
}) {
  const { acquireTimeout, address, config, database, size } = options
  const sockets = new Set<Net.Socket>()
  let open = 0
  const leases = yield* Leases.make({ database, size, acquireTimeout, open: () => open })

  // The driver's pool does not tell how many connections it has open, so we open their sockets and count those.
  const connect = () => {
    const socket = socketTo(address)
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
    socket.once("connect", () => {
      open += 1
      socket.once("close", () => open -= 1)
    })
    return socket
  }
  const draining = yield* Draining.make(database, leases)
  const pool = yield* Scope.provide(
    byOwnTime(PgPool.make({ ...config, maxConnections: size, stream: connect })),
    draining.scope
  )

  /** While a connection is left or can be opened there is nothing to wait for but the server, which has its own timeout. */
  const isPlenty = (asking: number) => leases.acquired() + asking <= size && !draining.isClosing()

  const hasPlace = () => isPlenty(leases.waiting() + 1)

  const patiently = (acquire: Acquire): Acquire => {
    const inTime = Effect.timeoutOrElse(acquire, { duration: acquireTimeout, orElse: () => leases.timeout })
    const waiting = Effect.catchTag(
      draining.untilClosing(inTime),
      ["ConnectionFailed", "PoolTimeout"],
      (cause) =>
        Effect.fail(
          new SqlError({ reason: new ConnectionError({ cause, message: cause.message, operation: "acquire" }) })
        )
    )
    return leases.countedIn(Effect.suspend(() => isPlenty(leases.waiting()) ? acquire : waiting))
  }
  const get = patiently(pool.get)

  const use: CountedPool["use"] = (f) =>
    Effect.suspend(() =>
      hasPlace()
        ? leases.counted((taken) =>
          pool.use((connection) => {
            taken()
            return f(connection)
          })
        )
        : Effect.scoped(Effect.flatMap(get, f))
    )

  const lasting = { ...config, startupParameters: { ...config.startupParameters, ...patience } }

  const severable = Effect.suspend(() => {
    let socket: Net.Socket | undefined
    // the first is the connection's own; the driver opens another one to cancel a statement
    const stream = () => {
      const opened = socketTo(address)
      socket ??= opened
      return opened
    }
    return Effect.map(PgConnection.make({ ...lasting, stream }), (connection): Severable => ({
      connection,
      sever: Effect.sync(() => void socket?.destroy())
    }))
  })

  return {
    get,
    reserve: patiently(pool.reserve),
    use,
    beside: PgConnection.make({ ...lasting, stream: () => socketTo(address) }),
    severable,
    cutOff: Effect.sync(() => sockets.forEach((socket) => socket.destroy())),
    hasPlace,
    stats: leases.stats
  } satisfies CountedPool
})

/** A socket for the driver. In a silence it is found out by probes whether the server is still there. */
const socketTo = ({ host, port }: Address): Net.Socket => {
  socketOpened()
  return host.startsWith("/")
    ? Net.connect({ path: `${host}/.s.PGSQL.${port}` })
    : Net.connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 })
}

/** Limits that a server or a user may have for other connections. */
const patience = { statement_timeout: "0", lock_timeout: "0", idle_session_timeout: "0" }
