/**
 * Encodes a model's values for their columns: through the schema where it transforms them, then into what is stored.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import { rethrow } from "../model/rethrow.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Value } from "./ast.ts"
import type { Dialect } from "./Dialect.ts"
import { NotStorable, storer } from "./storable.ts"

type Features = Dialect["features"]

/** The function that makes a column's values storable; it throws `NotStorable`. */
const encoder = (column: TableColumn, features: Features): (value: unknown) => unknown => {
  const store = storer(column, features)
  const { codec } = column
  if (codec === undefined) return store
  return (value) => {
    const encoded = codec.encode(value)
    if (Exit.isFailure(encoded)) throw new NotStorable(Cause.pretty(encoded.cause))
    return store(encoded.value)
  }
}

/** The storable value of a parameter; it throws `NotStorable`. */
export const encodeValue = ({ column, slot, value }: Value, features: Features): unknown =>
  column === undefined ? storer(slot, features)(value) : encoder(column, features)(value)

/** A row that holds a value which can't be stored. */
export class RowNotStorable extends Error {
  readonly row: number
  readonly path: ReadonlyArray<string | number>
  constructor(row: number, field: string, reason: NotStorable) {
    super(reason.message)
    this.row = row
    this.path = [field, ...reason.path]
  }
}

/** The storable values of rows, one array per column; it throws `RowNotStorable`. */
export const encodeRows = (
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  features: Features
): ReadonlyArray<ReadonlyArray<unknown>> =>
  columns.map((column) => encodeColumn(column, rows, encoder(column, features)))

const encodeColumn = (
  { field }: TableColumn,
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  encode: (value: unknown) => unknown
): ReadonlyArray<unknown> => {
  let row = 0
  const all = () =>
    rows.map((values, index) => {
      row = index
      return encode(values[field])
    })
  return rethrow(all, NotStorable, (reason) => new RowNotStorable(row, field, reason))
}
