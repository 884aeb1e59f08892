/**
 * Checks what was read by the schemas of the columns that others may have written, column by column: a loop over one column runs
 * one compiled check, which is faster than all checks of a row.
 *
 * @since 0.1.0
 */
import type { ResultColumn, RowShape } from "./CompiledQuery.ts"
import { guardOf, UnreadableCell } from "./decodeCell.ts"

/** The values of a result: `columns[column][row]`. */
export type Columns = ReadonlyArray<ArrayLike<unknown>>

/** Checks the columns of a shape that are to be checked; it throws `UnreadableCell`. */
export const checkRows = (shape: RowShape, columns: Columns, count: number): void => {
  switch (shape._tag) {
    case "Value":
      return checkColumn(shape.column, columns, count, () => shape.column.nullable)
    case "Rows":
      // they were checked when they were made
      return undefined
    case "Record":
      return shape.fields.forEach(([, field]) => checkRows(field, columns, count))
    case "Instance": {
      const isAbsent = (row: number) =>
        shape.optional && shape.columns.every(({ index }) => columns[index]?.[row] === null)
      return shape.columns.forEach((column) => checkColumn(column, columns, count, isAbsent))
    }
  }
}

/** `mayBeNull` is asked of the rows where the schema allows no null: a row without a partner in a left join has only nulls. */
const checkColumn = (
  { checked, field, index, name }: ResultColumn,
  columns: Columns,
  count: number,
  mayBeNull: (row: number) => boolean
): void => {
  const values = columns[index]
  if (!checked || field === undefined || field.codec !== undefined || values === undefined) return
  const { isValid, reason } = guardOf(field)
  for (let row = 0; row < count; row++) {
    const value = values[row]
    if (isValid(value) || (value === null && mayBeNull(row))) continue
    throw new UnreadableCell(name, reason(value), row)
  }
}
