/**
 * Units of work at random, with nested transactions and failures, leave behind what a plain model says; what they say they have changed
 * makes the same of an empty database.
 */
import { assert, layer } from "@effect/vitest"
import { Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Run from "./randomWorkRun.ts"
import * as Steps from "./randomWorkSteps.ts"
import type { Database, Facts } from "./Subject.ts"

/** A database that frees no rows may refuse what others do: see `Dialect.features`. */
export const randomWork = (label: string, database: Database, { freesRows }: Facts) =>
  layer(TestDatabase.layerOn(database, [Steps.Folder, Steps.Note]), { timeout: "120 seconds" })(
    `${label}: random units of work`,
    (it) => {
      it.effect.prop(
        "leave behind what a plain model says, or nothing, and their changes make the same of an empty database",
        { units: Arbitrary.array(Steps.parts, { minLength: 1, maxLength: 3 }), fails: Schema.Boolean },
        ({ fails, units }) =>
          Effect.gen(function*() {
            yield* Run.emptied
            let state = Steps.nothing({ freesRows })
            const told: Array<ReadonlyArray<UnitOfWork.Change>> = []
            for (const [place, unit] of units.entries()) {
              const isUndone = fails && place === 1
              const before = yield* Run.stored
              const exit = yield* Effect.exit(Session.unitOfWork(Effect.gen(function*() {
                const work = yield* UnitOfWork.UnitOfWork
                const reached = yield* Run.runParts(unit, state)
                const changes = yield* work.changes
                if (isUndone) return yield* new Run.Undone()
                return { reached, changes }
              })))
              if (isUndone) {
                assert.isTrue(Exit.isFailure(exit))
                assert.deepStrictEqual(yield* Run.stored, before)
                continue
              }
              const { changes, reached } = yield* exit
              state = reached
              told.push(changes)
              assert.deepStrictEqual(yield* Run.storedAsTold, Steps.told(state))
            }
            const made = yield* Run.stored
            yield* Run.emptied
            for (const changes of told) {
              const encoded = JSON.stringify(yield* Schema.encodeEffect(Schema.Array(UnitOfWork.Change))(changes))
              const decoded = yield* Schema.decodeUnknownEffect(Schema.Array(UnitOfWork.Change))(JSON.parse(encoded))
              yield* Session.replay([Steps.Folder, Steps.Note], decoded)
            }
            assert.deepStrictEqual(yield* Run.stored, made)
          }),
        { arbitrary: { runs: 60 } }
      )
    }
  )
