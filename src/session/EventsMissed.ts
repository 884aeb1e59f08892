/**
 * A subscriber that was too slow.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A subscriber was so slow that events were published over those that it had not taken yet, and are lost to it: at least `missed` of
 * them. It happens only where the events have a `capacity`.
 *
 * @category errors
 * @since 0.1.0
 */
export class EventsMissed
  extends Schema.TaggedError<EventsMissed>()("EventsMissed", { events: Schema.String, missed: Schema.Int })
{
  override get message(): string {
    return `A subscriber of ${this.events} was too slow, and has missed ${this.missed} of them. Subscribe again, and read from the ` +
      "database what it missed; or give the events more capacity."
  }
}
