/**
 * CSV files: their cells are texts, and their first line names the columns.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { FileFailed } from "../../session/FileError.ts"
import { quoted } from "../../sql/quoted.ts"
import { dialect } from "../dialect.ts"
import { fromText } from "./fileColumn.ts"
import { columnNamed, type Compare, compared } from "./filePart.ts"
import { ask } from "./fileQuery.ts"

const { identifier } = dialect

/** Each file by itself: another may have its columns in another order. */
export const compareCsv: Compare = (table, path, files, options) =>
  Effect.forEach(
    files,
    Effect.fnUntraced(function*(file) {
      const { delimiter = "," } = options
      const [header] = yield* ask<{ line: string }>(path, headerOf(file), { line: { _tag: "Text" } })
      const names = header === undefined ? [] : cellsOf(header.line, delimiter)
      const twice = names.find((name, index) => names.indexOf(name) !== index)
      if (twice !== undefined) {
        return yield* new FileFailed({ path: file, reason: `two of its columns are named "${twice}"` })
      }
      const found = names.map((name) => {
        const column = columnNamed(table, name)
        const text = identifier(name)
        return { name, type: "text", made: column && { ...fromText(column.type, text), found: text, always: false } }
      })
      const from = `(SELECT *, row_number() OVER () - 1 AS andamios_row FROM ${cells(file, names, delimiter)})`
      const place = { files: [file], from, file: quoted(file), row: "andamios_row", noRow: "FALSE" }
      return compared(table, place, found, options, () => false)
    })
  )

/** The first line as it is: DuckDB's own search for a header gives up where a later line has too few cells. */
const headerOf = (file: string): string =>
  `SELECT line FROM read_csv(${
    quoted(file)
  }, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '',
     comment = '', strict_mode = false, columns = {'line': 'VARCHAR'}) LIMIT 1`

/** An empty cell is null, and one in quotes is an empty text. */
const cells = (file: string, names: ReadonlyArray<string>, delimiter: string): string =>
  `read_csv(${quoted(file)}, auto_detect = false, header = true, delim = ${
    quoted(delimiter)
  }, quote = '"', escape = '"', ` +
  `comment = '', nullstr = '', allow_quoted_nulls = false, ` +
  `columns = {${names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ")}})`

/** The cells of a line; a delimiter in quotes is none. */
const cellsOf = (line: string, delimiter: string): ReadonlyArray<string> => {
  const found: Array<string> = [""]
  line.split("\"").forEach((part, index) => {
    const quote = index === 0 ? "" : "\""
    const [first = "", ...more] = index % 2 === 1 ? [part] : part.split(delimiter)
    found.push(`${found.pop() ?? ""}${quote}${first}`, ...more)
  })
  return found.map((cell) => /^".*"$/s.test(cell) ? cell.slice(1, -1).replaceAll("\"\"", "\"") : cell)
}
