/**
 * Copies of a PostgreSQL database, all on the one server of this process: the first is made as its source says, and is the template of all
 * others.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { existsSync } from "node:fs"
import { Postgres } from "../postgres.ts"
import { Database } from "../session/Database.ts"
import type { WriteError } from "../session/OrmError.ts"
import { telling } from "../sql/asking.ts"
import * as PostgresServer from "./PostgresServer.ts"
import { type MigrationsError, onceEach, type Source, structured } from "./structured.ts"

/** What a database is made with: the server, and the name of the template. */
type Name<E> = (running: Running, template: string) => Effect.Effect<string, E, Scope.Scope>

type Made<R> = Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
>

/** A database of the server, made of the template of a source. */
const made = <R>(source: Source<R>, nameOf: Name<WriteError | PostgresServer.PostgresUnavailable>): Made<R> =>
  Layer.fresh(Layer.unwrap(Effect.gen(function*() {
    const running = yield* server
    const template = yield* templateOf(running, source)
    return running.open(yield* nameOf(running, template))
  })))

/** A new database that is made as its source says, and dropped with its Layer. */
export const postgresCopy = <R>(source: Source<R>): Made<R> =>
  made(source, (running, template) =>
    Effect.gen(function*() {
      const administer = yield* running.administration
      const name = nextName("copy")
      return yield* Effect.acquireRelease(
        Effect.as(administer(`CREATE DATABASE ${name} TEMPLATE ${template}`), name),
        () => Effect.ignore(administer(`DROP DATABASE ${name} WITH (FORCE)`))
      )
    }))

/** The one database that is made as its source says, for all who ask in this process: it goes with the server. */
export const postgresShared = <R>(source: Source<R>): Made<R> =>
  made(source, (running, template) =>
    running.shared(
      source,
      Effect.suspend(() => {
        const name = nextName("shared")
        return Effect.as(administered(running, `CREATE DATABASE ${name} TEMPLATE ${template}`), name)
      })
    ))

/** The name of the database that others are copied from. Nobody may be connected to it meanwhile, so nobody stays. */
const templateOf = <R>(running: Running, source: Source<R>) =>
  running.templates(
    source,
    Effect.gen(function*() {
      const name = nextName("template")
      yield* administered(running, `CREATE DATABASE ${name}`)
      const structuring = Effect.provide(structured(source), running.open(name), { local: true })
      yield* Effect.onError(
        structuring,
        () => Effect.ignore(administered(running, `DROP DATABASE ${name} WITH (FORCE)`))
      )
      return name
    })
  )

/** Runs an effect as a program of its own would: with the real clock, and in no metric, span or profile of a test. */
const apart = Effect.setContext(Context.empty())

const administered = (running: Running, sql: string) =>
  Effect.scoped(Effect.flatMap(running.administration, (administer) => administer(sql)))

let names = 0
const nextName = (kind: string) => `${kind}_${++names}`

/** The server of this process, with what it is known to hold. */
const running = (address: PostgresServer.PostgresServer) => {
  const { database, host, port, username } = address
  const open = (name: string, size = 4) => Postgres.layer({ host, port, username, database: name, pool: { size } })
  const administrator = open(database, 2)
  const memo = Layer.makeMemoMapUnsafe()
  return {
    host,
    open,
    /** Statements to the server itself, through connections that all share who need them at the same time. */
    administration: Effect.gen(function*() {
      const scope = yield* Effect.scope
      const services = yield* apart(Effect.uninterruptible(Layer.buildWithMemoMap(administrator, memo, scope)))
      const { execute } = Context.get(services, Database)
      return (sql: string) => apart(execute(telling(sql), undefined))
    }),
    templates: onceEach<string>(),
    shared: onceEach<string>()
  }
}

type Running = ReturnType<typeof running>

/** Many tests at a time may have connections; and what can't be restored needs little of a log. */
const settings = { max_connections: "1000", max_wal_size: "256MB" }

/** A database takes 8 MB, and a container often has 64 MB of memory for files. */
const inMemoryFrom = 4 * 2 ** 30

let started: Running | undefined
const turn = Semaphore.makeUnsafe(1)

/** It runs until the process ends, which doesn't wait for it. One that has ended is replaced by another. */
const server: Effect.Effect<Running, PostgresServer.PostgresUnavailable> = turn.withPermit(
  Effect.suspend(() => {
    if (started !== undefined && existsSync(started.host)) return Effect.succeed(started)
    const scope = Scope.makeUnsafe()
    return PostgresServer.start({ settings, isWaitedFor: false, inMemoryFrom }).pipe(
      Scope.provide(scope),
      Effect.onExit((exit) => Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, exit)),
      Effect.map((address) => {
        started = running(address)
        return started
      })
    )
  })
)
