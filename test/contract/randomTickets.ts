/**
 * What a unit of work knows is never stale: two tenants add, change, remove and detach rows at random, beside repositories and queries
 * that write the same tables, and what is known, found and stored is what a plain model says.
 */
import { assert, layer } from "@effect/vitest"
import { Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { runSteps } from "./randomTicketRun.ts"
import * as Steps from "./randomTicketSteps.ts"
import type { Database, Facts } from "./Subject.ts"

class Undone extends Data.TaggedError("Undone") {}

const Part = Schema.Struct({
  nested: Schema.Literals(["no", "no", "no", "succeeds", "succeeds", "fails"]),
  steps: Steps.anySteps
})
const parts = Arbitrary.array(Arbitrary.schema(Part), { minLength: 1, maxLength: 4 })
type Part = typeof Part.Type

const runParts = Effect.fnUntraced(function*(given: ReadonlyArray<Part>) {
  const work = yield* UnitOfWork.UnitOfWork
  let state = yield* runSteps(Steps.filling, Steps.nothing)
  for (const { nested, steps } of given) {
    if (nested === "no") state = yield* runSteps(steps, state)
    else {
      const before = Steps.flushed(state)
      const all = Effect.map(runSteps(steps, before), Steps.flushed)
      const inside = nested === "fails" ? Effect.andThen(all, new Undone()) : all
      state = yield* Effect.catchTag(Session.transaction(inside), "Undone", () => Effect.succeed(before))
    }
    yield* work.flush
    state = Steps.flushed(state)
    assert.deepStrictEqual(yield* Steps.stored, Steps.told(state))
  }
  return state
})

/** A database without savepoints may lose a transaction in which another failed, once numbers of rows were drawn in it. */
export const randomTickets = (label: string, database: Database, { savepoints }: Facts) =>
  layer(TestDatabase.layerOn(database, [Steps.Ticket, Steps.Label]), { timeout: "120 seconds" })(
    `${label}: random tickets in a unit of work`,
    (it) => {
      it.effect.prop(
        "are known, found and stored as a plain model says",
        { parts, fails: Schema.Boolean },
        (given) =>
          Effect.gen(function*() {
            yield* Steps.emptied
            const work = Effect.tap(runParts(given.parts), () => given.fails ? new Undone() : Effect.void)
            const exit = yield* Effect.exit(Session.unitOfWork(work))
            const mayFail = given.fails || !savepoints && given.parts.some(({ nested }) => nested === "fails")
            if (Exit.isFailure(exit) && !mayFail) return yield* exit
            assert.deepStrictEqual(yield* Steps.stored, Steps.told(Exit.isSuccess(exit) ? exit.value : Steps.nothing))
          }),
        { arbitrary: { runs: 40 } }
      )
    }
  )
