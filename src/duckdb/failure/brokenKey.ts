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
 * The columns of the key that two rows share. `Duplicate key "email: a@b.c" violates …` names them, which are the first one alone
 * where the table knows no such key; `… violation: duplicate key "a@b.c"` only quotes their values. None where neither message nor
 * rows tell.
 */
export const duplicateColumns = (
  table: Table | undefined,
  reason: string,
  rows: Rows | undefined
): ReadonlyArray<string> => {
  if (table === undefined) return []
  const { primaryKey, uniques } = table
  const keys = [primaryKey.map(({ name }) => name), ...uniques].filter((key) => key.length > 0)
  const named = /^Constraint Error: Duplicate key "(.*)"/s.exec(reason)?.[1]?.replaceAll(
    amongLiving,
    (_, quoted: string | undefined, plain: string) => `${quoted?.replaceAll("\"\"", "\"") ?? plain}: `
  )
  if (named !== undefined) {
    const longest = keys.filter((key) => namesColumns(named, key)).toSorted((a, b) => b.length - a.length)[0]
    return longest ?? [/^(.*?): /s.exec(named)?.[1] ?? named]
  }
  if (rows === undefined) return []
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

/** The columns of a table that refer to a row that doesn't exist; the message names the columns referred to. */
export const referringColumns = (
  table: Table | undefined,
  reason: string,
  rows: Rows | undefined
): ReadonlyArray<string> => {
  const candidates = table?.foreignKeys.filter((key) => namesColumns(referenced(reason), targetNames(key))) ?? []
  const holding = rows === undefined ?
    [] :
    candidates.filter((key) => holders(rows, key.columns.map(({ name }) => name), referencedKey(reason, table)) > 0)
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
  const parts = columns.map((column) => `${escaped(column)}: (.*)`)
  return new RegExp(`^${parts.join(", ")}$`, "is")
}

/** A text as a regular expression that it alone matches. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** How many rows have these values in the columns of a key, as far as they give them: a change leaves some as they are. */
const holders = ({ columns, count, values }: Rows, key: ReadonlyArray<string>, text: string): number => {
  const parts = key.map((name) => columns.findIndex((column) => column.name === name))
  if (parts.every((part) => part === -1)) return 0
  const isHeld = (row: number) =>
    isPrinted(text, parts.map((part) => part === -1 ? undefined : printed(columns[part]?.type, values[part]?.[row])))
  return Array.from({ length: count }, (_, row) => row).filter(isHeld).length
}

/** Whether a text prints these values, of which some are unknown. */
const isPrinted = (text: string, values: ReadonlyArray<string | undefined>): boolean =>
  values.every((value) => value !== undefined)
    ? values.join(", ") === text
    : new RegExp(`^${values.map((value) => value === undefined ? ".*" : escaped(value)).join(", ")}$`, "s").test(text)

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
