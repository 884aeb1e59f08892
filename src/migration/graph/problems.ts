/**
 * What is wrong with revisions, each by itself and beside the others.
 *
 * @since 0.1.0
 */
import type { Revision } from "../Migration.ts"

/** What is wrong with a revision. */
export interface Problem {
  readonly revision: string
  readonly reason: string
}

/** Whether a dependency of this name is the revision: it has this id, or bears this label. */
export const isNamed = (name: string) => ({ id, labels }: Revision<unknown>): boolean =>
  id === name || labels.includes(name)

/** All that is wrong, but for circles. */
export const problemsOf = (revisions: ReadonlyArray<Revision<unknown>>): ReadonlyArray<Problem> => {
  const ids = revisions.map(({ id }) => id)
  const labels = revisions.flatMap((revision) => revision.labels)
  const twice = (names: ReadonlyArray<string>) => new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [
    ...Array.from(twice(ids), (id) => ({ revision: id, reason: "more than one revision has this id" })),
    ...Array.from(twice(labels), (label) => ({
      revision: bearers(revisions, label).join(", "),
      reason:
        `more than one revision bears the label ${label}; the first of a branch is enough, all that follow have it, too`
    })),
    ...revisions.flatMap((revision) => [
      ...[revision.id, ...revision.labels].filter(isTaken).map((name) => ({
        revision: revision.id,
        reason: `"${name}" can't be the name of a revision or a label: ${taken}`
      })),
      ...revision.labels.filter((label) => ids.includes(label)).map((label) => ({
        revision: revision.id,
        reason: `its label ${label} is the id of a revision`
      })),
      ...revision.parents.filter((parent) => !ids.includes(parent)).map((parent) => ({
        revision: revision.id,
        reason: `it follows ${parent}, which is not there`
      })),
      ...revision.dependsOn.filter((name) => !revisions.some(isNamed(name))).map((name) => ({
        revision: revision.id,
        reason: `it depends on ${name}, which is neither a revision nor a label`
      }))
    ])
  ]
}

const bearers = (revisions: ReadonlyArray<Revision<unknown>>, label: string): ReadonlyArray<string> =>
  revisions.filter(({ labels }) => labels.includes(label)).map(({ id }) => id)

const isTaken = (name: string): boolean =>
  ["", "head", "heads", "base", "current"].includes(name) || /[@:,\s]/.test(name) || /^[+-]/.test(name)

const taken =
  "head, heads, base and current mean something else, and so do @, :, commas, blanks and a sign at the start"
