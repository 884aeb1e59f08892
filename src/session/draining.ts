/**
 * Closes a pool when nobody uses it any more: who uses it may finish, who waits for it is told.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import type { Leases } from "./leases.ts"
import { ConnectionFailed } from "./OrmError.ts"

/** The end of a pool. */
interface Draining {
  /** The scope of the pool itself, which closes once `isClosing`. */
  readonly scope: Scope.Scope
  /** Whether nobody is given a connection any more. */
  readonly isClosing: () => boolean
  /** An effect that fails when the pool closes, and when it is closed. */
  readonly untilClosing: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | ConnectionFailed, R>
}

/** Makes a scope for a pool, in the scope that the pool is to close with. */
export const make = Effect.fnUntraced(function*(database: string, leases: Leases) {
  const closing = yield* Deferred.make<never, ConnectionFailed>()
  const isClosing = () => Deferred.isDoneUnsafe(closing)
  const closed = new ConnectionFailed({
    database,
    reason: "the pool is closed, and so is the Layer that it belongs to"
  })
  const scope = yield* Effect.acquireRelease(
    Scope.make(),
    (inner, exit) =>
      Effect.andThen(
        Deferred.fail(closing, closed),
        warningMeanwhile(Scope.close(inner, exit), warnOf(database, leases))
      )
  )
  const draining: Draining = {
    scope,
    isClosing,
    untilClosing: (effect) =>
      Effect.suspend(() => isClosing() ? closed : Effect.raceFirst(effect, Deferred.await(closing)))
  }
  return draining
})

/** Says every ten seconds who keeps a pool from closing. */
const warnOf = (database: string, leases: Leases) =>
  Effect.gen(function*() {
    yield* Effect.sleep("10 seconds")
    const holders = yield* leases.holders
    const since = holders.map(({ holder, milliseconds }) => `${holder} has held one for ${milliseconds} ms`)
    yield* Effect.logWarning(`${database} closes when its connections have been given back: ${since.join(", ")}.`)
  }).pipe(Effect.forever)

const warningMeanwhile = Effect.fnUntraced(function*<A>(effect: Effect.Effect<A>, warning: Effect.Effect<never>) {
  const warned = yield* Effect.forkChild(Effect.interruptible(warning))
  yield* effect
  yield* Fiber.interrupt(warned)
})
