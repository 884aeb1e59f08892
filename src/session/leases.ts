/**
 * Who holds a connection of a pool and who waits for one, and what the metrics tell of both.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"

/** Somebody who asked for a connection: waiting for it at first, then holding it. */
interface Ticket {
  readonly holder: string
  readonly asked: number
  taken: number | undefined
}

/** The books of a pool. */
export interface Leases {
  readonly acquired: () => number
  readonly waiting: () => number
  /** Who has held a connection for the longest time, if anybody holds one. */
  readonly longest: (now: number) => { readonly holder: string; readonly milliseconds: number } | undefined
  /** Counts a use of a connection from when it is asked for; `use` says when it has got one. */
  readonly counted: <A, E, R>(use: (taken: () => void) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Counts a connection that is held until its scope closes. */
  readonly countedIn: <A, E, R>(acquire: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | Scope.Scope>
}

/** Milliseconds that somebody waited for a connection. */
const boundaries = [0.1, 0.5, 1, 5, 10, 50, 100, 500, 1_000, 5_000, 30_000]

/**
 * Keeps the books of the pool of a database. The metrics have the names and attributes that OpenTelemetry gives them:
 * `db.client.connection.count` by state, `db.client.connection.pending_requests`, `db.client.connection.max` and
 * `db.client.connection.wait_time` in milliseconds.
 */
export const make = (database: string, size: number, idle: () => number): Leases => {
  const held = new Set<Ticket>()
  let waiting = 0

  const attributes = { "db.client.connection.pool.name": database }
  const count = (state: "used" | "idle") =>
    Metric.gauge("db.client.connection.count", {
      description: "Connections of the pool, by state",
      attributes: { ...attributes, "db.client.connection.state": state }
    })
  const used = count("used")
  const unused = count("idle")
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

  const report = (context: Context.Context<never>) => {
    used.updateUnsafe(held.size, context)
    unused.updateUnsafe(idle(), context)
    pending.updateUnsafe(waiting, context)
    most.updateUnsafe(size, context)
  }

  const ask = (fiber: Fiber.Fiber<unknown, unknown>): Ticket => {
    waiting++
    return { holder: nameOf(fiber), asked: now(fiber), taken: undefined }
  }
  const take = (ticket: Ticket, fiber: Fiber.Fiber<unknown, unknown>) => {
    waiting--
    ticket.taken = now(fiber)
    held.add(ticket)
    waitTime.updateUnsafe(ticket.taken - ticket.asked, fiber.context)
    report(fiber.context)
  }
  const end = (ticket: Ticket, fiber: Fiber.Fiber<unknown, unknown>) => {
    if (!held.delete(ticket)) waiting--
    report(fiber.context)
  }

  return {
    acquired: () => held.size,
    waiting: () => waiting,
    longest: (moment) => {
      const [first] = held
      return first?.taken === undefined ? undefined : { holder: first.holder, milliseconds: moment - first.taken }
    },
    counted: (use) =>
      Effect.withFiber((fiber) => {
        const ticket = ask(fiber)
        return Effect.onExit(use(() => take(ticket, fiber)), () => Effect.sync(() => end(ticket, fiber)))
      }),
    countedIn: (acquire) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.withFiber((fiber) => {
          const ticket = ask(fiber)
          return restore(acquire).pipe(
            Effect.onError(() => Effect.sync(() => end(ticket, fiber))),
            Effect.tap(() => {
              take(ticket, fiber)
              return Effect.addFinalizer(() => Effect.sync(() => end(ticket, fiber)))
            })
          )
        })
      )
  }
}

const now = (fiber: Fiber.Fiber<unknown, unknown>): number =>
  Context.get(fiber.context, Clock.Clock).currentTimeMillisUnsafe()

/** The work that a fiber does, by the innermost span that isn't a statement's, or else the fiber's number. */
const nameOf = (fiber: Fiber.Fiber<unknown, unknown>): string => {
  let span = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
  while (span?._tag === "Span" && span.name.startsWith("sql.")) {
    span = span.parent._tag === "Some" ? span.parent.value : undefined
  }
  return span?._tag === "Span" ? span.name : `fiber ${fiber.id}`
}
