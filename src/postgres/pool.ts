/**
 * The connections to a PostgreSQL server: lent, counted, and waited for no longer than told.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as PgPool from "@effect/sql-pg/PgPool"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as Net from "node:net"
import type { PoolStats } from "../session/ConnectionPool.ts"
import { PoolTimeout } from "../session/OrmError.ts"

type Acquire = Effect.Effect<PgConnection, SqlError, Scope.Scope>

/** Lends connections, and knows how many. */
export interface CountedPool {
  readonly get: Acquire
  /** As `get`, for a transaction or a stream. */
  readonly reserve: Acquire
  /** Lends a connection for one effect. */
  readonly use: <A, E, R>(f: (connection: PgConnection) => Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError, R>
  readonly stats: Effect.Effect<PoolStats>
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
  let open = 0
  let acquired = 0
  let waiting = 0

  // The driver's pool does not tell how many connections it has open, so we open their sockets and count those.
  const connect = () => {
    const socket = address.host.startsWith("/")
      ? Net.connect({ path: `${address.host}/.s.PGSQL.${address.port}` })
      : Net.connect({ host: address.host, port: address.port, noDelay: true })
    socket.once("connect", () => {
      open += 1
      socket.once("close", () => {
        open -= 1
      })
    })
    return socket
  }
  const pool = yield* PgPool.make({ ...config, maxConnections: size, stream: connect })

  const timeout = Effect.suspend(() => {
    const cause = new PoolTimeout({
      database,
      size,
      inUse: acquired,
      waiting,
      milliseconds: Duration.toMillis(acquireTimeout)
    })
    return Effect.fail(
      new SqlError({ reason: new ConnectionError({ cause, message: cause.message, operation: "acquire" }) })
    )
  })

  const counted = (acquire: Acquire): Acquire =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        // While a connection is left or can be opened there is nothing to wait for but the server, which has its own timeout.
        const available = acquired + waiting < size
        waiting += 1
        return restore(
          available ? acquire : Effect.timeoutOrElse(acquire, { duration: acquireTimeout, orElse: () => timeout })
        )
      }).pipe(
        Effect.onExit(() => Effect.sync(() => waiting -= 1)),
        Effect.tap(() => {
          acquired += 1
          return Effect.addFinalizer(() => Effect.sync(() => acquired -= 1))
        })
      )
    )
  const get = counted(pool.get)

  const use: CountedPool["use"] = (f) =>
    Effect.suspend(() => {
      if (acquired + waiting >= size) return Effect.scoped(Effect.flatMap(get, f))
      let state: "new" | "waiting" | "lent" = "new"
      const lent = Effect.suspend(() => {
        state = "waiting"
        waiting += 1
        return pool.use((connection) => {
          state = "lent"
          waiting -= 1
          acquired += 1
          return f(connection)
        })
      })
      return Effect.onExit(lent, () =>
        Effect.sync(() => {
          if (state === "waiting") waiting -= 1
          if (state === "lent") acquired -= 1
        }))
    })

  return {
    get,
    reserve: counted(pool.reserve),
    use,
    stats: Effect.sync(() => ({ size, acquired, idle: Math.max(0, open - acquired), waiting }))
  } satisfies CountedPool
})
