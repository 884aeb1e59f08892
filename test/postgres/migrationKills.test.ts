/**
 * A migration that is killed at any step leaves a true history and whole rows, and of several runners one at a time migrates.
 */
import { assert, it } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { recorded } from "../contract/migrationRuns.ts"
import { brokenAt, databaseAt, seeded } from "../migration/longWay.ts"
import { killing } from "../migration/killing.ts"
import { type Answer, runner } from "../migration/runners.ts"

const database = TestDatabase.layerPostgres([])

it.live(
  "a migration that is killed at any of its steps",
  () => Effect.flatMap(TestDatabase.address, killing).pipe(Effect.provide(database)),
  { timeout: 180_000 }
)

it.live("two processes apply every revision once, twenty times", () =>
  Effect.gen(function*() {
    const place = yield* TestDatabase.address
    const opened = databaseAt(place)
    yield* Effect.provide(seeded, opened, { local: true })
    const [one, other] = [yield* runner(place), yield* runner(place)]
    for (let round = 0; round < 20; round++) {
      const direction = round % 2 === 0 ? "up" : "down"
      const answers: ReadonlyArray<Answer> = yield* Effect.all([one({ direction }), other({ direction })], {
        concurrency: "unbounded"
      })
      const all = direction === "up" ? ["a1", "a2"] : ["a2", "a1"]
      assert.deepStrictEqual(
        answers.map(({ ran = ["failed"] }) => ran.length).toSorted((few, many) => few - many),
        [0, 2],
        JSON.stringify(answers)
      )
      assert.deepStrictEqual(answers.flatMap(({ ran = [] }) => ran), all)
      const history = yield* Effect.provide(recorded, opened, { local: true })
      assert.deepStrictEqual(history, direction === "up" ? all : [])
      assert.strictEqual(yield* Effect.provide(brokenAt(history), opened, { local: true }), "")
    }
  }).pipe(Effect.scoped, Effect.provide(database)), { timeout: 120_000 })
