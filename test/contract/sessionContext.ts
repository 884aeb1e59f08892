/**
 * On whose behalf statements run is known where they run, and nowhere else.
 */
import { assert, layer } from "@effect/vitest"
import { Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import { SqlClient } from "effect/sql"
import * as Tracer from "effect/Tracer"
import type { Database } from "./Subject.ts"

/** The spans that an effect makes, each with its attributes. */
const spansOf = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  yield* Effect.withTracer(effect, tracer)
  return spans
})

export const sessionContext = (name: string, database: Database) =>
  layer(database, { timeout: "60 seconds" })(`${name}: session context`, (it) => {
    it.effect("is empty where nobody says anything", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Session.context, {})
      }))

    it.effect("adds to what was said around it, and ends with its effect", () =>
      Effect.gen(function*() {
        const inner = Session.withContext({ who: "grace", trace: "2" })(Session.context)
        const outer = Session.withContext({ who: "ada", tenant: "acme" })(Effect.all([inner, Session.context]))
        assert.deepStrictEqual(yield* outer, [
          { who: "grace", tenant: "acme", trace: "2" },
          { who: "ada", tenant: "acme" }
        ])
        assert.deepStrictEqual(yield* Session.context, {})
      }))

    it.effect("is the same in transactions, forked fibers and what runs afterwards, and can come from a Layer", () =>
      Effect.gen(function*() {
        const seen: Array<unknown> = []
        const look = Effect.map(Session.context, (context) => seen.push(context))
        const everywhere = Session.transaction(
          Effect.all([look, Effect.flatMap(Effect.forkChild(look), Fiber.join)])
        ).pipe(Effect.andThen(Session.transaction(Session.afterCommit(look))))
        yield* Effect.provide(everywhere, Layer.succeed(Session.SessionContext, { who: "ada" }))
        assert.deepStrictEqual(seen, [{ who: "ada" }, { who: "ada" }, { who: "ada" }])
      }))

    it.effect("is told by the spans of statements, and by logs", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const work = Effect.gen(function*() {
          yield* Session.transaction(sql`SELECT 1`)
          return yield* References.CurrentLogAnnotations
        }).pipe(Session.withContext({ who: "ada", tenant: "acme" }))
        const spans = yield* spansOf(work)
        const statement = spans.filter(({ attributes }) => attributes.get("db.query.text") === "SELECT 1")
        assert.strictEqual(statement.length, 1)
        assert.isNotEmpty(spans)
        for (const { attributes } of spans) {
          assert.strictEqual(attributes.get("andamios.who"), "ada")
          assert.strictEqual(attributes.get("andamios.tenant"), "acme")
        }
        assert.deepInclude(yield* work, { "andamios.who": "ada", "andamios.tenant": "acme" })
      }))
  })
