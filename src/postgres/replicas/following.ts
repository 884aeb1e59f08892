/**
 * The replicas of a Layer, from its options.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { byOwnTime } from "../../session/ownTime.ts"
import { lead } from "./lead.ts"
import { marking } from "./marking.ts"
import { type Options, type ReplicaOptions, replicaOptions } from "../options.ts"
import type { CountedPool } from "../pool.ts"
import * as Positions from "./positions.ts"
import { primary, type Readers } from "../readers.ts"
import { reaching } from "../reaching.ts"
import * as Replica from "./replica.ts"
import type { Replicas } from "../Replicas.ts"
import { spreading } from "./spreading.ts"
import type { Telling } from "../telling.ts"

/** What becomes of a Layer with replicas. */
interface Following {
  /** Who gives the connections for reads. */
  readonly readers: Readers
  /** How the primary's connections tell what is written. */
  readonly told: Telling
  /** Says that something may have been written, also by others. */
  readonly raise: () => void
  readonly replicas: Replicas["Service"]
}

/** How long the first word of the replicas is waited for. */
const patience = "3 seconds"

/** Reads the options of a Layer, whose primary has this pool; where there are no replicas, all stays as it is. */
export const following = Effect.fnUntraced(
  function*(options: Options, connections: CountedPool, telling: Telling) {
    const given = options.replicas ?? []
    if (given.length === 0) {
      const none: Following = {
        readers: always(primary(connections, telling.alone)),
        told: telling,
        raise: () => undefined,
        replicas: { status: Effect.succeed([]) }
      }
      return none
    }
    const positions = Positions.make()
    const first = yield* lead(connections, positions)
    const replicas = yield* Effect.forEach(given, (one) => replicaOf(options, one, positions, first.log))
    yield* first.ask
    yield* Effect.forkScoped(first.watching)
    yield* Effect.forEach(replicas, ({ watching }) => Effect.forkScoped(watching), { discard: true })
    yield* Effect.forEach(replicas, (replica) => replica.first, { concurrency: "unbounded", discard: true }).pipe(
      Effect.timeout(patience),
      Effect.ignore,
      byOwnTime
    )
    const made: Following = {
      readers: spreading({
        primary: primary(connections, telling.alone),
        hasPlace: connections.hasPlace,
        lead: first,
        positions,
        replicas
      }),
      told: marking(telling, positions.raise),
      raise: positions.raise,
      replicas: {
        status: Effect.sync(() => {
          const position = positions.ofWrites()
          return replicas.map((replica) => replica.status(position))
        })
      }
    }
    return made
  }
)

const always = (reader: ReturnType<typeof primary>): Readers => () => reader

const replicaOf = Effect.fnUntraced(function*(
  options: Options,
  replica: ReplicaOptions,
  positions: Positions.Positions,
  log: () => string | undefined
) {
  const { connections, name } = yield* reaching(replicaOptions(options, replica))
  return yield* Replica.make({
    name,
    pool: connections,
    maxLag: replica.maxLag === undefined ? Infinity : Duration.toMillis(Duration.fromInputUnsafe(replica.maxLag)),
    positions,
    log
  })
})
