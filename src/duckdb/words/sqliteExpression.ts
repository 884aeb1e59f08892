/**
 * Functions and words of SQLite's expressions that DuckDB lacks, or means otherwise.
 *
 * @since 0.1.0
 */
import { closing, type Edit, instead, partsBetween, says, type Source, type Token } from "../../sql/sqlTokens.ts"

/** The expressions of a statement in DuckDB's words. */
export const expressionEdits = (source: Source): ReadonlyArray<Edit> => {
  const { tokens } = source
  return tokens.flatMap((token, at): ReadonlyArray<Edit> => {
    const known = functions.get(token.key)
    if (known === undefined && token.key !== "CURRENT_TIMESTAMP") return []
    // a column of that name, or the name given to one
    if (says(tokens, at - 1, ".") || says(tokens, at - 1, "AS")) return []
    if (!says(tokens, at + 1, "(")) return known === undefined ? [instead(token, now)] : []
    const close = closing(tokens, at + 1)
    const args = partsBetween(tokens, at + 1, close)
    const end = tokens[close]?.end
    if (end === undefined || args.some((arg) => arg.length === 0)) return []
    return known?.({ source, args, start: token.start, end }) ?? []
  })
}

/** The time in UTC, as SQLite writes it. DuckDB's own clock stands still in a transaction, but not the one in a new UUID. */
const now = "strftime(uuid_extract_timestamp(uuidv7()) AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')"

interface Call {
  readonly source: Source
  readonly args: ReadonlyArray<Argument>
  readonly start: number
  readonly end: number
}

type Argument = ReadonlyArray<Token>

/** `MAX` and `MIN` of several values: NULL where one of them is NULL. Of one they are aggregates, the same everywhere. */
const extreme = (order: "ASC" | "DESC") => (call: Call): ReadonlyArray<Edit> =>
  call.args.length < 2 ? [] : around(call, call.args, "list_sort([", `], '${order}', 'NULLS FIRST')[1]`)

const span = /^\+?(-?\d+ (?:second|minute|hour|day)s?)$/i

/** `datetime(moment, '-10 minutes', …)`. Months and years are left to fail: SQLite counts them otherwise. */
const datetime = (call: Call): ReadonlyArray<Edit> => {
  const [moment = [], ...modifiers] = call.args
  const spans = modifiers.map((modifier) => span.exec(textOf(call.source, modifier) ?? "")?.[1])
  if (spans.includes(undefined)) return []
  const moved = spans.map((text) => ` + INTERVAL '${text}'`).join("")
  return [
    ...around(call, [moment], "strftime(CAST(", ` AS TIMESTAMP)${moved}, '%Y-%m-%d %H:%M:%S')`),
    ...nowEdits(call.source, moment)
  ]
}

/** `strftime('%s', moment)`, the seconds since 1970, as the number that SQLite takes their digits for. */
const seconds = (call: Call): ReadonlyArray<Edit> => {
  const [format = [], moment = [], ...modifiers] = call.args
  if (textOf(call.source, format) !== "%s" || modifiers.length > 0) return []
  return [
    ...around(call, [moment], "CAST(floor(epoch(CAST(", " AS TIMESTAMP))) AS BIGINT)"),
    ...nowEdits(call.source, moment)
  ]
}

const functions = new Map<string, (call: Call) => ReadonlyArray<Edit>>([
  ["MAX", extreme("DESC")],
  ["MIN", extreme("ASC")],
  ["DATETIME", datetime],
  ["STRFTIME", seconds]
])

/** Keeps some arguments of a call, and says all around them otherwise. */
const around = (
  { end, start }: Call,
  kept: ReadonlyArray<Argument>,
  head: string,
  tail: string
): ReadonlyArray<Edit> => {
  const first = kept[0]?.[0]
  const last = kept.at(-1)?.at(-1)
  if (first === undefined || last === undefined) return []
  return [{ start, end: first.start, text: head }, { start: last.end, end, text: tail }]
}

const nowEdits = (source: Source, moment: Argument): ReadonlyArray<Edit> =>
  textOf(source, moment)?.toLowerCase() === "now" ? moment.map((token) => instead(token, now)) : []

/** What an argument says that is nothing but a text. */
const textOf = ({ sql }: Source, [token, ...more]: Argument): string | undefined =>
  token?.kind === "text" && more.length === 0 ? sql.slice(token.start + 1, token.end - 1) : undefined
