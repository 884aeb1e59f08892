/**
 * Who runs something on a database.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Tracer from "effect/Tracer"

/** A fiber as it is when it asks for something. */
export type Holder = Pick<Fiber.Fiber<unknown, unknown>, "context" | "id">

/** What a fiber does in a span, where nobody listens to spans of its own. */
interface Doing {
  readonly name: string
  readonly span: Tracer.AnySpan | undefined
}

const Doing = Context.Reference<Doing | undefined>("andamios/Doing", { defaultValue: () => undefined })

/** Names what a fiber does, without a span. */
export const named = <A, E, R>(
  name: string,
  fiber: Fiber.Fiber<unknown, unknown>,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.provideService(effect, Doing, { name, span: spanOf(fiber.context) })

/** The work that a fiber does, by the innermost name or span that isn't a call of the database, or else the fiber's number. */
export const holderOf = ({ context, id }: Holder): string => {
  const span = spanOf(context)
  const doing = Context.get(context, Doing)
  if (doing !== undefined && doing.span === span) return doing.name
  return span?._tag === "Span" ? span.name : `fiber ${id}`
}

/** The innermost span that isn't a call of the database. */
const spanOf = (context: Context.Context<never>): Tracer.AnySpan | undefined => {
  let span = Context.getOrUndefined(context, Tracer.ParentSpan)
  while (span?._tag === "Span" && isOfDatabase(span)) {
    span = span.parent._tag === "Some" ? span.parent.value : undefined
  }
  return span
}

/** Also a transaction is a call of the database: what matters is what is done in it. */
const isOfDatabase = ({ attributes, kind }: Tracer.Span): boolean =>
  kind === "client" || attributes.has("db.system.name")
