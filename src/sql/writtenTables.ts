/**
 * Which tables an SQL text by hand writes to, as far as it tells.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import { BoundedMap } from "./boundedMap.ts"
import { unquoted } from "./quoted.ts"
import { past, says, type Token, tokensOf } from "./sqlTokens.ts"

/**
 * What a text does to tables: nothing, something to those it names, or something that can't be told. Names are in small letters and
 * without their schemas.
 *
 * @category models
 * @since 0.1.0
 */
export type TextWrites =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Named"; readonly written: ReadonlySet<string>; readonly deletes: boolean }
  | { readonly _tag: "Anything" }

/**
 * The tables that a text writes to.
 *
 * @category conversions
 * @since 0.1.0
 */
export const textWrites = (sql: string): TextWrites => getOrInsert(told, sql, find)

/** A text that values are written into comes once, so not all texts are kept. */
const told = new BoundedMap<string, TextWrites>(1_000)

const nothing: TextWrites = { _tag: "Nothing" }
const anything: TextWrites = { _tag: "Anything" }

const find = (sql: string): TextWrites => {
  const tokens = tokensOf(sql)
  const isSeveral = tokens.some(({ key }, index) => key === ";" && index < tokens.length - 1)
  if (isSeveral) return anything
  const places = tokens.flatMap((_, at) => targetAt(tokens, at) ?? [])
  const first = tokens[0]?.key ?? ""
  if (places.length > 0) {
    return begins.has(first)
      ? { _tag: "Named", written: new Set(places.map((at) => lastName(sql, tokens, at))), deletes: deletes(tokens) }
      : anything
  }
  return reads.has(first) && !tokens.some(({ key }) => key === "INTO") ? nothing : anything
}

/** The words that begin statements which write to the tables they name. */
const begins = new Set(["INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "WITH", "REFRESH"])

/** The words that begin statements which only read, unless they put what they read into a new table. */
const reads = new Set(
  ["SELECT", "VALUES", "WITH", "FROM", "TABLE", "PIVOT", "UNPIVOT", "(", "SHOW", "DESCRIBE", "SUMMARIZE", "EXPLAIN", ""]
)

const deletes = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(({ key }) => key === "DELETE" || key === "TRUNCATE")

/** The place of the name of a table that is written to, where the words before it are at this one. */
const targetAt = (tokens: ReadonlyArray<Token>, at: number): number | undefined => {
  if (says(tokens, at, "INSERT", "OR")) return past(tokens, at + 3, "INTO")
  for (const words of [["INSERT", "INTO"], ["MERGE", "INTO"], ["DELETE", "FROM"], ["TRUNCATE", "TABLE"]]) {
    if (says(tokens, at, ...words)) return past(tokens, at + 2, "ONLY")
  }
  if (says(tokens, at, "TRUNCATE")) return at + 1
  if (says(tokens, at, "REFRESH", "MATERIALIZED", "VIEW")) return past(tokens, at + 3, "CONCURRENTLY")
  const before = tokens[at - 1]?.key
  const isClause = before === "FOR" || before === "DO" || before === "THEN" || before === "KEY" || before === "ON"
  return says(tokens, at, "UPDATE") && !isClause ? past(tokens, at + 1, "ONLY") : undefined
}

/** The last part of a name that may name a schema first. */
const lastName = (sql: string, tokens: ReadonlyArray<Token>, at: number): string => {
  let last = at
  while (says(tokens, last + 1, ".")) last += 2
  const token = tokens[last]
  return token === undefined ? "" : unquoted(sql.slice(token.start, token.end)).toLowerCase()
}
