/**
 * The values of a result's columns, out of the driver's cells, which come row by row.
 *
 * @since 0.1.0
 */
import { rethrow } from "../model/rethrow.ts"
import { told } from "../model/sensitive.ts"
import type { ResultColumn } from "../sql/CompiledQuery.ts"
import { Unreadable } from "../sql/decodeCell.ts"
import { refuse } from "./scalar.ts"
import { decoder } from "./types.ts"
import { unreadIn } from "./unread.ts"

/** What the driver returns. */
export type Cells = ReadonlyArray<ReadonlyArray<unknown>>

/** A column at its place in the driver's rows. */
interface Decoded {
  readonly column: ResultColumn
  readonly decode: (cell: unknown) => unknown
}

const known = new WeakMap<ReadonlyArray<ResultColumn>, ReadonlyArray<Decoded>>()

/** Decodes them; throws `Unreadable`, which names the column. */
export const decodeColumns = (
  columns: ReadonlyArray<ResultColumn>,
  cells: Cells
): ReadonlyArray<ReadonlyArray<unknown>> => {
  const all = known.get(columns) ?? columns.map((column): Decoded => ({ column, decode: decoder(column) }))
  known.set(columns, all)
  let at: ResultColumn | undefined
  return rethrow(
    () =>
      all.map(({ column, decode }) => {
        at = column
        const { index } = column
        refuseBytes(cells, index)
        return cells.map((row) => decode(row[index]))
      }),
    Error,
    (error) => new Unreadable(at?.name ?? "", told(at?.field, error.message))
  )
}

/** The bytes of another type may be taken for a text. They are so in all of a column, so the first tells. */
const refuseBytes = (cells: Cells, index: number): void => {
  const first = cells.find((row) => row[index] !== null)?.[index]
  const cell: unknown = Array.isArray(first) ? first.find((item) => item !== null) : first
  const unread = unreadIn(cell)
  if (unread !== undefined) refuse(unread, "a text")
}
