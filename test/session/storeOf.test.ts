/**
 * A store that several databases share keeps the answers of each apart, and none of a database that its cache isn't for.
 */
import { assert, layer } from "@effect/vitest"
import { AnswerStore, Column, Database, Model, Query, QueryCache } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Persistence } from "effect/persistence"

class Note extends Model.Class<Note>("Note")({ id: Column.primaryKey(Schema.Int), text: Schema.String }, {
  table: "notes"
}) {}

class Other extends Database.Service<Other>()("storeOf/Other") {}

const texts = Effect.map(Query.from(Note).all, (notes) => notes.map(({ text }) => text))
const write = (text: string) => Query.insert(Note).values({ id: 1, text })

const memory = TestDatabase.layerOn(DuckDb.layer({ path: ":memory:" }), [Note])
const store = Layer.provide(AnswerStore.layer, Persistence.layerBackingMemory)

/** How many questions were answered by the store, and how many by the database. */
const counted = Effect.map(QueryCache.report, ({ queries }) => ({
  stored: queries.reduce((sum, { stored }) => sum + stored, 0),
  misses: queries.reduce((sum, { misses }) => sum + misses, 0),
  unstored: queries.flatMap(({ unstored }) => unstored ?? [])
}))

layer(store)("a store of answers", (it) => {
  it.effect("gives a database in memory nothing of an earlier one", () =>
    Effect.gen(function*() {
      const inMemory = (text: string) =>
        Effect.gen(function*() {
          yield* write(text)
          return { found: yield* texts, ...yield* counted }
        }).pipe(Effect.provide(Layer.provideMerge(QueryCache.layerPersisted(), memory), { local: true }))
      yield* inMemory("earlier")
      const { found, misses, stored } = yield* inMemory("later")
      assert.deepStrictEqual({ found, misses, stored }, { found: ["later"], misses: 1, stored: 0 })
    }))

  it.effect("keeps nothing of a database that the cache isn't for, and says so", () =>
    Effect.gen(function*() {
      const elsewhere = Other.run(texts)
      yield* write("here")
      yield* Other.run(write("there"))
      assert.deepStrictEqual([yield* elsewhere, yield* elsewhere, yield* texts], [["there"], ["there"], ["here"]])
      const { unstored } = yield* counted
      assert.deepStrictEqual(unstored, ["it is asked of another database than that of the cache"])
    }).pipe(
      Effect.provide(
        Layer.provideMerge(QueryCache.layerPersisted(), Layer.merge(memory, Other.layer(Layer.fresh(memory)))),
        { local: true }
      )
    ))
})
