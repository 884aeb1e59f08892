/**
 * `andamios generate`: writes the revision that makes the database what the models want it to be.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { reversed } from "../migration/Migration.ts"
import { NotUpToDate } from "../migration/MigrationError.ts"
import { Migrator } from "../migration/Migrator.ts"
import { described, planSteps } from "../migration/planning/planSteps.ts"
import { rendered, type Written } from "../migration/files/render.ts"
import { newId, renderedSql } from "../migration/files/revisionFile.ts"
import { standing } from "../migration/graph/targets.ts"
import { Database } from "../session/Database.ts"
import type { Dialect } from "../sql/Dialect.ts"
import { evolve } from "../sql/evolve.ts"
import type { Structure } from "../sql/Structure.ts"
import { answer, indented } from "./output.ts"
import { migrator } from "./project.ts"
import { differing } from "./renaming.ts"
import { writeRevision } from "./revisionFile.ts"

const listed = (flag: string, description: string) =>
  Flag.String(flag).pipe(Flag.withDescription(description), Flag.atLeast(0))

const no = (flag: string, description: string) =>
  Flag.Boolean(flag).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

export const generate = Command.make("generate", {
  name: Argument.String("name").pipe(Argument.withDescription("What the revision does, in a few words")),
  renames: Flag.KeyValuePair("rename").pipe(
    Flag.withMetavar("OLD=NEW"),
    Flag.withDescription("What goes under another name: books=works, books.title=heading"),
    Flag.withDefault({})
  ),
  noRenames: no(
    "no-renames",
    "Nothing goes under another name but what --rename says: the rest is dropped and made anew"
  ),
  empty: no("empty", "Writes a revision without steps, to be filled by hand"),
  sql: no("sql", "Writes SQL, a file for the way up and one for the way back, rather than TypeScript"),
  labels: listed("label", "A name for the branch that begins here"),
  parents: listed("parent", "What it follows, base for nothing; the head of the revisions, if it is not given"),
  dependsOn: listed("depends-on", "A revision of another branch that has to be applied before it")
}, ({ dependsOn, empty, labels, name, noRenames, parents, renames, sql }) =>
  Effect.gen(function*() {
    const { dialect, introspect } = yield* Database
    const { graph, status } = yield* Migrator
    const { applied, elsewhere, pending } = yield* status
    const ids = [...elsewhere, ...applied.map(({ id }) => id)]
    const follows = yield* Effect.forEach(
      parents.length === 0 ? ["head"] : parents,
      (target) => Effect.fromResult(standing(graph, ids, target))
    )
    if (pending.length > 0 && !empty) {
      return yield* new NotUpToDate({ pending: pending.map(({ id }) => id), differences: [] })
    }
    const { live, operations } = empty
      ? { live: yield* introspect, operations: [] }
      : yield* differing({ renames, noRenames })
    if (operations.length === 0 && !empty) {
      return yield* answer({ files: [] }, "Nothing to do: the database is what the models want.")
    }
    const revision = {
      id: yield* newId,
      name,
      parents: follows.flat(),
      labels,
      dependsOn,
      up: operations,
      down: undone(operations),
      transaction: true
    }
    const files = yield* writeRevision(
      revision,
      sql ? sqlTexts(revision, live, dialect) : { ".ts": rendered(revision) }
    )
    const what = operations.map(described)
    yield* answer({ id: revision.id, files, steps: what }, [...files.map((file) => `wrote ${file}`), ...indented(what)])
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Writes the revision that makes the database what the models want")
  )

const undone = (operations: Written["up"]): Written["down"] =>
  reversed(operations)?.flatMap((step) => step._tag === "Run" ? [] : [step])

const sqlTexts = (revision: Written, live: Structure, dialect: Dialect): Readonly<Record<string, string>> => {
  const statements = (steps: Written["up"], before: Structure) =>
    planSteps(steps, before, dialect).steps.flatMap((step) => step.statements)
  const { down, up } = renderedSql(revision, {
    up: statements(revision.up, live),
    down: revision.down === undefined ? undefined : statements(revision.down, evolve(live, revision.up))
  })
  return { ".up.sql": up, ...(down === undefined ? {} : { ".down.sql": down }) }
}
