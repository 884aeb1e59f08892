/**
 * What is told in place of sensitive values, and of what may quote them.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "./Table.ts"

/** As Effect's `Redacted` prints itself. */
export const hidden = "<redacted>"

/** What a text about a value of this column may be told as. */
export const told = (column: TableColumn | undefined, text: string): string =>
  column?.sensitive === true ? hidden : text

/** Whether a row of the table holds a sensitive value. */
export const hasSensitive = (table: Table | undefined): boolean =>
  table?.columns.some(({ sensitive }) => sensitive) === true

/** Whether a message about a key of the table may quote a sensitive value. */
export const hasSensitiveKey = (table: Table | undefined): boolean =>
  table?.columns.some((column) =>
    column.sensitive && (
      table.primaryKey.includes(column) || table.uniques.some((key) => key.includes(column.name)) ||
      table.foreignKeys.some(({ columns }) => columns.includes(column))
    )
  ) === true

/** The names of sensitive columns of the models that were used, and of their tables: SQL by hand is about them, too. */
const columns = new Set<string>()
const tables = new Set<string>()

/** Remembers which columns of a table are sensitive. */
export const rememberSensitive = (table: Table): void => {
  const sensitive = table.columns.filter((column) => column.sensitive)
  for (const { name } of sensitive) columns.add(name)
  if (sensitive.length > 0) tables.add(table.name)
}

/** Whether a table of that name, in whichever schema, holds a sensitive value as far as the models say that were used. */
export const isSensitiveTable = (name: string): boolean => tables.has(name)

/** Whether a statement names such a table; one whose name is only a part of another word counts, too. */
export const namesSensitiveTable = (sql: string): boolean => Array.from(tables).some((name) => sql.includes(name))

/** Whether a text that quotes a key, such as `email: a@b.c`, may quote a sensitive value; one that names no column may. */
export const mayBeSensitive = (key: string): boolean =>
  columns.size > 0 && (!key.includes(": ") || Array.from(columns).some((name) => key.includes(`${name}: `)))
