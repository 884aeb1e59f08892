/**
 * The connections to a DuckDB database: lent to one use at a time, waited for no longer than told, and replaced when a use has
 * left something behind.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pool from "effect/Pool"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { PoolStats } from "../../session/ConnectionPool.ts"
import * as Draining from "../../session/draining.ts"
import * as Leases from "../../session/leases.ts"
import type { ConnectionFailed, PoolTimeout } from "../../session/OrmError.ts"
import { byOwnTime } from "../../session/ownTime.ts"
import type { Connection } from "./connection.ts"
import * as Leased from "./leased.ts"

/** What keeps a connection from being lent. */
export type LeaseError = ConnectionFailed | PoolTimeout

/** Lends connections. */
export interface ConnectionLender {
  /** Lends a connection to one effect. */
  readonly lend: <A, E, R>(
    use: (connection: Connection) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | LeaseError, R>
  /** Lends a connection until a scope closes: for a transaction or a stream. */
  readonly lease: Effect.Effect<Connection, LeaseError, Scope.Scope>
  readonly stats: Effect.Effect<PoolStats>
  /** Replaces all connections: those in use when they come back. */
  readonly replaceAll: Effect.Effect<void>
}

/** How many connections there are, and how patient everyone is. */
export interface PoolSettings {
  readonly database: string
  readonly size: number
  /** Connections that stay open when nobody uses them. */
  readonly minimum: number
  /** How long the others stay. */
  readonly idleTimeout: Duration.Duration
  readonly acquireTimeout: Duration.Duration
  /** A new connection. */
  readonly open: Effect.Effect<Connection, ConnectionFailed, Scope.Scope>
}

/** A pool that opens connections when they are needed, and closes them with its scope: after the last use has ended. */
export const make = Effect.fnUntraced(function*(settings: PoolSettings) {
  const { acquireTimeout, database, idleTimeout, minimum, size } = settings
  const opened = new Set<Connection>()
  const leases = yield* Leases.make({ database, size, acquireTimeout, open: () => opened.size })

  /** One that replaces another waits for its place: until that has been given back, and closed. */
  const places = Semaphore.makeUnsafe(size)
  const open = Effect.gen(function*() {
    yield* Semaphore.takeScoped(places, 1)
    const connection = yield* settings.open
    return yield* Effect.acquireRelease(noted(connection), forgotten)
  })
  const noted = (connection: Connection) =>
    Effect.sync(() => {
      opened.add(connection)
      return connection
    })
  const forgotten = (connection: Connection) => Effect.sync(() => void opened.delete(connection))

  const draining = yield* Draining.make(database, leases)
  const pool = yield* Scope.provide(
    minimum === size
      ? Pool.make({ acquire: open, size })
      : byOwnTime(Pool.makeWithTTL({ acquire: open, min: minimum, max: size, timeToLive: idleTimeout })),
    draining.scope
  )

  /** Whether there is a connection for everyone who asks for one: then nobody has to wait, and no clock to run. */
  const isPlenty = (asking: number) => opened.size - leases.acquired() >= asking && !draining.isClosing()

  const patiently = draining.untilClosing(
    Effect.timeoutOrElse(Pool.get(pool), { duration: acquireTimeout, orElse: () => leases.timeout })
  )

  /** A use that leaves something behind costs its connection: a new one is cheaper than finding out what. */
  const giveBack = (connection: Connection) =>
    Effect.suspend(() => connection.isSpent() ? Pool.invalidate(pool, connection) : Effect.void)

  const lease = leases.countedIn(
    Effect.acquireRelease(
      Effect.suspend(() => isPlenty(leases.waiting()) ? Pool.get(pool) : patiently),
      giveBack,
      { interruptible: true }
    )
  ).pipe(
    Effect.flatMap((connection) =>
      Effect.acquireRelease(Effect.sync(() => Leased.make(connection)), (leased) => Effect.sync(leased.end))
    ),
    Effect.map(({ connection }) => connection)
  )

  const lend: ConnectionLender["lend"] = (use) =>
    Effect.suspend(() =>
      isPlenty(leases.waiting() + 1)
        ? leases.counted((taken) =>
          Pool.use(pool, (connection) => {
            taken()
            return Effect.ensuring(use(connection), giveBack(connection))
          })
        )
        : Effect.scoped(Effect.flatMap(lease, use))
    )

  return {
    lend,
    lease,
    stats: leases.stats,
    replaceAll: Effect.suspend(() =>
      Effect.forEach([...opened], (connection) => Pool.invalidate(pool, connection), { discard: true })
    )
  } satisfies ConnectionLender
})
