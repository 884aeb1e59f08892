/**
 * Tables as SQLite declares them: 64-bit integers, dates that are texts, and a key that numbers the rows.
 *
 * @since 0.1.0
 */
import { identifier, quoted } from "../../sql/quoted.ts"
import {
  closing,
  type Edit,
  instead,
  partsBetween,
  past,
  pastName,
  says,
  type Source,
  type Token
} from "../../sql/sqlTokens.ts"

/** The columns of a new table in DuckDB's words, and what makes the sequences that they need. */
export interface Table {
  readonly edits: ReadonlyArray<Edit>
  readonly sequences: ReadonlyArray<string>
}

type Column = ReadonlyArray<Token>

/** The table that a statement makes; without edits where it makes none. */
export const tableOf = (source: Source): Table => {
  const { tokens } = source
  const table = tokens[1]?.key.startsWith("TEMP") === true ? 2 : 1
  const name = past(tokens, table + 1, "IF", "NOT", "EXISTS")
  const open = pastName(tokens, name)
  if (!says(tokens, 0, "CREATE") || !says(tokens, table, "TABLE") || !says(tokens, open, "(")) return unchanged

  const close = closing(tokens, open)
  const columns = partsBetween(tokens, open, close).filter(([first]) => !constraints.includes(first?.key ?? ""))
  const key = columns.find(isRowid)
  const edits = columns.filter((column) => column !== key).flatMap(([, type]) => typeEdits(type))
  if (key === undefined) return { edits, sequences: [] }

  const columnName = nameOf(source, key[0])
  const schema = tokens.slice(name, open - 1).map(({ end, start }) => source.sql.slice(start, end)).join("")
  const sequence = schema + identifier(`${nameOf(source, tokens[open - 1])}_${columnName}_seq`)
  const isNumbered = !key.some((token) => token.key === "DEFAULT")
  const hasRowid = columns.some(([first]) => nameOf(source, first).toLowerCase() === "rowid")
  return {
    edits: [
      ...edits,
      ...keyEdits(key, isNumbered ? `BIGINT DEFAULT nextval(${quoted(sequence)})` : "BIGINT"),
      ...hasRowid ? [] : rowidEdits(tokens[close - 1], columnName)
    ],
    sequences: isNumbered ? [`CREATE ${table === 2 ? "TEMP " : ""}SEQUENCE IF NOT EXISTS ${sequence}`] : []
  }
}

const unchanged: Table = { edits: [], sequences: [] }

const constraints = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"]

/** The type of the column that `ALTER TABLE` adds. */
export const columnEdits = ({ tokens }: Source): ReadonlyArray<Edit> => {
  const add = pastName(tokens, past(tokens, 2, "IF", "EXISTS"))
  if (!says(tokens, 0, "ALTER", "TABLE") || !says(tokens, add, "ADD")) return []
  const name = past(tokens, past(tokens, add + 1, "COLUMN"), "IF", "NOT", "EXISTS")
  return typeEdits(tokens[name + 1])
}

/** The integers of SQLite have 64 bits, and it keeps moments as texts. */
const types = new Map([["INTEGER", "BIGINT"], ["INT", "BIGINT"], ["DATETIME", "TEXT"]])

const typeEdits = (type: Token | undefined): ReadonlyArray<Edit> => {
  const text = types.get(type?.key ?? "")
  return type === undefined || text === undefined ? [] : [instead(type, text)]
}

/** SQLite's rule: a column declared `INTEGER PRIMARY KEY`, in just these words, is the number of the row. */
const isRowid = (column: Column): boolean =>
  column[1]?.key === "INTEGER" && column.some((_, at) => says(column, at, "PRIMARY", "KEY"))

/** The column of the key, which is numbered by a sequence instead of `AUTOINCREMENT`. */
const keyEdits = (key: Column, type: string): ReadonlyArray<Edit> =>
  key.flatMap((token, at) =>
    at === 1
      ? [instead(token, type)]
      : token.key === "AUTOINCREMENT"
      ? [{ start: key[at - 1]?.end ?? token.start, end: token.end, text: "" }]
      : []
  )

/** SQLite's other name of the key. DuckDB has a `rowid` of its own, but a row gets a new one when an index changes. */
const rowidEdits = (last: Token | undefined, key: string): ReadonlyArray<Edit> => {
  if (last === undefined) return []
  return [{ start: last.end, end: last.end, text: `, rowid BIGINT GENERATED ALWAYS AS (${identifier(key)}) VIRTUAL` }]
}

/** A name without its quotes. */
const nameOf = ({ sql }: Source, token: Token | undefined): string => {
  const text = sql.slice(token?.start ?? 0, token?.end ?? 0)
  return token?.kind === "name" ? text.slice(1, -1).replaceAll("\"\"", "\"") : text
}
