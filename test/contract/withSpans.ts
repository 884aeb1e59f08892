/**
 * Tells the spans of what an effect does.
 */
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"

/** What an effect gives, and the spans in it, in the order in which they began. */
export const withSpans = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [value: A, spans: ReadonlyArray<Tracer.NativeSpan>], E, R> =>
  Effect.suspend(() => {
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    return Effect.map(Effect.provideService(effect, Tracer.Tracer, tracer), (value) => [value, spans])
  })
