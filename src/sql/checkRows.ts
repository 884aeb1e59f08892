/**
 * Checks what was read by the schemas of the columns that others may have written, column by column: a loop over one column runs
 * one compiled check, which is faster than all checks of a row.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { TableColumn } from "../model/Table.ts"
import type { ResultColumn, RowShape } from "./CompiledQuery.ts"
import { guardOf, UnreadableCell } from "./decodeCell.ts"

/** The values of a result: `columns[column][row]`. */
export type Columns = ReadonlyArray<ArrayLike<unknown>>

/** A column that is checked. */
interface Checked {
  readonly column: ResultColumn
  readonly field: TableColumn
  /** Whether it may be null in a row although its schema allows no null: a row without a partner in a left join has only nulls. */
  readonly mayBeNull: (columns: Columns, row: number) => boolean
}

const known = new WeakMap<RowShape, ReadonlyArray<Checked>>()

/** Checks the columns of a shape that are to be checked; it throws `UnreadableCell`. */
export const checkRows = (shape: RowShape, columns: Columns, count: number): void => {
  for (const checked of getOrInsert(known, shape, checkedIn)) checkColumn(checked, columns, count)
}

const checkedIn = (shape: RowShape): ReadonlyArray<Checked> => {
  switch (shape._tag) {
    case "Value":
      return checkedBy(shape.column, () => shape.column.nullable)
    case "Rows":
      // they were checked when they were made
      return []
    case "Record":
      return shape.fields.flatMap(([, field]) => checkedIn(field))
    case "Instance": {
      const isAbsent = (columns: Columns, row: number) =>
        shape.optional && shape.columns.every(({ index }) => columns[index]?.[row] === null)
      return shape.columns.flatMap((column) => checkedBy(column, isAbsent))
    }
  }
}

const checkedBy = (column: ResultColumn, mayBeNull: Checked["mayBeNull"]): ReadonlyArray<Checked> => {
  const { checked, field } = column
  return checked && field !== undefined && field.codec === undefined ? [{ column, field, mayBeNull }] : []
}

const checkColumn = (
  { column: { index, name }, field, mayBeNull }: Checked,
  columns: Columns,
  count: number
): void => {
  const { isValid, reason } = guardOf(field)
  for (let row = 0; row < count; row++) {
    const value = columns[index]?.[row]
    if (isValid(value) || (value === null && mayBeNull(columns, row))) continue
    throw new UnreadableCell(name, reason(value), row)
  }
}
