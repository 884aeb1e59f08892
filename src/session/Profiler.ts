/**
 * Which statements take a program's time: how often each runs, how long it takes, and in which of its phases.
 *
 * It is off unless somebody asks, and holds for the program or the effect that it is provided to.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { memoryOf, type MemoryProfile } from "./memoryProfile.ts"
import type { Profile, SlowStatement } from "./profile.ts"
import { profileTable } from "./profileTable.ts"
import { type Books, type Ended, Listeners, open } from "./profiling.ts"
import { publishing } from "./slowStatements.ts"

export type { Bytes, MemoryProfile } from "./memoryProfile.ts"
export { Profile, type SlowStatement, StatementProfile } from "./profile.ts"

/**
 * What a profiler keeps, and of which statements it tells at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** A statement that takes as long or longer is told in `Profiler.slow`; without a threshold none is. */
  readonly slow?: Duration.Input
  /** How many shapes of statements are told apart, 500 by default; each takes some 30 kB. The rest is counted under one name. */
  readonly shapes?: number
}

const mostShapes = 500

/** How many slow statements are kept for those who ask later. */
const mostSlow = 64

/**
 * Counts the statements of a program.
 *
 * @category services
 * @since 0.1.0
 */
export class Profiler extends Context.Service<Profiler, {
  /** What has been counted until now. */
  readonly report: Effect.Effect<Profile>
  /** The slow statements: the last ones at once, further ones as they come. Who reads too slowly misses the oldest. */
  readonly slow: Stream.Stream<SlowStatement>
}>()("andamios/Profiler") {}

/**
 * Profiles the program that it is provided to, from when the Layer is built.
 *
 * @example
 * ```ts
 * import { Profiler } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Layer } from "effect"
 *
 * const Live = Layer.merge(
 *   DuckDb.layer({ path: "shop.duckdb" }),
 *   Profiler.layer({ slow: "200 millis" })
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ({ shapes = mostShapes, slow }: Options = {}): Layer.Layer<Profiler> =>
  Layer.effectContext(Effect.gen(function*() {
    const outer = yield* Listeners
    const books = yield* open(shapes)
    const hub = yield* Effect.acquireRelease(
      PubSub.sliding<SlowStatement>({ capacity: mostSlow, replay: mostSlow }),
      PubSub.shutdown
    )
    const listener = slow === undefined ? books : yield* telling(books, hub, slow, shapes)
    return Context.make(Profiler, Profiler.of({ report: books.report, slow: Stream.fromPubSub(hub) })).pipe(
      Context.add(Listeners, [...outer, listener])
    )
  }))

/** Books that tell of slow statements, too. */
const telling = Effect.fnUntraced(function*(
  books: Books,
  hub: PubSub.PubSub<SlowStatement>,
  threshold: Duration.Input,
  shapes: number
) {
  const nanoseconds = Duration.toMillis(Duration.fromInputUnsafe(threshold)) * 1e6
  const queue = yield* Queue.sliding<Ended>(mostSlow)
  yield* Effect.forkScoped(publishing(queue, hub, shapes))
  return {
    waited: books.waited,
    ended: (statement: Ended) => {
      books.ended(statement)
      if (statement.canBeSlow && statement.nanoseconds >= nanoseconds) Queue.offerUnsafe(queue, statement)
    }
  }
})

/**
 * What has been counted until now.
 *
 * @example
 * ```ts
 * import { Profiler } from "andamios-orm"
 * import { Console, Effect, Schedule } from "effect"
 *
 * // the profile of all that the program has done, once an hour
 * const hourly = Profiler.report.pipe(
 *   Effect.flatMap((profile) => Console.log(Profiler.draw(profile))),
 *   Effect.repeat(Schedule.spaced("1 hour"))
 * )
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const report: Effect.Effect<Profile, never, Profiler> = Effect.flatMap(Profiler, (profiler) => profiler.report)

/**
 * The slow statements, with their plans: the last ones at once, further ones as they come. It has none where `Profiler.layer` has no
 * threshold, and never ends while that Layer is there.
 *
 * A plan is asked for after the statement, outside of its transaction, and once for each shape. Writes have none, nor have reads with
 * values that may not be told, and those of plain SQL.
 *
 * @example
 * ```ts
 * import { Plan, Profiler } from "andamios-orm"
 * import { Console, Stream } from "effect"
 *
 * const watched = Stream.runForEach(Profiler.slow, ({ milliseconds, plan, sql }) =>
 *   Console.log(`${milliseconds} ms: ${sql}\n${plan === undefined ? "" : Plan.draw(plan)}`))
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const slow: Stream.Stream<SlowStatement, never, Profiler> = Stream.unwrap(
  Effect.map(Profiler, (profiler) => profiler.slow)
)

/**
 * Runs an effect, and gives its value and the profile of what it asked its databases. It needs no Layer, and a profiler around it counts
 * on.
 *
 * @example
 * ```ts
 * import { Column, Model, Profiler, Query } from "andamios-orm"
 * import { Console, Effect, Schema } from "effect"
 *
 * class User extends Model.Class<User>("User")({
 *   id: Column.primaryKey(Column.int32),
 *   name: Schema.String
 * }, { table: "users" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const [users, profile] = yield* Profiler.profile(Query.from(User).all)
 *   yield* Console.log(`${users.length} users\n${Profiler.draw(profile)}`)
 * })
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const profile = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<readonly [A, Profile], E, R> =>
  Effect.gen(function*() {
    const books = yield* open(mostShapes)
    const outer = yield* Listeners
    const value = yield* Effect.provideService(effect, Listeners, [...outer, books])
    return [value, yield* books.report]
  })

/**
 * A profile as a lined-up table: a line for each shape of statements, the most expensive first.
 *
 * @category reports
 * @since 0.1.0
 */
export const draw: (profile: Profile) => string = profileTable

/**
 * Runs an effect, and gives its value and the memory of the process before it, at most during it, and after it, in bytes. It looks every
 * ten milliseconds, so that a peak between two looks is missed; what else the process does meanwhile is in it, too.
 *
 * @example
 * ```ts
 * import { Column, Model, Profiler, Query } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   number: Column.primaryKey(Schema.String),
 *   delay: Schema.Int
 * }, { table: "flights" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const [flights, { heap }] = yield* Profiler.memory(Query.from(Flight).all)
 *   yield* Effect.log(`${flights.length} flights took ${heap.peak - heap.before} bytes at most`)
 * })
 * ```
 *
 * @category reports
 * @since 0.1.0
 */
export const memory: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<readonly [A, MemoryProfile], E, R> =
  memoryOf
