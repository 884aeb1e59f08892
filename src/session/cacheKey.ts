/**
 * A text for all that an answer depends on beside the rows of tables: the statement with its conditions, its values, and what its rows
 * become.
 *
 * @since 0.1.0
 */
import type { CompiledQuery, CompiledRead, ResultColumn, RowShape } from "../sql/CompiledQuery.ts"
import { valueText } from "../sql/hash.ts"

/** A text for what a query says and what becomes of its rows, whatever values it is asked with. */
export const shapeKey = ({ shape, sql }: CompiledRead<unknown>): string => `${shapeText(shape)} ${sql}`

/** A text for the values that a query is asked with. */
export const valuesKey = ({ parameters }: CompiledQuery<unknown>): string => {
  let text = ""
  for (const { value } of parameters) text += `${valueText(value)},`
  return text
}

const shapeText = (shape: RowShape): string => {
  switch (shape._tag) {
    case "Value":
      return columnText(shape.column)
    case "Record":
      return `{${shape.fields.map(([name, field]) => `${JSON.stringify(name)}:${shapeText(field)}`).join()}}`
    case "Instance":
      return `${numberOf(shape.table)}${shape.optional ? "?" : ""}${shape.columns[0]?.checked === true ? "!" : ""}`
    case "Rows":
      return `[${shapeText(shape.column.rows.shape)}]`
  }
}

/** A column of a model is decoded by its own schema, and any other by its type. */
const columnText = ({ checked, field, nullable, type }: ResultColumn): string =>
  `${field === undefined ? JSON.stringify(type) : numberOf(field)}${nullable ? "?" : ""}${checked ? "!" : ""}`

const numbers = new WeakMap<object, number>()
let last = 0

/** The number of a thing that is the same for all who have it. */
export const numberOf = (thing: object): number => {
  const known = numbers.get(thing)
  if (known !== undefined) return known
  numbers.set(thing, ++last)
  return last
}
