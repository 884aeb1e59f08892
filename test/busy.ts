/**
 * How busy the pool of a database is.
 */
import { ConnectionPool } from "andamios-orm"
import * as Effect from "effect/Effect"
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
