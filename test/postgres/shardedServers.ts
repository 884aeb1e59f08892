/**
 * Three PostgreSQL servers of this process: a coordinator and two shards, on which each database is new.
 */
import { Postgres } from "andamios-orm/postgres"
import { PostgresServer } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { Database } from "../../src/session/Database.ts"
import { asking, telling } from "../../src/sql/asking.ts"

/** Where a database is. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly database: string
}

const turn = Semaphore.makeUnsafe(1)
let started: ReadonlyArray<PostgresServer.PostgresServer> | undefined
let made = 0

const servers = turn.withPermit(Effect.suspend(() => {
  if (started !== undefined) return Effect.succeed(started)
  return Effect.all(
    Array.from({ length: 3 }, () => PostgresServer.start({ isWaitedFor: false, inMemoryFrom: 4 * 2 ** 30 })),
    { concurrency: 3 }
  ).pipe(
    Scope.provide(Scope.makeUnsafe()),
    Effect.tap((all) => Effect.sync(() => (started = all)))
  )
}))

/** Statements that a database executes, each alone. */
export const executeAt = (place: Place, ...statements: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const { execute } = yield* Database
    yield* Effect.forEach(statements, (statement) => execute(telling(statement), undefined), { discard: true })
  }).pipe(Effect.provide(Postgres.layer({ ...place, pool: { size: 1 } }), { local: true }))

/** The rows of a query in a database, each as one text. */
export const rowsAt = (place: Place, query: string) =>
  Effect.gen(function*() {
    const { read } = yield* Database
    const rows = yield* read(asking(`SELECT CAST(told AS VARCHAR) FROM (${query}) AS told`, { row: { _tag: "Text" } }))
    return rows.map(({ row }) => String(row))
  }).pipe(Effect.provide(Postgres.layer({ ...place, pool: { size: 1 } }), { local: true }))

/** New databases, one on each server. */
export const places = Effect.gen(function*() {
  const all = yield* servers
  const database = `sharded_${++made}`
  yield* Effect.forEach(all, (server) => executeAt(server, `CREATE DATABASE ${database}`), { concurrency: 3 })
  const [coordinator, ...shards] = all.map(({ host, port, username }): Place => ({ host, port, username, database }))
  return coordinator === undefined ? yield* Effect.die("there is no coordinator") : { coordinator, shards }
})

/** A coordinator and its shards. */
export type Places = Effect.Success<typeof places>

/** The Layer of databases that are there. */
export const layerOf = ({ coordinator, shards }: Places, undeclared: "alone" | "automatic" = "alone") =>
  Postgres.layer({ ...coordinator, sharding: { strategy: "partitioned", shards, undeclared }, pool: { size: 4 } })

/** New databases, of which what undeclared models become is told. */
export const sharded = (undeclared: "alone" | "automatic" = "alone") =>
  Layer.unwrap(Effect.map(places, (all) => layerOf(all, undeclared)))
