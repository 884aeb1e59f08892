/**
 * The words of SQL text, as far as one must know them to tell statements apart.
 *
 * @since 0.1.0
 */

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

/** One word, name, string, sign, space or comment of a line. */
const pattern = /\s+|--[^\r\n]*|"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w$\u0080-\uffff]+|[^]/y

/** The words of a statement, read from the left. */
export type Words = ReturnType<typeof wordsOf>

/** Reads the words of a statement from the left; its comments and spaces are none. */
export const wordsOf = (sql: string) => {
  let position = 0

  /** The next word as it is written; an empty one at the end. */
  const next = (): string => {
    while (position < sql.length) {
      const text = sql.startsWith("/*", position) ? commentAt(sql, position) : textAt(sql, position)
      position += text.length
      if (!/^(?:\s|--|\/\*)/.test(text)) return text
    }
    return ""
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

const textAt = (sql: string, position: number): string => {
  pattern.lastIndex = position
  return pattern.exec(sql)?.[0] ?? ""
}

/** A comment with the comments in it. */
const commentAt = (sql: string, start: number): string => {
  const marks = /\/\*|\*\//g
  marks.lastIndex = start
  let depth = 0
  do {
    const mark = marks.exec(sql)?.[0]
    if (mark === undefined) return sql.slice(start)
    depth += mark === "/*" ? 1 : -1
  } while (depth > 0)
  return sql.slice(start, marks.lastIndex)
}

const unquoted = (word: string): string => word.startsWith("\"") ? word.slice(1, -1).replaceAll("\"\"", "\"") : word
