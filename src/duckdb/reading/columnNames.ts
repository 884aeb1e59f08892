/**
 * Names for the columns of a result, which SQL lets be alike.
 *
 * @since 0.1.0
 */

/** The names, with `:1`, `:2` … behind those that came before, but never one that another column has itself. */
export const distinctNames = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(names)
  if (taken.size === names.length) return names
  const seen = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let count = 1; seen.has(free) || (free !== name && taken.has(free)); count++) free = `${name}:${count}`
    seen.add(free)
    return free
  })
}
