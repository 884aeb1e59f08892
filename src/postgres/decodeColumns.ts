/**
 * The values of a result's columns, out of the driver's cells, which come row by row, and may be rows themselves: as JSON.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import { rethrow } from "../model/rethrow.ts"
import { told } from "../model/sensitive.ts"
import type { NestedRows, ResultColumn } from "../sql/CompiledQuery.ts"
import { decodeRows } from "../sql/decode.ts"
import { Unreadable } from "../sql/decodeCell.ts"
import { jsonDecoder, listOf } from "./json.ts"
import { refuse } from "./scalar.ts"
import { decoder } from "./types.ts"
import { unreadIn } from "./unread.ts"

/** What the driver returns. */
export type Cells = ReadonlyArray<ReadonlyArray<unknown>>

/** Makes a column's values out of what the driver returns. */
type Decode = (cells: Cells) => ReadonlyArray<unknown>

interface Decoded {
  readonly column: ResultColumn
  readonly decode: Decode
}

type Known = WeakMap<ReadonlyArray<ResultColumn>, ReadonlyArray<Decoded>>

/** Decodes them; throws `Unreadable`, which names the column. */
export const decodeColumns = (
  columns: ReadonlyArray<ResultColumn>,
  cells: Cells
): ReadonlyArray<ReadonlyArray<unknown>> => decodeBy(knownInCells, inCells, columns, cells)

const decodeBy = (
  known: Known,
  decodeOf: (column: ResultColumn) => Decode,
  columns: ReadonlyArray<ResultColumn>,
  cells: Cells
): ReadonlyArray<ReadonlyArray<unknown>> => {
  const all = getOrInsert(known, columns, () => columns.map((column) => ({ column, decode: decodeOf(column) })))
  let at: ResultColumn | undefined
  return rethrow(
    () =>
      all.map(({ column, decode }) => {
        at = column
        return decode(cells)
      }),
    Error,
    // of rows within rows, the column is named already
    (error) => error instanceof Unreadable ? error : new Unreadable(at?.name ?? "", told(at?.field, error.message))
  )
}

const knownInCells: Known = new WeakMap()

const inCells = ({ index, rows, ...slot }: ResultColumn): Decode => {
  if (rows !== undefined) return inLists(index, rows)
  const decode = decoder(slot)
  return (cells) => {
    refuseBytes(cells, index)
    return valuesOf(cells, index, decode)
  }
}

const knownInJson: Known = new WeakMap()

const inJson = ({ index, rows, ...slot }: ResultColumn): Decode => {
  if (rows !== undefined) return inLists(index, rows)
  const decode = decoder(slot, jsonDecoder)
  return (cells) => valuesOf(cells, index, decode)
}

/** The values of a column, by a loop: most results have few rows, and a call for each would be most of the work. */
const valuesOf = (cells: Cells, index: number, decode: (cell: unknown) => unknown): ReadonlyArray<unknown> => {
  const values = new Array<unknown>(cells.length)
  for (let row = 0; row < cells.length; row++) values[row] = decode(cells[row]?.[index])
  return values
}

/** The rows of all lists are made at once, and each list has those that were its own. */
const inLists = (index: number, { columns, isOne, shape }: NestedRows): Decode => (cells) => {
  const lists = cells.map((row) => isOne ? onlyOf(row[index]) : listOf(row[index]))
  const nested = lists.flat().map(listOf)
  const rows = decodeRows<unknown>(shape, decodeBy(knownInJson, inJson, columns, nested), nested.length)
  let end = 0
  return lists.map(({ length }) => rows.slice(end, end += length))
}

const onlyOf = (row: unknown): ReadonlyArray<unknown> => row === null ? [] : [row]

/** The bytes of another type may be taken for a text. They are so in all of a column, so the first tells. */
const refuseBytes = (cells: Cells, index: number): void => {
  let row = 0
  while (row < cells.length && cells[row]?.[index] === null) row++
  const first = cells[row]?.[index]
  if (typeof first !== "string" && typeof first !== "object") return
  const unread = unreadIn(Array.isArray(first) ? first.find((item) => item !== null) : first)
  if (unread !== undefined) refuse(unread, "a text")
}
