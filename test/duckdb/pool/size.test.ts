/**
 * A pool that could lend nothing is refused, and one larger than it needs to be is none.
 */
import { assert, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { eventually, stats } from "../../contract/busy.ts"

const unsound = [
  { size: 0 },
  { size: -1 },
  { size: 1.5 },
  { size: Number.NaN },
  { size: Number.POSITIVE_INFINITY },
  { minimum: -1 },
  { minimum: 0.5 },
  { minimum: Number.NaN }
]

for (const pool of unsound) {
  it.effect(`a pool with ${JSON.stringify(pool)} is refused`, () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(Effect.scoped(Layer.build(DuckDb.layer({ path: ":memory:", pool }))))
      assert.instanceOf(failure, OrmError.ConnectionFailed)
      assert.include(failure.message, "give whole numbers, and a size above 0")
    }))
}

it.effect("a minimum above the size is the size", () =>
  Effect.gen(function*() {
    const { idle, size } = yield* eventually(stats, (now) => now.idle > 0)
    assert.deepStrictEqual({ idle, size }, { idle: 1, size: 1 })
  }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:", pool: { size: 1, minimum: 4 } }))))
