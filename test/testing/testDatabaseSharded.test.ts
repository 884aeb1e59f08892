/**
 * Each test has a database of its own on a coordinator and two shards.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Migration, Model, Repository, Type } from "andamios-orm"
import { Postgres } from "andamios-orm/postgres"
import { TestDatabase } from "andamios-orm/testing"
import * as Array from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Column.int32),
  text: Schema.String
}, { table: "notes", distribution: { by: "id" } }) {}

class Label extends Model.Class<Label>("Label")({
  id: Column.primaryKey(Column.int32)
}, { table: "labels" }) {}

const asked = (sql: string) => Effect.flatMap(SqlClient.SqlClient, (client) => client.unsafe(sql))

const revisions = [
  Migration.make({
    id: "000000000001",
    up: [
      Migration.createTable({
        name: "notes",
        columns: [Migration.column("id", Type.int32), Migration.column("text", Type.text)],
        primaryKey: { columns: ["id"] }
      }),
      Migration.run("a note", asked("INSERT INTO notes (id, text) VALUES (1, 'of a migration')"))
    ]
  })
]

/** The servers, and what is in this test's database on each. */
const cluster = Effect.gen(function*() {
  const { sharding, ...coordinator } = yield* TestDatabase.address
  assert(sharding?.strategy === "partitioned")
  return { coordinator, shards: sharding.shards }
})

const on = (server: Postgres.Options) => (sql: string) =>
  asked(sql).pipe(Effect.provide(Postgres.layer({ ...server, pool: { size: 1 } }), { local: true }))

const texts = asked("SELECT id, text FROM notes ORDER BY id")
const rows = Array.range(1, 20).map((id) => ({ id, text: `note ${id}` }))
const write = Effect.flatMap(Repository.make(Note), (notes) => notes.insertMany(rows))

describe("a test's database on shards", () => {
  const models = TestDatabase.layerSharded([Note])

  it.effect("has the rows of a table on both shards, and none of another's", () =>
    Effect.gen(function*() {
      yield* write
      const { shards } = yield* cluster
      assert.strictEqual(shards.length, 2)
      const found = yield* Effect.forEach(shards, (shard) => on(shard)("SELECT id, text FROM notes"))
      assert.isTrue(found.every((some) => some.length > 0))
      assert.sameDeepMembers(found.flat(), rows)
    }).pipe(Effect.provide(models, { local: true })))

  it.effect("is another one for each test that runs beside others", () =>
    Effect.gen(function*() {
      const one = Effect.andThen(write, texts).pipe(Effect.provide(models, { local: true }))
      const found = yield* Effect.forEach(Array.range(1, 20), () => one, { concurrency: "unbounded" })
      assert.deepStrictEqual<unknown>(found, Array.range(1, 20).map(() => rows))
    }), 120_000)

  it.effect("is dropped on all servers at the end", () =>
    Effect.gen(function*() {
      const { coordinator, shards } = yield* Effect.andThen(texts, cluster).pipe(
        Effect.provide(models, { local: true })
      )
      for (const { database, ...server } of [coordinator, ...shards]) {
        const own = `SELECT FROM pg_database WHERE datname = '${database}'`
        assert.strictEqual((yield* on({ ...server, database: "postgres" })(own)).length, 0)
      }
    }))

  it.effect("can be reached by a pool with other options", () =>
    Effect.gen(function*() {
      yield* write
      const narrow = Postgres.layer({ ...(yield* TestDatabase.address), pool: { size: 1 } })
      const found = Effect.flatMap(Repository.make(Note), (notes) => notes.findById(20))
      assert.isTrue((yield* Effect.provide(found, narrow, { local: true }))._tag === "Some")
    }).pipe(Effect.provide(models, { local: true })))

  it.effect("has what migrations make", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual<unknown>(yield* texts, [{ id: 1, text: "of a migration" }])
    }).pipe(Effect.provide(TestDatabase.layerSharded({ migrations: { revisions } }), { local: true })))

  it.effect("spreads what says nothing of it where that is wanted", () =>
    Effect.gen(function*() {
      const kind = asked("SELECT relkind FROM pg_class WHERE oid = 'labels'::regclass")
      const alone = Effect.provide(kind, TestDatabase.layerSharded([Label]), { local: true })
      const automatic = TestDatabase.layerSharded([Label], { undeclared: "automatic" })
      assert.deepStrictEqual(yield* alone, [{ relkind: "r" }])
      assert.deepStrictEqual(yield* Effect.provide(kind, automatic, { local: true }), [{ relkind: "p" }])
    }))

  it.live("is on another server where one has ended meanwhile", () =>
    Effect.gen(function*() {
      const { coordinator, shards } = yield* Effect.provide(cluster, models, { local: true })
      const host = shards[1]?.host ?? ""
      const [server = ""] = readFileSync(join(host, "data/postmaster.pid"), "utf8").split("\n")
      process.kill(Number(server), "SIGINT")
      yield* Effect.sync(() => existsSync(host)).pipe(
        Effect.repeat({ until: (isThere) => !isThere, schedule: Schedule.spaced("20 millis") }),
        Effect.timeout("20 seconds")
      )
      const [next, found] = yield* Effect.andThen(write, Effect.all([cluster, texts])).pipe(
        Effect.provide(models, { local: true })
      )
      assert.deepStrictEqual<unknown>(found, rows)
      assert.strictEqual(next.coordinator.host, coordinator.host)
      assert.strictEqual(next.shards[0]?.host, shards[0]?.host)
      assert.notStrictEqual(next.shards[1]?.host, host)
    }), 60_000)
})
