/**
 * The fields that a database means, where it tells the names of columns and checks.
 *
 * @since 0.1.0
 */
import { checkedColumn } from "./naming.ts"
import type { Table } from "./Table.ts"

/**
 * The field that a broken check is about, as its name tells: one of the table's, where the table is known.
 *
 * @category conversions
 * @since 0.1.0
 */
export const checkedFields = (check: string, name: string, table: Table | undefined): ReadonlyArray<string> => {
  const column = checkedColumn(name, check)
  if (column === undefined) return []
  return table === undefined ? [column] : table.columns.flatMap((one) => one.name === column ? [one.field] : [])
}

/**
 * The fields of columns that a database names; a name that is no column's stays.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fieldsNamed = ({ columns }: Table, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => columns.find((column) => column.name === name)?.field ?? name)
