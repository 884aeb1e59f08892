/**
 * `andamios migrate heads`: the revisions that no other follows.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { Migrator } from "../../migration/Migrator.ts"
import { answer, ink, table } from "../output.ts"
import { migrator } from "../project.ts"

export const heads = Command.make("heads", {}, () =>
  Effect.gen(function*() {
    const { revisions, status } = yield* Migrator
    const { heads: ids, pending } = yield* status
    const paint = yield* ink
    const found = revisions.filter(({ id }) => ids.includes(id)).map(({ id, labels, name }) => ({
      id,
      name,
      labels,
      applied: pending.every((one) => one.id !== id)
    }))
    const rows = found.map(({ applied: isApplied, id, labels, name }) => [
      id,
      name,
      labels.join(", "),
      isApplied ? "applied" : "pending"
    ])
    yield* answer(
      { heads: found },
      found.length === 0 ? "There are no revisions." : table(["revision", "name", "labels", ""], rows, { paint })
    )
  }).pipe(Effect.provide(migrator))).pipe(
    Command.withDescription("Tells the revisions that no other follows: more than one are to be merged")
  )
