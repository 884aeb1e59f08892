/**
 * How busy the pool of a database is.
 */
import { ConnectionPool } from "andamios-orm"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { setTimeout as sleep } from "node:timers/promises"

export const stats = Effect.flatMap(ConnectionPool.ConnectionPool, (pool) => pool.stats)

export const busy = Effect.map(stats, ({ acquired, waiting }) => ({ acquired, waiting }))

export const nobody = { acquired: 0, waiting: 0 }

const moment = Effect.promise(() => sleep(2))

/** Asks, by the real clock, until the answer is the wanted one. */
export const eventually = <A, E, R>(
  ask: Effect.Effect<A, E, R>,
  isWanted: (answer: A) => boolean
): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    ask,
    (answer) => isWanted(answer) ? Effect.succeed(answer) : Effect.andThen(moment, eventually(ask, isWanted))
  )

/** Waits until so many fibers hold a connection and so many wait for one. */
export const until = (acquired: number, waiting: number) =>
  eventually(stats, (now) => now.acquired === acquired && now.waiting === waiting)

/** Moves the clock of the tests on, again and again, until a fiber has ended. */
export const overtime = <A, E>(fiber: Fiber.Fiber<A, E>, step: Duration.Input): Effect.Effect<A, E> =>
  Effect.suspend(() =>
    fiber.pollUnsafe() === undefined
      ? Effect.andThen(Effect.andThen(TestClock.adjust(step), moment), overtime(fiber, step))
      : Fiber.join(fiber)
  )
