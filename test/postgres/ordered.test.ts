/**
 * The last rows of a large table are found by the index that its order goes by.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Index, Model, Plan, Query } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"

class Entry extends Model.Class<Entry>("Entry")({
  id: Column.primaryKey(Column.int32),
  level: Column.int32,
  read: Schema.NullOr(Column.int32)
}, { table: "entries", indexes: [Index.on("level"), Index.on("read")] }) {}

const filled = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO entries SELECT i, i * 7 % 1000, nullif(i * 7 % 1000, 0) FROM generate_series(1, 20000) AS numbers (i)`
  yield* sql`ANALYZE entries`
})).pipe(Layer.provideMerge(TestDatabase.layerPostgres([Entry])))

const indexesOf = (plan: Plan.Plan) =>
  Plan.stepsOf(plan).flatMap(({ details: { "Index Name": name, "Scan Direction": direction } }) =>
    name === undefined ? [] : [`${name} ${direction}`]
  )

layer(filled, { timeout: "60 seconds" })("an order of PostgreSQL", (it) => {
  it.effect("is that of an index, from either end, where a column is never null", () =>
    Effect.gen(function*() {
      const entries = Query.from(Entry).limit(10)
      const used = (query: typeof entries) => Effect.map(query.explain(), indexesOf)
      assert.deepStrictEqual(yield* used(entries.orderBy(({ id }) => id.desc())), ["entries_pkey Backward"])
      assert.deepStrictEqual(yield* used(entries.orderBy(({ level }) => level.asc())), ["entries_level_index Forward"])
      assert.deepStrictEqual(yield* used(entries.orderBy(({ level }) => level.desc())), [
        "entries_level_index Backward"
      ])
    }))

  it.effect("is that of an index, where a column may be null, as the index has the nulls", () =>
    Effect.gen(function*() {
      const entries = Query.from(Entry).limit(10)
      const used = (query: typeof entries) => Effect.map(query.explain(), indexesOf)
      assert.deepStrictEqual(yield* used(entries.orderBy(({ read }) => read.asc())), ["entries_read_index Forward"])
      assert.deepStrictEqual(yield* used(entries.orderBy(({ read }) => read.desc())), [])
      assert.deepStrictEqual(yield* used(entries.orderBy(({ read }) => read.descNullsFirst())), [
        "entries_read_index Backward"
      ])
    }))
})
