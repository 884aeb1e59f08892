/**
 * Rows of a query by hand, as the texts that the database has for their values.
 *
 * @since 0.1.0
 */
import type { CompiledQuery, ResultColumn } from "../sql/CompiledQuery.ts"
import type { Dialect } from "../sql/Dialect.ts"

/** A column of the answer: its name, and the database's name for its type. */
export interface PlainColumn {
  readonly name: string
  readonly type: string
}

/** An answer. */
export interface Told {
  readonly columns: ReadonlyArray<PlainColumn>
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>
}

/** The query, whose values come as texts: one row more than the limit, so that it is known whether there are more; all for 0. */
export const plainly = (
  sql: string,
  columns: ReadonlyArray<PlainColumn>,
  limit: number,
  dialect: Dialect
): CompiledQuery<Readonly<Record<string, string | null>>> => {
  const names = columns.map((_, index) => `column_${index}`)
  const texts = names.map((name) => dialect.cast(name, { _tag: "Text" })).join(", ")
  const most = limit > 0 ? ` LIMIT ${limit + 1}` : ""
  const found = names.map((name, index): ResultColumn => ({
    index,
    name,
    type: { _tag: "Text" },
    nullable: true,
    field: undefined,
    checked: false
  }))
  return {
    // a comment at the end must not take the bracket with it
    sql: `SELECT ${texts} FROM (${sql}\n) AS asked (${names.join(", ")})${most}`,
    parameters: [],
    columns: found,
    shape: { _tag: "Record", fields: found.map((column) => [column.name, { _tag: "Value", column }]) }
  }
}

/** The value as JSON has it: numbers that it holds exactly, truth values and documents; anything else stays a text. */
export const plainValue = (cell: string | null, type = ""): unknown => {
  if (cell === null) return null
  const kind = type.toLowerCase()
  if (kind.startsWith("bool")) return cell === "true" || cell === "t"
  if (/^(?:(?:tiny|small|big|huge|u\w*)?int\w*|double.*|float\d?|real)$/.test(kind)) {
    const number = Number(cell)
    return Number.isFinite(number) && (Number.isSafeInteger(number) || /[.e]/i.test(cell)) ? number : cell
  }
  return kind === "json" || kind === "jsonb" ? JSON.parse(cell) : cell
}
