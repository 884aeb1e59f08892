/**
 * Builds one row out of a result's columns, by a function made for the rows' shape.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import type { Columns } from "./checkRows.ts"
import { canCompile, compiled } from "./compiledText.ts"
import type { ResultColumn, RowShape } from "./CompiledQuery.ts"
import { cellDecoder, mayBeAbsent } from "./decodeCell.ts"

/** Makes row `row` out of a result's columns; it throws `UnreadableCell`. */
export type RowBuilder<A> = (columns: Columns, row: number) => A

const builders = new WeakMap<RowShape, RowBuilder<unknown>>()

/**
 * The function that builds the rows of a shape.
 *
 * It is compiled from source text made for the shape, so that a row costs one object and no loop over its columns. Where text
 * can't be compiled, as under a content security policy, it is made of closures that build the same rows.
 */
export const rowBuilder = <A>(shape: RowShape): RowBuilder<A> => {
  const builder = getOrInsert(builders, shape, canCompile() ? compiledBuilder : closureBuilder)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `A` is what the query's types say of this shape
  return builder as RowBuilder<A>
}

const closureBuilder = (shape: RowShape): RowBuilder<unknown> => {
  switch (shape._tag) {
    case "Value":
    case "Rows":
      return cellReader(shape.column)
    case "Record": {
      const fields = shape.fields.map(([name, field]) => [name, closureBuilder(field)] as const)
      return (columns, row) => Object.fromEntries(fields.map(([name, build]) => [name, build(columns, row)]))
    }
    case "Instance": {
      const { columns: cells, optional, table } = shape
      const fields = cells.map((cell) => [cell.field.field, cellReader(cell)] as const)
      return (columns, row) => {
        if (optional && cells.every(({ index }) => columns[index]?.[row] === null)) return null
        const values = Object.fromEntries(fields.map(([name, read]) => [name, read(columns, row)]))
        const instance: unknown = Object.setPrototypeOf(values, table.model.prototype)
        return instance
      }
    }
  }
}

const cellReader = (column: ResultColumn): RowBuilder<unknown> => {
  const { field, index, name } = column
  const decode = cellDecoder(field)
  const absent = mayBeAbsent(column)
  return decode === undefined
    ? (columns, row) => columns[index]?.[row]
    : (columns, row) => decode(columns[index]?.[row], row, name, absent)
}

/** Values that the source text refers to as `known[0]`, `known[1]` … */
type Known = Array<unknown>

const compiledBuilder = (shape: RowShape): RowBuilder<unknown> => {
  const known: Known = []
  const body = `return (columns, row) => ${rowText(shape, known)}`
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the text above returns
  return compiled("known", body)(known) as RowBuilder<unknown>
}

const rowText = (shape: RowShape, known: Known): string => {
  switch (shape._tag) {
    case "Value":
    case "Rows":
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

const cellText = (column: ResultColumn, known: Known): string => {
  const cell = `columns[${column.index}][row]`
  const decode = cellDecoder(column.field)
  if (decode === undefined) return cell
  return `${refer(decode, known)}(${cell}, row, ${JSON.stringify(column.name)}, ${mayBeAbsent(column)})`
}

const refer = (value: unknown, known: Known): string => `known[${known.push(value) - 1}]`

/**
 * A class of the same instances as the model's, whose constructor takes the values as they are: what the database keeps was
 * valid when it was written, so only columns that their schema transforms are decoded.
 */
const instanceClass = ({ columns, table }: RowShape & { readonly _tag: "Instance" }): unknown => {
  const known: Known = []
  const assignments = columns.map((column) =>
    `this[${JSON.stringify(column.field.field)}] = ${cellText(column, known)}`
  )
  const text = `
    function Row(columns, row) { ${assignments.join("; ")} }
    Row.prototype = prototype
    return Row
  `
  const classes = getOrInsert(instanceClasses, table, () => new Map<string, unknown>())
  return getOrInsert(classes, text, () => compiled("known, prototype", text)(known, table.model.prototype))
}

/** The classes of each table, by their texts: instances made by one class are faster to read than those of many. */
const instanceClasses = new WeakMap<Table, Map<string, unknown>>()
