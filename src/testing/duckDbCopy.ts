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
import { Start, start } from "../duckdb/connection/instance.ts"
import { DuckDb } from "../duckdb.ts"
import { Database } from "../session/Database.ts"
import type { WriteError } from "../session/OrmError.ts"
import { scriptOf } from "./duckDbScript.ts"
import { madeAhead } from "./madeAhead.ts"
import { type MigrationsError, onceEach, type Source, structured, uncounted } from "./structured.ts"

/** A new database that is made as its source says. */
export const duckDbCopy = <R>(
  source: Source<R>
): Layer.Layer<DuckDb.Provided, WriteError | MigrationsError, Exclude<R, DuckDb.Provided>> => {
  const first = Layer.effectDiscard(structured(source)).pipe(Layer.provideMerge(opened("")))
  const text = isNothing(source) ? Effect.succeed("") : Effect.provide(script, first, { local: true })
  const prepared = prepare(source, uncounted(Effect.map(text, copies)))
  return Layer.fresh(Layer.unwrap(Effect.map(prepared, (copy) => copy ?? first)))
}

/** Of no models nothing is made, so there is nothing to look at first. */
const isNothing = <R>(source: Source<R>) => !("migrations" in source) && source.length === 0

/** The one database that is made as its source says, for all who ask in this process: it goes with that. */
export const duckDbShared = <R>(
  source: Source<R>
): Layer.Layer<DuckDb.Provided, WriteError | MigrationsError, Exclude<R, DuckDb.Provided>> =>
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

/** The copies of each source whose database can be copied. */
const prepare = onceEach<ReturnType<typeof opened> | undefined>()

/** Databases that are made of a script, each in a native instance that was made ahead where one was asked for before. */
const copies = (text: string | undefined) =>
  text === undefined ? undefined : Layer.provide(opened(text), Layer.succeed(Start, madeAhead(start)))

/** A database in memory is of this process alone, so nobody else has it open. */
const opened = (script: string) =>
  DuckDb.layer({ path: ":memory:", script }).pipe(
    Layer.catchTag("DatabaseLocked", (error) => Layer.effectContext(Effect.die(error)))
  )

/**
 * The script of the database below, if it makes the same again: that is looked at, once. Of a database that can't be told so, each copy is
 * made as the first one was.
 */
const script = Effect.gen(function*() {
  const here = yield* seen
  const [text] = here
  if (text === undefined) return undefined
  const there = yield* Effect.option(Effect.provide(seen, opened(text), { local: true }))
  return Equal.equals(there, Option.some(here)) ? text : undefined
})

/** All that is to be the same in a copy. */
const seen = Effect.all([scriptOf, Effect.flatMap(Database, ({ introspect }) => introspect)])
