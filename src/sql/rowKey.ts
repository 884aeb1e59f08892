/**
 * Tells rows apart by their keys.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import { toMicroseconds } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"

/**
 * A text for the key of each row, made of its storable values: two rows have the same text where a database takes their keys for
 * the same. A key that is null in a part is none, and has no text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keyTexts = (
  parts: ReadonlyArray<ReadonlyArray<unknown>>,
  count: number
): ReadonlyArray<string | undefined> => {
  const [only] = parts
  const textOf = (row: number) =>
    parts.length > 1 ? JSON.stringify(parts.map((part) => valueText(part[row]))) : valueText(only?.[row])
  const texts: Array<string | undefined> = []
  for (let row = 0; row < count; row++) {
    texts.push(parts.some((part) => part[row] === null) ? undefined : textOf(row))
  }
  return texts
}

/**
 * What tells a row from the others of its table: a number that is its whole key, or else a text.
 *
 * @category models
 * @since 0.1.0
 */
export type RowKey = string | number

/**
 * The key of one row, which consists of the values of these columns: that of two rows is the same where their keys are.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rowKey = (key: ReadonlyArray<TableColumn>, row: Readonly<Record<string, unknown>>): RowKey => {
  const [only] = key
  if (only === undefined || key.length > 1) return JSON.stringify(key.map(({ field }) => valueText(row[field])))
  const value = row[only.field]
  return typeof value === "number" ? value : valueText(value)
}

/**
 * The fields of the primary key with their values in a key.
 *
 * @category conversions
 * @since 0.1.0
 */
export const keyFields = (
  { primaryKey }: Pick<Table, "primaryKey">,
  key: unknown
): Readonly<Record<string, unknown>> => {
  const [only] = primaryKey
  if (only !== undefined && primaryKey.length === 1) return { [only.field]: key }
  const values = new Map(Predicate.isObject(key) ? Object.entries(key) : [])
  return Object.fromEntries(primaryKey.map(({ field }) => [field, values.get(field)]))
}

const valueText = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return String(value)
  if (value instanceof Date) return String(value.getTime())
  if (DateTime.isDateTime(value)) return String(toMicroseconds(DateTime.toUtc(value)))
  if (BigDecimal.isBigDecimal(value)) return `${value.value}e-${value.scale}`
  if (Redacted.isRedacted(value)) return valueText(Redacted.value(value))
  if (Duration.isDuration(value)) return String(Duration.toNanosUnsafe(value))
  if (value instanceof Uint8Array) return value.join()
  if (value instanceof Map) return valueText(Array.from(value))
  if (Array.isArray(value)) return JSON.stringify(value.map(valueText))
  return JSON.stringify(Object.entries(value).map(([name, inner]) => [name, valueText(inner)]))
}

/**
 * The key of a row, for people.
 *
 * @category constructors
 * @since 0.1.0
 */
export const describeKey = (key: ReadonlyArray<TableColumn>, row: Readonly<Record<string, unknown>>): string =>
  key.map(({ field }) => `${field} = ${String(row[field])}`).join(" and ")
