/**
 * What units of work on one database say they have changed makes the same of an empty database of another kind, by way of a text.
 */
import { assert, layer } from "@effect/vitest"
import { Session, UnitOfWork } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { runSteps } from "../contract/randomTicketRun.ts"
import * as Tickets from "../contract/randomTicketSteps.ts"
import * as Run from "../contract/randomWorkRun.ts"
import * as Steps from "../contract/randomWorkSteps.ts"
import type { Database } from "../contract/Subject.ts"

/** The database that the changes of the first one are done again on, or the other way round. */
class Other extends Context.Service<Other, Context.Context<Layer.Success<Database>>>()("randomReplay/Other") {}

const models = [Steps.Folder, Steps.Note, Tickets.Ticket, Tickets.Label]

const Log = Schema.fromJsonString(Schema.Array(UnitOfWork.Change))

const emptied = Effect.andThen(Run.emptied, Tickets.emptied)
const stored = Effect.all([Run.storedAsTold, Tickets.stored])

const Unit = Schema.Struct({
  parts: Schema.Array(Steps.Part).check(Schema.isMaxLength(3)),
  tickets: Tickets.throughSteps
})
const units = Arbitrary.array(Arbitrary.schema(Unit), { minLength: 1, maxLength: 2 })

/** Runs units of work, and gives the texts of what they have changed. */
const recorded = Effect.fnUntraced(function*(given: ReadonlyArray<typeof Unit.Type>) {
  const logs: Array<string> = []
  let state = Steps.nothing({ freesRows: false })
  let tickets = Tickets.nothing
  for (const unit of given) {
    const done = yield* Session.unitOfWork(Effect.gen(function*() {
      const work = yield* UnitOfWork.UnitOfWork
      const reached = yield* Run.runParts([...Steps.filling, ...unit.parts], state)
      const filled = yield* runSteps(Tickets.filling, tickets)
      const ticketed = yield* runSteps(unit.tickets, filled)
      return { log: yield* Effect.flatMap(work.changes, Schema.encodeEffect(Log)), reached, ticketed }
    }))
    logs.push(done.log)
    state = done.reached
    tickets = Tickets.flushed(done.ticketed)
  }
  assert.deepStrictEqual(yield* stored, [Steps.told(state), Tickets.told(tickets)])
  return logs
})

/** Does again what each unit of work has told, in a transaction of its own. */
const replayed = (logs: ReadonlyArray<string>) =>
  Effect.forEach(
    logs,
    (log) => Effect.flatMap(Schema.decodeEffect(Log)(log), (changes) => Session.replay(models, changes)),
    { discard: true }
  )

export const randomReplay = (label: string, database: Database, other: Database) => {
  const both = Layer.merge(
    TestDatabase.layerOn(database, models),
    Layer.effect(Other, Layer.build(TestDatabase.layerOn(other, models)))
  )
  return layer(both, { timeout: "120 seconds" })(`${label}: random replay`, (it) => {
    it.effect.prop(
      "makes the same of the other one, and of the same one",
      {
        units,
        back: Schema.Boolean
      },
      ({ back, units: given }) =>
        Effect.gen(function*() {
          const there = yield* Other
          const here = yield* Effect.context<Layer.Success<Database>>()
          const [from, to] = back ? [there, here] : [here, there]
          yield* Effect.provideContext(emptied, from)
          yield* Effect.provideContext(emptied, to)
          const logs = yield* Effect.provideContext(recorded(given), from)
          const made = yield* Effect.provideContext(stored, from)
          yield* Effect.provideContext(replayed(logs), to)
          assert.deepStrictEqual(yield* Effect.provideContext(stored, to), made)
          yield* Effect.provideContext(Effect.andThen(emptied, replayed(logs)), from)
          assert.deepStrictEqual(yield* Effect.provideContext(stored, from), made)
        }),
      { arbitrary: { runs: 30 } }
    )
  })
}
