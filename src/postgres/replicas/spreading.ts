/**
 * Spreads reads over the replicas that have what the reader has written, and gives all others to the primary.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { type Freshness, WantedFreshness } from "../../session/freshness.ts"
import { TimedOut } from "../../session/OrmError.ts"
import { acquiring, phase } from "../../session/phase.ts"
import { type Driver, timed } from "../connection.ts"
import type { Lead } from "./lead.ts"
import { now, type Positions } from "./positions.ts"
import type { Reader, Readers } from "../readers.ts"
import type { Replica } from "./replica.ts"

/** What reads are spread over. */
export interface Means {
  readonly primary: Reader
  /** Whether the primary has a connection for one who asks now. */
  readonly hasPlace: () => boolean
  readonly lead: Lead
  readonly positions: Positions
  readonly replicas: ReadonlyArray<Replica>
}

/** A replica that may be read from, where it is past a position. */
interface Choice {
  readonly replica: Replica
  readonly position: bigint
}

/** What a replica ends a read with that it has not come far enough for. */
const behind = Symbol("behind")

/** The readers of a primary with replicas. */
export const spreading = ({ hasPlace, lead, positions, primary, replicas }: Means): Readers => {
  let turn = 0

  /** The position to be past; nothing where only the primary will do. */
  const neededBy = (wanted: Freshness): bigint | undefined => {
    switch (wanted._tag) {
      case "OwnWrites":
        return positions.ofWrites()
      case "Newest":
        return undefined
      case "Within":
        return positions.of(now() - wanted.milliseconds)
    }
  }

  /** The position that this replica has to be past. */
  const positionOf = ({ maxLag }: Replica, needed: bigint, moment: number): bigint | undefined => {
    if (maxLag === Infinity) return needed
    const recent = positions.of(moment - maxLag)
    return recent !== undefined && recent < needed ? needed : recent
  }

  /** The next one whose turn it is; one whose connections are all lent only where those of all servers are. */
  const choose = (needed: bigint, tried: ReadonlyArray<Replica>): Choice | undefined => {
    const moment = now()
    let busy: Choice | undefined
    for (let step = 0; step < replicas.length; step++) {
      const replica = replicas[(turn + step) % replicas.length]
      if (replica === undefined || tried.includes(replica)) continue
      const position = positionOf(replica, needed, moment)
      if (position === undefined || !replica.isHopeful(position, moment)) continue
      if (replica.pool.hasPlace()) {
        turn = (turn + step + 1) % replicas.length
        return { replica, position }
      }
      busy ??= { replica, position }
    }
    if (busy === undefined || hasPlace()) return undefined
    turn = (turn + 1) % replicas.length
    return busy
  }

  /** What a fiber reads from where there are no replicas for it; after a write the primary is asked what to wait for. */
  const otherwise = Effect.suspend(() =>
    positions.ofWrites() === undefined && replicas.some((replica) => replica.isFollowing()) ? lead.asking : Effect.void
  )

  const useOf = <A>(
    needed: bigint,
    run: (driver: Driver) => Effect.Effect<A, SqlError>,
    tried: ReadonlyArray<Replica>
  ): Effect.Effect<A, SqlError> => {
    const choice = choose(needed, tried)
    if (choice === undefined) return primary.use(run)
    const { replica } = choice
    const lent = acquiring(
      run,
      (then) => replica.pool.use((connection) => onceThere(choice, connection, () => then(timed(connection))))
    )
    return lent.pipe(Effect.catch((failure) => {
      if (failure === behind) return useOf(needed, run, [...tried, replica])
      if (isTimedOut(failure)) return Effect.fail(failure)
      return Effect.andThen(replica.failed(failure), primary.use(run))
    }))
  }

  const streamOf = <A>(
    needed: bigint,
    rows: (driver: Driver) => Stream.Stream<A, SqlError>,
    tried: ReadonlyArray<Replica>
  ): Stream.Stream<A, SqlError> => {
    const choice = choose(needed, tried)
    if (choice === undefined) return primary.stream(rows)
    const { replica } = choice
    let isBegun = false
    const lent = Stream.unwrap(
      Effect.flatMap(
        phase("acquire")(replica.pool.get),
        (connection) => onceThere(choice, connection, () => Effect.succeed(rows(timed(connection))))
      )
    )
    return lent.pipe(
      Stream.mapArray((part) => {
        isBegun = true
        return part
      }),
      Stream.catch((failure) => {
        if (failure === behind) return streamOf(needed, rows, [...tried, replica])
        if (isTimedOut(failure)) return Stream.fail(failure)
        return Stream.unwrap(
          Effect.as(replica.failed(failure), isBegun ? Stream.fail(failure) : primary.stream(rows))
        )
      })
    )
  }

  const spread: Reader = {
    use: (run) =>
      Effect.withFiber((fiber) => {
        const needed = neededBy(fiber.getRef(WantedFreshness))
        return needed === undefined ? Effect.andThen(otherwise, primary.use(run)) : useOf(needed, run, [])
      }),
    stream: (rows) =>
      Stream.unwrap(
        Effect.withFiber((fiber) => {
          const needed = neededBy(fiber.getRef(WantedFreshness))
          return needed === undefined
            ? Effect.as(otherwise, primary.stream(rows))
            : Effect.succeed(streamOf(needed, rows, []))
        })
      )
  }

  return ({ onlyReads }) => onlyReads === true ? spread : primary
}

/** Reads where a replica is past a position; it is asked only where it isn't known to be. */
const onceThere = <A>(
  { position, replica }: Choice,
  connection: PgConnection,
  read: () => Effect.Effect<A, SqlError>
): Effect.Effect<A, SqlError | typeof behind> => {
  const reading = Effect.suspend(() => {
    replica.count()
    return read()
  })
  return replica.isPast(connection, position)
    ? reading
    : Effect.flatMap(
      replica.asked(connection, position, now()),
      (isThere): Effect.Effect<A, SqlError | typeof behind> => isThere ? reading : Effect.fail(behind)
    )
}

/** Whether its time was up, which the primary has no more of. */
const isTimedOut = ({ reason }: SqlError): boolean => reason.cause instanceof TimedOut
