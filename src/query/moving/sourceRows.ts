/**
 * The statements that read the rows of a table to move them, in an order that can be gone on with.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../../model/ColumnType.ts"
import type { TableColumn } from "../../model/Table.ts"
import type { CompiledQuery, Parameter, ResultColumn } from "../../sql/CompiledQuery.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { tableName } from "../../sql/tableName.ts"
import type { MovedTable } from "./movedTables.ts"

/** A row: the value of each column that is moved, and its level, by their names in the result. */
export type SourceRow = Readonly<Record<string, unknown>>

/** The name of a column in the result, by its place among those that are moved. */
export const nameAt = (index: number): string => `c${index}`

/** The name of the level in the result. */
export const levelName = "level"

/** The row itself in statements: models have no such column. */
const row = "moved_row"

/**
 * All rows, in the order of their levels and keys behind these values of them. Rows that refer to others of the table are on a level
 * above those; all others are on level 0.
 */
export const reading = (
  { columns, key, own, table }: MovedTable,
  behind: ReadonlyArray<unknown> | undefined,
  dialect: Dialect
): CompiledQuery<SourceRow> => {
  const name = tableName(table, dialect)
  const leveled = own.length > 0 && key.length > 0
  const column = (place: string, of: string) => `${place}.${dialect.identifier(of)}`
  const level = leveled ? `coalesce(moved_ranked.moved_level, ${unreached})` : "0"
  const order = [
    ...(leveled ? [{ text: level, type: levelType }] : []),
    ...key.map((one) => ({
      text: column(row, one.name),
      type: one.type
    }))
  ]
  const selected = [
    ...columns.map(({ name: field, type }) => dialect.selected(type, column(row, field))),
    dialect.cast(level, levelType)
  ]
  const joined = key.map(({ name: part }) => `${column("moved_ranked", part)} = ${column(row, part)}`).join(" AND ")
  const parameters = behind === undefined
    ? []
    : order.map(({ type }, index): Parameter => ({ type, value: behind[index] }))
  return {
    sql: [
      leveled ? `WITH RECURSIVE ${levels({ key, name, own }, dialect)} ` : "",
      `SELECT ${selected.map((text, index) => `${text} AS r${index}`).join(", ")} FROM ${name} AS ${row}`,
      leveled ? ` LEFT JOIN moved_ranked ON ${joined}` : "",
      parameters.length === 0 ? "" : ` WHERE ${isBehind(order, dialect)}`,
      order.length === 0 ? "" : ` ORDER BY ${order.map(({ text }) => text).join(", ")}`
    ].join(""),
    parameters,
    ...result(columns),
    subject: { operation: "SELECT", table }
  }
}

/** The type of levels. */
const levelType: ColumnType = { _tag: "Int32" }

/** The level of rows that refer to each other in a circle, or to none that there is. */
const unreached = 2_147_483_647

/** The most levels of a table with several references of its own, whose circles would have no end. */
const mostLevels = 10_000

interface Ranked {
  readonly name: string
  readonly key: MovedTable["key"]
  readonly own: MovedTable["own"]
}

/**
 * Each row that refers to no other is on level 0, and each that refers to others one above the highest of them. What this is told as has
 * names that no table or column has.
 */
const levels = ({ key, name, own }: Ranked, dialect: Dialect): string => {
  const named = [...new Set([...key.map((one) => one.name), ...own.flatMap(({ targets }) => targets)])]
  const of = (place: string, column: string) => `${place}.${dialect.identifier(column)}`
  const list = (place: string) => named.map((column) => of(place, column)).join(", ")
  const all = (texts: ReadonlyArray<string>, word: string) => `(${texts.join(` ${word} `)})`
  const refersTo = ({ columns, targets }: Ranked["own"][number], from: string, to: string) =>
    all(columns.map((column, index) => `${of(from, column)} = ${of(to, targets[index] ?? "")}`), "AND")
  const isNone = ({ columns }: Ranked["own"][number]) => columns.map((column) => `${of("first", column)} IS NULL`)
  const isFree = own.map((one) => all([...isNone(one), refersTo(one, "first", "first")], "OR"))
  const isOther = all(key.map((one) => `${of("next", one.name)} <> ${of("moved_levels", one.name)}`), "OR")
  const several = own.length > 1
  const next = [
    all(own.map((one) => refersTo(one, "next", "moved_levels")), "OR"),
    isOther,
    ...(several ? [`moved_levels.moved_level < ${mostLevels}`] : [])
  ]
  const names = named.map((column) => dialect.identifier(column)).join(", ")
  const keys = key.map((one) => dialect.identifier(one.name)).join(", ")
  return `moved_levels (${names}, moved_level) AS (SELECT ${list("first")}, 0 FROM ${name} AS first WHERE ${
    all(isFree, "AND")
  } ` +
    `UNION${several ? "" : " ALL"} SELECT ${
      list("next")
    }, moved_levels.moved_level + 1 FROM moved_levels JOIN ${name} AS next ON ${
      next.join(" AND ")
    }), moved_ranked AS (SELECT ${keys}, max(moved_level) AS moved_level FROM moved_levels GROUP BY ${keys})`
}

/** Whether a row comes behind these values, of which the first that is not the same decides. */
const isBehind = (order: ReadonlyArray<{ readonly text: string; readonly type: ColumnType }>, dialect: Dialect) => {
  const values = order.map(({ type }, index) => dialect.placeholder(index + 1, type))
  const [first] = order
  const texts = order.map(({ text }) => text)
  if (first === undefined || order.length === 1) return `${texts.join("")} > ${values.join("")}`
  // the first of them alone is what an index or the bounds of a column can be asked for
  return `${first.text} >= ${values[0]} AND (${texts.join(", ")}) > (${values.join(", ")})`
}

/** All rows as they are moved, in no order. */
export const reviewing = (moved: MovedTable, dialect: Dialect): CompiledQuery<SourceRow> =>
  reading({ ...moved, key: [], own: [] }, undefined, dialect)

const result = (columns: ReadonlyArray<TableColumn>): Pick<CompiledQuery<SourceRow>, "columns" | "shape"> => {
  const found = columns.map((field, index): ResultColumn => ({
    index,
    name: field.name,
    type: field.type,
    nullable: field.nullable,
    field,
    checked: false
  }))
  const level: ResultColumn = {
    index: columns.length,
    name: levelName,
    type: levelType,
    nullable: false,
    field: undefined,
    checked: false
  }
  const fields = [...found.map((column) => [nameAt(column.index), column] as const), [levelName, level] as const]
  return {
    columns: [...found, level],
    shape: { _tag: "Record", fields: fields.map(([name, column]) => [name, { _tag: "Value", column }]) }
  }
}
