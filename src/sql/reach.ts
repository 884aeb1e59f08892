/**
 * Which tables a read comes down to: through views, and with all whose writes the database carries on to them.
 *
 * @since 0.1.0
 */
import type { Catalog } from "./catalog.ts"
import { mentioned } from "./mentioned.ts"

/**
 * Tables by their names, in small letters and without schemas.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reach {
  /** Tables that a write to may change what is read. */
  readonly written: ReadonlySet<string>
  /** Tables of which rows that are deleted may change it. */
  readonly deleted: ReadonlySet<string>
}

/**
 * The tables that names and texts come down to; undefined where the catalog can't tell.
 *
 * @category conversions
 * @since 0.1.0
 */
export const reachOf = (
  names: Iterable<string>,
  texts: ReadonlyArray<string>,
  catalog: Catalog
): Reach | undefined => {
  // what writes to other tables may write to these
  const below = tablesBelow([...names, ...catalog.triggering.keys()], texts, catalog)
  if (below === undefined) return undefined
  const { beside, following } = catalog
  const written = closed(below, beside)
  const followed = [...written].flatMap((name) => following.get(name) ?? [])
  // rows go with those of another table, which may go with others themselves
  return { written, deleted: closed(followed, beside, following) }
}

/**
 * The tables that a write through a name changes, if the database carries it on to no others; undefined where it may.
 *
 * @category conversions
 * @since 0.1.0
 */
export const writtenThrough = (name: string, deletes: boolean, catalog: Catalog): ReadonlySet<string> | undefined => {
  const { beside, following, triggering } = catalog
  const below = tablesBelow([name], [], catalog)
  const leading = new Set([...beside.values(), ...deletes ? following.values() : []].flat())
  return below !== undefined && [...below].every((table) => !leading.has(table) && !triggering.has(table))
    ? below
    : undefined
}

/** The tables that names and texts mention, also through views. */
const tablesBelow = (
  names: ReadonlyArray<string>,
  texts: ReadonlyArray<string>,
  catalog: Catalog
): ReadonlySet<string> | undefined => {
  const { opaque, table, view } = catalog
  const found = new Set<string>()
  const seen = new Set<string>()
  const byText = (text: string): boolean => {
    const mentions = mentioned(text, catalog)
    return mentions !== undefined && [...mentions].every(byName)
  }
  const byName = (name: string): boolean => {
    if (seen.has(name)) return true
    seen.add(name)
    if (table.has(name)) found.add(name)
    const isKnown = (table.has(name) || view.has(name)) && !opaque.has(name)
    return isKnown && (view.get(name) ?? []).every(byText)
  }
  return names.every((name) => byName(name.toLowerCase())) && texts.every(byText) ? found : undefined
}

/** Names with those that lead to them, and those that lead to these. */
const closed = (
  names: Iterable<string>,
  ...leads: ReadonlyArray<ReadonlyMap<string, ReadonlyArray<string>>>
): ReadonlySet<string> => {
  const found = new Set(names)
  // a set that grows while it is gone through gives what is added, too
  for (const name of found) leads.forEach((lead) => lead.get(name)?.forEach((other) => found.add(other)))
  return found
}
