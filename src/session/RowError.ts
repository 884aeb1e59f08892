/**
 * What asking for single rows can fail with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * There is no such row. `rows` are the places of the keys that have none, counted from 0, where there were several.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  model: Schema.String,
  criteria: Schema.String,
  rows: Schema.optionalKey(Schema.Array(Schema.Int))
}) {
  override get message(): string {
    return `There is no ${this.model} with ${this.criteria}`
  }
}

/**
 * The row was changed since it was read: a change carries the `expected` version, and the row is at another, which is `stored`.
 * `rows` are the places of all changes that came too late, counted from 0, of which this is the first.
 *
 * @category errors
 * @since 0.1.0
 */
export class StaleRow extends Schema.TaggedError<StaleRow>()("StaleRow", {
  model: Schema.String,
  key: Schema.String,
  expected: Schema.Int,
  stored: Schema.Int,
  rows: Schema.Array(Schema.Int)
}) {
  override get message(): string {
    const more = this.rows.length > 1 ? ` So were ${this.rows.length - 1} more.` : ""
    return `${this.model} with ${this.key} was changed since version ${this.expected} was read, it is at version ${this.stored}.${more} ` +
      "Read it again, and make the change anew."
  }
}

/**
 * One row was asked for and there are several.
 *
 * @category errors
 * @since 0.1.0
 */
export class MultipleFound extends Schema.TaggedError<MultipleFound>()("MultipleFound", { sql: Schema.String }) {
  override get message(): string {
    return `One row was asked for, but there are more; narrow the query, or take \`.first\`.\nin: ${this.sql}`
  }
}
