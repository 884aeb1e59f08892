/**
 * A cursor that leads nowhere.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A cursor is none of this query's: it was made by another one, cut off, or changed on its way. `reason` says which.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCursor
  extends Schema.TaggedError<InvalidCursor>()("InvalidCursor", { cursor: Schema.String, reason: Schema.String })
{
  override get message(): string {
    return `The cursor ${JSON.stringify(this.cursor)} can't be used: ${this.reason}. Begin again without one.`
  }
}
