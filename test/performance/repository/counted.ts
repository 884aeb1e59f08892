/**
 * Counts the statements that some work sends, by their spans.
 */
import * as Effect from "effect/Effect"
import * as Tracer from "effect/Tracer"
import type { Work } from "../competitor.ts"

/** The number of statements. */
export const counted = (work: Work<unknown>): Work<number> =>
  Effect.suspend(() => {
    let statements = 0
    class Span extends Tracer.NativeSpan {
      override attribute(key: string, value: unknown) {
        if (key === "db.query.text") statements++
        super.attribute(key, value)
      }
    }
    const tracer = Tracer.make({ span: (options) => new Span(options) })
    return Effect.map(Effect.withTracer(work, tracer), () => statements)
  })
