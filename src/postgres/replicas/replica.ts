/**
 * A server that follows the primary: whether it can be trusted, and how far it is.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import { PoolTimeout } from "../../session/OrmError.ts"
import { byOwnTime } from "../../session/ownTime.ts"
import { timed } from "../connection.ts"
import { isConnectionLost } from "../failure.ts"
import type { CountedPool } from "../pool.ts"
import type { Positions } from "./positions.ts"
import { askReplica, type Place, positionText } from "./recovery.ts"
import type { ReplicaStatus } from "../Replicas.ts"

/** A server that may be read from. */
export interface Replica {
  readonly name: string
  readonly pool: CountedPool
  /** Milliseconds that it may be behind the primary. */
  readonly maxLag: number
  /** Whether it may be past a position: it follows, and has not been found behind a moment ago. */
  readonly isHopeful: (position: bigint, now: number) => boolean
  /** Whether a connection is known to lead to a server that is past a position. */
  readonly isPast: (connection: PgConnection, position: bigint) => boolean
  /** Asks whether it is. */
  readonly asked: (connection: PgConnection, position: bigint, now: number) => Effect.Effect<boolean, SqlError>
  readonly count: () => void
  /** Says that a read has failed on it. */
  readonly failed: (error: SqlError) => Effect.Effect<void>
  /** Watches it until the scope ends; `first` is done when something is known of it. */
  readonly watching: Effect.Effect<never>
  readonly first: Effect.Effect<void>
  readonly isFollowing: () => boolean
  readonly status: (position: bigint | undefined) => ReplicaStatus
}

/** What a replica is made of. */
export interface Means {
  readonly name: string
  readonly pool: CountedPool
  readonly maxLag: number
  readonly positions: Positions
  /** The log of the primary, as far as it is known. */
  readonly log: () => string | undefined
}

type State = ReplicaStatus["state"]

/** How often it is asked how it is, and how many times as long it may take to answer. */
const interval = "1 second"
const patience = 3

/** Milliseconds for which it is left alone where it has not come far enough. */
const pause = 20

/** A replica that nothing is known of. */
export const make = Effect.fnUntraced(function*({ log, maxLag, name, pool, positions }: Means) {
  const context = yield* Effect.context()
  const first = yield* Deferred.make<void>()
  const attributes = { "db.client.connection.pool.name": name }
  const lag = Metric.gauge("db.client.replica.lag", {
    description: "Seconds that the replica is behind its primary",
    attributes: { ...attributes, unit: "s" }
  })
  const given = Metric.counter("db.client.replica.reads", {
    description: "Reads that were given to the replica",
    attributes,
    incremental: true
  })
  let state: State | undefined
  let place: Place | undefined
  let reads = 0
  let behindUntil = 0
  /** A connection leads to one server for as long as it lives, which never goes back meanwhile. */
  const seen = new WeakMap<PgConnection, bigint>()

  const become = (next: State, why: string) =>
    Effect.suspend(() => {
      const before = state
      state = next
      if (next === before || (next === "following" && before === undefined)) return Effect.void
      return next === "following"
        ? Effect.logInfo(`The replica ${name} follows its primary, and is read from again`)
        : Effect.logWarning(`The replica ${name} is not read from: ${why}`)
    })

  const lagOf = (found: Place | undefined) => found === undefined ? 0 : positions.lag(found.position)

  const judge = (found: Place): Effect.Effect<void> => {
    place = found
    lag.updateUnsafe(lagOf(found) / 1_000, context)
    if (!found.follows) return become("promoted", "it is no replica any more, but takes writes of its own")
    // as long as the primary hasn't been asked, there is nothing to compare with
    return log() === found.log
      ? become("following", "")
      : become("foreign", "it is of another system or database, or follows another primary")
  }

  const asked: Replica["asked"] = (connection, position, now) =>
    Effect.flatMap(askReplica(timed(connection)), (found) =>
      Effect.map(judge(found), () => {
        if (state !== "following") return false
        seen.set(connection, found.position)
        if (found.position >= position) return true
        behindUntil = now + pause
        return false
      }))

  const unreachable = (error: SqlError) => become("unreachable", error.message)

  const once = Effect.scoped(Effect.gen(function*() {
    const { connection, sever } = yield* pool.severable
    yield* Effect.addFinalizer(() => sever)
    // second by second, so that a program that did nothing else for a while still hears an answer that has come meanwhile
    const silence = Effect.replicateEffect(Effect.sleep(interval), patience, { discard: true }).pipe(
      Effect.andThen(Effect.andThen(sever, pool.cutOff)),
      Effect.andThen(new SqlError({ reason: silent }))
    )
    const asking = Effect.andThen(
      Effect.flatMap(Effect.raceFirst(askReplica(connection), silence), judge),
      Deferred.succeed(first, undefined)
    )
    return yield* Effect.forever(Effect.andThen(asking, Effect.sleep(interval)))
  }))
  const lost = (error: SqlError) =>
    unreachable(error).pipe(
      Effect.andThen(Deferred.succeed(first, undefined)),
      Effect.andThen(Effect.sleep(interval))
    )
  const watching = Effect.forever(once.pipe(Effect.catch(lost)))

  return {
    name,
    pool,
    maxLag,
    isHopeful: (position, now) =>
      state === "following" && (now >= behindUntil || (place !== undefined && place.position >= position)),
    isPast: (connection, position) => (seen.get(connection) ?? -1n) >= position,
    asked,
    count: () => {
      reads++
      given.updateUnsafe(1, context)
    },
    failed: (error) => isConnectionLost(error) && !isBusy(error) ? unreachable(error) : Effect.void,
    watching: byOwnTime(watching),
    first: Deferred.await(first),
    isFollowing: () => state === "following",
    status: (position) => ({
      name,
      state: state ?? "unreachable",
      isUsed: state === "following" && position !== undefined && place !== undefined && place.position >= position &&
        lagOf(place) <= maxLag,
      position: place && positionText(place.position),
      lag: lagOf(place),
      reads
    })
  } satisfies Replica
})

/** Whether all connections of the pool were lent for too long, which says nothing of the server. */
const isBusy = ({ reason }: SqlError): boolean => reason.cause instanceof PoolTimeout

const silent = new ConnectionError({ cause: undefined, message: "it does not answer", operation: "query" })
