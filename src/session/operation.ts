/**
 * The operations of a repository, each with a span of its name.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import { named } from "./holder.ts"
import { isTraced } from "./phase.ts"

/**
 * Names an operation: what runs in it is known by that, and it has a span where somebody listens. `Effect.fn` also makes an error at each call, for the place
 * that it was called at; this takes longer than all else that is done around a read of one row, and the caller has a span itself.
 */
export const operation =
  (name: string) =>
  <Args extends ReadonlyArray<unknown>, A, E, R>(body: (...args: Args) => Effect.Effect<A, E, R>) =>
  (...args: Args): Effect.Effect<A, E, R> =>
    Effect.withFiber((fiber) =>
      isTraced(fiber)
        ? Effect.useSpan(name, (span) => Effect.provideService(body(...args), Tracer.ParentSpan, span))
        : named(name, fiber, body(...args))
    )
