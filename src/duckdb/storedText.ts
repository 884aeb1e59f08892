/**
 * Reads what DuckDB tells of tables, indexes, views and checks in nothing but the statements that would create them.
 *
 * @since 0.1.0
 */
import { closing, partsBetween, pastName, type Token, tokensOf } from "../sql/sqlTokens.ts"
import { unquoted } from "./storedType.ts"

/** What the statement of a table says of a column, beside what the catalog does. */
export interface ColumnText {
  readonly generated: string | undefined
  readonly collation: string | undefined
}

/** The columns in the statement of a table that are computed, or sorted by a collation, by their names. */
export const columnTexts = (sql: string): ReadonlyMap<string, ColumnText> => {
  const tokens = tokensOf(sql)
  const open = tokens.findIndex(({ key }) => key === "(")
  const parts = partsBetween(tokens, open, closing(tokens, open))
  return new Map(
    parts.flatMap((part): ReadonlyArray<[string, ColumnText]> => {
      const [name, ...rest] = part
      if (name === undefined) return []
      const generated = behind(rest, "GENERATED", "ALWAYS", "AS")
      const collation = behind(rest, "COLLATE")
      if (generated === undefined && collation === undefined) return []
      return [[unquoted(sql.slice(name.start, name.end)), {
        generated: generated === undefined ? undefined : inBrackets(sql, rest, generated),
        collation: collation === undefined ? undefined : textOf(sql, rest.slice(collation, pastName(rest, collation)))
      }]]
    })
  )
}

/** What an index is on: columns and expressions. */
export const indexedTexts = (sql: string): ReadonlyArray<string> => {
  const tokens = tokensOf(sql)
  const on = behind(tokens, "ON") ?? tokens.length
  const open = pastName(tokens, on)
  return partsBetween(tokens, open, closing(tokens, open)).map((part) => textOf(sql, part))
}

/** The query of a view, whose columns have the names that the view gives them. */
export const viewQuery = (sql: string): string => {
  const tokens = tokensOf(sql)
  const start = behind(tokens, "VIEW") ?? 0
  const named = pastName(tokens, start)
  const end = tokens.at(-1)?.key === ";" ? -1 : undefined
  if (tokens[named]?.key !== "(") return textOf(sql, tokens.slice(named + 1, end))
  const close = closing(tokens, named)
  const query = textOf(sql, tokens.slice(close + 2, end))
  return `SELECT * FROM (${query}) AS named${textOf(sql, tokens.slice(named, close + 1))}`
}

/** A check with the name that `constraint` of the dialect hides in its condition. */
export const checkOf = (expression: string): { readonly name?: string; readonly condition: string } => {
  const { condition, name } =
    /^\((?<condition>.*) AND \('(?<name>(?:[^']|'')*)' != ''\)\)$/s.exec(expression)?.groups ?? {}
  return condition === undefined || name === undefined
    ? { condition: expression }
    : { name: name.replaceAll("''", "'"), condition: grouped(condition) }
}

/** DuckDB joins conditions by `AND` without brackets of their own, where they stood in some. */
const grouped = (condition: string): string => {
  const tokens = tokensOf(condition)
  return tokens[0]?.key === "(" && closing(tokens, 0) === tokens.length - 1 ? condition : `(${condition})`
}

/** The place behind words that come one after the other outside of all brackets. */
const behind = (tokens: ReadonlyArray<Token>, ...words: ReadonlyArray<string>): number | undefined => {
  let depth = 0
  for (const [index, { key, kind }] of tokens.entries()) {
    if (depth === 0 && words.every((word, offset) => tokens[index + offset]?.key === word)) return index + words.length
    if (kind === "sign" && "([{".includes(key)) depth++
    if (kind === "sign" && ")]}".includes(key)) depth--
  }
  return undefined
}

const inBrackets = (sql: string, tokens: ReadonlyArray<Token>, open: number): string =>
  textOf(sql, tokens.slice(open + 1, closing(tokens, open)))

const textOf = (sql: string, tokens: ReadonlyArray<Token>): string =>
  sql.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0)
