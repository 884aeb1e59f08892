/**
 * What things are called in the database.
 *
 * @since 0.1.0
 */

/**
 * How a column's name is made of its field's: the same, or `publishedAt` as `published_at`.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnNaming = "asWritten" | "snake_case"

/** The name of a field's column. */
export const columnName = (field: string, naming: ColumnNaming): string => {
  switch (naming) {
    case "asWritten":
      return field
    case "snake_case":
      return snakeCase(field)
  }
}

/** A capital begins a word after a small letter or a digit, and as the last of several: `isbn13Code`, `HTMLText`. */
const snakeCase = (field: string): string =>
  field
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase()

/** Why no database can have something of this name; `undefined` where it can. */
export const unusable = (name: string): string | undefined => {
  if (name === "") return "a name in the database is never empty"
  if (name.includes("\0")) return "no name in a database holds the character U+0000"
  return name.isWellFormed() ? undefined : "the name has half of a surrogate pair, which no database keeps"
}

/** The name of the check of what a column may hold. */
export const checkName = (table: string, column: string): string => `${table}_${column}_check`

/** The column whose check a table has under this name. */
export const checkedColumn = (table: string, check: string): string | undefined =>
  check.startsWith(`${table}_`) && check.endsWith("_check") && check.length > table.length + "__check".length
    ? check.slice(table.length + 1, -"_check".length)
    : undefined
