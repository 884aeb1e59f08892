/**
 * Says a statement written for SQLite in DuckDB's words. `docs/effect-modules.md` lists what is changed, and what is not.
 *
 * @since 0.1.0
 */
import { expressionEdits } from "./sqliteExpression.ts"
import { columnEdits, tableOf } from "./sqliteTable.ts"
import { type Edit, says, type Source, type Token, tokensOf } from "../../sql/sqlTokens.ts"

/** A statement in DuckDB's words. */
export interface DuckDbStatement {
  readonly sql: string
  /** What must run before it: it makes the sequence that numbers the rows of a table. */
  readonly before: ReadonlyArray<string>
  /** Whether it only reads. */
  readonly isReading: boolean
}

/** The statement in DuckDB's words; one that has no need of it stays as it is, to the letter. */
export const fromSqlite = (sql: string): DuckDbStatement => {
  const source: Source = { sql, tokens: tokensOf(sql) }
  const table = tableOf(source)
  return {
    sql: edited(sql, [...table.edits, ...columnEdits(source), ...indexEdits(source), ...expressionEdits(source)]),
    before: table.sequences,
    isReading: isReading(source.tokens)
  }
}

const writing = ["INSERT", "UPDATE", "DELETE", "MERGE"]

const isReading = (tokens: ReadonlyArray<Token>): boolean =>
  ["SELECT", "WITH", "VALUES", "FROM"].includes(tokens[0]?.key ?? "") &&
  !tokens.some(({ key }) => writing.includes(key))

/** An index of some rows becomes one of all, which finds the same. A unique one would refuse more, and is left to fail. */
const indexEdits = ({ tokens }: Source): ReadonlyArray<Edit> => {
  if (!says(tokens, 0, "CREATE", "INDEX")) return []
  const before = tokens[tokens.findIndex(({ key }) => key === "WHERE") - 1]
  const last = tokens.findLast(({ key }) => key !== ";")
  return before === undefined || last === undefined ? [] : [{ start: before.end, end: last.end, text: "" }]
}

/** An edit inside a stretch that goes away goes with it. */
const edited = (sql: string, edits: ReadonlyArray<Edit>): string => {
  let result = ""
  let done = 0
  for (const { end, start, text } of edits.toSorted((a, b) => a.start - b.start)) {
    if (start < done) continue
    result += sql.slice(done, start) + text
    done = end
  }
  return result + sql.slice(done)
}
