/**
 * `andamios migrate restore`: makes the database again of a snapshot.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { answer } from "../output.ts"
import { database } from "../project.ts"
import { snapshots } from "./running.ts"

export const restore = Command.make("restore", {
  directory: Argument.String("directory").pipe(Argument.withDescription("What --snapshot wrote"))
}, ({ directory }) =>
  Effect.gen(function*() {
    const { restoreSnapshot } = yield* snapshots
    yield* restoreSnapshot(directory)
    yield* answer({ restored: directory }, `The database is again what it was in ${directory}.`)
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Makes the database again of a snapshot, where nothing of it is any more")
  )
