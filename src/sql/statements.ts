/**
 * Parts a text of several statements.
 *
 * @since 0.1.0
 */
import { says, tokensOf } from "./sqlTokens.ts"

/** Where a statement is in a text, without the blanks and comments around it, and where what belongs to it begins. */
export interface StatementPlace {
  readonly after: number
  readonly start: number
  readonly end: number
}

/** The statements of a text, each with the comments in it, without the semicolons between them. */
export const statementsOf = (sql: string): ReadonlyArray<string> =>
  statementPlaces(sql).map(({ end, start }) => sql.slice(start, end)).filter((statement) => statement !== "")

/** The places of all statements of a text, the empty ones too: what is behind the last semicolon is one. */
export const statementPlaces = (sql: string): ReadonlyArray<StatementPlace> => {
  const places: Array<StatementPlace> = []
  let after = 0
  let start: number | undefined
  let end = 0
  let depth = 0
  const tokens = tokensOf(sql)
  for (const [index, token] of tokens.entries()) {
    if (token.key === ";" && depth === 0) {
      places.push(start === undefined ? { after, start: token.start, end: token.start } : { after, start, end })
      after = token.end
      start = undefined
      continue
    }
    start ??= token.start
    end = token.end
    // the body of a function holds statements of its own
    if (says(tokens, index, "BEGIN", "ATOMIC") || (depth > 0 && token.key === "CASE")) depth++
    else if (depth > 0 && token.key === "END") depth--
  }
  places.push(start === undefined ? { after, start: sql.length, end: sql.length } : { after, start, end })
  return places
}
