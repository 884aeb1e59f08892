/**
 * Tells which statements an effect sends, and the spans of what it does.
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

/** What an effect gives, and the text of each statement that it has sent. */
export const withStatements = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [value: A, statements: ReadonlyArray<string>], E, R> =>
  Effect.map(withSpans(effect), ([value, spans]) => {
    const texts = spans.map(({ attributes }) => attributes.get("db.query.text"))
    return [value, texts.filter((text) => typeof text === "string")]
  })
