/**
 * `andamios migrate squash`: makes one revision of several.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { directoryOf } from "../../migration/files/directory.ts"
import { HistoryDiffers } from "../../migration/MigrationError.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { rendered } from "../../migration/files/render.ts"
import { range } from "../../migration/graph/targets.ts"
import { confirm } from "../asking.ts"
import { FileUnusable } from "../CommandError.ts"
import { answer, counted } from "../output.ts"
import { migrator, ownRevisions, Project } from "../project.ts"
import { writeRevision } from "../revisionFile.ts"
import { squashed, SquashRefused } from "./squashing.ts"

export const squash = Command.make("squash", {
  range: Argument.String("range").pipe(
    Argument.withDescription("From one revision to another, as in 8f2c:head or :77aa (both are in it)")
  ),
  name: Flag.String("name").pipe(
    Flag.withDescription("What the one is called; as the last, if it is not given"),
    Flag.optional
  ),
  withoutEffects: Flag.Boolean("without-effects").pipe(
    Flag.withoutNegation,
    Flag.withDescription("Leaves out steps that are effects, which no database needs any more"),
    Flag.withDefault(false)
  )
}, ({ name, range: given, withoutEffects }) =>
  Effect.gen(function*() {
    const { migrations } = yield* Project
    const { graph, status } = yield* Migrator
    const stand = yield* status
    if (stand.edited.length + stand.missing.length > 0) return yield* new HistoryDiffers(stand)
    const applied = stand.applied.map(({ id }) => id)
    const ids = yield* Effect.fromResult(range(graph, [...stand.elsewhere, ...applied], given))
    const theirs = ids.filter((id) => stand.alembic.includes(id))
    if (theirs.length > 0) {
      return yield* new SquashRefused({
        reason: `Only Alembic can run these, and so do with them: ${theirs.join(", ")}.`
      })
    }
    const one = yield* Effect.fromResult(squashed(graph, ids, { name: Option.getOrUndefined(name), withoutEffects }))
    const has = ids.filter((id) => applied.includes(id))
    if (has.length > 0 && has.length < ids.length) {
      return yield* new SquashRefused({
        reason: `The database has some of them, but not all: ${has.join(", ")}. Apply the others first.`
      })
    }
    yield* confirm(`Replace the files of ${counted(ids.length, "revision")} by one?`)
    const old = (yield* directoryOf(migrations)).filter(({ revision }) => ids.includes(revision.id))
    const files = yield* writeRevision(one, { ".ts": rendered(one) })
    yield* removed(old.map(({ file }) => file))
    const isStamped = has.length > 0
    if (isStamped) yield* restamped(applied.filter((id) => id === one.id || !ids.includes(id)))
    yield* answer({ id: one.id, squashed: ids, files, stamped: isStamped }, [
      ...files.map((file) => `wrote ${file}`),
      ...(isStamped ? [`stamped ${one.id}`] : []),
      "Other databases that have all of these: run `andamios migrate stamp` with --purge on them."
    ])
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Makes one revision of several, under the id of the last")
  )

/** Removes the files of revisions; what is written in SQL has another for the way back. */
const removed = Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { migrations } = yield* Project
  const all = names.flatMap((name) =>
    name.endsWith(".up.sql") ? [name, name.replace(/\.up\.sql$/, ".down.sql")] : [name]
  )
  yield* Effect.forEach(all, (name) => {
    const file = path.join(migrations, name)
    return Effect.mapError(
      files.remove(file, { force: true }),
      ({ message }) => new FileUnusable({ file, reason: message })
    )
  }, { discard: true })
})

/** Lets the history say what the new files do. */
const restamped = (ids: ReadonlyArray<string>) =>
  Migrator.use((service) => service.stamp(ids, { purge: true })).pipe(Effect.provide(Layer.fresh(ownRevisions)))
