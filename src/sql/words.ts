/**
 * The words of SQL text, as far as one must know them to tell statements apart.
 *
 * @since 0.1.0
 */
import { unquoted } from "./quoted.ts"
import { tokenFrom } from "./sqlTokens.ts"

/** Whether a text is one statement: then nothing but space, comments and semicolons comes after a semicolon. */
export const isOneStatement = (sql: string): boolean => {
  const words = wordsOf(sql)
  let hasEnded = false
  for (let word = words.next(); word !== ""; word = words.next()) {
    if (hasEnded && word !== ";") return false
    hasEnded = word === ";"
  }
  return true
}

/** The words of a statement, read from the left. */
export type Words = ReturnType<typeof wordsOf>

/** Reads the words of a statement from the left; its comments and spaces are none. */
export const wordsOf = (sql: string) => {
  let position = 0

  /** The next word as it is written; an empty one at the end. */
  const next = (): string => {
    const token = tokenFrom(sql, position)
    position = token?.end ?? sql.length
    return token === undefined ? "" : sql.slice(token.start, token.end)
  }

  /** Goes past these words if they come next, and tells whether it did. */
  const skip = (...words: ReadonlyArray<string>): boolean => {
    const start = position
    if (words.every((word) => next().toUpperCase() === word)) return true
    position = start
    return false
  }

  const skipParentheses = () => {
    if (!skip("(")) return
    while (position < sql.length && next() !== ")");
  }

  /** The parts of the name that comes next, without quotes. */
  const name = (): ReadonlyArray<string> => {
    const parts = [unquoted(next())]
    while (skip(".")) parts.push(unquoted(next()))
    return parts
  }

  while (skip(";"));
  return { next, skip, skipParentheses, name }
}
