/**
 * A coordinator and two shards that a test may break, and what is stored on them, seen past the coordinator.
 */
import { Column, Model } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer, TestDatabase } from "andamios-orm/testing"
import * as Array from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

export class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "entries", distribution: { by: "id" } }) {}

type Server = PostgresServer.PostgresServer

/** The servers. */
export class Servers extends Context.Service<Servers, {
  readonly coordinator: Server
  readonly shards: readonly [Server, Server]
}>()("test/Servers") {}

/** What is acknowledged is on the disk: a server that is killed has nothing else then. */
const settings = { synchronous_commit: "on" }

const started = Effect.gen(function*() {
  const start = PostgresServer.start({ settings })
  const [coordinator, one, other] = yield* Effect.all([start, start, start], { concurrency: 3 })
  return Servers.of({ coordinator, shards: [one, other] })
})

/** The database of a program, which has few connections. */
const database = Layer.unwrap(Effect.map(Servers, ({ coordinator, shards }) =>
  Postgres.layer({
    ...coordinator,
    pool: { size: 3, acquireTimeout: "20 seconds" },
    sharding: { strategy: "partitioned", shards }
  })))

/** The servers with an empty table on them, and the database of a program. */
export const prepared = TestDatabase.layerOn(database, [Entry]).pipe(
  Layer.provideMerge(Layer.effect(Servers, started))
)

/** What one server answers, of which nothing else is asked. */
export const on = (server: Server) => <A extends object>(text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<A>(text)).pipe(
    Effect.provide(Postgres.layer({ ...server, pool: { size: 1 } }), { local: true })
  )

/** The rows of each shard, in the order of their keys. */
export const stored = Effect.flatMap(
  Servers,
  ({ shards }) =>
    Effect.forEach(
      shards,
      (shard) => on(shard)<{ id: number; text: string }>("SELECT id, text FROM entries ORDER BY id")
    )
)

/** All rows that are stored, in the order of their keys. */
export const all = Effect.map(stored, (parts) => parts.flat().toSorted((one, other) => one.id - other.id))

/** Removes all rows at the shards. */
export const emptied = Effect.flatMap(
  Servers,
  ({ shards }) => Effect.forEach(shards, (shard) => on(shard)("TRUNCATE entries"), { discard: true })
)

/** So many rows, from a key on. */
export const entries = (from: number, count: number, text = "first") =>
  Array.range(from, from + count - 1).map((id) => ({ id, text }))

/** Numbers the keys from 1 to 100 that are on each shard. */
export const keys = Effect.gen(function*() {
  yield* emptied
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO entries SELECT id, 'which' FROM generate_series(1, 100) AS id`
  const [one, other = []] = yield* stored
  yield* emptied
  return [one.map(({ id }) => id), other.map(({ id }) => id)] as const
})

/** Has a server that is killed in an effect run again in the end. */
export const killedIn = (server: Server) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.ensuring(effect, Effect.andThen(PostgresServer.kill(server), PostgresServer.restart(server)))
