/**
 * Copies of a DuckDB database in memory: the first is made as its source says, and all others of its script.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { DuckDb } from "../duckdb.ts"
import { Database } from "../session/Database.ts"
import type { DatabaseLocked, WriteError } from "../session/OrmError.ts"
import { scriptOf } from "./duckDbScript.ts"
import { type MigrationsError, onceEach, type Source, structured } from "./structured.ts"

/** A new database that is made as its source says. */
export const duckDbCopy = <R>(
  source: Source<R>
): Layer.Layer<DuckDb.Provided, DatabaseLocked | WriteError | MigrationsError, Exclude<R, DuckDb.Provided>> => {
  const first = Layer.effectDiscard(structured(source)).pipe(Layer.provideMerge(opened("")))
  const prepared = prepare(source, Effect.provide(script, first, { local: true }))
  return Layer.fresh(Layer.unwrap(Effect.map(prepared, (text) => text === undefined ? first : opened(text))))
}

/** The one database that is made as its source says, for all who ask in this process: it goes with that. */
export const duckDbShared = <R>(
  source: Source<R>
): Layer.Layer<DuckDb.Provided, DatabaseLocked | WriteError | MigrationsError, Exclude<R, DuckDb.Provided>> =>
  Layer.effectContext(share(
    source,
    Effect.suspend(() => {
      const scope = Scope.makeUnsafe()
      return Effect.onExit(
        Layer.buildWithMemoMap(duckDbCopy(source), Layer.makeMemoMapUnsafe(), scope),
        (exit) => Exit.isSuccess(exit) ? Effect.void : Scope.close(scope, exit)
      )
    })
  ))

const share = onceEach<Context.Context<DuckDb.Provided>>()

/** The script of each source. */
const prepare = onceEach<string | undefined>()

const opened = (script: string) => DuckDb.layer({ path: ":memory:", script })

/**
 * The script of the database below, if it makes the same again: that is looked at, once. Of a database that can't be told so, each copy is
 * made as the first one was.
 */
const script = Effect.gen(function*() {
  const text = yield* scriptOf
  if (text === undefined) return undefined
  const [here, there] = [yield* seen, yield* Effect.option(Effect.provide(seen, opened(text), { local: true }))]
  return Equal.equals(there, Option.some(here)) ? text : undefined
})

/** All that is to be the same in a copy. */
const seen = Effect.all([scriptOf, Effect.flatMap(Database, ({ introspect }) => introspect)])
