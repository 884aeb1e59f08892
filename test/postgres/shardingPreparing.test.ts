/**
 * A Layer makes the coordinator know its shards, and refuses to look for rows where they are not.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Repository, Session } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { executeAt, layerOf, type Place, type Places, places, rowsAt } from "./shardedServers.ts"

class Word extends Model.Class<Word>("Word")({ id: Column.primaryKey(Schema.Int), text: Schema.String }, {
  table: "words",
  distribution: { by: "id" }
}) {}

const opened = (all: Places) => Effect.scoped(Effect.asVoid(Layer.build(Layer.fresh(layerOf(all)))))

const createWords = (all: Places) => Effect.provide(Session.createTables([Word]), Layer.fresh(layerOf(all)))

const refusal = (all: Places) => Effect.flip(opened(all))

describe("sharded PostgreSQL: preparing", () => {
  it.effect("changes nothing where all is there", () =>
    Effect.gen(function*() {
      const all = yield* places
      yield* opened(all)
      const marks = "SELECT xmin, oid FROM pg_proc WHERE pronamespace = 'andamios'::regnamespace ORDER BY oid"
      const before = yield* rowsAt(all.coordinator, marks)
      assert.isNotEmpty(before)
      yield* opened(all)
      assert.deepStrictEqual(yield* rowsAt(all.coordinator, marks), before)
    }))

  it.effect("is done once by several that begin together", () =>
    Effect.gen(function*() {
      const all = yield* places
      yield* Effect.all([opened(all), opened(all), opened(all)], { concurrency: 3 })
      yield* createWords(all)
    }))

  it.effect("follows shards to other addresses, with their rows", () =>
    Effect.gen(function*() {
      const all = yield* places
      const { shards } = all
      yield* createWords(all)
      const insert = Effect.gen(function*() {
        const words = yield* Repository.make(Word)
        yield* words.insertMany(Array.from({ length: 10 }, (_, id) => ({ id, text: "word" })))
      })
      yield* Effect.provide(insert, Layer.fresh(layerOf(all)))
      const moved = yield* Effect.forEach(shards, (shard) =>
        Effect.as(
          executeAt(
            { ...shard, database: "postgres" },
            `ALTER DATABASE ${shard.database} RENAME TO ${shard.database}_moved`
          ),
          { ...shard, database: `${shard.database}_moved` }
        ))
      const there = { ...all, shards: moved }
      const count = Effect.gen(function*() {
        const words = yield* Repository.make(Word)
        return yield* words.count()
      })
      assert.strictEqual(yield* Effect.provide(count, Layer.fresh(layerOf(there))), 10)
    }))

  it.effect("refuses another number of shards once there are tables, and takes it before", () =>
    Effect.gen(function*() {
      const all = yield* places
      const fewer = { ...all, shards: all.shards.slice(0, 1) }
      yield* opened(all)
      yield* opened(fewer)
      yield* opened(all)
      yield* createWords(all)
      const failure = yield* refusal(fewer)
      assert.strictEqual(failure._tag, "ConnectionFailed")
      assert.include(failure.message, "its tables are spread over 2 shards, and it was given 1")
      assert.include(failure.message, "rows would be looked for in the wrong place")
    }))

  it.effect("refuses another order", () =>
    Effect.gen(function*() {
      const all = yield* places
      yield* createWords(all)
      const failure = yield* refusal({ ...all, shards: all.shards.toReversed() })
      assert.include(failure.message, "is its shard 1, and was given as shard 0")
      assert.include(failure.message, "Give the shards in the order in which they were given first.")
    }))

  it.effect("refuses shards that are not what they were, whatever their addresses are", () =>
    Effect.gen(function*() {
      const all = yield* places
      const other = yield* places
      const { coordinator, shards: [one, two] } = all
      if (one === undefined || two === undefined) return assert.fail("no shards")
      const directory = mkdtempSync(join(tmpdir(), "addresses-"))
      chmodSync(directory, 0o755)
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(directory, { recursive: true })))
      const alias = (shard: Place, name: string): Place => {
        const host = join(directory, name)
        symlinkSync(shard.host, host)
        return { ...shard, host }
      }
      const oneAliased = alias(one, "one")
      const twice = yield* refusal({ ...all, shards: [one, oneAliased] })
      assert.include(twice.message, "is shard 0, and was given as shard 1 again")
      const itself = yield* refusal({ ...all, shards: [one, coordinator] })
      assert.include(itself.message, "is the coordinator itself")
      yield* createWords(all)
      yield* createWords(other)
      const turned = yield* refusal({ ...all, shards: [alias(two, "two"), oneAliased] })
      assert.include(turned.message, "is its shard 1, and was given as shard 0")
      const taken = yield* refusal({ ...all, shards: [one, ...other.shards.slice(1)] })
      assert.include(taken.message, "is a shard of another coordinator")
      yield* executeAt(two, "DROP FUNCTION andamios.shard()")
      const empty = yield* refusal({ ...all, shards: [one, alias(two, "empty")] })
      assert.include(empty.message, "is none of its shards")
    }))

  it.effect("refuses no shards at all", () =>
    Effect.gen(function*() {
      const all = yield* places
      const failure = yield* refusal({ ...all, shards: [] })
      assert.strictEqual(failure._tag, "ConnectionFailed")
      assert.include(failure.message, "it was given no shards")
    }))

  it.effect("says which shard does not answer", () =>
    Effect.gen(function*() {
      const all = yield* places
      const [one] = all.shards
      if (one === undefined) return assert.fail("no shard")
      const failure = yield* refusal({ ...all, shards: [one, { ...one, database: "nowhere" }] })
      assert.strictEqual(failure._tag, "ConnectionFailed")
      assert.include(failure.message, "shard 1 (nowhere at ")
      assert.include(failure.message, "can't be prepared")
      assert.deepStrictEqual(yield* rowsAt(all.coordinator, "SELECT srvname FROM pg_foreign_server"), [])
    }))

  it.effect("says what to do where it has no right, and asks for passwords of those that need them", () =>
    Effect.gen(function*() {
      const all = yield* places
      yield* executeAt(all.coordinator, "CREATE ROLE guest LOGIN PASSWORD 'none'")
      const failure = yield* refusal({ ...all, coordinator: { ...all.coordinator, username: "guest" } })
      assert.strictEqual(failure._tag, "ConnectionFailed")
      assert.include(failure.message, "Open it once as a superuser")
      yield* executeAt(all.coordinator, "DROP ROLE guest")
    }))

  it.effect("gives the password of a shard to the coordinator", () =>
    Effect.gen(function*() {
      const { coordinator, shards } = yield* places
      const withPassword = shards.map((shard: Place) => ({ ...shard, password: Redacted.make("it's secret") }))
      const layer = () =>
        Layer.fresh(Postgres.layer({ ...coordinator, sharding: { strategy: "partitioned", shards: withPassword } }))
      yield* Effect.scoped(Layer.build(layer()))
      yield* Effect.scoped(Layer.build(layer()))
      const options = yield* rowsAt(coordinator, "SELECT umoptions FROM pg_user_mappings")
      assert.lengthOf(options, 2)
      assert.include(options[0], "password=it's secret")
    }))
})
