/**
 * The parts of running a statement: waiting for a connection, preparing, executing and decoding.
 *
 * They have spans where a tracer was given and the statement's own span is recorded, and their time is taken where somebody profiles.
 * Elsewhere a phase is what is done in it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { Listeners, Running } from "./profiling.ts"

/** A part of running a statement. */
export type Phase = "acquire" | "prepare" | "execute" | "decode"

/** Whether somebody listens to spans: Effect's own tracer, which is there otherwise, keeps none. */
export const isTraced = ({ cache }: Fiber.Fiber<unknown, unknown>): boolean =>
  cache.tracer !== undefined && cache.tracerEnabled

/** Watches a part of a statement. */
export const phase = (name: Phase) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => during(name, fiber, () => effect))

/** As `phase`, of what a fiber begins to do now. */
export const during = <A, E, R>(
  name: Phase,
  fiber: Fiber.Fiber<unknown, unknown>,
  begin: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => {
  const over = timing(name, fiber)
  const isSpanned = isRecorded(fiber, name)
  if (over === undefined && !isSpanned) return begin()
  const begun = Effect.suspend(begin)
  const timed = over === undefined ? begun : Effect.onExitPrimitive(begun, over)
  return isSpanned ? spanned(name, fiber, (end) => Effect.onExitPrimitive(timed, end)) : timed
}

/** Uses what is lent, and watches the time from asking for it to having it. */
export const acquiring = <Lent, A, E, R, E2, R2>(
  use: (lent: Lent) => Effect.Effect<A, E, R>,
  lend: (use: (lent: Lent) => Effect.Effect<A, E, R>) => Effect.Effect<A, E2, R2>
): Effect.Effect<A, E2, R2> =>
  Effect.withFiber((fiber) => {
    const over = timing("acquire", fiber)
    const lending = (end: End) => {
      const used = lend((lent) => {
        end(Exit.void)
        return use(lent)
      })
      return Effect.onExitPrimitive(used, end)
    }
    if (isRecorded(fiber, "acquire")) {
      return spanned("acquire", fiber, (end) =>
        lending((exit) => {
          over?.()
          return end(exit)
        }))
    }
    return over === undefined ? lend(use) : lending(over)
  })

/** What is called when a phase is over; only the first time counts. */
type End = (exit: Exit.Exit<unknown, unknown>) => undefined

/** Takes the time of a phase where somebody wants to know it. */
const timing = (name: Phase, fiber: Fiber.Fiber<unknown, unknown>): (() => undefined) | undefined => {
  const listeners = fiber.getRef(Listeners)
  if (listeners.length === 0) return undefined
  const running = fiber.getRef(Running)
  const clock = fiber.getRef(Clock.Clock)
  const begun = clock.monotonicTimeNanosUnsafe()
  let isOver = false
  return () => {
    if (isOver) return
    isOver = true
    const nanoseconds = Number(clock.monotonicTimeNanosUnsafe() - begun)
    if (running !== undefined) running[name] += nanoseconds
    if (name === "acquire") { for (const { waited } of listeners) waited(nanoseconds) }
  }
}

/**
 * Has a span that is ended once. It doesn't tell of the failure: the driver's own words may quote a secret. What they mean is told by
 * the statement's span.
 */
const spanned = <A, E, R>(
  name: Phase,
  fiber: Fiber.Fiber<unknown, unknown>,
  run: (end: End) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.makeSpan(name), (span) =>
    run((exit) => {
      if (span.status._tag === "Ended") return
      const end = fiber.getRef(Clock.Clock).currentTimeNanosUnsafe()
      span.end(end, Exit.isSuccess(exit) ? Exit.void : Exit.fail(`${name} has failed`))
    }))

/** Whether the fiber is in a statement whose span is recorded; a transaction waits for a connection, too. */
const isRecorded = (fiber: Fiber.Fiber<unknown, unknown>, name: Phase): boolean => {
  if (!isTraced(fiber)) return false
  const { span } = fiber.cache
  return span?._tag === "Span" && span.sampled && span.attributes.has("db.system.name") &&
    (span.kind === "client" || name === "acquire")
}
