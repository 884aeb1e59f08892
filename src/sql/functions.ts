/**
 * The functions that every database is asked for by one name.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"

/**
 * A function of values.
 *
 * @category models
 * @since 0.1.0
 */
export type FunctionName = "coalesce"

/**
 * What a database lacks, and what to do instead.
 *
 * @category models
 * @since 0.1.0
 */
export interface Missing {
  readonly _tag: "Missing"
  readonly instead: string
}

/**
 * How a database says a call: from the texts of its arguments and their types.
 *
 * @category models
 * @since 0.1.0
 */
export type Spelling = (texts: ReadonlyArray<string>, types: ReadonlyArray<ColumnType>) => string

/**
 * What a database has not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const missing = (instead: string): Missing => ({ _tag: "Missing", instead })

/**
 * A call of a function by its name in SQL.
 *
 * @category constructors
 * @since 0.1.0
 */
export const named = (name: string): Spelling => (texts) => `${name}(${texts.join(", ")})`
