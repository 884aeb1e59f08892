/**
 * Read replicas: the same program, with its reads spread over servers that follow the primary.
 *
 * It starts its own servers, so a PostgreSQL has to be installed.
 */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { Column, Model, Query, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import { Console, Context, Effect, Layer, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"

class Offer extends Model.Class<Offer>("Offer")({
  id: Column.primaryKey(Column.int32),
  title: Schema.NonEmptyString,
  price: Column.int32
}, { table: "offers" }) {}

// A production system has these running already: two servers that were made of the first by `pg_basebackup -R`.
class Servers extends Context.Service<Servers, {
  readonly primary: PostgresServer.PostgresServer
  readonly replicas: ReadonlyArray<PostgresServer.PostgresServer>
}>()("example/Servers") {
  static readonly layer = Layer.effect(
    Servers,
    Effect.gen(function*() {
      const primary = yield* PostgresServer.start()
      const replicas = yield* Effect.replicateEffect(PostgresServer.replica(primary), 2)
      return { primary, replicas }
    })
  )
}

// What is not said of a replica, such as the user and the database, is as for the primary.
const Live = Layer.unwrap(
  Effect.map(
    Servers,
    ({ primary, replicas }) =>
      Postgres.layer({ ...primary, replicas: replicas.map(({ host, port }) => ({ host, port })) })
  )
)

const price = Query.from(Offer).where((offer) => offer.id.eq(1)).select((offer) => ({ price: offer.price })).all.pipe(
  Effect.map(([offer]) => offer?.price)
)

const change = (to: number) => Query.update(Offer).set(() => ({ price: to })).where((offer) => offer.id.eq(1))

/** Runs something on each replica itself, such as an administrator would. */
const onReplicas = (statement: string) =>
  Effect.flatMap(
    Servers,
    ({ replicas }) =>
      Effect.forEach(replicas, (server) =>
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
          Effect.provide(Layer.fresh(Postgres.layer(server)))
        ))
  )

const status = Effect.flatMap(Postgres.Replicas, (replicas) => replicas.status)

/** How many reads an effect gives to each replica. */
const readsOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = yield* status
    yield* effect
    return (yield* status).map(({ reads }, index) => reads - (before[index]?.reads ?? 0)).join(" and ")
  })

/** Waits until the replicas have what was written. A program has no need to: what they lack is read from the primary. */
const caughtUp = Effect.andThen(price, status).pipe(
  Effect.repeat({ until: (all) => all.every(({ isUsed }) => isUsed), schedule: Schedule.spaced("20 millis") })
)

export const main = Effect.gen(function*() {
  yield* Session.createTables([Offer])
  yield* Query.insert(Offer).values([{ id: 1, title: "Lamp", price: 20 }, { id: 2, title: "Chair", price: 55 }])
  yield* caughtUp

  yield* Console.log("1. Reads go to the replicas by turns")
  yield* Console.log(`ten reads: ${yield* readsOf(Effect.replicateEffect(price, 10))}`)
  yield* Console.log(`ten in a transaction: ${yield* readsOf(Session.transaction(Effect.replicateEffect(price, 10)))}`)
  yield* Console.log(`ten from the primary: ${yield* readsOf(Postgres.fromPrimary(Effect.replicateEffect(price, 10)))}`)

  yield* Console.log("\n2. A program finds what it has written, however far the replicas are")
  yield* onReplicas("SELECT pg_wal_replay_pause()")
  yield* change(25)
  yield* Console.log(`the price is ${yield* price}`)
  yield* Console.log(`it may be a minute old: ${yield* price.pipe(Postgres.stale("1 minute"))}`)
  yield* Console.log(`in use: ${(yield* status).filter(({ isUsed }) => isUsed).length} replicas`)

  yield* Console.log("\n3. They are read from again when they have it")
  yield* onReplicas("SELECT pg_wal_replay_resume()")
  yield* caughtUp
  yield* Console.log(`ten reads: ${yield* readsOf(Effect.replicateEffect(price, 10))}`)
  yield* Console.log(`the price is ${yield* price}`)
}).pipe(Effect.provide(Live.pipe(Layer.provideMerge(Servers.layer))))

if (import.meta.main) NodeRuntime.runMain(main)
