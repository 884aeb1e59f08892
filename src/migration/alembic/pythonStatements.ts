/**
 * Tells the statements of a Python file apart, as far as that can be done without Python.
 *
 * @since 0.1.0
 */

/** A word, a sign or a text of Python. */
export interface PythonToken {
  readonly kind: "name" | "text" | "sign"
  readonly source: string
  /** What a text says; undefined for one that is bytes, or is made while Python runs. */
  readonly text: string | undefined
  /** Counted from 1. */
  readonly line: number
}

/** The tokens of a statement, which has one at least. */
type Statement = readonly [PythonToken, ...ReadonlyArray<PythonToken>]

const pattern = new RegExp(
  [
    String.raw`(?<blank>[ \t\f\u{feff}]+|\\\r?\n|#[^\r\n]*)`,
    String.raw`(?<end>\r\n|\n|\r)`,
    String.raw`(?<prefix>[a-z]{0,2})(?<quote>"""|''')(?<long>(?:[^\\]|\\[^])*?)\k<quote>`,
    String.raw`(?<mark>[a-z]{0,2})(?:"(?<double>(?:[^"\\\r\n]|\\[^])*)"|'(?<single>(?:[^'\\\r\n]|\\[^])*)')`,
    String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*)`,
    String.raw`[^]`
  ].join("|"),
  "iuy"
)

/** The statements that stand at the margin of a file; what is indented belongs to a function, a class or a condition. */
export const statementsOf = (source: string): ReadonlyArray<Statement> => {
  const statements: Array<Statement> = []
  let statement: Array<PythonToken> = []
  let isAtMargin = true
  let depth = 0
  let line = 1
  const finish = () => {
    if (isAtMargin && isStatement(statement)) statements.push(statement)
    statement = []
  }
  pattern.lastIndex = 0
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    const [written] = match
    const { blank, end } = match.groups ?? {}
    const isFirst = statement.length === 0 && depth === 0
    if (blank !== undefined) {
      if (isFirst && /^[ \t\f]/.test(written) && startsLine(source, match.index)) isAtMargin = false
    } else if (end !== undefined) {
      if (depth === 0) {
        finish()
        isAtMargin = true
      }
    } else if (written === ";" && depth === 0) {
      finish()
    } else {
      if ("([{".includes(written)) depth++
      else if (")]}".includes(written)) depth = Math.max(0, depth - 1)
      statement.push(tokenOf(written, match.groups ?? {}, line))
    }
    line += written.split(/\r\n|\n|\r/).length - 1
  }
  finish()
  return statements
}

const isStatement = (tokens: ReadonlyArray<PythonToken>): tokens is Statement => tokens.length > 0

const startsLine = (source: string, index: number): boolean => index === 0 || /[\r\n]/.test(source.charAt(index - 1))

const tokenOf = (source: string, groups: Readonly<Record<string, string | undefined>>, line: number): PythonToken => {
  const { double, long, mark, name, prefix, single } = groups
  const inner = long ?? double ?? single
  if (inner !== undefined) {
    return { kind: "text", source, text: textOf((prefix ?? mark ?? "").toLowerCase(), inner), line }
  }
  return { kind: name === undefined ? "sign" : "name", source, text: undefined, line }
}

const textOf = (prefix: string, inner: string): string | undefined => {
  if (prefix === "r") return inner
  return prefix === "" || prefix === "u" ? unescaped(inner) : undefined
}

const escapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\r\n": "",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  "\"": "\""
}

/** What isn't known to be an escape is left as it is, as Python does. */
const unescaped = (text: string): string =>
  text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U(000[\da-fA-F]{5}|0010[\da-fA-F]{4})|([0-7]{1,3})|(\r\n|[^]))/gu,
    (written, two?: string, four?: string, eight?: string, octal?: string) => {
      const code = two ?? four ?? eight
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
      return escapes[written.slice(1)] ?? written
    }
  )
