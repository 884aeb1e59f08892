/**
 * Rows of a query as a text that can be kept anywhere, and back: the values that the database gave, column by column, of which the rows
 * are made as they were made before.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { messageOf } from "../model/messageOf.ts"
import type { ResultColumn, RowShape } from "../sql/CompiledQuery.ts"
import { decodeRows } from "../sql/decode.ts"
import { mayBeAbsent } from "../sql/decodeCell.ts"
import { type Cells, cellsOf, Untellable } from "./storedCells.ts"

/** Rows, until when they may be given in milliseconds of the clock, and what it cost to read them in nanoseconds. */
export interface Stored {
  readonly rows: ReadonlyArray<unknown>
  readonly until: number
  readonly cost: number
}

/** Makes texts of rows and rows of texts. */
export interface RowTexts {
  /** Fails with the reason where they would not come back as they are. */
  readonly tell: (stored: Stored) => Result.Result<string, string>
  /** Nothing where the text is none of these rows. */
  readonly make: (text: string) => Stored | undefined
}

/** One column of the rows: where its value is in a row, and how it is told. */
interface Leaf {
  readonly index: number
  readonly valueIn: (row: unknown) => unknown
  readonly tell: (value: unknown) => unknown
  readonly make: Cells["make"]
}

/** The texts of the rows of a shape. */
export const rowTexts = (shape: RowShape): RowTexts => {
  const leaves = leavesOf(shape, (row) => row)
  return {
    tell: (stored) => Result.try({ try: () => told(leaves, stored), catch: messageOf }),
    make: (text) => Result.getOrUndefined(Result.try(() => made(shape, leaves, JSON.parse(text))))
  }
}

const told = (leaves: ReadonlyArray<Leaf>, { cost, rows, until }: Stored): string =>
  JSON.stringify([
    Number.isFinite(until) ? until : null,
    cost,
    rows.length,
    leaves.map(({ tell, valueIn }) => rows.map((row) => tell(valueIn(row))))
  ])

const made = (shape: RowShape, leaves: ReadonlyArray<Leaf>, json: unknown): Stored | undefined => {
  if (!isList(json)) return undefined
  const [until, cost, count, cells] = json
  if (!Predicate.isNumber(cost) || !Predicate.isNumber(count) || !isColumns(cells, leaves.length, count)) {
    return undefined
  }
  const columns: Array<ReadonlyArray<unknown>> = []
  for (const [{ index, make }, values] of Arr.zip(leaves, cells)) columns[index] = values.map(make)
  return { rows: decodeRows(shape, columns, count), until: Predicate.isNumber(until) ? until : Infinity, cost }
}

const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

const isColumns = (cells: unknown, width: number, count: number): cells is ReadonlyArray<ReadonlyArray<unknown>> =>
  Array.isArray(cells) && cells.length === width &&
  cells.every((values) => Array.isArray(values) && values.length === count)

const leavesOf = (shape: RowShape, valueIn: (row: unknown) => unknown): ReadonlyArray<Leaf> => {
  switch (shape._tag) {
    case "Value":
      return [leafOf(shape.column, valueIn)]
    case "Record":
      return shape.fields.flatMap(([name, field]) => leavesOf(field, (row) => partOf(valueIn(row), name)))
    case "Instance":
      return shape.columns.map((column) => {
        const leaf = leafOf(column, (row) => partOf(valueIn(row), column.field.field))
        if (!shape.optional) return leaf
        // where there is no instance, there is no value to encode
        return { ...leaf, tell: (value) => value === undefined ? null : leaf.tell(value) }
      })
    case "Rows":
      return [{ index: shape.column.index, valueIn, tell: refuseRows, make: refuseRows }]
  }
}

const refuseRows = (): never => {
  throw new Untellable("rows within rows are not stored")
}

/** A part of what is an object; of no instance there is none. */
const partOf = (whole: unknown, name: string): unknown => Predicate.isObject(whole) ? whole[name] : undefined

const leafOf = (column: ResultColumn, valueIn: (row: unknown) => unknown): Leaf => {
  const { make, tell } = cellsOf(column.type)
  const { index } = column
  const codec = column.field?.codec
  if (codec === undefined) return { index, valueIn, tell, make }
  const absent = mayBeAbsent(column)
  const encode = (value: unknown): unknown => {
    if (absent && value === null) return null
    const encoded = codec.encode(value)
    if (Exit.isFailure(encoded)) {
      throw new Untellable(`the schema of ${column.name} does not encode what it has decoded`)
    }
    return encoded.value
  }
  return { index, valueIn, tell: (value) => tell(encode(value)), make }
}
