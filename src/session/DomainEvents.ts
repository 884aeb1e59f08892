/**
 * Events of the domain, published when what they tell of has been committed.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { EventsMissed } from "./EventsMissed.ts"
import { inRow } from "./invalid.ts"
import { Invalid } from "./OrmError.ts"
import { Session } from "./Session.ts"
import { issuesOf } from "./validate.ts"

/**
 * Events that are published and subscribed to.
 *
 * Inside a transaction, a nested one or a repository's hook too, an event is published when the outermost transaction has committed,
 * and not at all where it was rolled back, or was an attempt that `retry` repeats. Outside of a transaction it is published at once.
 * Those of a transaction reach each subscriber in the order in which they were published, with nothing of another transaction between
 * those of one `publishMany`.
 *
 * They live in this process: who has not subscribed doesn't get them, and a process that ends between commit and subscriber loses them.
 *
 * @category models
 * @since 0.1.0
 */
export interface DomainEvents<Event> {
  /** Publishes an event after the commit; fails where it is none of its schema. It never waits for a subscriber. */
  readonly publish: (event: Event) => Effect.Effect<void, Invalid, Session>
  /** Publishes events after the commit, one after another and nothing between; fails where one is none of its schema. */
  readonly publishMany: (events: ReadonlyArray<Event>) => Effect.Effect<void, Invalid, Session>
  /** All events that are published from now on, kept for whoever runs the stream later in this scope. */
  readonly subscribe: Effect.Effect<Stream.Stream<Event, EventsMissed>, never, Scope.Scope>
  /** All events that are published from when it is run on; each run is a subscriber of its own. */
  readonly stream: Stream.Stream<Event, EventsMissed>
}

/**
 * How events are kept for subscribers that have not taken them yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The most events that are kept for a subscriber, at least 1; one that falls behind further fails with `EventsMissed`. Without it all
   * are kept, for as long as memory holds. Either way a subscriber never delays a commit.
   */
  readonly capacity?: number
}

/**
 * Events as a service: `class LibraryEvents extends DomainEvents.Service<LibraryEvents>()("app/LibraryEvents", schema) {}`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<Self, Id extends string, S extends Schema.Top>
  extends Context.ServiceClass<Self, Id, DomainEvents<S["Type"]>>
{
  /** What an event is, to encode events for where they are sent to. */
  readonly schema: S
  /** The events of this process. Streams of them end with the Layer, each after the last event that it was due. */
  readonly layer: Layer.Layer<Self>
}

/**
 * Makes events into a service, and a Layer that provides it.
 *
 * @example
 * ```ts
 * import { Column, DomainEvents, Model, Repository, Session } from "andamios-orm"
 * import { Effect, Schema, Stream } from "effect"
 *
 * class Loan extends Model.Class<Loan>("Loan")({
 *   id: Column.serial(Schema.Int),
 *   book: Schema.String
 * }, { table: "loans" }) {}
 *
 * const BookLent = Schema.TaggedStruct("BookLent", { book: Schema.String })
 * const BookReturned = Schema.TaggedStruct("BookReturned", { book: Schema.String })
 *
 * class LibraryEvents extends DomainEvents.Service<LibraryEvents>()(
 *   "app/LibraryEvents",
 *   Schema.Union([BookLent, BookReturned])
 * ) {}
 *
 * const lend = Effect.fn("lend")(function*(book: string) {
 *   const loans = yield* Repository.make(Loan)
 *   const events = yield* LibraryEvents
 *   yield* loans.insert({ book })
 *   yield* events.publish(BookLent.make({ book }))
 * }, (lending) => Session.transaction(lending))
 *
 * const log = Effect.gen(function*() {
 *   const events = yield* LibraryEvents
 *   yield* Stream.runForEach(events.stream, (event) => Effect.log(event._tag, event.book))
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export const Service = <Self>() =>
<const Id extends string, S extends Schema.Top>(
  id: Id,
  schema: S,
  options: Options = {}
): ServiceClass<Self, Id, S> => {
  const service = Context.Service<Self, DomainEvents<S["Type"]>>()(id)
  return Object.assign(service, { schema, layer: Layer.effect(service, make(id, schema, options)) })
}

/** An event and its place among all that were published, from which a subscriber knows whether it has missed some. */
interface Published<Event> {
  readonly event: Event
  readonly place: number
}

/** What comes after the last event. */
const end = Symbol("end")

const make = Effect.fnUntraced(function*<S extends Schema.Top>(id: string, schema: S, { capacity }: Options) {
  type Event = S["Type"]
  type Message = Published<Event> | typeof end

  const hub = yield* Effect.acquireRelease(
    capacity === undefined ? PubSub.unbounded<Message>() : PubSub.sliding<Message>(capacity),
    (open) => PubSub.end(open, end)
  )
  const check = checking(id, schema)
  let published = 0

  const publishMany = Effect.fnUntraced(function*(events: ReadonlyArray<Event>) {
    yield* check(events)
    const { afterCommit } = yield* Session
    yield* afterCommit(
      Effect.suspend(() => PubSub.publishAll(hub, events.map((event) => ({ event, place: published++ }))))
    )
  })

  /** The events of a subscription, which fails where one is not the next. */
  const eventsOf = (subscription: PubSub.Subscription<Message>) => {
    let next = published
    return Stream.fromSubscription(subscription).pipe(
      Stream.takeWhile((message) => message !== end),
      Stream.mapEffect(({ event, place }) => {
        const missed = place - next
        next = place + 1
        return missed > 0 ? Effect.fail(new EventsMissed({ events: id, missed })) : Effect.succeed(event)
      })
    )
  }

  const subscribe = Effect.map(PubSub.subscribe(hub), eventsOf)

  return {
    publish: Effect.fn("DomainEvents.publish")((event: Event) => publishMany([event])),
    publishMany: Effect.fn("DomainEvents.publishMany")(publishMany),
    subscribe,
    stream: Stream.unwrap(subscribe)
  }
})

/** Refuses what is no event, each with all that is wrong with it. */
const checking = <S extends Schema.Top>(id: string, schema: S) => {
  const decode = Schema.decodeUnknownResult(Schema.toType(schema), { errors: "all" })

  return (events: ReadonlyArray<S["Type"]>): Effect.Effect<void, Invalid> => {
    const wrong = events.flatMap((event, row) => {
      const result = decode(event)
      return Result.isSuccess(result) ? [] : [inRow(row, issuesOf(result.failure.issue))]
    })
    return wrong.length === 0
      ? Effect.void
      : Effect.fail(new Invalid({ model: id, rows: wrong.length, issues: wrong.flat() }))
  }
}
