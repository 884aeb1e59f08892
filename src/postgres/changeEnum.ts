/**
 * How PostgreSQL gives an enum other values.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { alteredColumn } from "../sql/alterColumn.ts"
import { compileOperation } from "../sql/compileOperation.ts"
import { sqlFor } from "../sql/compileTable.ts"
import type { Around, Dialect } from "../sql/Dialect.ts"
import { quoted } from "../sql/quoted.ts"
import { type ColumnStructure, type EnumStructure, placeOf, type TableStructure } from "../sql/Structure.ts"
import { tableName } from "../sql/tableName.ts"
import { computedOf, dependents } from "./dependents.ts"

/**
 * Whether values can be added to the type as it is: none goes or moves, and nothing in the same transaction uses a new one, which
 * PostgreSQL refuses before they are committed.
 */
export const addsValues = (from: EnumStructure, to: EnumStructure, following: Around["following"]): boolean => {
  const kept = to.values.filter((value) => from.values.includes(value))
  const added = to.values.filter((value) => !from.values.includes(value))
  const isUsed = following.some((step) =>
    step._tag === "Execute" || step._tag === "Run" || added.some((value) => JSON.stringify(step).includes(said(value)))
  )
  return !isUsed && kept.length === from.values.length && kept.every((value, index) => value === from.values[index])
}

/** A value as it stands in the text of a statement, in JSON. */
const said = (value: string): string => JSON.stringify(quoted(value)).slice(1, -1)

/** The statements that give an enum other values. */
export const changeEnum = (
  from: EnumStructure,
  to: EnumStructure,
  around: Around,
  dialect: Dialect
): ReadonlyArray<string> =>
  addsValues(from, to, around.following) ? additions(from, to, dialect) : replacement(from, to, around, dialect)

const additions = (from: EnumStructure, to: EnumStructure, dialect: Dialect): ReadonlyArray<string> =>
  to.values.flatMap((value, index) => {
    if (from.values.includes(value)) return []
    const [first] = from.values
    const last = to.values[index - 1]
    const before = first === undefined ? "" : ` BEFORE ${quoted(first)}`
    return [
      `ALTER TYPE ${tableName(to, dialect)} ADD VALUE ${quoted(value)}${
        last === undefined ? before : ` AFTER ${quoted(last)}`
      }`
    ]
  })

/** The type is made anew under its name, and every column that is of the old one becomes one of the new one, by the texts of its values. */
const replacement = (
  from: EnumStructure,
  to: EnumStructure,
  { before, following }: Around,
  dialect: Dialect
): ReadonlyArray<string> => {
  const touched = before.tables.flatMap((table) => {
    const found = table.columns.filter(({ type }) => isOf(type, from))
    const columns = found.map(({ name }) => name)
    return found.length === 0
      ? []
      : [{ table, found, columns, hanging: "all" as const, remade: computedOf(table, columns) }]
  })
  const old = { ...placeOf(from), name: `before ${from.name}` }
  const { off, on } = dependents(touched, before)
  const compiled = (operations: typeof off) =>
    operations.flatMap((operation) => compileOperation(operation, dialect, { before, following }))
  return [
    ...compiled(off),
    `ALTER TYPE ${tableName(from, dialect)} RENAME TO ${dialect.identifier(old.name)}`,
    ...compileOperation({ _tag: "CreateEnum", enum: to }, dialect),
    ...touched.flatMap(({ found, table }) => found.flatMap((column) => retyped(table, column, dialect))),
    `DROP TYPE ${tableName(old, dialect)}`,
    ...compiled(on)
  ]
}

const retyped = (table: TableStructure, column: ColumnStructure, dialect: Dialect): ReadonlyArray<string> => {
  const alter = (text: string) =>
    alteredColumn({ _tag: "ChangeColumn", table, from: column, to: column }, text, dialect)
  const type = dialect.columnType(column.type)
  const texts = type.endsWith("[]") ? "TEXT[]" : "TEXT"
  const retype = alter(`TYPE ${type} USING CAST(CAST(${dialect.identifier(column.name)} AS ${texts}) AS ${type})`)
  return column.default === undefined
    ? [retype]
    : [alter("DROP DEFAULT"), retype, alter(`SET DEFAULT ${sqlFor(column.default, dialect)}`)]
}

/** Whether a column's type is the enum, or a list of its values. */
export const isOf = (type: ColumnType, { name, schema }: EnumStructure): boolean => {
  if (type._tag !== "Custom") return false
  const written = type.names["postgres"]?.replace(/\[\]$/, "").replaceAll(/(?<!")"(?!")/g, "").replaceAll("\"\"", "\"")
  return written === name || written === `${schema}.${name}`
}
