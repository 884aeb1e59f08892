/**
 * Nobody overwrites what they have not seen: a change carries the version that was read, and comes too late where it is another.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Repository, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Page extends Model.Class<Page>("Page")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  views: Column.withDefault(Schema.Int, 0),
  ...Mixin.version
}, { table: "version_pages" }) {}

class Draft extends Model.Class<Draft>("Draft")({
  book: Column.primaryKey(Schema.String),
  number: Column.primaryKey(Schema.Int),
  text: Column.unique(Schema.String),
  revision: Mixin.version.version,
  ...Mixin.softDelete
}, { table: "version_drafts" }) {}

const versionsOf = (pages: ReadonlyArray<Page>) => pages.map(({ id, version }) => [id, version])

export const mixinVersion = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Page, Draft]), { timeout: "60 seconds" })(`${name}: version`, (it) => {
    it.effect("a row begins at 1, and every patch adds one", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        const first = yield* pages.insert({ id: 1, text: "a" })
        assert.strictEqual(first.version, 1)
        const second = yield* pages.patch({ id: 1, version: first.version, text: "b" })
        const third = yield* pages.patch({ id: 1, version: second.version, views: 5 })
        assert.deepStrictEqual([second.version, third.version, third.text], [2, 3, "b"])
        const touched = yield* pages.patch({ id: 1, version: 3 })
        assert.strictEqual(touched.version, 4)
        assert.deepStrictEqual(yield* pages.get(1), touched)
      }))

    it.effect("a change of what somebody else has changed is a StaleRow that says so, and changes nothing", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        const read = yield* pages.insert({ id: 11, text: "a" })
        yield* pages.patch({ id: 11, version: read.version, text: "theirs" })
        const stale = yield* Effect.flip(pages.patch({ id: 11, version: read.version, text: "mine" }))
        assert.strictEqual(stale._tag, "StaleRow")
        if (stale._tag === "StaleRow") {
          const { expected, key, model, rows, stored } = stale
          assert.deepStrictEqual({ model, key, expected, stored, rows }, {
            model: "Page",
            key: "id = 11",
            expected: 1,
            stored: 2,
            rows: [0]
          })
        }
        assert.strictEqual(
          stale.message,
          "Page with id = 11 was changed since version 1 was read, it is at version 2. " +
            "Read it again, and make the change anew."
        )
        assert.strictEqual((yield* pages.get(11)).text, "theirs")
        assert.strictEqual((yield* Effect.flip(pages.patch({ id: 404, version: 1, text: "x" })))._tag, "NotFound")
      }))

    it.effect("of many changes none is made where one comes too late, and all of these are told", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        const ids = Array.from({ length: 3_000 }, (_, index) => 1_000 + index)
        yield* pages.insertMany(ids.map((id) => ({ id, text: "a" })))
        const all = yield* pages.patchMany(
          ids.map((id) => ({ id, version: 1, ...id % 2 === 0 ? { text: "b" } : { views: 1 } }))
        )
        assert.isTrue(all.every(({ version }) => version === 2))
        const changes = ids.map((id, index) => ({ id, version: index === 7 || index === 2_999 ? 1 : 2, text: "c" }))
        const stale = yield* Effect.flip(pages.patchMany(changes))
        assert.deepStrictEqual(stale._tag === "StaleRow" ? stale.rows : stale, [7, 2_999])
        assert.include(
          stale.message,
          "Page with id = 1007 was changed since version 1 was read, it is at version 2. So were 1 more."
        )
        assert.strictEqual(yield* Query.from(Page).where((page) => page.text.eq("c")).count, 0)
        assert.strictEqual(
          yield* Query.from(Page).where((page) => page.version.eq(2).and(page.id.gte(1_000))).count,
          3_000
        )
      }))

    it.effect("of two that change a row at the same time one wins", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        yield* pages.insert({ id: 21, text: "a" })
        const patches = ["x", "y", "z"].map((text) => Effect.exit(pages.patch({ id: 21, version: 1, text })))
        const exits = yield* Effect.all(patches, { concurrency: "unbounded" })
        assert.lengthOf(exits.filter(Exit.isSuccess), 1)
        for (const exit of exits) {
          if (Exit.isSuccess(exit)) continue
          const { _tag } = yield* Effect.flip(exit)
          assert.include(["StaleRow", "Conflict"], _tag)
        }
        assert.strictEqual((yield* pages.get(21)).version, 2)
      }))

    it.effect("an upsert adds one to the rows that it overwrites, and none to those that it leaves", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        yield* pages.insertMany([{ id: 31, text: "a" }, { id: 32, text: "a" }])
        const first = yield* pages.upsertMany([{ id: 31, text: "b" }, { id: 33, text: "b" }])
        assert.deepStrictEqual(versionsOf(first), [[31, 2], [33, 1]])
        const second = yield* pages.upsert({ id: 31, text: "c" }, { update: ["views"] })
        assert.deepStrictEqual([second.version, second.text], [3, "b"])
        const third = yield* pages.upsert({ id: 31, text: "d" }, { update: [] })
        assert.deepStrictEqual([third.version, third.text], [3, "b"])
        assert.strictEqual((yield* Effect.flip(pages.patch({ id: 31, version: 1 })))._tag, "StaleRow")
      }))

    it.effect("an import begins at 1 too, whatever it says", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        yield* pages.importFrom(Stream.fromIterable([{ id: 41, text: "a", views: 0, version: 99 }]))
        assert.strictEqual((yield* pages.get(41)).version, 1)
      }))

    it.effect("deleting a row softly and bringing it back are changes, too", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const drafts = yield* Repository.make(Draft)
        const key = { book: "b", number: 1 }
        const read = yield* drafts.insert({ ...key, text: "a" })
        yield* drafts.delete(key)
        assert.deepStrictEqual(yield* sql`SELECT revision FROM version_drafts`, [{ revision: 2 }])
        yield* drafts.restore(key)
        const stale = yield* Effect.flip(drafts.patch({ ...key, revision: read.revision, text: "b" }))
        assert.strictEqual(stale._tag === "StaleRow" ? stale.stored : stale, 3)
        assert.strictEqual(yield* drafts.deleteMany([key]), 1)
        assert.strictEqual((yield* drafts.restore(key)).revision, 5)
        assert.strictEqual((yield* drafts.patch({ ...key, revision: 5, text: "b" })).revision, 6)
      }))

    it.effect("a change without the version that was read is refused before anything is sent", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        // @ts-expect-error Property 'version' is missing in type '{ id: number; text: string; }'
        const invalid = yield* Effect.flip(pages.patch({ id: 1, text: "b" }))
        assert.strictEqual(
          invalid.message,
          "Page (row 0) is not valid:\n  version: it is missing: a change carries the version that was read"
        )
      }))

    it.effect("what is rolled back leaves the version as it was", () =>
      Effect.gen(function*() {
        const pages = yield* Repository.make(Page)
        yield* pages.insert({ id: 51, text: "a" })
        const failing = Effect.andThen(pages.patch({ id: 51, version: 1, text: "b" }), Effect.fail("no"))
        assert.strictEqual(yield* Effect.flip(Session.transaction(failing)), "no")
        assert.strictEqual((yield* pages.patch({ id: 51, version: 1, text: "c" })).version, 2)
      }))
  })
