/**
 * What models and their fields are called after the tables and columns that they are read from.
 *
 * @since 0.1.0
 */

/** The words of a name, whichever way it is written: `order_details`, `OrderDetails`, `Order Details`. */
const words = (name: string): ReadonlyArray<string> =>
  name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** The name as that of a class: `OrderDetails`. */
const pascal = (name: string): string => words(name).map((word) => capital(word.toLowerCase())).join("")

/** The name as that of a field: `orderDetails`. */
export const camel = (name: string): string => {
  const joined = pascal(name)
  const small = joined.slice(0, 1).toLowerCase() + joined.slice(1)
  return /^[\p{L}_$]/u.test(small) ? small : `_${small}`
}

const irregular: Readonly<Record<string, string>> = {
  people: "person",
  children: "child",
  men: "man",
  women: "woman",
  mice: "mouse",
  feet: "foot",
  teeth: "tooth",
  geese: "goose",
  indices: "index",
  matrices: "matrix",
  vertices: "vertex",
  criteria: "criterion",
  movies: "movie",
  series: "series",
  species: "species",
  news: "news",
  shelves: "shelf",
  halves: "half",
  leaves: "leaf",
  lives: "life",
  wives: "wife",
  knives: "knife"
}

/** Endings of several, and of one; the first that fits counts. */
const endings: ReadonlyArray<readonly [several: RegExp, one: string]> = [
  [/(?<=[^aeiou])ies$/i, "y"],
  [/(?<=x|ch|sh|ss|us)es$/i, ""],
  [/(?<=s|u|i)s$/i, "s"],
  [/s$/i, ""]
]

/** One of what a word names: `categories` is `category`, and `status` stays as it is. */
const singular = (word: string): string => {
  const known = irregular[word.toLowerCase()]
  if (known !== undefined) return known
  const [several, one = ""] = endings.find(([ending]) => ending.test(word)) ?? []
  return several === undefined || word.length < 3 ? word : word.replace(several, one)
}

/** The name of a class whose instances are rows of a table. */
export const className = (table: string): string => {
  const all = words(table)
  const one = [...all.slice(0, -1), ...all.slice(-1).map(singular)].join(" ")
  const name = pascal(one)
  return /^[\p{L}_$]/u.test(name) ? name : `Table${name}`
}

/** The name, or the first with a number behind it that is not taken yet; it is taken from then on. */
export const take = (taken: Set<string>, ...names: ReadonlyArray<string>): string => {
  const [last = ""] = names.slice(-1)
  const free = names.find((name) => !taken.has(name)) ?? numbered(taken, last)
  taken.add(free)
  return free
}

const numbered = (taken: ReadonlySet<string>, name: string): string => {
  let number = 2
  while (taken.has(`${name}${number}`)) number += 1
  return `${name}${number}`
}

/** Names that mean something else in a file of models, or in every class. */
export const takenNames: ReadonlyArray<string> = (
  "BigDecimal Check Column Generated Index Model Reference Relation Schema Sql Structure " +
  "Array Boolean Date Error Function Map Number Object Set String Symbol"
).split(" ")

/** Names that no field can have, because every instance has something else under them. */
export const takenFields: ReadonlyArray<string> = ["constructor", "__proto__"]

/** A name as the key of an object. */
export const key = (name: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && name !== "__proto__" ? name : JSON.stringify(name)
