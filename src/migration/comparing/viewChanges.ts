/**
 * What changes of the views: one that reads another goes before it, and comes after it.
 *
 * @since 0.1.0
 */
import { mentions } from "../../sql/namesIn.ts"
import { isSamePlace, type Structure, type ViewStructure } from "../../sql/Structure.ts"
import { type Alike, apart } from "./alike.ts"

/** The views to drop and those to create, each list in an order in which that is possible. */
export const viewChanges = (
  before: Structure,
  after: Structure,
  same: Alike
): { readonly gone: ReadonlyArray<ViewStructure>; readonly come: ReadonlyArray<ViewStructure> } => {
  const different = apart(before.views, after.views, same.view).gone
  const gone = withReaders(different, before.views)
  const isKept = (view: ViewStructure) => before.views.some((one) => same.view(one, view) && !gone.includes(one))
  return {
    gone: inReadingOrder(gone).toReversed(),
    come: inReadingOrder(after.views.filter((view) => !isKept(view)))
  }
}

/** Some views and all that read them, be it through others. */
const withReaders = (
  some: ReadonlyArray<ViewStructure>,
  all: ReadonlyArray<ViewStructure>
): ReadonlyArray<ViewStructure> => {
  const found = all.filter((view) => some.includes(view) || some.some((one) => reads(view, one)))
  return found.length === some.length ? found : withReaders(found, all)
}

/** Views behind those that they read. */
const inReadingOrder = (views: ReadonlyArray<ViewStructure>): ReadonlyArray<ViewStructure> => {
  const ordered = new Set<ViewStructure>()
  const visit = (view: ViewStructure, path: ReadonlyArray<ViewStructure>): void => {
    if (ordered.has(view) || path.includes(view)) return
    views.filter((other) => reads(view, other)).forEach((read) => visit(read, [...path, view]))
    ordered.add(view)
  }
  views.forEach((view) => visit(view, []))
  return [...ordered]
}

/** Where the database does not tell what a view reads, it is whatever its query names. */
const reads = (view: ViewStructure, other: ViewStructure): boolean =>
  view.reads === undefined ? mentions(view.sql, other.name) : view.reads.some((place) => isSamePlace(place, other))
