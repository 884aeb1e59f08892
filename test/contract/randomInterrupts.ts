/**
 * Units of work that are interrupted from outside at a random moment, also while they write or commit, leave all behind or nothing,
 * give their connection back, and keep nobody from working on.
 */
import { assert, layer } from "@effect/vitest"
import { ConnectionPool, Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as Run from "./randomWorkRun.ts"
import * as Steps from "./randomWorkSteps.ts"
import type { Database, Facts } from "./Subject.ts"

/** How far an effect has come when it is interrupted. */
const percent = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 105 }))

/** How many turns of the scheduler a fiber takes until it ends. */
const turnsOf = Effect.fnUntraced(function*(fiber: Fiber.Fiber<unknown, unknown>) {
  let turns = 0
  while (fiber.pollUnsafe() === undefined) {
    yield* Effect.yieldNow
    turns += 1
  }
  return turns
})

/** Interrupts a fiber after so many turns of the scheduler, and waits until it has ended. */
const cutAfter = Effect.fnUntraced(function*<A, E>(fiber: Fiber.Fiber<A, E>, turns: number) {
  yield* Effect.repeat(Effect.yieldNow, { times: turns })
  yield* Fiber.interrupt(fiber)
  return yield* Fiber.await(fiber)
})

export const randomInterrupts = (label: string, database: Database, { freesRows }: Facts) => {
  /** The tables as a first unit of work leaves them, at the same time of the clock. */
  const prepared = Effect.gen(function*() {
    yield* Run.emptied
    yield* TestClock.setTime(0)
    return yield* Session.unitOfWork(Run.runParts(Steps.filling, Steps.nothing({ freesRows })))
  })

  const worked = (parts: ReadonlyArray<Steps.Part>, begin: Steps.State) =>
    Run.runParts([...parts, ...Steps.ending], begin)

  return layer(TestDatabase.layerOn(database, [Steps.Folder, Steps.Note]), { timeout: "120 seconds" })(
    `${label}: interrupted units of work`,
    (it) => {
      it.effect.prop(
        "leave all behind or nothing, and their connection free",
        { unit: Steps.parts, moment: percent },
        ({ moment, unit }) =>
          Effect.gen(function*() {
            const pool = yield* ConnectionPool.ConnectionPool
            const begin = yield* prepared
            const before = yield* Run.stored
            const whole = yield* Effect.forkChild(Session.unitOfWork(worked(unit, begin)))
            const turns = yield* turnsOf(whole)
            const reached = yield* Fiber.join(whole)
            const after = yield* Run.stored

            yield* prepared
            const fiber = yield* Effect.forkChild(Session.unitOfWork(worked(unit, begin)))
            const exit = yield* cutAfter(fiber, Math.floor(turns * moment / 100))
            assert.strictEqual((yield* pool.stats).acquired, 0)
            const now = yield* Run.stored
            const isBefore = JSON.stringify(now) === JSON.stringify(before)
            if (!isBefore || Exit.isSuccess(exit)) assert.deepStrictEqual(now, after)

            const next = yield* Session.unitOfWork(Run.runParts(Steps.filling, isBefore ? begin : reached))
            assert.deepStrictEqual(yield* Run.storedAsTold, Steps.told(next))
          }),
        { arbitrary: { runs: 30 } }
      )

      it.effect.prop(
        "are all or nothing, too, where a write inside of them is cut off and they go on",
        { unit: Steps.parts, moment: percent },
        ({ moment, unit }) =>
          Effect.gen(function*() {
            const begin = yield* prepared
            const before = yield* Run.stored
            /** Ends with a flush in a fiber of its own, which is interrupted after so many turns. */
            const flushed = (turns: number) =>
              Session.unitOfWork(Effect.gen(function*() {
                const work = yield* UnitOfWork.UnitOfWork
                const reached = yield* worked(unit, begin)
                const fiber = yield* Effect.forkChild(work.flush)
                const taken = turns === Infinity ? yield* turnsOf(fiber) : 0
                if (turns !== Infinity) yield* cutAfter(fiber, turns)
                return { changes: yield* work.changes, reached, taken }
              }))
            const whole = yield* flushed(Infinity)
            const after = yield* Run.stored

            yield* prepared
            const exit = yield* Effect.exit(flushed(Math.floor(whole.taken * moment / 100)))
            assert.deepStrictEqual(yield* Run.stored, Exit.isSuccess(exit) ? after : before)
            if (Exit.isSuccess(exit)) assert.deepStrictEqual(exit.value.changes, whole.changes)
            const next = yield* Session.unitOfWork(
              Run.runParts(Steps.filling, Exit.isSuccess(exit) ? exit.value.reached : begin)
            )
            assert.deepStrictEqual(yield* Run.storedAsTold, Steps.told(next))
          }),
        { arbitrary: { runs: 30 } }
      )
    }
  )
}
