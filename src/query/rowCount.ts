/**
 * Numbers of rows that a query is limited to, or skips.
 *
 * @since 0.1.0
 */
import type * as Expression from "../sql/Expression.ts"
import type { ToldValue } from "../sql/node.ts"
import { Expressed } from "../sql/operand.ts"

/** A number of rows, or a parameter of a prepared query that each run gives one. */
export type RowCount = number | Expression.Parameter<number>

/** A number as it is; of a parameter its place. */
export const countedRows = (rows: RowCount): number | ToldValue => {
  if (!isParameter(rows)) return rows
  const { node } = rows
  // what is no parameter is refused as a number that is none
  if (node._tag !== "Value") return Number.NaN
  const { placeholder } = node
  return placeholder === undefined ? Number(node.value) : { ...node, placeholder }
}

const isParameter = (rows: RowCount): rows is Expression.Parameter<number> => rows instanceof Expressed
