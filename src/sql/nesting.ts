/**
 * Rows as single values of other rows.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"

/**
 * How a database tells rows as a single value: a list of lists, as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface Nesting {
  /** The most rows of a read that others come with. */
  readonly most: number
  /** A value as an item of a row, so that nothing of it is lost. */
  readonly item: (expression: string, type: ColumnType) => string
  /** Items as a row. */
  readonly row: (items: ReadonlyArray<string>) => string
  /** The rows of a query, in its order, as one value. */
  readonly list: (query: string) => string
  /** The row of a query that has one at most: null where it has none. */
  readonly one: (query: string) => string
}
