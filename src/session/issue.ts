/**
 * What is wrong with the rows that a model refuses.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One thing wrong with a row: where in it, and what.
 *
 * @category models
 * @since 0.1.0
 */
export const FieldIssue = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Number])),
  message: Schema.String
})

/**
 * One thing wrong with a row: where in it, and what.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldIssue = typeof FieldIssue.Type

/**
 * One thing wrong with an input: in which row, counted from 0, where in it, and what.
 *
 * @category models
 * @since 0.1.0
 */
export const Issue = Schema.Struct({ row: Schema.Int, ...FieldIssue.fields })

/**
 * One thing wrong with an input: in which row, counted from 0, where in it, and what.
 *
 * @category models
 * @since 0.1.0
 */
export type Issue = typeof Issue.Type
