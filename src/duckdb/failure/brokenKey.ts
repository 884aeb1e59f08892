/**
 * Finds the columns that a message about a broken key tells of. It names them, names those of the other table, or quotes nothing
 * but values; then the rows on their way tell.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import { type ColumnType, decimalText, toMicroseconds } from "../../model/ColumnType.ts"
import { type ForeignKey, type Table, targetsOf } from "../../model/Table.ts"
import type { Rows } from "../../session/Database.ts"

/**
 * The columns of the key that two rows share. `Duplicate key "email: a@b.c" violates …` names them, `… violation: duplicate key
 * "a@b.c"` only quotes their values. None where neither message nor rows tell.
 */
export const duplicateColumns = (rows: Rows, reason: string): ReadonlyArray<string> => {
  const { primaryKey, uniques } = rows.table
  const keys = [primaryKey.map(({ name }) => name), ...uniques].filter((key) => key.length > 0)
  const named = /^Constraint Error: Duplicate key "(.*)"/s.exec(reason)?.[1]?.replaceAll(
    amongLiving,
    (_, quoted: string | undefined, plain: string) => `${quoted?.replaceAll("\"\"", "\"") ?? plain}: `
  )
  if (named !== undefined) {
    return keys.filter((key) => namesColumns(named, key)).toSorted((a, b) => b.length - a.length)[0] ?? []
  }
  const values = / duplicate key "(.*)"/s.exec(reason)?.[1] ?? ""
  const found = keys.map((key) => ({ key, holders: holders(rows, key, values) }))
  const shared = found.find(({ holders }) => holders > 1)
  return shared?.key ?? only(found.filter(({ holders }) => holders > 0))?.key ?? []
}

/** A part of a key that holds among the rows that are not deleted, as DuckDB prints the expression of its index. */
const amongLiving = /CASE {2}WHEN \(\(.*? IS NULL\)\) THEN \((?:"(.*?)"|(.*?))\) ELSE CAST\(NULL AS .*?\) END: /gs

/** The first column of a key that two rows share: where no table is known, the rest may be a value that looks like a column. */
export const firstColumn = (reason: string): string | undefined =>
  /^Constraint Error: Duplicate key "(.*?): /s.exec(reason)?.[1]

/** The columns of these rows that refer to a row that doesn't exist; the message names the columns referred to. */
export const referringColumns = (rows: Rows, reason: string): ReadonlyArray<string> => {
  const candidates = rows.table.foreignKeys.filter((key) => namesColumns(referenced(reason), targetNames(key)))
  const holding = candidates.filter((key) =>
    holders(rows, key.columns.map(({ name }) => name), referencedKey(reason, rows.table)) > 0
  )
  const key = only(candidates) ?? only(holding)
  return key?.columns.map(({ name }) => name) ?? []
}

/** The values that a foreign key is about: without the names of their columns, where the table tells these. */
export const referencedKey = (reason: string, table: Table | undefined): string => {
  const key = referenced(reason)
  const several = [
    table?.primaryKey.map(({ name }) => name) ?? [],
    ...table?.uniques ?? [],
    ...table?.foreignKeys.map(targetNames) ?? []
  ].find((columns) => columns.length > 1 && namesColumns(key, columns))
  const values = several === undefined ? undefined : keyPattern(several).exec(key)?.slice(1)
  return values?.join(", ") ?? key.slice(key.indexOf(": ") + 2)
}

/** The column and value in `… foreign key constraint because key "id: 1" …`. */
const referenced = (reason: string): string =>
  / because key "(.*)" (?:does not exist|is still referenced)/s.exec(reason)?.[1] ?? ""

const only = <A>(values: ReadonlyArray<A>): A | undefined => values.length === 1 ? values[0] : undefined

/** The columns that a foreign key refers to. */
const targetNames = (key: ForeignKey): ReadonlyArray<string> => targetsOf(key).map(({ name }) => name)

/** Whether a text reads `a: …, b: …` for exactly these columns, in order. */
const namesColumns = (key: string, columns: ReadonlyArray<string>): boolean =>
  columns.length > 0 && keyPattern(columns).test(key)

const keyPattern = (columns: ReadonlyArray<string>): RegExp => {
  const parts = columns.map((column) => `${column.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}: (.*)`)
  return new RegExp(`^${parts.join(", ")}$`, "is")
}

/** How many rows have these values in the columns of a key. */
const holders = ({ columns, count, values }: Rows, key: ReadonlyArray<string>, text: string): number => {
  const parts = key.map((name) => columns.findIndex((column) => column.name === name))
  const textOf = (row: number) => parts.map((part) => printed(columns[part]?.type, values[part]?.[row])).join(", ")
  return Array.from({ length: count }, (_, row) => textOf(row)).filter((found) => found === text).length
}

/** A value of a key as DuckDB prints it. */
const printed = (type: ColumnType | undefined, value: unknown): string => {
  if (BigDecimal.isBigDecimal(value)) return decimalText(value.value, value.scale)
  const instant = value instanceof Date ? DateTime.fromDateUnsafe(value) : value
  if (!DateTime.isDateTime(instant)) return String(value)
  const day = DateTime.formatIsoDateUtc(instant)
  return type?._tag === "Date" ? day : `${day} ${clockOf(toMicroseconds(DateTime.toUtc(instant)))}`
}

/** The time of day, with as many places of a second as it needs. */
const clockOf = (microseconds: bigint): string => {
  const [seconds = "", places = ""] = new Date(Number(microseconds / 1000n)).toISOString().slice(11, -1).split(".")
  const rest = `${places}${String(microseconds % 1000n).padStart(3, "0")}`.replace(/0+$/, "")
  return rest === "" ? seconds : `${seconds}.${rest}`
}
