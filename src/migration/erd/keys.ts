/**
 * The part that columns play in the keys of a table.
 *
 * @since 0.1.0
 */
import type { ColumnStructure, KeyStructure, TableStructure } from "../../sql/Structure.ts"

/** The keys that a column belongs to: the primary one, foreign ones, and those that it is unique by alone. */
export const keysOf = (table: TableStructure, { name }: ColumnStructure): ReadonlyArray<"PK" | "FK" | "UK"> => [
  ...(table.primaryKey?.columns.includes(name) === true ? ["PK" as const] : []),
  ...(table.foreignKeys.some(({ columns }) => columns.includes(name)) ? ["FK" as const] : []),
  ...(table.uniques.some(({ columns }) => columns.length === 1 && columns[0] === name) ? ["UK" as const] : [])
]

/** Whether at most one row of the table refers to each that the key leads to. */
export const isReferringOnce = ({ primaryKey, uniques }: TableStructure, { columns }: KeyStructure): boolean =>
  [...(primaryKey === undefined ? [] : [primaryKey]), ...uniques].some((key) =>
    key.columns.length > 0 && key.columns.every((column) => columns.includes(column))
  )
