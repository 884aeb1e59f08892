/**
 * Revisions of the migrations that were written for the migrator of Effect's own SQL modules.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { make, type Revision, run } from "../Migration.ts"
import { RevisionsInvalid } from "../MigrationError.ts"

/**
 * What loads migrations for Effect's own `Migrator`, such as its `fromGlob`, `fromRecord` and `fromFileSystem`: each has a number, a
 * name, and an effect that gives the effect to run or a module of which it is the default export.
 *
 * @category models
 * @since 0.1.0
 */
export type EffectLoader<R, E = unknown> = Effect.Effect<
  ReadonlyArray<readonly [id: number, name: string, load: Effect.Effect<unknown, unknown, R>]>,
  E,
  R
>

/** The revisions of a loader: each follows the one with the next lower number, and none has a way back. */
export const fromEffectLoader = <R>(
  loader: EffectLoader<R>
): Effect.Effect<ReadonlyArray<Revision<R>>, RevisionsInvalid, R> =>
  Effect.mapBoth(loader, {
    onFailure: (error) =>
      new RevisionsInvalid({
        issues: [{ revision: "loader", reason: Predicate.isError(error) ? error.message : String(error) }]
      }),
    onSuccess: (loaded) => {
      const ordered = loaded.toSorted(([one], [other]) => one - other)
      return ordered.map(([number, name, load], index) =>
        make({
          id: `${number}_${name}`,
          name: name.replaceAll("_", " "),
          parents: ordered.slice(Math.max(index - 1, 0), index).map(([before, its]) => `${before}_${its}`),
          up: [run(name, Effect.flatMap(load, effectOf<R>))]
        })
      )
    }
  })

const effectOf = <R>(loaded: unknown): Effect.Effect<unknown, unknown, R> => {
  const found = withDefault(withDefault(loaded))
  return isEffect<R>(found)
    ? found
    : Effect.fail(new Error("its default export is no effect; export the effect that is to be run"))
}

const withDefault = (value: unknown): unknown =>
  !Effect.isEffect(value) && Predicate.hasProperty(value, "default") ? value.default : value

const isEffect = <R>(value: unknown): value is Effect.Effect<unknown, unknown, R> => Effect.isEffect(value)
