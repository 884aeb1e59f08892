/**
 * PostgreSQL as the database of a session.
 *
 * @since 0.1.0
 */
import { PgClient } from "@effect/sql-pg/PgClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { ConnectionPool } from "../session/ConnectionPool.ts"
import { Database } from "../session/Database.ts"
import { newest, WantedFreshness } from "../session/freshness.ts"
import { observing } from "../session/observing.ts"
import * as Observer from "../session/observer.ts"
import { ConnectionFailed, type StatementError } from "../session/OrmError.ts"
import { bypass } from "../session/QueryCache.ts"
import { Session } from "../session/Session.ts"
import * as TableVersions from "../session/tableVersions.ts"
import { randomUUID } from "node:crypto"
import { ShardingOf } from "./address.ts"
import * as Locks from "./AdvisoryLocks.ts"
import * as client from "./client.ts"
import { makeDatabase } from "./database.ts"
import { readFailure } from "./failure.ts"
import { following } from "./replicas/following.ts"
import { hearing } from "./hearing.ts"
import { hearingMarks } from "./replicas/marking.ts"
import * as Channels from "./Notices.ts"
import { dialect } from "./dialect.ts"
import type { Options } from "./options.ts"
import { reaching } from "./reaching.ts"
import { Replicas } from "./Replicas.ts"
import { sharded } from "./sharding/dialect.ts"
import { prepare } from "./sharding/preparing.ts"
import { askedAll } from "./sharding/shards.ts"
import { silent, telling, whole } from "./telling.ts"
import { committing } from "./transacting.ts"

export {
  advisoryLock,
  type AdvisoryLocks,
  type HeldLock,
  type LockKey,
  type LockOptions,
  transactionLock,
  tryAdvisoryLock,
  tryTransactionLock,
  withAdvisoryLock
} from "./AdvisoryLocks.ts"
export type { Heard } from "./Notices.ts"
export { noticeTrigger } from "./noticeTrigger.ts"
export type { Options, PoolOptions, ReplicaOptions } from "./options.ts"
export { Replicas, type ReplicaStatus } from "./Replicas.ts"
export type { Citus, Partitioned, Shard, Sharding } from "./sharding/options.ts"
export {
  type Bounds,
  daterange,
  int4range,
  int8range,
  numrange,
  type Range,
  range,
  type RangeColumn,
  tsrange,
  tstzrange
} from "./rangeColumns.ts"
export { bits, citext, inet, macaddr, numeric } from "./valueColumns.ts"

/**
 * What a PostgreSQL Layer provides: a session, its database, pool, replicas, channels and locks, and Effect's SQL client
 * on the same connections.
 *
 * @category models
 * @since 0.1.0
 */
export type Provided =
  | Session
  | Database
  | ConnectionPool
  | SqlClient
  | PgClient
  | Channels.Notices
  | Locks.AdvisoryLocks
  | Replicas

/**
 * A PostgreSQL database. Building it connects once, so that a wrong address or password is told at the start,
 * as `ConnectionFailed`.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Redacted } from "effect"
 *
 * const Live = Postgres.layer({
 *   host: "db.example.com",
 *   database: "shop",
 *   username: "shop",
 *   password: Redacted.make("secret"),
 *   ssl: true,
 *   pool: { size: 20, acquireTimeout: "5 seconds" }
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Provided, ConnectionFailed> =>
  Session.layer.pipe(
    Layer.provideMerge(Layer.effectContext(make(options))),
    Layer.provide(Reactivity.layer)
  )

/**
 * A PostgreSQL database, its options read from the configuration.
 *
 * @errors ConfigError where an option is missing, or is no value of its kind
 * @errors ConnectionFailed
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Config } from "effect"
 *
 * const Live = Postgres.layerConfig({
 *   url: Config.Redacted("DATABASE_URL"),
 *   pool: { size: Config.Int("DATABASE_CONNECTIONS").pipe(Config.withDefault(10)) }
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  config: Config.Wrap<Options>
): Layer.Layer<Provided, ConnectionFailed | Config.ConfigError> =>
  Layer.unwrap(Effect.map(Config.unwrap(config), layer))

/**
 * What is said over a channel, by this program and others. It keeps a connection of its own beside the pool, and connects again by itself
 * where that is lost: each time `Listening` says that all is heard from then on. Fails with `StatementError` where it
 * can't begin to listen.
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect, Stream } from "effect"
 *
 * const program = Postgres.listen("parcels").pipe(
 *   Stream.runForEach((heard) =>
 *     heard._tag === "Notice" ? Effect.log(`parcel ${heard.payload}`) : Effect.log("look at the table for what came before")
 *   )
 * )
 * ```
 *
 * @category channels
 * @since 0.1.0
 */
export const listen = (channel: string): Stream.Stream<Channels.Heard, StatementError, Channels.Notices> =>
  Stream.unwrap(Effect.map(Channels.Notices, (notices) => notices.listen(channel)))

/**
 * Says something over a channel: a text of less than 8,000 bytes. In a transaction it is said when that is committed, and never where
 * it is rolled back; the same text is said once then.
 *
 * @errors StatementError
 *
 * @example
 * ```ts
 * import { Column, Model, Repository, Session } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect, Schema } from "effect"
 *
 * class Parcel extends Model.Class<Parcel>("Parcel")({
 *   id: Column.serial(Schema.Int),
 *   label: Schema.String
 * }, { table: "parcels" }) {}
 *
 * // others hear of the parcel when it is stored, and never of one that isn't
 * const accepted = Session.transaction(Effect.gen(function*() {
 *   const parcels = yield* Repository.make(Parcel)
 *   const { id } = yield* parcels.insert({ label: "fragile" })
 *   yield* Postgres.notify("parcels", String(id))
 * }))
 * ```
 *
 * @category channels
 * @since 0.1.0
 */
export const notify = (channel: string, payload: string): Effect.Effect<void, StatementError, Channels.Notices> =>
  Effect.flatMap(Channels.Notices, (notices) => notices.notify(channel, payload))

/**
 * Runs an effect whose reads all go to the primary, and so find what others have written, too.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect } from "effect"
 *
 * class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Column.int32), amount: Column.int32 }, {
 *   table: "sales"
 * }) {}
 *
 * // what another program has sold this very second counts, too
 * const sold = Query.from(Sale).count.pipe(Postgres.fromPrimary)
 * ```
 *
 * @category replicas
 * @since 0.1.0
 */
export const fromPrimary: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = newest

/**
 * Runs an effect whose reads may go to any replica that has what was committed so long ago: what was written since may be missing, also
 * by this program. It is not taken from a cache, nor kept in one. Replicas are compared every second, so that less than two seconds are
 * of little use.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 *
 * class Sale extends Model.Class<Sale>("Sale")({ id: Column.primaryKey(Column.int32), amount: Column.int32 }, {
 *   table: "sales"
 * }) {}
 *
 * const about = Query.from(Sale).count.pipe(Postgres.stale("1 minute"))
 * ```
 *
 * @category replicas
 * @since 0.1.0
 */
export const stale = (most: Duration.Input) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    bypass,
    Effect.provideService(WantedFreshness, {
      _tag: "Within",
      milliseconds: Duration.toMillis(Duration.fromInputUnsafe(most))
    })
  )

const make = Effect.fnUntraced(function*(options: Options) {
  const { address, config, connections, database, name } = yield* reaching(options)
  const failed = (reason: string) => new ConnectionFailed({ database: name, reason })
  const connecting = Effect.mapError((error: SqlError) => {
    const failure = readFailure(error, { database: name, sql: "" })
    return failure._tag === "ConnectionFailed" ? failure : failed(failure.message)
  })
  yield* connecting(Effect.scoped(connections.get))
  const { sharding } = options
  if (sharding?.strategy === "partitioned") {
    yield* Effect.scoped(
      Effect.flatMap(connecting(connections.get), (connection) => prepare(connection, name, sharding.shards))
    )
  }
  const check = connections.use((connection) => connection.query("SELECT 1", [])).pipe(
    Effect.mapError((error) => {
      const failure = readFailure(error, { database: name, sql: "SELECT 1" })
      const isKnown = failure._tag === "ConnectionFailed" || failure._tag === "PoolTimeout"
      return isKnown ? failure : failed(failure.message)
    }),
    Effect.asVoid
  )
  const versions = TableVersions.make({ functionsWrite: true })
  const observer = yield* Observer.make({
    "db.system.name": "postgresql",
    "db.namespace": database,
    "server.address": address.host,
    "server.port": address.port
  }, versions)
  const shares = options.sharedWrites === true
  const id = randomUUID()
  const spoken = dialectOf(options)
  const home = {
    database: name,
    sharding: spoken.sharding,
    shardsAsked: sharding?.strategy === "partitioned" ? askedAll(sharding.shards.length) : undefined
  }
  const commit = committing(home)
  const alone = spoken.sharding?.commitsTogether === false ? whole(commit) : silent
  const { raise, readers, replicas, told } = yield* following(
    options,
    connections,
    shares ? telling(id, commit) : alone
  )
  if (shares) yield* connecting(hearing(connections, id, hearingMarks(versions, raise), name))
  const pgClient = yield* client.make(connections, home, config, observer, told)
  const ownServices = Context.make(PgClient, pgClient).pipe(
    Context.add(ShardingOf, sharding),
    Context.add(Channels.Notices, Channels.make(pgClient, connections, name, raise)),
    Context.add(Locks.AdvisoryLocks, Locks.make(pgClient, connections, name)),
    Context.add(Replicas, replicas)
  )
  const reached = makeDatabase({
    client: pgClient,
    pool: connections,
    database: name,
    dialect: spoken,
    telling: told,
    readers,
    sharding
  })
  return ownServices.pipe(
    Context.add(SqlClient, pgClient),
    Context.add(ConnectionPool, ConnectionPool.of({ stats: connections.stats, check })),
    Context.add(Database, observing({ ...reached, ownServices }, observer))
  )
})

const dialectOf = ({ sharding }: Options) => sharding === undefined ? dialect : sharded(sharding)
