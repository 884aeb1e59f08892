/**
 * Kills migrations at each of their steps, on the way up and on the way down.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { recorded } from "../contract/migrationRuns.ts"
import { brokenAt, databaseAt, go, type Place, seeded, steps } from "./longWay.ts"
import { type Order, runner } from "./runners.ts"

/** What was applied; nothing where the history was not yet begun. */
const applied = Effect.orElseSucceed(recorded, (): ReadonlyArray<string> => [])

const killed = Effect.fnUntraced(function*(place: Place, order: Order) {
  const answer = yield* Effect.scoped(Effect.flatMap(runner(place), (tell) => tell(order)))
  assert.deepStrictEqual(answer, {}, `${JSON.stringify(order)} was to be killed`)
  yield* Effect.gen(function*() {
    const history = yield* applied
    assert.strictEqual(yield* brokenAt(history), "", JSON.stringify(order))
    const rest = yield* go(order.direction)
    const all = order.direction === "up" ? ["a1", "a2"] : ["a2", "a1"]
    const left = all.filter((id) => history.includes(id) === (order.direction === "down"))
    assert.deepStrictEqual(rest, left, JSON.stringify(order))
    assert.strictEqual(yield* brokenAt(yield* applied), "")
  }).pipe(Effect.provide(databaseAt(place), { local: true }))
})

/** Kills before each step, and after the last: the database opens, its history is true, its rows are whole, and a second run goes on. */
export const killing = Effect.fnUntraced(function*(place: Place) {
  yield* Effect.provide(seeded, databaseAt(place), { local: true })
  for (let kill = 0; kill <= steps; kill++) {
    yield* killed(place, { direction: "up", kill })
    yield* killed(place, { direction: "down", kill })
  }
})
