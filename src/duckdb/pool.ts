/**
 * The connections to a DuckDB database: lent to one use at a time, waited for no longer than told, and replaced when a use has
 * left something behind.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Pool from "effect/Pool"
import * as Scope from "effect/Scope"
import type { PoolStats } from "../session/ConnectionPool.ts"
import * as Leases from "../session/leases.ts"
import { ConnectionFailed, PoolTimeout } from "../session/OrmError.ts"
import type { Connection } from "./connection.ts"

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
  const open = Effect.tap(settings.open, (connection) => {
    opened.add(connection)
    return Effect.addFinalizer(() => Effect.sync(() => opened.delete(connection)))
  })
  const leases = Leases.make(database, size, () => opened.size - leases.acquired())

  const closing = yield* Deferred.make<never, ConnectionFailed>()
  const closed = Effect.suspend(() =>
    Effect.fail(
      new ConnectionFailed({ database, reason: "the pool is closed, and so is the Layer that it belongs to" })
    )
  )
  const scope = yield* Effect.acquireRelease(
    Scope.make(),
    (scope, exit) =>
      Effect.andThen(
        Deferred.completeWith(closing, closed),
        warningMeanwhile(Scope.close(scope, exit), warnOfDraining(database, leases))
      )
  )
  const pool = yield* Scope.provide(
    minimum === size
      ? Pool.make({ acquire: open, size })
      : Pool.makeWithTTL({ acquire: open, min: minimum, max: size, timeToLive: idleTimeout }),
    scope
  )

  const timeout = Effect.gen(function*() {
    const longest = leases.longest(yield* Clock.currentTimeMillis)
    return yield* new PoolTimeout({
      database,
      size,
      inUse: leases.acquired(),
      waiting: leases.waiting(),
      milliseconds: Duration.toMillis(acquireTimeout),
      ...(longest !== undefined && { longest })
    })
  })

  /** Whether there is a connection for everyone who asks for one: then nobody has to wait, and no clock to run. */
  const isPlenty = (asking: number) => opened.size - leases.acquired() >= asking && !Deferred.isDoneUnsafe(closing)

  const patiently = Pool.get(pool).pipe(
    Effect.timeoutOrElse({ duration: acquireTimeout, orElse: () => timeout }),
    Effect.raceFirst(Deferred.await(closing))
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
    stats: Effect.sync(() => ({
      size,
      acquired: leases.acquired(),
      idle: opened.size - leases.acquired(),
      waiting: leases.waiting()
    })),
    replaceAll: Effect.suspend(() =>
      Effect.forEach([...opened], (connection) => Pool.invalidate(pool, connection), { discard: true })
    )
  } satisfies ConnectionLender
})

/** Says every ten seconds who keeps a pool from closing. */
const warnOfDraining = (database: string, leases: Leases.Leases) =>
  Effect.gen(function*() {
    yield* Effect.sleep("10 seconds")
    const longest = leases.longest(yield* Clock.currentTimeMillis)
    yield* Effect.logWarning(
      `${database} closes when ${leases.acquired()} connections in use have been given back; ` +
        `${longest?.holder} has held one for ${longest?.milliseconds} ms.`
    )
  }).pipe(Effect.forever)

const warningMeanwhile = Effect.fnUntraced(function*<A>(effect: Effect.Effect<A>, warning: Effect.Effect<never>) {
  const warned = yield* Effect.forkChild(Effect.interruptible(warning))
  yield* effect
  yield* Fiber.interrupt(warned)
})
