/**
 * Copies of a PostgreSQL database, all on the one server of this process: the first is made as its source says, and is the template of all
 * others.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Postgres } from "../postgres.ts"
import type { WriteError } from "../session/OrmError.ts"
import { nextName, type Running, serverOfProcess } from "./postgresOfProcess.ts"
import type * as PostgresServer from "./PostgresServer.ts"
import { type MigrationsError, onceEach, type Source, structured } from "./structured.ts"

/** What a database is made with: the server, and the name of the template. */
type Name<E> = (known: Known, template: string) => Effect.Effect<string, E, Scope.Scope>

type Made<R> = Layer.Layer<
  Postgres.Provided,
  WriteError | MigrationsError | PostgresServer.PostgresUnavailable,
  Exclude<R, Postgres.Provided>
>

/** A database of the server, made of the template of a source. */
const made = <R>(source: Source<R>, nameOf: Name<WriteError | PostgresServer.PostgresUnavailable>): Made<R> =>
  Layer.fresh(Layer.unwrap(Effect.gen(function*() {
    const known = knownOf(yield* postgresOfProcess)
    const template = yield* templateOf(known, source)
    return opened(known, yield* nameOf(known, template))
  })))

/** A new database that is made as its source says, and dropped with its Layer. */
export const postgresCopy = <R>(source: Source<R>): Made<R> =>
  made(source, ({ running }, template) => {
    const name = nextName("copy")
    return Effect.as(running.copied(name, template), name)
  })

/** The one database that is made as its source says, for all who ask in this process: it goes with the server. */
export const postgresShared = <R>(source: Source<R>): Made<R> =>
  made(source, ({ running, shared }, template) =>
    shared(
      source,
      Effect.suspend(() => {
        const name = nextName("shared")
        return Effect.as(running.administered(`CREATE DATABASE ${name} TEMPLATE ${template}`), name)
      })
    ))

/** The name of the database that others are copied from. Nobody may be connected to it meanwhile, so nobody stays. */
const templateOf = <R>(known: Known, source: Source<R>) =>
  known.templates(
    source,
    Effect.gen(function*() {
      const { administered } = known.running
      const name = nextName("template")
      yield* administered(`CREATE DATABASE ${name}`)
      const structuring = Effect.provide(structured(source), opened(known, name), { local: true })
      yield* Effect.onError(structuring, () => Effect.ignore(administered(`DROP DATABASE ${name} WITH (FORCE)`)))
      return name
    })
  )

const opened = ({ running }: Known, name: string) => Postgres.layer({ ...running.at(name), pool: { size: 4 } })

/** The one server of this process. */
export const postgresOfProcess: Effect.Effect<Running, PostgresServer.PostgresUnavailable> = serverOfProcess()

/** A server, with what it is known to hold. */
interface Known {
  readonly running: Running
  readonly templates: ReturnType<typeof onceEach<string>>
  readonly shared: ReturnType<typeof onceEach<string>>
}

let known: Known | undefined

/** What is known of a server that has ended is forgotten. */
const knownOf = (running: Running): Known => {
  if (known?.running !== running) known = { running, templates: onceEach<string>(), shared: onceEach<string>() }
  return known
}
