/**
 * Columns by the names that they have in a row.
 *
 * @since 0.1.0
 */
import type { RowShape } from "../sql/CompiledQuery.ts"
import type { Vector, Vectors } from "../sql/Vector.ts"

/** The columns of a shape by its names. */
export const vectorsOf = (shape: RowShape | undefined, vectors: ReadonlyArray<Vector<unknown>>): Vectors => {
  const vectorAt = (index: number): Vector<unknown> => vectors[index] ?? { values: [], validity: undefined }
  switch (shape?._tag) {
    case undefined:
      return {}
    case "Value":
      return vectorAt(shape.column.index)
    case "Record":
      return Object.fromEntries(shape.fields.map(([name, field]) => [name, vectorsOf(field, vectors)]))
    case "Instance":
      return Object.fromEntries(
        shape.columns.map(({ field, index, name }) => [field?.field ?? name, vectorAt(index)])
      )
  }
}
