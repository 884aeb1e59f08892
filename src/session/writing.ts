/**
 * Runs what writes, and counts it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { TableVersions } from "./tableVersions.ts"
import { type Names, namesOf, type Versions } from "./versions.ts"

/** What the statement that runs writes to, for a driver that tells of it where that is done. */
export const BeingWritten = Context.Reference<Names>("andamios/BeingWritten", { defaultValue: () => [] })

/** Runs what writes. */
export const writing = <A, E, R>(
  { watched, write }: TableVersions,
  transaction: object | undefined,
  versions: Versions,
  run: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  versions.length === 0 ? run : Effect.suspend(() => {
    const end = write(transaction, versions)
    const telling = watched(transaction, versions)
    const named = Effect.provideService(run, BeingWritten, namesOf(versions))
    const told = telling === undefined ? named : Effect.acquireUseRelease(telling, () => named, (over) => over)
    return Effect.onExitPrimitive(told, (exit) => {
      end(exit)
      return undefined
    })
  })

/** The rows of a statement by hand, which may write until its last row has come. */
export const writingStream = <A, E, R>(
  { calledBy, watched, write, writtenBy }: TableVersions,
  transaction: object | undefined,
  sql: string,
  rows: Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> => {
  const versions = [...writtenBy(sql), ...calledBy(sql)]
  if (versions.length === 0) return rows
  const held = Effect.acquireRelease(
    Effect.sync(() => write(transaction, versions)),
    (end, exit) => Effect.sync(() => end(exit))
  )
  const told = Effect.acquireRelease(
    Effect.suspend(() => watched(transaction, versions) ?? Effect.succeed(Effect.void)),
    (over) => over
  )
  const named = Stream.provideService(rows, BeingWritten, namesOf(versions))
  return Stream.unwrap(Effect.as(Effect.andThen(held, told), named))
}
