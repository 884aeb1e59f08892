/**
 * Says the types of casts as DuckDB does when it has read a file again.
 *
 * What a statement has just made it tells in the words of that statement: `CAST(x AS "DATE")`, `DECIMAL(8, 2)`. The same from a file
 * is `CAST(x AS DATE)` and `DECIMAL(8,2)`, and would look like a difference.
 *
 * @since 0.1.0
 */
import { closing, type Token, tokensOf } from "../sql/sqlTokens.ts"

/** The expression or query with the types of its casts in the words of a file. */
export const castsAsStored = (sql: string): string => {
  const tokens = tokensOf(sql)
  const types = tokens.flatMap((_, index) => typeOfCast(tokens, index))
  // from the last to the first: what is changed moves nothing that is still to be changed
  return types
    .toSorted((one, other) => other.start - one.start)
    .reduce(
      (text, { end, start }) => text.slice(0, start) + typeAsStored(text.slice(start, end)) + text.slice(end),
      sql
    )
}

/** Where the type stands of the cast that begins here, if one does and its type holds no other cast's. */
const typeOfCast = (tokens: ReadonlyArray<Token>, index: number): ReadonlyArray<Pick<Token, "start" | "end">> => {
  const isCast = tokens[index]?.key === "CAST" || tokens[index]?.key === "TRY_CAST"
  if (!isCast || tokens[index + 1]?.key !== "(") return []
  const close = closing(tokens, index + 1)
  const as = tokens.findLastIndex(({ key }, place) => key === "AS" && place > index && place < close)
  const [first, last] = [tokens[as + 1], tokens[close - 1]]
  return as === -1 || first === undefined || last === undefined ? [] : [{ start: first.start, end: last.end }]
}

const typeAsStored = (type: string): string =>
  type
    .replaceAll(/"([A-Z_ ]+)"/g, (quoted, name: string) => ownTypes.has(name) ? name : quoted)
    .replaceAll(/\bDECIMAL\((\d+), (\d+)\)/g, "DECIMAL($1,$2)")

const ownTypes = new Set([
  "BIGINT",
  "BIT",
  "BLOB",
  "BOOLEAN",
  "DATE",
  "DOUBLE",
  "FLOAT",
  "HUGEINT",
  "INTEGER",
  "INTERVAL",
  "SMALLINT",
  "TIME",
  "TIME WITH TIME ZONE",
  "TIMESTAMP",
  "TIMESTAMP WITH TIME ZONE",
  "TIMESTAMP_MS",
  "TIMESTAMP_NS",
  "TIMESTAMP_S",
  "TINYINT",
  "UBIGINT",
  "UHUGEINT",
  "UINTEGER",
  "USMALLINT",
  "UTINYINT",
  "UUID",
  "VARCHAR"
])
