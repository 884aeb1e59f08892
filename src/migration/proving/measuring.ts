/**
 * Measures the rows of a table in one query: how many there are, nulls, and a fingerprint of each column.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../../model/ColumnType.ts"
import { asking } from "../../sql/asking.ts"
import type { CompiledQuery } from "../../sql/CompiledQuery.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import type { Place } from "../../sql/Structure.ts"
import { tableName } from "../../sql/tableName.ts"

/** A value of each row that is measured. */
export interface Measured {
  /** What it is told by. */
  readonly name: string
  readonly value: string
  /** What of it is compared; where that is nothing, its values are counted alone. */
  readonly compared: string | undefined
}

/** What is known of a table's rows. */
export interface Measure {
  readonly rows: number
  readonly values: ReadonlyMap<string, number>
  readonly prints: ReadonlyMap<string, string>
  /** A fingerprint of the compared values of each row together. */
  readonly whole: string
}

/** The query that measures a table. */
export const measuring = (
  table: Place,
  values: ReadonlyArray<Measured>,
  dialect: Dialect
): CompiledQuery<Readonly<Record<string, unknown>>> => {
  const compared = values.flatMap(({ compared: value }) => value === undefined ? [] : [value])
  const texts = [
    asText("count(*)", dialect),
    compared.length === 0 ? "''" : dialect.fingerprint(compared),
    ...values.flatMap(({ compared: print, value }) => [
      asText(`count(${value})`, dialect),
      print === undefined ? "''" : dialect.fingerprint([print])
    ])
  ]
  const columns = Object.fromEntries(texts.map((_, index): [string, ColumnType] => [`c${index}`, { _tag: "Text" }]))
  const selected = texts.map((text, index) => `${text} AS c${index}`)
  return asking(`SELECT ${selected.join(", ")} FROM ${tableName(table, dialect)}`, columns)
}

/** What the answer to that query says. */
export const measured = (
  values: ReadonlyArray<Measured>,
  answer: Readonly<Record<string, unknown>> | undefined
): Measure => {
  const cell = (index: number) => String(answer?.[`c${index}`])
  return {
    rows: Number(cell(0)),
    whole: cell(1),
    values: new Map(values.map(({ name }, index) => [name, Number(cell(2 + index * 2))])),
    prints: new Map(
      values.flatMap(({ compared, name }, index) => compared === undefined ? [] : [[name, cell(3 + index * 2)]])
    )
  }
}

/** The query that counts the values of a column that are others when they go through another type. */
export const countingAltered = (
  table: Place,
  column: string,
  types: { readonly from: ColumnType; readonly to: ColumnType },
  dialect: Dialect
): CompiledQuery<{ readonly count: unknown }> => {
  const value = dialect.identifier(column)
  const cast = castOf(dialect)
  return asking(
    `SELECT ${asText("count(*)", dialect)} FROM ${tableName(table, dialect)} WHERE ${
      cast(cast(value, types.to), types.from)
    } IS DISTINCT FROM ${value}`,
    { count: { _tag: "Text" } }
  )
}

/** The cast that makes null of what it can't cast, where the database has it. */
export const castOf = (dialect: Dialect): Dialect["cast"] =>
  typeof dialect.tryCast === "function" ? dialect.tryCast : dialect.cast

const asText = (expression: string, dialect: Dialect): string => dialect.cast(expression, { _tag: "Text" })
