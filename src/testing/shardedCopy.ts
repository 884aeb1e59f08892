/**
 * Copies of a PostgreSQL database whose rows are spread: each has a database on a coordinator and one on each of two shards, which are
 * servers of this process. The first is made as its source says, and its databases are the templates of all others.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Postgres } from "../postgres.ts"
import type { WriteError } from "../session/OrmError.ts"
import { postgresOfProcess } from "./postgresCopy.ts"
import { nextName, type Running, serverOfProcess } from "./postgresOfProcess.ts"
import type * as PostgresServer from "./PostgresServer.ts"
import { type MigrationsError, onceEach, type Source, structured } from "./structured.ts"

/**
 * How a test's rows are spread.
 *
 * @category models
 * @since 0.1.0
 */
export type ShardedOptions = Pick<Postgres.Sharding, "undeclared">

/** A new database on all servers that is made as its source says, and dropped with its Layer. */
export const shardedCopy = <R>(source: Source<R>, options: ShardedOptions): Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
> =>
  Layer.fresh(Layer.unwrap(Effect.gen(function*() {
    const cluster = yield* clusterOfProcess
    const template = yield* templateOf(cluster, source, options)
    const name = nextName("spread")
    yield* onAll(cluster, ({ copied }) => copied(name, template))
    return opened(cluster, name, options)
  })))

/** The name of the databases that others are copied from. */
const templateOf = <R>(cluster: Cluster, source: Source<R>, options: ShardedOptions) =>
  cluster.templates(
    { source, ...options },
    Effect.gen(function*() {
      const name = nextName("template")
      yield* onAll(cluster, ({ administered }) => administered(`CREATE DATABASE ${name}`))
      const structuring = Effect.provide(structured(source), opened(cluster, name, options), { local: true })
      yield* Effect.onError(
        structuring,
        () => onAll(cluster, ({ administered }) => Effect.ignore(administered(`DROP DATABASE ${name} WITH (FORCE)`)))
      )
      return name
    })
  )

const opened = ({ coordinator, shards }: Cluster, name: string, options: ShardedOptions) =>
  Postgres.layer({
    ...coordinator.at(name),
    pool: { size: 4 },
    sharding: { strategy: "partitioned", shards: shards.map(({ at }) => at(name)), ...options }
  })

/** Servers, with what they are known to hold. */
interface Cluster {
  readonly coordinator: Running
  readonly shards: ReadonlyArray<Running>
  readonly templates: ReturnType<typeof onceEach<string>>
}

const onAll = <E, R>({ coordinator, shards }: Cluster, run: (running: Running) => Effect.Effect<void, E, R>) =>
  Effect.forEach([coordinator, ...shards], run, { concurrency: "unbounded", discard: true })

const shardsOfProcess = [serverOfProcess(), serverOfProcess()]

let known: Cluster | undefined

/** What is known of servers of which one has ended is forgotten. */
const clusterOfProcess: Effect.Effect<Cluster, PostgresServer.PostgresUnavailable> = Effect.map(
  Effect.all({ coordinator: postgresOfProcess, shards: Effect.all(shardsOfProcess, { concurrency: "unbounded" }) }, {
    concurrency: "unbounded"
  }),
  ({ coordinator, shards }) => {
    const isSame = known?.coordinator === coordinator && known.shards.every((shard, index) => shard === shards[index])
    if (known === undefined || !isSame) known = { coordinator, shards, templates: onceEach<string>() }
    return known
  }
)
