/**
 * Takes SQL that a database tells apart into words, without what every database adds in its own way: casts and brackets.
 *
 * @since 0.1.0
 */

const word = /'(?:[^']|'')*'|"(?:[^"]|"")*"|::|[<>!=]+|[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|[^\s]/gu

/** Types of several words, by the first of them. */
const longTypes: Readonly<Record<string, ReadonlyArray<string>>> = {
  double: ["precision"],
  character: ["varying"],
  timestamp: ["without", "with", "time", "zone"],
  time: ["without", "with", "time", "zone"],
  bit: ["varying"]
}

/** The words of an expression: literals, names without quotes where they need none, and signs. */
export const plainWords = (sql: string): ReadonlyArray<string> => {
  const found = (sql.match(word) ?? []).map(unquoted)
  return withoutCalls(withoutSuffixes(found))
}

/** The same without brackets, for comparing two texts that certainly are made alike. */
export const bareWords = (sql: string): string => plainWords(sql).filter((one) => one !== "(" && one !== ")").join(" ")

/** Words that mean something else with quotes than without: databases tell columns of such names in quotes. */
const meaning = new Set("and any array as between cast false in is like not null or true".split(" "))

/** Capitals in a name are told without quotes by one database, and with them by another. */
const unquoted = (one: string): string => {
  if (one === "!=") return "<>"
  const name = /^"(?<name>[a-z_][a-z0-9_]*)"$/i.exec(one)?.groups?.["name"]
  return name === undefined || meaning.has(name.toLowerCase()) ? one : name
}

/** `'a'::text` is `'a'`. */
const withoutSuffixes = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kept: Array<string> = []
  let at = 0
  while (at < all.length) {
    const one = all[at] ?? ""
    at = one === "::" ? afterType(all, at + 1) : at + 1
    if (one !== "::") kept.push(one)
  }
  return kept
}

/** Where a type ends that begins there, with its size and whether it is a list. */
const afterType = (all: ReadonlyArray<string>, start: number): number => {
  const more = longTypes[(all[start] ?? "").toLowerCase()] ?? []
  let at = start + 1
  while (more.includes((all[at] ?? "").toLowerCase())) at += 1
  if (all[at] === "(" && /^\d+$/.test(all[at + 1] ?? "")) at = all.indexOf(")", at) + 1
  while (more.includes((all[at] ?? "").toLowerCase())) at += 1
  while (all[at] === "[") at = all.indexOf("]", at) + 1
  return at
}

/** `CAST('a' AS VARCHAR)` is `'a'`. */
const withoutCalls = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  const start = all.findIndex((one, index) => one.toUpperCase() === "CAST" && all[index + 1] === "(")
  if (start < 0) return all
  const end = closing(all, start + 1)
  const inside = all.slice(start + 2, end)
  const as = inside.findLastIndex((one) => one.toUpperCase() === "AS")
  return withoutCalls([...all.slice(0, start), ...inside.slice(0, as), ...all.slice(end + 1)])
}

/** Where the bracket closes that opens there. */
const closing = (all: ReadonlyArray<string>, open: number): number => {
  let depth = 0
  for (let at = open; at < all.length; at += 1) {
    if (all[at] === "(") depth += 1
    if (all[at] === ")") depth -= 1
    if (depth === 0) return at
  }
  return all.length
}

/** The conditions that an expression joins with `AND`, each without brackets. */
export const conjuncts = (all: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (all[0] === "(" && closing(all, 0) === all.length - 1) return conjuncts(all.slice(1, -1))
  const and = all.findIndex((one, at) =>
    one.toUpperCase() === "AND" && depthAt(all, at) === 0 && !isOfBetween(all.slice(0, at))
  )
  return and < 0
    ? [all.filter((one) => one !== "(" && one !== ")").join(" ")]
    : [...conjuncts(all.slice(0, and)), ...conjuncts(all.slice(and + 1))]
}

const depthAt = (all: ReadonlyArray<string>, end: number): number =>
  all.slice(0, end).reduce((depth, one) => depth + (one === "(" ? 1 : one === ")" ? -1 : 0), 0)

/** Whether the next `AND` belongs to a `BETWEEN`. */
const isOfBetween = (before: ReadonlyArray<string>): boolean => {
  const between = before.findLastIndex((one) => one.toUpperCase() === "BETWEEN")
  return between >= 0 && !before.slice(between).some((one) => one.toUpperCase() === "AND")
}
