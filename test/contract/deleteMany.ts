/**
 * Rows are deleted by their keys, all of them or none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository, Session } from "andamios-orm"
import { expectState, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { instant } from "./columnKinds.ts"
import type { Database } from "./Subject.ts"

class Topic extends Model.Class<Topic>("Topic")({
  id: Column.primaryKey(Column.int32),
  name: Schema.String
}, { table: "delete_topics" }) {}

class Post extends Model.Class<Post>("Post")({
  id: Column.primaryKey(Column.uuid),
  topic: Column.references(Column.int32, () => Topic, "id")
}, { table: "delete_posts" }) {}

class Reading extends Model.Class<Reading>("Reading")({
  sensor: Column.primaryKey(Schema.String),
  at: Column.primaryKey(Column.timestamp),
  value: Schema.Number
}, { table: "delete_readings" }) {}

const topics = (start: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: start + index, name: "topic" }))

const idsFrom = (start: number, count: number) =>
  Effect.map(
    Query.from(Topic).where((topic) => topic.id.between(start, start + count - 1)).orderBy((topic) => topic.id.asc())
      .all,
    (rows) => rows.map(({ id }) => id)
  )

export const deleteMany = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Topic, Post, Reading]), { timeout: "60 seconds" })(
    `${name}: deleteMany`,
    (it) => {
      it.effect("deletes the rows with these keys, and says how many there were", () =>
        Effect.gen(function*() {
          const repository = yield* Repository.make(Topic)
          yield* repository.insertMany(topics(0, 5))
          assert.strictEqual(yield* repository.deleteMany([4, 1, 404, 1]), 2)
          yield* expectState([Topic, [{ id: 0 }, { id: 2 }, { id: 3 }]])
          assert.strictEqual(yield* repository.deleteMany([4, 1]), 0)
          assert.strictEqual(yield* repository.deleteMany([]), 0)
          assert.deepStrictEqual(yield* idsFrom(0, 5), [0, 2, 3])
        }))

      it.effect("tells rows by a primary key of several fields, to the microsecond", () =>
        Effect.gen(function*() {
          const readings = yield* Repository.make(Reading)
          const at = (milliseconds: number) => instant("2024-02-29T23:59:59Z", milliseconds * 1_000)
          const rows = ["a", "b"].flatMap((sensor) =>
            [0, 0.25, 1].map((time) => ({ sensor, at: at(time), value: time }))
          )
          yield* readings.insertMany(rows)
          const keys = [{ sensor: "a", at: at(0.25) }, { sensor: "b", at: at(1) }, { sensor: "c", at: at(0) }]
          assert.strictEqual(yield* readings.deleteMany(keys), 2)
          const left = yield* Query.from(Reading).orderBy((row) => [row.sensor.asc(), row.at.asc()])
          assert.deepStrictEqual(left.map(({ sensor, value }) => [sensor, value]), [["a", 0], ["a", 1], ["b", 0], [
            "b",
            0.25
          ]])
        }))

      for (const count of [9, 20_000]) {
        it.effect(`deletes every other of ${count} rows`, () =>
          Effect.gen(function*() {
            const repository = yield* Repository.make(Topic)
            const start = count * 100
            const ids = topics(start, count).map(({ id }) => id)
            yield* repository.insertMany(topics(start, count))
            assert.strictEqual(
              yield* repository.deleteMany(ids.filter((id) => id % 2 === 0)),
              ids.filter((id) => id % 2 === 0).length
            )
            assert.deepStrictEqual(yield* idsFrom(start, count), ids.filter((id) => id % 2 === 1))
          }))

        it.effect(`deletes none of ${count} rows where another row refers to one`, () =>
          Effect.gen(function*() {
            const repository = yield* Repository.make(Topic)
            const posts = yield* Repository.make(Post)
            const start = count * 1_000
            const ids = topics(start, count).map(({ id }) => id)
            yield* repository.insertMany(topics(start, count))
            const post = { id: `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`, topic: start + count - 1 }
            yield* posts.insert(post)
            const referenced = yield* Effect.flip(repository.deleteMany(ids))
            assert.strictEqual(referenced._tag, "StillReferenced")
            if (referenced._tag === "StillReferenced") assert.strictEqual(referenced.table, "delete_topics")
            assert.deepStrictEqual(yield* idsFrom(start, count), ids)

            assert.strictEqual(yield* posts.deleteMany([post.id.toUpperCase()]), 1)
            assert.strictEqual(yield* repository.deleteMany(ids), count)
          }))
      }

      it.effect("refuses a key that no row can have, and says which", () =>
        Effect.gen(function*() {
          const posts = yield* Repository.make(Post)
          const invalid = yield* Effect.flip(
            posts.deleteMany(["00000000-0000-4000-8000-000000000000", "no uuid"])
          )
          assert.strictEqual(invalid._tag, "Invalid")
          assert.strictEqual(invalid.message, "Post (row 1) is not valid:\n  id: expected a uuid")
        }))

      it.effect("is undone with the transaction around it", () =>
        Effect.gen(function*() {
          const repository = yield* Repository.make(Topic)
          yield* repository.insertMany(topics(50, 20))
          const failing = Effect.gen(function*() {
            assert.strictEqual(yield* repository.deleteMany(topics(50, 20).map(({ id }) => id)), 20)
            assert.deepStrictEqual(yield* idsFrom(50, 20), [])
            return yield* Effect.fail("no")
          })
          assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
          assert.lengthOf(yield* idsFrom(50, 20), 20)
        }))
    }
  )
