/**
 * Effect's `SqlRunnerStorage` on DuckDB, with the compatibility Layer.
 */
import { assert, describe, it } from "@effect/vitest"
import { Runner, RunnerAddress, RunnerStorage, ShardId, ShardingConfig, SqlRunnerStorage } from "effect/cluster"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const runners = SqlRunnerStorage.layer.pipe(Layer.provide(ShardingConfig.layerDefaults))
const onDatabase = <A, E>(effect: Effect.Effect<A, E, RunnerStorage.RunnerStorage | SqlClient.SqlClient>) =>
  Effect.provide(effect, Layer.provideMerge(runners, compatible))

const runner = (port: number) =>
  Runner.make({ address: RunnerAddress.make("localhost", port), groups: ["default"], weight: 1 })
const shards = Array.from({ length: 5 }, (_, index) => ShardId.make("default", index + 1))
const names = (found: ReadonlyArray<ShardId.ShardId>) => found.map(ShardId.toString).toSorted()

describe("SqlRunnerStorage with the compatibility Layer", () => {
  it.live("numbers runners from 1 on, and the same runner always the same", () =>
    Effect.gen(function*() {
      const storage = yield* RunnerStorage.RunnerStorage
      const numbers = yield* Effect.forEach([1, 2, 1, 2], (port) => storage.register(runner(port), true))
      assert.deepStrictEqual(numbers.slice(2), numbers.slice(0, 2))
      assert.strictEqual(numbers[0], 1)
      assert.notStrictEqual(numbers[1], numbers[0])
      yield* storage.setRunnerHealth(runner(2).address, false)
      const found = yield* storage.getRunners
      assert.deepStrictEqual(found.map(([{ address }, isHealthy]) => [address.port, isHealthy]), [[1, true], [
        2,
        false
      ]])
      yield* storage.unregister(runner(1).address)
      assert.strictEqual((yield* storage.getRunners).length, 1)
    }).pipe(onDatabase))

  it.live("gives each shard to one runner, whoever asks at once", () =>
    Effect.gen(function*() {
      const storage = yield* RunnerStorage.RunnerStorage
      const ports = [1, 2, 3, 4]
      const held = yield* Effect.forEach(
        ports,
        (port) => storage.acquire(runner(port).address, shards),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(names(held.flat()), names(shards))
      const [winner] = ports.filter((_, index) => held[index]?.length === shards.length)
      assert.deepStrictEqual(names(yield* storage.refresh(runner(winner ?? 0).address, shards)), names(shards))
      const other = runner(winner === 1 ? 2 : 1).address
      assert.deepStrictEqual(yield* storage.refresh(other, shards), [])
      const [first] = shards
      if (first === undefined) return assert.fail()
      yield* storage.release(runner(winner ?? 0).address, first)
      assert.deepStrictEqual(names(yield* storage.acquire(other, shards)), names([first]))
      yield* storage.releaseAll(runner(winner ?? 0).address)
      assert.deepStrictEqual(names(yield* storage.acquire(other, shards)), names(shards))
    }).pipe(onDatabase))

  it.live("hands on the shards of a runner that hasn't been heard of for too long", () =>
    Effect.gen(function*() {
      const storage = yield* RunnerStorage.RunnerStorage
      const sql = yield* SqlClient.SqlClient
      yield* storage.register(runner(1), true)
      yield* storage.acquire(runner(1).address, shards)
      yield* sql`UPDATE cluster_locks SET acquired_at = datetime('now', '-30 seconds')`
      assert.deepStrictEqual(yield* storage.acquire(runner(2).address, shards), [])
      yield* sql`UPDATE cluster_locks SET acquired_at = datetime('now', '-37 seconds')`
      yield* sql`UPDATE cluster_runners SET last_heartbeat = datetime('now', '-37 seconds')`
      assert.deepStrictEqual(names(yield* storage.acquire(runner(2).address, shards)), names(shards))
      assert.deepStrictEqual(yield* storage.getRunners, [])
    }).pipe(onDatabase))

  it.live("knows its runners when the file is opened again", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const use = <A, E>(effect: Effect.Effect<A, E, RunnerStorage.RunnerStorage>) =>
        Effect.provide(effect, runners.pipe(Layer.provide(compatibleAt(path))), { local: true })
      const register = (port: number) =>
        RunnerStorage.RunnerStorage.use((storage) => storage.register(runner(port), true))
      const first = yield* use(register(1))
      assert.notStrictEqual(yield* use(register(2)), first)
      assert.strictEqual(yield* use(register(1)), first)
    }).pipe(Effect.scoped))
})

describe("SqlRunnerStorage on DuckDB as it is", () => {
  it.live("can't make its tables, and says why", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(runners.pipe(Layer.provide(plain)))))
      assert.include(String(exit), "AUTOINCREMENT")
    }))
})
