/**
 * Makes rows out of a result's columns: instances of models, records, single values.
 *
 * @since 0.1.0
 */
import { rethrow } from "../model/rethrow.ts"
import { told } from "../model/sensitive.ts"
import { checkRows, type Columns } from "./checkRows.ts"
import type { RowShape } from "./CompiledQuery.ts"
import { Unreadable, UnreadableCell } from "./decodeCell.ts"
import { rowBuilder } from "./rowBuilder.ts"

/**
 * The rows of a shape; it throws `Unreadable`, which names the row. `before` is the number of rows of the result that came before
 * these.
 *
 * @category conversions
 * @since 0.1.0
 */
export const decodeRows = <A>(shape: RowShape, columns: Columns, count: number, before = 0): Array<A> =>
  rethrow(
    () => {
      checkRows(shape, columns, count)
      const build = rowBuilder<A>(shape)
      const rows = new Array<A>(count)
      for (let row = 0; row < count; row++) rows[row] = build(columns, row)
      return rows
    },
    UnreadableCell,
    ({ column, message, row }) =>
      new Unreadable(column, message, keyIn(shape, column, columns, row) ?? `number ${before + row + 1}`)
  )

/** The primary key of the instance in that row which has the column, as people say it. */
const keyIn = (shape: RowShape, column: string, columns: Columns, row: number): string | undefined => {
  switch (shape._tag) {
    case "Value":
    case "Rows":
      return undefined
    case "Record":
      return shape.fields.map(([, field]) => keyIn(field, column, columns, row)).find((key) => key !== undefined)
    case "Instance": {
      const { columns: cells, table } = shape
      if (table.primaryKey.length === 0 || !cells.some(({ name }) => name === column)) return undefined
      const values = cells.flatMap(({ field, index }) =>
        table.primaryKey.includes(field)
          ? [`${field.name} = ${told(field, String(columns[index]?.[row]))}`]
          : []
      )
      return values.join(", ")
    }
  }
}
