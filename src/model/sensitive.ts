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
