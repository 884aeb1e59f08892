/**
 * A primary with two replicas, and what tells where something was read.
 */
import { PgClient } from "@effect/sql-pg"
import { Column, Model, Query, QueryCache } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

type Server = PostgresServer.PostgresServer

export class Item extends Model.Class<Item>("Item")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String
}, { table: "items" }) {}

/** The server that answers. */
export class Place extends Model.View<Place>("Place")({
  host: Schema.String,
  follows: Schema.Boolean
}, { view: "places" }) {}

/** The servers of a test. */
export class Servers extends Context.Service<Servers, {
  readonly primary: Server
  readonly one: Server
  readonly other: Server
}>()("test/Servers") {}

/** Runs statements on a server, past everything that is tested here. */
export const on = (server: Server, ...statements: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.flatMap(
      Layer.build(Layer.fresh(PgClient.layer({ ...server, maxConnections: 1 }))),
      (client) => Effect.forEach(statements, (statement) => Context.get(client, PgClient.PgClient).unsafe(statement))
    )
  )

/** A primary with the table and the view, and no rows. */
export const primaryServer = Effect.gen(function*() {
  // what is committed is sent to the replicas at once
  const primary = yield* PostgresServer.start({ settings: { synchronous_commit: "on" } })
  yield* on(
    primary,
    "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE VIEW places AS SELECT current_setting('unix_socket_directories') AS host, pg_is_in_recovery() AS follows",
    `CREATE FUNCTION rename_item(which INTEGER, new_name TEXT) RETURNS INTEGER LANGUAGE sql AS
      'UPDATE items SET name = new_name WHERE id = which RETURNING id'`
  )
  return primary
})

export const servers = Layer.effect(
  Servers,
  Effect.gen(function*() {
    const primary = yield* primaryServer
    const [one, other] = yield* Effect.all([PostgresServer.replica(primary), PostgresServer.replica(primary)])
    return Servers.of({ primary, one, other })
  })
)

/** A program with the primary and both replicas. */
export const program = (options: Partial<Postgres.Options> = {}) =>
  Layer.unwrap(
    Effect.map(
      Servers,
      ({ one, other, primary }) =>
        Layer.fresh(
          Postgres.layer({ ...primary, replicas: [{ host: one.host }, { host: other.host }], ...options })
        )
    )
  )

export const pause = (server: Server) => on(server, "SELECT pg_wal_replay_pause()")
export const resume = (server: Server) => on(server, "SELECT pg_wal_replay_resume()")

/** Where a read is answered at the moment. */
export const where = QueryCache.bypass(Effect.map(Query.from(Place).all, ([place]) => place?.host ?? ""))

/** Waits for something, as long as a person would. */
export const until = <E, R>(holds: Effect.Effect<boolean, E, R>) =>
  Effect.gen(function*() {
    const deadline = performance.now() + 20_000
    while (!(yield* holds)) {
      if (performance.now() > deadline) return yield* Effect.die("it has not come to be")
      yield* Effect.promise(() => new Promise((go) => setTimeout(go, 5)))
    }
  })

/** Waits until reads are answered by all of these servers in turn, and by no other. */
export const readFrom = (...wanted: ReadonlyArray<Server>) =>
  until(
    Effect.map(
      Effect.replicateEffect(where, 2 * wanted.length),
      (found) => {
        const hosts = new Set(found)
        return hosts.size === wanted.length && wanted.every(({ host }) => hosts.has(host))
      }
    )
  )
