/**
 * `andamios migrate merge`: writes a revision that follows several heads, so that there is one again.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Migrator } from "../../migration/Migrator.ts"
import { rendered } from "../../migration/files/render.ts"
import { newId } from "../../migration/files/revisionFile.ts"
import { standing } from "../../migration/graph/targets.ts"
import { answer } from "../output.ts"
import { migrator } from "../project.ts"
import { writeRevision } from "../revisionFile.ts"
import { targetArgument } from "./running.ts"

export const merge = Command.make("merge", {
  targets: targetArgument.pipe(Argument.variadic({ min: 0 })),
  name: Flag.String("name").pipe(Flag.withDescription("What it is called"), Flag.optional),
  labels: Flag.String("label").pipe(Flag.withDescription("A name for the branch from here on"), Flag.atLeast(0))
}, ({ labels, name, targets }) =>
  Effect.gen(function*() {
    const { graph, status } = yield* Migrator
    const stand = yield* status
    const applied = [...stand.elsewhere, ...stand.applied.map(({ id }) => id)]
    const asked = targets.length === 0 ? ["heads"] : targets
    const found = yield* Effect.forEach(asked, (target) => Effect.fromResult(standing(graph, applied, target)))
    const parents = [...new Set(found.flat())]
    if (parents.length < 2) return yield* answer({ files: [] }, "Nothing to merge: there are no two heads.")
    const revision = {
      id: yield* newId,
      name: Option.getOrElse(name, () => `merge ${parents.join(" and ")}`),
      parents,
      labels,
      dependsOn: [],
      up: [],
      down: [],
      transaction: true
    }
    const files = yield* writeRevision(revision, { ".ts": rendered(revision) })
    yield* answer({ id: revision.id, parents, files }, files.map((file) => `wrote ${file}`))
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Writes a revision without steps that follows several others: all heads, if none are given")
  )
