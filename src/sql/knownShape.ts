/**
 * What the rows of statements become, known by their texts: the same statement has the same shape each time, so that what is made for a
 * shape, such as the function that builds its rows, is made once.
 *
 * @since 0.1.0
 */
import * as Equal from "effect/Equal"
import { BoundedMap } from "./boundedMap.ts"
import type { ResultColumn, RowShape } from "./CompiledQuery.ts"

/** The columns of a result, and what its rows become. */
interface Parts {
  readonly sql: string
  readonly columns: ReadonlyArray<ResultColumn>
  readonly shape: RowShape
}

const known = new BoundedMap<string, Parts>(2_000)

/** The parts that a statement of this text had before, where they were the same. */
export const knownShape = <A extends Parts>(parts: A): A => {
  // rows of a table by themselves have one shape already
  if (parts.shape._tag === "Instance" && parts.shape.columns === parts.columns) return parts
  const before = known.get(parts.sql)
  if (before !== undefined && isSame(before.shape, parts.shape)) {
    return { ...parts, columns: before.columns, shape: before.shape }
  }
  known.set(parts.sql, parts)
  return parts
}

const isSame = (a: RowShape, b: RowShape): boolean => {
  if (a === b) return true
  switch (a._tag) {
    case "Value":
      return b._tag === "Value" && isSameColumn(a.column, b.column)
    case "Record":
      return b._tag === "Record" && a.fields.length === b.fields.length && a.fields.every(([name, field], index) => {
        const other = b.fields[index]
        return other !== undefined && other[0] === name && isSame(field, other[1])
      })
    case "Instance":
      return b._tag === "Instance" && a.table === b.table && a.optional === b.optional &&
        a.columns.every((column, index) => {
          const other = b.columns[index]
          return other !== undefined && isSameColumn(column, other)
        })
    case "Rows":
      return b._tag === "Rows" && a.column.index === b.column.index && isSame(a.column.rows.shape, b.column.rows.shape)
  }
}

const isSameColumn = (a: ResultColumn, b: ResultColumn): boolean =>
  a.field === b.field && a.index === b.index && a.name === b.name && a.nullable === b.nullable &&
  a.checked === b.checked && (a.type === b.type || Equal.equals(a.type, b.type))
