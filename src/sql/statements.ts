/**
 * Parts a text of several statements.
 *
 * @since 0.1.0
 */
import { says, type Token, tokensOf } from "./sqlTokens.ts"

/** The statements of a text, each with the comments in it, without the semicolons between them. */
export const statementsOf = (sql: string): ReadonlyArray<string> => {
  const statements: Array<string> = []
  let first: Token | undefined
  let last: Token | undefined
  let depth = 0
  const end = () => {
    if (first !== undefined && last !== undefined) statements.push(sql.slice(first.start, last.end))
    first = undefined
  }
  const tokens = tokensOf(sql)
  for (const [index, token] of tokens.entries()) {
    if (token.key === ";" && depth === 0) {
      end()
      continue
    }
    first ??= token
    last = token
    // the body of a function holds statements of its own
    if (says(tokens, index, "BEGIN", "ATOMIC") || (depth > 0 && token.key === "CASE")) depth++
    else if (depth > 0 && token.key === "END") depth--
  }
  end()
  return statements
}
