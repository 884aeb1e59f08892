/**
 * The words and signs of an SQL text with their places in it. Whatever stands in quotes or comments is never taken for one.
 *
 * @since 0.1.0
 */

/** A word, a sign, or something in quotes. */
export interface Token {
  readonly kind: "word" | "sign" | "name" | "text"
  /** A word in capitals or the sign itself, to be compared; nothing for what stands in quotes. */
  readonly key: string
  readonly start: number
  readonly end: number
}

/** Quotes that are never closed reach to the end. */
const pattern = new RegExp(
  [
    String.raw`\s+|--[^\r\n]*`,
    String.raw`e'(?:[^'\\]|\\.|'')*'?|'(?:[^']|'')*'?|(\$(?:[a-z_]\w*)?\$).*?(?:\1|$)`,
    String.raw`"(?:[^"]|"")*"?`,
    String.raw`[a-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`\$?\d[\w.]*|.`
  ].join("|"),
  "isy"
)

/** The tokens of a text, without the blanks and comments between them. */
export const tokensOf = (sql: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  for (let token = tokenFrom(sql, 0); token !== undefined; token = tokenFrom(sql, token.end)) tokens.push(token)
  return tokens
}

/** The first token from a place on. */
export const tokenFrom = (sql: string, place: number): Token | undefined => {
  let start = place
  while (start < sql.length) {
    const end = sql.startsWith("/*", start) ? endOfComment(sql, start) : endOfToken(sql, start)
    const text = sql.slice(start, end)
    const kind = kindOf(text)
    if (kind !== "blank") {
      return { kind, key: kind === "word" ? text.toUpperCase() : kind === "sign" ? text : "", start, end }
    }
    start = end
  }
  return undefined
}

const endOfToken = (sql: string, start: number): number => {
  pattern.lastIndex = start
  pattern.exec(sql)
  return pattern.lastIndex
}

/** What a match of the pattern is, told by how it begins. */
const kindOf = (text: string): Token["kind"] | "blank" => {
  if (/^(?:\s|--|\/\*)/.test(text)) return "blank"
  if (/^(?:e?'|\$(?:[a-z_]\w*)?\$)/i.test(text)) return "text"
  if (text.startsWith("\"")) return "name"
  return /^[a-z_\u0080-\uffff]/i.test(text) ? "word" : "sign"
}

/** Comments may hold comments. */
const endOfComment = (sql: string, start: number): number => {
  let depth = 0
  for (const { 0: mark, index } of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark === "/*" ? 1 : -1
    if (depth === 0) return start + index + mark.length
  }
  return sql.length
}

/** The bracket that closes the one at `open`, or the end of the tokens. */
export const closing = (tokens: ReadonlyArray<Token>, open: number): number => {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    depth += depthOf(tokens[at])
    if (depth === 0) return at
  }
  return tokens.length
}

/** What the brackets at `open` and `close` hold, parted at the commas. */
export const partsBetween = (
  tokens: ReadonlyArray<Token>,
  open: number,
  close: number
): ReadonlyArray<ReadonlyArray<Token>> => {
  const parts: Array<Array<Token>> = [[]]
  let depth = 0
  for (const token of tokens.slice(open + 1, close)) {
    depth += depthOf(token)
    if (depth === 0 && token.key === ",") parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

const depthOf = (token: Token | undefined): number => {
  if (token?.kind !== "sign") return 0
  return "([{".includes(token.key) ? 1 : ")]}".includes(token.key) ? -1 : 0
}

/** Whether the tokens from a place on begin with these words or signs. */
export const says = (tokens: ReadonlyArray<Token>, at: number, ...words: ReadonlyArray<string>): boolean =>
  words.every((word, index) => tokens[at + index]?.key === word)

/** The place after these words, where they are there. */
export const past = (tokens: ReadonlyArray<Token>, at: number, ...words: ReadonlyArray<string>): number =>
  says(tokens, at, ...words) ? at + words.length : at

/** The place after a name, which may name a schema first. */
export const pastName = (tokens: ReadonlyArray<Token>, at: number): number =>
  says(tokens, at + 1, ".") ? pastName(tokens, at + 2) : at + 1

/** An SQL text with its tokens. */
export interface Source {
  readonly sql: string
  readonly tokens: ReadonlyArray<Token>
}

/** Puts a text in the place of another. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Puts a text in the place of a token. */
export const instead = ({ end, start }: Token, text: string): Edit => ({ start, end, text })
