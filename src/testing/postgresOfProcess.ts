/**
 * PostgreSQL servers that run for as long as this process, and take orders about their databases.
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

/** A server that runs. */
export interface Running {
  /** Where one of its databases is. */
  readonly at: (database: string) => Place
  /** Executes a statement that is about the server itself, through connections that all share who need them at the same time. */
  readonly administered: (sql: string) => Effect.Effect<void, WriteError>
  /** Makes a database of a template, which is dropped when the scope closes. */
  readonly copied: (name: string, template: string) => Effect.Effect<void, WriteError, Scope.Scope>
}

/** Where a database is. */
interface Place {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly database: string
}

/** A name that no other database of this process has. */
export const nextName = (kind: string): string => `${kind}_${++names}`
let names = 0

/** A server that is started by the first who asks, and runs until the process ends, which doesn't wait for it. One that has ended is replaced. */
export const serverOfProcess = (): Effect.Effect<Running, PostgresServer.PostgresUnavailable> => {
  let started: { readonly host: string; readonly running: Running } | undefined
  const turn = Semaphore.makeUnsafe(1)
  return turn.withPermit(Effect.suspend(() => {
    if (started !== undefined && existsSync(started.host)) return Effect.succeed(started.running)
    const scope = Scope.makeUnsafe()
    return PostgresServer.start({ settings, isWaitedFor: false, inMemoryFrom }).pipe(
      Scope.provide(scope),
      Effect.onExit((exit) => Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, exit)),
      Effect.map((address) => {
        started = { host: address.host, running: runningAt(address) }
        return started.running
      })
    )
  }))
}

/** Many tests at a time may have connections; and what can't be restored needs little of a log. */
const settings = { max_connections: "1000", max_wal_size: "256MB" }

/** A database takes 8 MB, and a container often has 64 MB of memory for files. */
const inMemoryFrom = 4 * 2 ** 30

const runningAt = ({ database: own, host, port, username }: PostgresServer.PostgresServer): Running => {
  const at = (database: string): Place => ({ host, port, username, database })
  const administrator = Postgres.layer({ ...at(own), pool: { size: 2 } })
  const memo = Layer.makeMemoMapUnsafe()
  const administration = Effect.gen(function*() {
    const scope = yield* Effect.scope
    const services = yield* apart(Effect.uninterruptible(Layer.buildWithMemoMap(administrator, memo, scope)))
    const { execute } = Context.get(services, Database)
    return (sql: string) => apart(Effect.asVoid(execute(telling(sql), undefined)))
  })
  return {
    at,
    administered: (sql) => Effect.scoped(Effect.flatMap(administration, (administer) => administer(sql))),
    copied: Effect.fnUntraced(function*(name, template) {
      const administer = yield* administration
      yield* Effect.acquireRelease(
        administer(`CREATE DATABASE ${name} TEMPLATE ${template}`),
        () => Effect.ignore(administer(`DROP DATABASE ${name} WITH (FORCE)`))
      )
    })
  }
}

/** Runs an effect as a program of its own would: with the real clock, and in no metric, span or profile of a test. */
const apart = Effect.setContext(Context.empty())
