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
 * @example
 * ```ts
 * import { DomainEvents } from "andamios-orm"
 * import { Effect, Schema, Stream } from "effect"
 *
 * const ParcelMoved = Schema.TaggedStruct("ParcelMoved", { parcel: Schema.Int, city: Schema.String })
 *
 * class ParcelEvents extends DomainEvents.Service<ParcelEvents>()("app/ParcelEvents", ParcelMoved, { capacity: 1_000 }) {}
 *
 * // goes on with the events from here on; the table of parcels has what was missed
 * const board = Effect.gen(function*() {
 *   const events = yield* ParcelEvents
 *   yield* Stream.runForEach(events.stream, ({ city, parcel }) => Effect.log(`parcel ${parcel} is in ${city}`))
 * }).pipe(
 *   Effect.tapErrorTag("EventsMissed", ({ missed }) => Effect.logWarning(`missed ${missed} events`)),
 *   Effect.retry({ while: ({ _tag }) => _tag === "EventsMissed" })
 * )
 * ```
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
