/**
 * What has to be done so that a database has the revisions that it is to have.
 *
 * @since 0.1.0
 */
import type { Revision } from "../Migration.ts"
import type { Revisions } from "../graph/revisions.ts"

/** A revision to be applied, or to be undone. */
export interface Move<R = unknown> {
  readonly revision: Revision<R>
  readonly direction: "up" | "down"
}

/**
 * What is not wanted is undone, the last first and never before what needs it; then what is wanted is applied, the first first, however
 * late it came. `applied` is in the order in which the database got it.
 */
export const movesTo = <R>(
  revisions: Revisions<R>,
  applied: ReadonlyArray<string>,
  wanted: ReadonlySet<string>
): ReadonlyArray<Move<R>> => {
  const has = new Set(applied)
  return [
    ...inOrder(revisions, applied).toReversed()
      .filter(({ id }) => !wanted.has(id))
      .map((revision) => ({ revision, direction: "down" }) as const),
    ...revisions.ordered
      .filter(({ id }) => wanted.has(id) && !has.has(id))
      .map((revision) => ({ revision, direction: "up" }) as const)
  ]
}

/** Applied revisions in the order in which the database got them, and each behind what it needs even where a stamp said otherwise. */
const inOrder = <R>(revisions: Revisions<R>, applied: ReadonlyArray<string>): ReadonlyArray<Revision<R>> => {
  const has = new Set(applied)
  const ordered = new Set<string>()
  for (const id of applied) {
    const needed = revisions.needsOf([id])
    for (const before of revisions.ordered) {
      if (needed.has(before.id) && has.has(before.id)) ordered.add(before.id)
    }
  }
  return [...ordered].flatMap((id) => revisions.byId.get(id) ?? [])
}
