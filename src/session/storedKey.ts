/**
 * What a stored answer is kept under: the same in every process for the same question.
 *
 * @since 0.1.0
 */
import { hash } from "node:crypto"
import type { CompiledQuery, CompiledRead, ResultColumn, RowShape } from "../sql/CompiledQuery.ts"
import { valuesKey } from "./cacheKey.ts"

/** Goes up when answers are stored in another way. */
const format = 1

/** A text for what a query says and what its rows are made of, whatever values it is asked with. */
export const storedShape = ({ shape, sql }: CompiledRead<unknown>): string =>
  JSON.stringify([format, sql, shapeOf(shape)])

/** The key of the answer to a query, by its shape, by who asks, and by the tags that it has. */
export const storedKey = (
  shape: string,
  reader: string,
  query: CompiledQuery<unknown>,
  tags: ReadonlyArray<string>
): string => hash("sha256", JSON.stringify([shape, reader, valuesKey(query), tags]), "hex")

const shapeOf = (shape: RowShape): unknown => {
  switch (shape._tag) {
    case "Value":
      return columnOf(shape.column)
    case "Record":
      return shape.fields.map(([name, field]) => [name, shapeOf(field)])
    case "Instance": {
      const { columns, optional, table } = shape
      return { model: table.model.identifier, optional, columns: columns.map(columnOf) }
    }
    case "Rows":
      return { rows: shapeOf(shape.column.rows.shape) }
  }
}

/** A column of a model by all that its values are stored and made by; a schema's own transformations can't be told. */
const columnOf = ({ checked, field, name, nullable, type }: ResultColumn): unknown => [
  name,
  type,
  nullable,
  checked,
  field === undefined ? null : [field.field, field.codec !== undefined]
]
