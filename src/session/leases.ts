/**
 * Who holds a connection of a pool and who waits for one, and what the metrics tell of both.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import type { PoolStats } from "./ConnectionPool.ts"
import { type Holder, holderOf } from "./holder.ts"
import { PoolTimeout } from "./OrmError.ts"

/** Somebody who asked for a connection: waiting for it at first, then holding it. */
interface Ticket {
  readonly holder: Holder
  readonly asked: number
  taken: number
}

/** The books of a pool. */
export interface Leases {
  readonly acquired: () => number
  readonly waiting: () => number
  readonly stats: Effect.Effect<PoolStats>
  /** Who holds a connection, and for how long: the longest first. */
  readonly holders: Effect.Effect<ReadonlyArray<{ readonly holder: string; readonly milliseconds: number }>>
  /** The failure of who has waited too long. */
  readonly timeout: Effect.Effect<never, PoolTimeout>
  /** Counts a use of a connection from when it is asked for; `use` says when it has got one. It is made anew for each use. */
  readonly counted: <A, E, R>(use: (taken: () => void) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Counts a connection that is held until its scope closes. */
  readonly countedIn: <A, E, R>(acquire: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | Scope.Scope>
}

/** The pool that the books are kept of. */
export interface Counted {
  readonly database: string
  readonly size: number
  readonly acquireTimeout: Duration.Duration
  /** The number of connections that are open. */
  readonly open: () => number
}

/** Milliseconds that somebody waited for a connection. */
const boundaries = [0.1, 0.5, 1, 5, 10, 50, 100, 500, 1_000, 5_000, 30_000]

/**
 * Keeps the books of the pool of a database. The metrics have the names and attributes that OpenTelemetry gives them:
 * `db.client.connection.count` by state, `db.client.connection.pending_requests`, `db.client.connection.max` and
 * `db.client.connection.wait_time` in milliseconds. They are those of the Layer, whoever uses a connection.
 */
export const make = Effect.fnUntraced(function*({ acquireTimeout, database, open, size }: Counted) {
  const context = yield* Effect.context()
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()

  const held = new Set<Ticket>()
  let waiting = 0
  // a connection may be closed a moment before its use is over
  const idle = () => Math.max(0, open() - held.size)

  const attributes = { "db.client.connection.pool.name": database }
  const count = (state: "used" | "idle") =>
    Metric.gauge("db.client.connection.count", {
      description: "Connections of the pool, by state",
      attributes: { ...attributes, "db.client.connection.state": state }
    })
  const pending = Metric.gauge("db.client.connection.pending_requests", {
    description: "Fibers that wait for a connection",
    attributes
  })
  const most = Metric.gauge("db.client.connection.max", { description: "The size of the pool", attributes })
  const waitTime = Metric.histogram("db.client.connection.wait_time", {
    description: "Milliseconds from asking for a connection to having it",
    attributes,
    boundaries
  })

  /** Has a gauge read when somebody looks, for as long as the pool is there. */
  const shown = (gauge: Metric.Gauge<number>, value: () => number) =>
    Effect.acquireRelease(
      Effect.sync(() =>
        Metric.registerUnsafe(gauge, context, { get: () => ({ value: value() }), update: constVoid, modify: constVoid })
      ),
      (registration) => Effect.sync(() => registration.remove())
    )
  yield* shown(count("used"), () => held.size)
  yield* shown(count("idle"), idle)
  yield* shown(pending, () => waiting)
  yield* shown(most, () => size)

  const ask = (fiber: Fiber.Fiber<unknown, unknown>): Ticket => {
    waiting++
    const asked = now()
    return { holder: { context: fiber.context, id: fiber.id }, asked, taken: asked }
  }
  const take = (ticket: Ticket) => {
    waiting--
    ticket.taken = now()
    held.add(ticket)
    waitTime.updateUnsafe(ticket.taken - ticket.asked, context)
  }
  const end = (ticket: Ticket): void => {
    if (!held.delete(ticket)) waiting--
  }

  const holders = Effect.sync(() => {
    const moment = now()
    return Array.from(held, ({ holder, taken }) => ({ holder: holderOf(holder), milliseconds: moment - taken }))
  })

  const leases: Leases = {
    acquired: () => held.size,
    waiting: () => waiting,
    stats: Effect.sync(() => ({ size, acquired: held.size, idle: idle(), waiting })),
    holders,
    timeout: Effect.flatMap(holders, ([longest]) =>
      Effect.fail(
        new PoolTimeout({
          database,
          size,
          inUse: held.size,
          waiting,
          milliseconds: Duration.toMillis(acquireTimeout),
          ...(longest !== undefined && { longest })
        })
      )),
    counted: (use) => {
      let over = constVoid
      const using = Effect.withFiber((fiber) => {
        const ticket = ask(fiber)
        over = () => end(ticket)
        return use(() => take(ticket))
      })
      return Effect.onExitPrimitive(using, () => {
        over()
        return undefined
      })
    },
    countedIn: (acquire) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.withFiber((fiber) => {
          const ticket = ask(fiber)
          const ended = Effect.sync(() => end(ticket))
          return restore(acquire).pipe(
            Effect.onError(() => ended),
            Effect.tap(() => {
              take(ticket)
              return Effect.addFinalizer(() => ended)
            })
          )
        })
      )
  }
  return leases
})
