/**
 * Encodes a model's values for their columns: through the schema where it transforms them, then into what is stored.
 *
 * @since 0.1.0
 */
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { getOrInsert } from "../model/getOrInsert.ts"
import { reasonOf } from "../model/nativeCodec.ts"
import { rethrow } from "../model/rethrow.ts"
import type { TableColumn } from "../model/Table.ts"
import type { Dialect } from "./Dialect.ts"
import type { Value } from "./node.ts"
import { type Part, type Rows, splitRows } from "./splitRows.ts"
import { NotStorable, storer } from "./storable.ts"

type Features = Dialect["features"]

const known = new WeakMap<Features, WeakMap<TableColumn, Part["encode"]>>()

/** The function that makes a column's values storable, made once; it throws `NotStorable`. */
export const encoder = (column: TableColumn, features: Features): Part["encode"] => {
  const all = getOrInsert(known, features, () => new WeakMap<TableColumn, Part["encode"]>())
  return getOrInsert(all, column, () => makeEncoder(column, features))
}

const makeEncoder = (column: TableColumn, features: Features): Part["encode"] => {
  const store = storer(column, features)
  const { codec } = column
  if (codec === undefined) return store
  return (value) => {
    const encoded = codec.encode(value)
    if (Exit.isFailure(encoded)) throw new NotStorable(reasonOf(encoded.cause))
    return store(encoded.value)
  }
}

/** The function that makes values of a place storable; it throws `NotStorable`. */
export const encoderOf = ({ column, slot }: Pick<Value, "column" | "slot">, features: Features): Part["encode"] =>
  column === undefined ? storer(slot, features) : encoder(column, features)

/** The storable value of a parameter; it throws `NotStorable`. */
export const encodeValue = ({ value, ...place }: Value, features: Features): unknown =>
  encoderOf(place, features)(value)

/** One value that can't be stored: where, and why. */
export interface Problem {
  readonly row: number
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

/** Rows with values that can't be stored: the problems of each. */
export class RowsNotStorable extends Error {
  readonly rows: ReadonlyArray<ReadonlyArray<Problem>>
  constructor(rows: ReadonlyArray<ReadonlyArray<Problem>>) {
    super("some values can't be stored")
    this.rows = rows
  }
}

/** A value that rows get in a column: whatever they say themselves, or where they say nothing. */
export interface Given {
  readonly value: unknown
  readonly always: boolean
}

/**
 * The storable values of rows, one array per column; it throws `RowsNotStorable`. Some columns are `given` a value beside what the
 * rows say.
 */
export const encodeRows = (
  columns: ReadonlyArray<TableColumn>,
  rows: Rows,
  features: Features,
  given: ReadonlyMap<TableColumn, Given> = new Map()
): ReadonlyArray<ReadonlyArray<unknown>> => {
  const encoded = columns.map((column) => ({
    field: column.field,
    encode: withGiven(encoder(column, features), given.get(column))
  }))
  return rethrow(
    () => splitRows(encoded, rows),
    NotStorable,
    () => {
      const problems = rows.map((values, row) => encoded.flatMap((column) => problemsOf(column, values, row)))
      return new RowsNotStorable(problems.filter(({ length }) => length > 0))
    }
  )
}

const withGiven = (encode: Part["encode"], given: Given | undefined): Part["encode"] =>
  given === undefined ? encode : (value) => encode(given.always || value === undefined ? given.value : value)

const problemsOf = ({ encode, field }: Part, values: Rows[number], row: number): ReadonlyArray<Problem> =>
  Result.match(Result.try(() => encode(values[field])), {
    onSuccess: () => [],
    onFailure: (error) =>
      error instanceof NotStorable ? [{ row, path: [field, ...error.path], message: error.message }] : []
  })
