/**
 * An upsert as DuckDB's `MERGE`.
 *
 * It returns no rows, because with `RETURNING` DuckDB makes every update a delete and an insert: of a row that others refer to
 * then nothing could change at all, and `ON CONFLICT DO UPDATE … RETURNING` leaves rows out besides.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import { given, rowsOf, sameRow } from "../sql/compileFed.ts"
import type { Dialect, UpsertParts } from "../sql/Dialect.ts"
import { tableName } from "../sql/tableName.ts"

/** The statement of an upsert. */
export const merge = (dialect: Pick<Dialect, "identifier" | "attached">) => (parts: UpsertParts): string => {
  const { identifier } = dialect
  const { columns, counter, key, living, owner, source, table, update } = parts
  const names = columns.map(({ name }) => identifier(name)).join(", ")
  const value = (column: TableColumn) => given(columns, column)
  const values = columns.map(value).join(", ")
  const counted = counter === undefined ? [] : [`${identifier(counter.name)} = stored.${identifier(counter.name)} + 1`]
  const set = (changed: ReadonlyArray<TableColumn>) =>
    [...changed.map((column) => `${identifier(column.name)} = ${value(column)}`), ...counted].join(", ")
  const isSame = (column: TableColumn) => `stored.${identifier(column.name)} IS NOT DISTINCT FROM ${value(column)}`
  const moving = update.filter((column) => moves(table, column))
  const plain = update.filter((column) => !moving.includes(column))
  return [
    `MERGE INTO ${tableName(table, dialect)} AS stored USING ${rowsOf(source, columns)}`,
    `ON ${sameRow({ key: [...key, ...owner], living }, value, { identifier })}`,
    ...(moving.length === 0 || plain.length === 0
      ? []
      : [`WHEN MATCHED AND ${moving.map(isSame).join(" AND ")} THEN UPDATE SET ${set(plain)}`]),
    ...(update.length === 0 ? [] : [`WHEN MATCHED THEN UPDATE SET ${set(update)}`]),
    `WHEN NOT MATCHED THEN INSERT (${names}) VALUES (${values})`
  ].join(" ")
}

/**
 * Whether setting the column, even to what it is, deletes the row and inserts it anew. That fails where other rows refer to it,
 * so such columns are left alone in rows where they stay the same.
 */
const moves = ({ foreignKeys, indexes, primaryKey, uniques }: Table, column: TableColumn): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(column)) || primaryKey.includes(column) ||
  holdsList(column.type) ||
  [...uniques, ...indexes].some((names) => names.includes(column.name))

const holdsList = (type: ColumnType): boolean =>
  type._tag === "List" || type._tag === "Map" ||
  (type._tag === "Struct" && type.fields.some((field) => holdsList(field.type)))
