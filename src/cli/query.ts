/**
 * `andamios query`: asks the database in SQL.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { Database } from "../session/Database.ts"
import { telling } from "../sql/asking.ts"
import { QueryWrites } from "./CommandError.ts"
import { answer, counted, ink, table } from "./output.ts"
import { plainly, plainValue, type Told } from "./plainRows.ts"
import { database } from "./project.ts"

export const query = Command.make("query", {
  sql: Argument.String("sql").pipe(Argument.withDescription("One statement")),
  csv: Flag.Boolean("csv").pipe(Flag.withDescription("Answers with CSV"), Flag.withDefault(false)),
  limit: Flag.Int("limit").pipe(
    Flag.withDescription("The most rows that are shown; all of them, if it is 0"),
    Flag.withDefault(100)
  ),
  write: Flag.Boolean("write").pipe(
    Flag.withDescription("Lets the statement change what is stored"),
    Flag.withDefault(false)
  )
}, ({ csv, limit, sql, write }) =>
  Effect.gen(function*() {
    const { describe, dialect, execute, read, transaction } = yield* Database
    const text = sql.replace(/[\s;]+$/, "")
    const { columns, writes } = yield* describe(telling(text))
    if (writes) {
      if (!write) return yield* new QueryWrites({ sql: text })
      const changed = yield* execute(telling(text), undefined)
      return yield* answer({ changed }, `${counted(changed, "row")} changed`)
    }
    const shown = columns ?? []
    const records = yield* transaction(read(plainly(text, shown, limit, dialect)), { readOnly: true })
    const rows = records.map((record) => Object.values(record))
    const isCut = limit > 0 && rows.length > limit
    const told: Told = { columns: shown, rows: isCut ? rows.slice(0, limit) : rows }
    if (csv) return yield* Console.log(csvText(told))
    yield* answer(
      {
        columns: shown,
        rows: told.rows.map((row) => row.map((cell, index) => plainValue(cell, shown[index]?.type))),
        more: isCut
      },
      [
        table(shown.map(({ name }) => name), told.rows.map((row) => row.map((cell) => cell ?? "NULL")), {
          paint: yield* ink,
          right: shown.filter(({ type }) => isNumber(type)).map(({ name }) => name)
        }),
        "",
        isCut ? `The first ${counted(limit, "row")}; --limit 0 shows all.` : counted(rows.length, "row")
      ]
    )
  }).pipe(Effect.provide(database))).pipe(
    Command.withDescription("Asks the database in SQL; nothing is changed unless --write says so"),
    Command.withExamples([
      { command: "andamios query \"SELECT * FROM books\"", description: "the first hundred rows" },
      { command: "andamios query --csv --limit 0 \"SELECT * FROM books\" > books.csv", description: "all of them" }
    ])
  )

const isNumber = (type: string): boolean =>
  /int|dec|num|double|real|float/i.test(type) && !/interval|\[|point/i.test(type)

/** RFC 4180: what has a comma, a quote or a line break in it stands between quotes, and so does an empty text, which is no null. */
const csvText = ({ columns, rows }: Told): string =>
  [columns.map(({ name }) => name), ...rows].map((row) => row.map(cellText).join(",")).join("\n")

const cellText = (cell: string | null): string => {
  if (cell === null) return ""
  return cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell
}
