/**
 * Columns by the names that they have in a row.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import type { RowShape } from "../sql/CompiledQuery.ts"
import type { Vector, Vectors } from "../sql/Vector.ts"

/** The columns of a shape by its names. */
export const vectorsOf = (shape: RowShape, vectors: ReadonlyArray<Vector<unknown>>): Vectors => {
  switch (shape._tag) {
    case "Value":
    case "Rows":
      return Arr.getUnsafe(vectors, shape.column.index)
    case "Record":
      return Object.fromEntries(shape.fields.map(([name, field]) => [name, vectorsOf(field, vectors)]))
    case "Instance":
      return Object.fromEntries(
        shape.columns.map(({ field: { field }, index }) => [field, Arr.getUnsafe(vectors, index)])
      )
  }
}
