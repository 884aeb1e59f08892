/**
 * SQL that is not what the program takes it for.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One difference between what a program expects of SQL and what the database finds: in a column of the result, in a parameter,
 * counted from 1, or in the statement as a whole.
 *
 * @category models
 * @since 0.1.0
 */
export const Difference = Schema.Struct({
  place: Schema.Literals(["column", "parameter", "statement"]),
  name: Schema.String,
  expected: Schema.String,
  found: Schema.String
})

/**
 * One difference between what a program expects of SQL and what the database finds: in a column of the result, in a parameter,
 * counted from 1, or in the statement as a whole.
 *
 * @category models
 * @since 0.1.0
 */
export type Difference = typeof Difference.Type

/**
 * SQL is not what its schema says, or what was asked of it; `differences` are all that there are.
 *
 * @example
 * ```ts
 * import { Sql } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * const heaviest = Sql.query(Schema.Struct({ id: Schema.Int, grams: Schema.Int }))`
 *   SELECT id, grams FROM parcels ORDER BY grams DESC LIMIT 10`
 *
 * // in a test: does this SQL still fit the tables?
 * const checked = Sql.check(heaviest).pipe(
 *   Effect.tapErrorTag("SqlMismatch", ({ differences }) =>
 *     Effect.forEach(differences, ({ expected, found, name }) => Effect.logError(`${name}: ${expected}, not ${found}`)))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class SqlMismatch extends Schema.TaggedError<SqlMismatch>()("SqlMismatch", {
  sql: Schema.String,
  differences: Schema.Array(Difference)
}) {
  override get message(): string {
    const lines = this.differences.map(({ expected, found, name, place }) =>
      `  ${place === "statement" ? name : `${place} ${name}`}: expected ${expected}, found ${found}`
    )
    return ["The SQL is not what its schema says:", ...lines, `in: ${this.sql}`].join("\n")
  }
}
