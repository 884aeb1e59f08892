/**
 * What a test's database is made of: the tables of models, or what migrations make.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { AlembicInvalid } from "../migration/AlembicError.ts"
import type { NotUpToDate, RevisionsInvalid } from "../migration/MigrationError.ts"
import * as Migrator from "../migration/Migrator.ts"
import type * as Model from "../model/Model.ts"
import type { Database } from "../session/Database.ts"
import type { WriteError } from "../session/OrmError.ts"
import { Listeners } from "../session/profiling.ts"
import { createTables, type Session } from "../session/Session.ts"

/**
 * Migrations that make a test's database, rows and all. What their effects need is asked for once, when the first of its kind is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Migrations<R = never> {
  readonly migrations: Migrator.Options<R>
}

/**
 * What migrating a test's database can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type MigrationsError = RevisionsInvalid | AlembicInvalid | NotUpToDate | Migrator.RunError

/** Where the tables of a test's database come from. */
export type Source<R> = ReadonlyArray<Model.Stored> | Migrations<R>

/** Runs what only the first test of a process runs, so that no test counts its statements. */
export const uncounted = Effect.provideService(Listeners, [])

/** Makes what a source says in the database below. */
export const structured = <R>(
  source: Source<R>
): Effect.Effect<void, WriteError | MigrationsError, Database | Session | R> =>
  uncounted(
    "migrations" in source
      ? Effect.asVoid(Effect.scoped(Layer.build(Migrator.layer(source.migrations))))
      : createTables(source)
  )

/**
 * Remembers what was made of a source, so that it is made once. Sources are the same where they are written alike: with the same models,
 * the same folder, or equal revisions. Who asks meanwhile waits; what failed is tried again by the next.
 */
export const onceEach = <A>() => {
  const made = MutableHashMap.empty<object, A>()
  const turn = Semaphore.makeUnsafe(1)
  return <E, R>(source: object, make: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const known = (otherwise: Effect.Effect<A, E, R>) =>
      Effect.suspend(() =>
        Option.match(MutableHashMap.get(made, source), { onSome: Effect.succeed, onNone: () => otherwise })
      )
    const making = Effect.tap(make, (value) => Effect.sync(() => MutableHashMap.set(made, source, value)))
    return known(turn.withPermit(known(making)))
  }
}
