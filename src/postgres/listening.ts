/**
 * Listens to a channel for as long as it is wanted, over connections that may be lost.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import { randomUUID } from "node:crypto"
import { byOwnTime } from "../session/ownTime.ts"
import type { CountedPool } from "./pool.ts"

/** Who listens. */
export interface Listener {
  /** From now on all is heard; what came before may not have been. */
  readonly begun: Effect.Effect<void>
  readonly heard: (payload: string) => Effect.Effect<void>
  /** Nothing is heard any more, until it has begun again. */
  readonly lost: (error: SqlError) => Effect.Effect<void>
}

/**
 * Listens without an end; it fails where it can't begin to. It runs by the real clock, whatever the clock of a test says: what it waits
 * for is a server.
 */
export const listening = (pool: CountedPool, channel: string, listener: Listener): Effect.Effect<never, SqlError> => {
  let isKnown = false
  const once = Effect.suspend(() => {
    let isBegun = false
    const begun = Effect.suspend(() => {
      isKnown = true
      isBegun = true
      return listener.begun
    })
    return listeningOnce(pool, channel, { ...listener, begun }).pipe(
      Effect.tapError(listener.lost),
      Effect.catchIf(() => isBegun, () => Effect.sleep(pause))
    )
  })
  const again = Effect.retry(once, { schedule: backoff, while: () => isKnown })
  return byOwnTime(Effect.forever(again))
}

const pause = "100 millis"

const backoff = Schedule.jittered(Schedule.min([Schedule.exponential(pause), Schedule.spaced("5 seconds")]))

/** How often a connection that listens is asked whether it is still there, and how long it may take to answer. */
const interval = "2 seconds"
const patience = "3 seconds"

const listeningOnce = (pool: CountedPool, channel: string, { begun, heard }: Omit<Listener, "lost">) =>
  Effect.scoped(Effect.gen(function*() {
    const { connection, sever } = yield* pool.severable
    const pinned = yield* connection.pin
    const inTime = <A, R>(asking: Effect.Effect<A, SqlError, R>) =>
      Effect.raceFirst(asking, Effect.andThen(Effect.sleep(patience), Effect.andThen(sever, Effect.never)))
    const notices = yield* inTime(pinned.listen(channel))
    // whoever is cut off waits for nothing
    yield* Effect.addFinalizer(() => sever)
    yield* inTime(proven(pool, pinned))
    yield* begun
    const beating = Effect.forever(Effect.andThen(Effect.sleep(interval), inTime(pinned.query("SELECT 1"))))
    const hearing = Effect.forever(Effect.flatMap(Queue.take(notices), ({ payload }) => heard(payload)))
    return yield* Effect.raceFirst(hearing, beating)
  }))

/** A pooler may take the connection to the server away meanwhile, and then all would be silent: so something is said to be heard. */
const proven = (pool: CountedPool, connection: PgConnection) =>
  Effect.scoped(Effect.gen(function*() {
    const own = `andamios_${randomUUID()}`
    const notices = yield* connection.listen(own)
    const other = yield* pool.beside
    yield* other.queryValues("SELECT pg_notify($1, '')", [own])
    yield* Effect.timeoutOrElse(Queue.take(notices), { duration: "2 seconds", orElse: () => Effect.fail(silence) })
  }))

const silence = new SqlError({
  reason: new ConnectionError({
    cause: undefined,
    message:
      "a notice did not come through. Give an address that leads to the server itself: a pooler that lends its connections " +
      "out anew for each transaction can't be listened over",
    operation: "listen"
  })
})
