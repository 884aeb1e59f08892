/**
 * Makes rows out of a result's columns: instances of models, records, single values.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { Table, TableColumn } from "../model/Table.ts"
import type { ResultColumn, RowShape } from "./CompiledQuery.ts"

/** A value that was read and that its column's type or schema can't hold. */
export class Unreadable extends Error {
  readonly column: string
  constructor(column: string, reason: string) {
    super(reason)
    this.column = column
  }
}

/**
 * Makes row `row` out of a result's columns, of which each holds the values of all rows.
 *
 * @category models
 * @since 0.1.0
 */
export type RowBuilder<A> = (columns: ReadonlyArray<ArrayLike<unknown>>, row: number) => A

const builders = new WeakMap<RowShape, RowBuilder<unknown>>()

/**
 * The function that builds the rows of a shape; it throws `Unreadable`.
 *
 * It is compiled from source text made for the shape, so that a row costs one object and no loop over its columns.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rowBuilder = <A>(shape: RowShape): RowBuilder<A> => {
  const builder = builders.get(shape) ?? compileBuilder(shape)
  builders.set(shape, builder)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `A` is what the query's types say of this shape
  return builder as RowBuilder<A>
}

/**
 * The rows of a result's columns.
 *
 * @category constructors
 * @since 0.1.0
 */
export const builtRows = <A>(
  shape: RowShape,
  columns: ReadonlyArray<ArrayLike<unknown>>,
  count: number
): ReadonlyArray<A> => {
  const build = rowBuilder<A>(shape)
  return Array.from({ length: count }, (_, row) => build(columns, row))
}

/** Values that the source text refers to as `known[0]`, `known[1]` … */
type Known = Array<unknown>

const compileBuilder = (shape: RowShape): RowBuilder<unknown> => {
  const known: Known = []
  const body = `return (columns, row) => ${rowText(shape, known)}`
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the text above returns
  return compiled("known", body)(known) as RowBuilder<unknown>
}

const functions = new Map<string, (...known: ReadonlyArray<unknown>) => unknown>()

/** The most texts that are kept compiled. */
const capacity = 2_000

/** A function of a text, which holds only our own words, indexes and quoted names; the same text is compiled once. */
const compiled = (parameters: string, body: string): (...known: ReadonlyArray<unknown>) => unknown => {
  const found = functions.get(body)
  if (found !== undefined) return found
  if (functions.size >= capacity) functions.clear()
  // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- see above
  const made = new Function(parameters, body) as (...known: ReadonlyArray<unknown>) => unknown
  functions.set(body, made)
  return made
}

const rowText = (shape: RowShape, known: Known): string => {
  switch (shape._tag) {
    case "Value":
      return cellText(shape.column, known)
    case "Record":
      return `({ ${shape.fields.map(([name, field]) => `${keyText(name)}: ${rowText(field, known)}`).join(", ")} })`
    case "Instance": {
      const made = `new ${refer(instanceClass(shape), known)}(columns, row)`
      if (!shape.optional) return made
      return `(${shape.columns.map(({ index }) => `columns[${index}][row] === null`).join(" && ")}) ? null : ${made}`
    }
  }
}

/** A property named `__proto__` would set the prototype unless its key is computed. */
const keyText = (name: string) => name === "__proto__" ? `["__proto__"]` : JSON.stringify(name)

const cellText = ({ decoded, index }: ResultColumn, known: Known): string => {
  const cell = `columns[${index}][row]`
  return decoded === undefined ? cell : `${refer(cellDecoder(decoded), known)}(${cell})`
}

const refer = (value: unknown, known: Known): string => `known[${known.push(value) - 1}]`

const cellDecoder = (column: TableColumn) => (value: unknown): unknown => {
  const decoded = column.codec?.decode(value) ?? Exit.succeed(value)
  if (Exit.isSuccess(decoded)) return decoded.value
  throw new Unreadable(column.name, Cause.pretty(decoded.cause))
}

/**
 * A class of the same instances as the model's, whose constructor takes the values as they are: what the database keeps was
 * valid when it was written, so only columns that their schema transforms are decoded.
 */
const instanceClass = ({ columns, table }: RowShape & { readonly _tag: "Instance" }): unknown => {
  const known: Known = []
  const assignments = table.columns.map(({ field }, position) => {
    const column = columns[position]
    return column === undefined ? "" : `this[${JSON.stringify(field)}] = ${cellText(column, known)}`
  })
  const text = `
    function Row(columns, row) { ${assignments.join("; ")} }
    Row.prototype = prototype
    return Row
  `
  const classes = instanceClasses.get(table) ?? new Map<string, unknown>()
  instanceClasses.set(table, classes)
  const made = classes.get(text) ?? compiled("known, prototype", text)(known, table.model.prototype)
  classes.set(text, made)
  return made
}

/** The classes of each table, by their texts: instances made by one class are faster to read than those of many. */
const instanceClasses = new WeakMap<Table, Map<string, unknown>>()
