/**
 * On whose behalf statements run.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * What is known of who asks: texts by names of your own, such as `who`, `tenant` and `trace`. Empty by default.
 *
 * @category references
 * @since 0.1.0
 */
export const SessionContext: Context.Reference<Readonly<Record<string, string>>> = Context.Reference(
  "andamios/SessionContext",
  { defaultValue: () => ({}) }
)

/**
 * Says on whose behalf an effect runs, beside what was said around it. Each span of it gets the attributes `andamios.who` and so on,
 * and so does each log.
 *
 * On PostgreSQL the statements of a transaction find the same names among its settings, where policies and triggers can use them:
 * `current_setting('andamios.tenant', true)`. That takes one statement more in a transaction, and none where no context is given. A
 * statement that is in no transaction has no such settings. A name is made of letters, digits and underscores there.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Session } from "andamios-orm"
 * import { Schema } from "effect"
 *
 * class Invoice extends Model.Class<Invoice>("Invoice")({
 *   number: Column.primaryKey(Schema.Int),
 *   tenant: Schema.String
 * }, { table: "invoices" }) {}
 *
 * // with a policy such as `USING (tenant = current_setting('andamios.tenant', true))` these are those of acme
 * const invoices = Session.transaction(Query.from(Invoice).all).pipe(
 *   Session.withContext({ who: "ada", tenant: "acme" })
 * )
 * ```
 *
 * @category policies
 * @since 0.1.0
 */
export const withContext =
  (context: Readonly<Record<string, string>>) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    const attributes = Object.fromEntries(Object.entries(context).map(([name, value]) => [setting(name), value]))
    return Effect.flatMap(SessionContext, (outer) =>
      effect.pipe(
        Effect.provideService(SessionContext, { ...outer, ...context }),
        Effect.annotateSpans(attributes),
        Effect.annotateLogs(attributes)
      ))
  }

/** What a part of the context is called outside of the program. */
export const setting = (name: string): string => `andamios.${name}`

/**
 * On whose behalf statements run here.
 *
 * @example
 * ```ts
 * import { Session } from "andamios-orm"
 * import { Effect } from "effect"
 *
 * const greet = Effect.gen(function*() {
 *   const { who = "somebody" } = yield* Session.context
 *   yield* Effect.log(`asked by ${who}`)
 * })
 *
 * const asked = greet.pipe(Session.withContext({ who: "ada" }))
 *
 * // a stream is given its whole context as a service
 * const service = Effect.provideService(greet, Session.SessionContext, { who: "the clock" })
 * ```
 *
 * @category context
 * @since 0.1.0
 */
export const context: Effect.Effect<Readonly<Record<string, string>>> = Effect.map(SessionContext, (found) => found)
