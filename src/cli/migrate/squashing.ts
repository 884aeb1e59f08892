/**
 * Makes one revision of several that follow each other.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Revision, Step } from "../../migration/Migration.ts"
import type { Written } from "../../migration/files/render.ts"
import type { Revisions } from "../../migration/graph/revisions.ts"
import type { Operation } from "../../sql/operation.ts"

/** Revisions can't become one. */
export class SquashRefused extends Schema.TaggedError<SquashRefused>()("SquashRefused", { reason: Schema.String }) {
  override get message(): string {
    return this.reason
  }
}

/**
 * The revision that does what these do, under the id of the last, so that those which follow it still do. It is refused where another
 * one follows the middle of them, and where one has an effect, which no other file can hold, unless effects are to be left out.
 */
export const squashed = (
  { byId, children, ordered }: Revisions,
  ids: ReadonlyArray<string>,
  { name, withoutEffects }: { readonly name: string | undefined; readonly withoutEffects: boolean }
): Result.Result<Written, SquashRefused> => {
  const inside = new Set(ids)
  const several = ids.flatMap((id) => byId.get(id) ?? [])
  const last = several.at(-1)
  if (last === undefined || several.length < 2) return refused("There are no two revisions to make one of.")
  const open = several.find(({ id }) => id !== last.id && children(id).every((child) => !inside.has(child)))
  if (open !== undefined) return refused(`${open.id} and ${last.id} are heads of two branches: merge them first.`)
  const follower = ordered.find(({ dependsOn, id, parents }) =>
    !inside.has(id) && [...parents, ...dependsOn].some((one) => inside.has(one) && one !== last.id)
  )
  if (follower !== undefined) {
    return refused(`${follower.id} follows one in the middle: it would have nothing to follow any more.`)
  }
  const program = several.flatMap(({ id, up }) =>
    up.flatMap((step) => step._tag === "Run" ? [`${step.name} (${id})`] : [])
  )
  if (program.length > 0 && !withoutEffects) {
    return refused(
      `There are effects, which can't be written into another file: ${
        program.join(", ")
      }. Squash what is before and behind them, or ` +
        "leave them out with --without-effects, if no database needs them any more."
    )
  }
  const outside = (names: (revision: Revision<unknown>) => ReadonlyArray<string>) =>
    [...new Set(several.flatMap(names))].filter((one) => !inside.has(one))
  const downs = several.toReversed().map(({ down }) => down)
  const known = downs.filter((down) => down !== undefined)
  return Result.succeed({
    id: last.id,
    name: name ?? last.name,
    parents: outside(({ parents }) => parents),
    labels: [...new Set(several.flatMap(({ labels }) => labels))],
    dependsOn: outside(({ dependsOn }) => dependsOn),
    up: several.flatMap(({ up }) => up.filter(isOperation)),
    down: known.length === downs.length ? known.flatMap((down) => down.filter(isOperation)) : undefined,
    transaction: several.every(({ transaction }) => transaction)
  })
}

const isOperation = (step: Step<unknown>): step is Operation => step._tag !== "Run"

const refused = (reason: string) => Result.fail(new SquashRefused({ reason }))
