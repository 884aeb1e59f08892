/**
 * Which tables and views a piece of SQL mentions, if that is all that it can read from.
 *
 * @since 0.1.0
 */
import type { Catalog } from "./catalog.ts"
import { unquoted } from "./quoted.ts"
import { closing, type Token, tokensOf } from "./sqlTokens.ts"

/**
 * The names of tables and views that a text mentions, in small letters; undefined where it may read from others, or its answer may
 * change without any: it calls what isn't known to be pure, or reads from what has no name that is known.
 *
 * A name counts wherever it stands, so a column or an alias that is called like a table is taken for that one, too.
 *
 * @category conversions
 * @since 0.1.0
 */
export const mentioned = (sql: string, catalog: Catalog): ReadonlySet<string> | undefined => {
  const tokens = queryIn(tokensOf(sql))
  const words = tokens.map((token) => nameOf(sql, token))
  const sources = sourcesIn(tokens)
  // a function that is read from may be told its columns in the same way
  const isGiven = (at: number) => !sources.has(at) && isOwn(tokens, at)
  const own = new Set(words.filter((_, at) => isGiven(at)))
  const isRelation = (name: string) => catalog.table.has(name) || catalog.view.has(name)

  const isCertain = (at: number): boolean => {
    const [token, name = ""] = [tokens[at], words[at]]
    if (token === undefined || token.kind === "sign") return true
    if (token.kind === "text") return !sources.has(at) || isRelation(name)
    if (catalog.opaque.has(name) || isSystem.test(name) || (token.kind === "word" && varying.has(token.key))) {
      return false
    }
    if (token.key === "U" && tokens[at + 1]?.key === "&") return false
    if (tokens[at + 1]?.key === "(") {
      return catalog.pure.has(name) || beforeBracket.has(token.key) || isGiven(at) || isAlias(tokens, at)
    }
    return !sources.has(at) || isRelation(name) || own.has(name)
  }

  return tokens.every((_, at) => isCertain(at)) ? new Set(words.filter(isRelation)) : undefined
}

/** A view may be told as the statement that makes it: `CREATE VIEW name (columns) AS …`. */
const queryIn = (tokens: ReadonlyArray<Token>): ReadonlyArray<Token> =>
  tokens[0]?.key === "CREATE" ? tokens.slice(tokens.findIndex(({ key }) => key === "AS")) : tokens

/** Some databases take a text for the name of a table, too. */
const nameOf = (sql: string, { end, kind, start }: Token): string => {
  const text = sql.slice(start, end)
  if (kind === "text") return text.slice(1, -1).toLowerCase()
  return kind === "sign" ? "" : unquoted(text).toLowerCase()
}

/** What tells of the database itself, or of its state. */
const isSystem = /^(?:pg|duckdb|sqlite|pragma)_|^information_schema$/

/** Words whose value, or whose rows, change by themselves. */
const varying = new Set(
  `CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER SESSION_USER SYSTEM_USER USER CURRENT_ROLE
  CURRENT_CATALOG CURRENT_SCHEMA SAMPLE TABLESAMPLE SHOW DESCRIBE SUMMARIZE CALL EXECUTE PRAGMA`.split(/\s+/)
)

/** Words and types that a bracket may follow, and functions that only a window has. */
const beforeBracket = new Set(
  `SELECT FROM WHERE JOIN ON USING AND OR NOT IN IS AS ANY SOME ALL ARRAY ROW VALUES EXISTS CASE WHEN THEN ELSE BY HAVING LIMIT OFFSET
  UNION EXCEPT INTERSECT DISTINCT LATERAL ONLY OVER FILTER GROUP PARTITION SETS ROLLUP CUBE BETWEEN LIKE ILIKE SIMILAR ESCAPE QUALIFY
  CAST TRY_CAST EXTRACT COALESCE NULLIF GREATEST LEAST SUBSTRING TRIM POSITION OVERLAY COLUMNS EXCLUDE REPLACE RENAME MATERIALIZED KEY
  NUMERIC DECIMAL VARCHAR CHARACTER VARYING CHAR BPCHAR BIT FLOAT TIME TIMESTAMP TIMESTAMPTZ TIMETZ INTERVAL STRUCT MAP UNION ENUM
  ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE UNNEST`.split(/\s+/)
)

/** Whether a name is given here, to a common table expression or a window: `name AS (…`, `name (columns) AS (…`. */
const isOwn = (tokens: ReadonlyArray<Token>, at: number): boolean => {
  const kind = tokens[at]?.kind
  if (kind !== "word" && kind !== "name") return false
  const columns = tokens[at + 1]?.key === "(" ? closing(tokens, at + 1) : at
  const [as, ...after] = tokens.slice(columns + 1, columns + 5).map(({ key }) => key)
  const open = after[0] === "NOT" ? after.slice(2) : after[0] === "MATERIALIZED" ? after.slice(1) : after
  return as === "AS" && open[0] === "("
}

/** Whether a name before a bracket with columns is that of what stands before it: `(…) name (columns)`, `… AS name (columns)`. */
const isAlias = (tokens: ReadonlyArray<Token>, at: number): boolean => {
  const before = tokens[at - 1]?.key
  return before === ")" || before === "AS"
}

/** The part of a query that a token stands in, between two brackets. */
interface Part {
  /** The word or the name before its bracket. */
  readonly before: string
  /** Whether names between commas are those of sources. */
  isFrom: boolean
  /** Whether the name of a source is to come. */
  awaits: boolean
}

/** The places of what rows are read from: the last part of each name, or a text. */
const sourcesIn = (tokens: ReadonlyArray<Token>): ReadonlySet<number> => {
  const found = new Set<number>()
  const parts: Array<Part> = []
  let part: Part = { before: "", isFrom: false, awaits: false }
  tokens.forEach(({ key, kind }, at) => {
    const before = tokens[at - 1]?.key ?? ""
    if (kind === "sign") {
      if (key === "(") {
        parts.push(part)
        part = { before, isFrom: part.awaits, awaits: part.awaits }
      } else if (key === ")") {
        part = parts.pop() ?? part
        part.awaits = false
      } else if (key === "," || key === ".") {
        part.awaits = part.isFrom && key === ","
      }
    } else if (kind === "word" && opening.has(key) && !isNoClause(key, before, part)) {
      part.isFrom = true
      part.awaits = true
    } else if (kind === "word" && clauses.has(key)) {
      part.isFrom = false
      part.awaits = false
    } else if (part.awaits && !isBeside(tokens, at)) {
      found.add(lastOf(tokens, at))
      part.awaits = false
    }
  })
  return found
}

/** Words that sources come after. */
const opening = new Set(["FROM", "JOIN", "TABLE", "PIVOT", "UNPIVOT", "PIVOT_WIDER", "PIVOT_LONGER"])

/** Words that begin other parts of a query. */
const clauses = new Set(
  [
    "SELECT",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "WINDOW",
    "QUALIFY",
    "LIMIT",
    "WITH",
    "VALUES",
    "UNION",
    "EXCEPT",
    "INTERSECT"
  ]
)

/** Words that may stand before a source. */
const isBeside = (tokens: ReadonlyArray<Token>, at: number): boolean => {
  const key = tokens[at]?.key
  return key === "LATERAL" || key === "ONLY" || (key === "ROWS" && tokens[at + 1]?.key === "FROM")
}

/** `EXTRACT(year FROM …)` and its like, and `IS DISTINCT FROM`. */
const isNoClause = (key: string, before: string, part: Part): boolean =>
  key === "FROM" &&
  (before === "DISTINCT" || ["EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"].includes(part.before))

/** The last part of a name with the schemas before it. */
const lastOf = (tokens: ReadonlyArray<Token>, at: number): number =>
  tokens[at + 1]?.key === "." ? lastOf(tokens, at + 2) : at
