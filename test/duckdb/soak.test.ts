/**
 * The soak in short: `npm run soak` is the long one.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { join } from "node:path"
import { bank } from "../soak/bank.ts"
import { kill } from "../soak/kill.ts"
import { migrations } from "../soak/migrations.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const quietly = () => Effect.void

it.live(
  "whatever happens to many fibers on few connections, no money is lost and no connection leaks",
  () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "bank.duckdb")
      const { violations } = yield* bank({ path, seconds: 3, fibers: 300, pool: 2, onProgress: quietly })
      assert.deepStrictEqual(violations, [])
    }).pipe(Random.withSeed("a short soak"), Effect.scoped),
  90_000
)

it.live(
  "after every kill the file opens, with all that was acknowledged and nothing half",
  () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "kill.duckdb")
      const { commits, violations } = yield* kill({ path, rounds: 4, onProgress: quietly })
      assert.deepStrictEqual(violations, [])
      assert.isAbove(commits, 0)
    }).pipe(Random.withSeed("a short soak"), Effect.scoped),
  90_000
)

it.live(
  "migrations that are killed on a long way, with rebuilds of tables that refer to each other, leave all rows whole",
  () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "migrations.duckdb")
      const { killedBeforeStatements, violations } = yield* migrations({
        place: { path },
        kills: 3,
        onProgress: quietly
      })
      assert.deepStrictEqual(violations, [])
      assert.isAbove(killedBeforeStatements, 3)
    }).pipe(Random.withSeed("a short soak"), Effect.scoped),
  180_000
)
