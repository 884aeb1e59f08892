/**
 * The tour's program prints the same on DuckDB, on PostgreSQL and on shards.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import { askAll, datasetsOf, importAll } from "../examples/tour.ts"
import { duckDbInMemory, postgres, sharded } from "./databases.ts"
import { printed } from "./printed.ts"

describe("the tour", () => {
  it.live("imports and answers the same on every database", () =>
    Effect.gen(function*() {
      const datasets = yield* datasetsOf(20_000)
      const program = printed(Effect.andThen(importAll(datasets), askAll))
      const expected = yield* Effect.provide(program, duckDbInMemory, { local: true })
      assert.include(expected, "  flights      20,000 stored     0 rejected   (time)")
      assert.include(expected, "refused: table flights knows no airport OZ00")
      assert.strictEqual(yield* Effect.provide(program, postgres, { local: true }), expected)
      assert.strictEqual(yield* Effect.provide(program, sharded, { local: true }), expected)
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }), { local: true })), 120_000)
})
