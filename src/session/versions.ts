/**
 * How often something was written to: a number that changes before a write can be seen, and once more when it is certain.
 *
 * @since 0.1.0
 */

/** The version of a table, of several at once, or of rows. */
export interface Version {
  /** The table's name in small letters, by which other processes know it, too; or one of those that no table has. */
  readonly name: string
  /** It goes up when a write begins to be seen, and again when it is certain. */
  count: number
  /** Writes that may be seen or not. */
  open: number
  /** What is to be told of each commit; nobody listens to rows. */
  readonly listeners: Set<() => void> | undefined
}

/** What a read depends on, or a write changes. */
export type Versions = ReadonlyArray<Version>

/**
 * Tables by the names that all processes know them by. What is read depends on these, and what is written concerns them: of the names that
 * no table has, `any` stands for writes of any kind, and `unknown` for those that may concern any table.
 */
export type Names = ReadonlyArray<string>

export const any = "*"
export const unknown = "?"

/** The names of what a read depends on, or a write changes. */
export const namesOf = (versions: Versions): Names => [...new Set(versions.map(({ name }) => name))]

/** A number that stays the same as long as nothing was written to any of these; nothing while something is. */
export const stampOf = (versions: Versions): number | undefined => {
  let stamp = 0
  for (const { count, open } of versions) {
    if (open > 0) return undefined
    stamp += count
  }
  return stamp
}

/** Calls a listener after each commit that has written to one of these, until it is taken away. */
export const listen = (versions: Versions, listener: () => void): () => void => {
  versions.forEach(({ listeners }) => listeners?.add(listener))
  return () => versions.forEach(({ listeners }) => listeners?.delete(listener))
}

/** One that nobody has written to yet. */
export const version = (name: string): Version => ({ name, count: 0, open: 0, listeners: new Set() })

/** Says that writes begin to be seen. */
export const open = (versions: Versions): void => {
  for (const one of versions) {
    one.count++
    one.open++
  }
}

/** Says that writes are certain. */
export const close = (versions: Versions): void => {
  for (const one of versions) {
    one.count++
    one.open--
  }
}

/** Tells those who listen: each once, however many of the tables it listens to. */
export const tell = (versions: Versions): void => {
  if (versions.every(({ listeners }) => listeners === undefined || listeners.size === 0)) return
  const all = new Set(versions.flatMap(({ listeners = [] }) => [...listeners]))
  all.forEach((listener) => listener())
}
