/**
 * Who runs something on a database.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as Tracer from "effect/Tracer"

/** The work that a fiber does, by the innermost span that isn't a call of the database, or else the fiber's number. */
export const holderOf = (fiber: Fiber.Fiber<unknown, unknown>): string => {
  let span = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
  while (span?._tag === "Span" && isOfDatabase(span)) {
    span = span.parent._tag === "Some" ? span.parent.value : undefined
  }
  return span?._tag === "Span" ? span.name : `fiber ${fiber.id}`
}

/** Also a transaction is a call of the database: what matters is what is done in it. */
const isOfDatabase = ({ attributes, kind }: Tracer.Span): boolean =>
  kind === "client" || attributes.has("db.system.name")
