/**
 * `andamios migrate check`: whether everything is applied, and the database is what the models want.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { HistoryDiffers, NotUpToDate } from "../../migration/MigrationError.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { described } from "../../migration/planning/planSteps.ts"
import { answer } from "../output.ts"
import { migrator } from "../project.ts"
import { differing } from "../renaming.ts"

export const check = Command.make("check", {}, () =>
  Effect.gen(function*() {
    const { edited, missing, pending } = yield* Migrator.use(({ status }) => status)
    if (edited.length + missing.length > 0) return yield* new HistoryDiffers({ edited, missing })
    if (pending.length > 0) {
      return yield* new NotUpToDate({ pending: pending.map(({ id }) => id), differences: [] })
    }
    const { operations } = yield* differing({ renames: {}, noRenames: true })
    if (operations.length > 0) {
      return yield* new NotUpToDate({ pending: [], differences: operations.map(described) })
    }
    yield* answer({ upToDate: true }, "Everything is applied, and the database is what the models want.")
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Fails with 2 unless everything is applied, and the database is what the models want")
  )
