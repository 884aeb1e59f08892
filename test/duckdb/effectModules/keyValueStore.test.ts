/**
 * Effect's `KeyValueStore` on DuckDB.
 */
import { assert, describe, it } from "@effect/vitest"
import { SqliteCompatibility } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { KeyValueStore } from "effect/persistence"
import { compatible, compatibleAt, databaseFile, plain } from "./databases.ts"

const store = KeyValueStore.layerSql()

describe.each([
  ["DuckDB as it is", store.pipe(Layer.provide(plain))],
  ["the compatibility Layer", store.pipe(Layer.provide(compatible))]
])("KeyValueStore on %s", (_, layer) => {
  it.effect("keeps texts and bytes under their keys", () =>
    Effect.gen(function*() {
      const values = yield* KeyValueStore.KeyValueStore
      const bytes = new Uint8Array([0, 1, 254, 255])
      yield* values.set("text", "¿Qué tal? 😀\u0000")
      yield* values.set("bytes", bytes)
      yield* values.set("text", "¡Bien! 😀\u0000")
      assert.strictEqual(yield* values.get("text"), "¡Bien! 😀\u0000")
      assert.deepStrictEqual(yield* values.getUint8Array("bytes"), bytes)
      assert.isUndefined(yield* values.get("nothing"))
      assert.strictEqual(yield* values.modify("text", (text) => text.slice(1)), "Bien! 😀\u0000")
      assert.deepStrictEqual((yield* values.keys).toSorted(), ["bytes", "text"])
      yield* values.remove("bytes")
      assert.strictEqual(yield* values.size, 1)
      yield* values.clear
      assert.isTrue(yield* values.isEmpty)
    }).pipe(Effect.provide(layer)))

  it.effect("clears just the keys that begin with a prefix, capitals apart and signs taken as they are", () =>
    Effect.gen(function*() {
      const values = yield* KeyValueStore.KeyValueStore
      const keys = ["a%b/1", "a%b/2", "A%b/3", "axb/4", "a%"]
      yield* Effect.forEach(keys, (key) => values.set(key, key), { discard: true })
      yield* values.clearPrefix("a%b/")
      assert.deepStrictEqual((yield* values.keys).toSorted(), ["A%b/3", "a%", "axb/4"])
    }).pipe(Effect.provide(layer)))
})

describe("KeyValueStore on DuckDB as it is", () => {
  it.live("says so where two fibers write one key at once and one of them can't", () =>
    Effect.gen(function*() {
      const values = yield* KeyValueStore.KeyValueStore
      const fibers = Array.from({ length: 100 }, (_, index) => `${index}`)
      const results = yield* Effect.forEach(
        fibers,
        (value) => Effect.result(values.set("key", value)),
        { concurrency: "unbounded" }
      )
      const written = results.flatMap((result, index) => Result.isSuccess(result) ? [`${index}`] : [])
      const failures = results.flatMap((result) => Result.isFailure(result) ? [result.failure._tag] : [])
      assert.deepStrictEqual([...new Set(failures)], failures.length === 0 ? [] : ["KeyValueStoreError"])
      assert.include(written, yield* values.get("key"))
    }).pipe(Effect.provide(store.pipe(Layer.provide(plain)))))
})

describe("KeyValueStore with the compatibility Layer", () => {
  it.live("never loses a write to another: all those of many fibers succeed", () =>
    Effect.gen(function*() {
      const values = yield* KeyValueStore.KeyValueStore
      const fibers = Array.from({ length: 200 }, (_, index) => index)
      yield* Effect.forEach(fibers, (index) => values.set(`key ${index % 4}`, `${index}`), { concurrency: "unbounded" })
      assert.strictEqual(yield* values.size, 4)
    }).pipe(Effect.provide(store.pipe(Layer.provide(compatible)))))

  it.live("finds in the file what it kept there, and what a store without the Layer did", () =>
    Effect.gen(function*() {
      const path = yield* databaseFile
      const database = compatibleAt(path)
      const use = <A, E>(
        effect: Effect.Effect<A, E, KeyValueStore.KeyValueStore>,
        layer: Layer.Layer<KeyValueStore.KeyValueStore, unknown>
      ) => Effect.provide(effect, layer, { local: true })
      const withLayer = store.pipe(Layer.provide(SqliteCompatibility.layer), Layer.provide(database))
      const without = store.pipe(Layer.provide(database))

      yield* use(KeyValueStore.KeyValueStore.use((values) => values.set("kept", "here")), withLayer)
      yield* use(KeyValueStore.KeyValueStore.use((values) => values.set("also", "there")), without)
      const kept = KeyValueStore.KeyValueStore.use((values) => Effect.all([values.get("kept"), values.get("also")]))
      assert.deepStrictEqual(yield* use(kept, withLayer), ["here", "there"])
    }))
})
