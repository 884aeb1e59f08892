/**
 * `andamios migrate adopt`: takes over a database that another migrator managed, or nobody.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { adopting, baseline, type Managed } from "../../migration/Adopting.ts"
import { Migrator } from "../../migration/Migrator.ts"
import { described } from "../../migration/planning/planSteps.ts"
import { rendered } from "../../migration/files/render.ts"
import { newId } from "../../migration/files/revisionFile.ts"
import { fullName } from "../../sql/Structure.ts"
import { AdoptionRefused } from "../CommandError.ts"
import { answer, counted } from "../output.ts"
import { migrator, ownRevisions, Project } from "../project.ts"
import { writeRevision } from "../revisionFile.ts"

export const adopt = Command.make("adopt", {
  name: Flag.String("name").pipe(
    Flag.withDescription("What the first revision is called"),
    Flag.withDefault("what was there")
  ),
  drizzle: Flag.String("drizzle").pipe(
    Flag.withMetavar("DIRECTORY"),
    Flag.withDescription("Drizzle's directory of migrations, whose journal has the names that its table has not"),
    Flag.optional
  ),
  effectTable: Flag.String("effect-table").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("The table of Effect's migrator, where it is not effect_sql_migrations"),
    Flag.optional
  )
}, ({ drizzle, effectTable, name }) =>
  Effect.gen(function*() {
    const { config } = yield* Project
    yield* refusedBeside
    const managed = yield* adopting({
      ...Option.match(drizzle, { onNone: () => ({}), onSome: (drizzleDirectory) => ({ drizzleDirectory }) }),
      ...Option.match(effectTable, { onNone: () => ({}), onSome: (table) => ({ effectTable: table }) })
    })
    yield* refusedUnfinished(managed)
    const ignore = [...config.ignore ?? [], ...(config.table === undefined ? [] : [config.table])]
    const revision = yield* baseline(managed, { id: yield* newId, name, ignore })
    if (revision.up.length === 0) {
      return yield* new AdoptionRefused({
        reason: "There is nothing to take over: the database is empty.",
        instead: "Write the first revision of the models with `andamios generate`."
      })
    }
    const files = yield* writeRevision(revision, { ".ts": rendered(revision) })
    const stamped = yield* Effect.onError(stampedAs(revision.id), () => removed(files))
    const steps = revision.up.map(described)
    yield* answer({ managed, id: revision.id, files, steps, stamped }, [
      ...(managed.length === 0 ? ["No migrator that is known has managed this database."] : managed.map(lineOf)),
      ...files.map((file) => `wrote ${file}, with ${counted(steps.length, "step")}`),
      ...stamped.map((id) => `stamped ${id}`),
      "",
      "Next: read the models with `andamios db pull`, or see what yours differ in with `andamios migrate check`.",
      ...managed.map(({ by, table }) => `Nothing reads ${fullName(table)} any more: drop it when ${by} is gone.`)
    ])
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Takes over a database that Effect's migrator, Drizzle, Prisma, Alembic or nobody managed")
  )

/** Fails where there are revisions already, or Alembic is to stay. */
const refusedBeside = Effect.gen(function*() {
  const { config } = yield* Project
  const { revisions, status } = yield* Migrator
  const { applied } = yield* status
  if (config.alembic !== undefined) {
    return yield* new AdoptionRefused({
      reason: "The config shares this database with Alembic, whose revisions make what is there.",
      instead: "Take `alembic` out of it to go on without Alembic, or see `andamios alembic import`."
    })
  }
  const known = [...new Set([...applied, ...revisions].map(({ id }) => id))]
  if (known.length > 0) {
    return yield* new AdoptionRefused({
      reason: `There are revisions already, and the first one can't be written before them: ${known.join(", ")}.`,
      instead: "See where the database stands with `andamios migrate status`."
    })
  }
})

/** Fails where a migrator stopped half-way: what is there may be no state that anybody wants. */
const refusedUnfinished = Effect.fnUntraced(function*(managed: ReadonlyArray<Managed>) {
  for (const { by, unfinished } of managed) {
    if (unfinished.length === 0) continue
    return yield* new AdoptionRefused({
      reason: `${by} began what it never finished: ${unfinished.join(", ")}.`,
      instead: `Finish it or roll it back with ${by} first.`
    })
  }
})

const lineOf = ({ applied, by, table }: Managed): string => {
  const last = applied.at(-1)
  return `${by} applied ${counted(applied.length, "migration")}` +
    `${last === undefined ? "" : `, the last of them ${last}`} (${fullName(table)})`
}

/** The migrator that is there was made before the file was. */
const stampedAs = (id: string) =>
  Migrator.use((service) => service.stamp([id])).pipe(Effect.provide(Layer.fresh(ownRevisions)))

const removed = Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
  const files = yield* FileSystem.FileSystem
  yield* Effect.forEach(names, (name) => Effect.ignore(files.remove(name)), { discard: true })
})
