/**
 * What only DuckDB has to be careful with: files that others write, and one file that several Layers have opened.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, QueryCache, Session } from "andamios-orm"
import { DuckDb, Files } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { temporaryDirectory } from "../temporaryDirectory.ts"

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Column.int32)
}, { table: "cached_readings" }) {}

const count = Effect.map(Query.from(Reading).all, ({ length }) => length)

describe("the cache of a DuckDB", () => {
  it.effect("keeps nothing of what a file holds, which others may write", () =>
    Effect.gen(function*() {
      const directory = yield* temporaryDirectory
      const path = join(directory, "readings.parquet")
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const write = (rows: number) =>
          sql.unsafe(`COPY (SELECT CAST(range AS INTEGER) AS id FROM range(${rows})) TO '${path}'`)
        yield* write(2)
        yield* Files.bind(Reading, path)
        yield* count
        yield* count
        const { queries } = yield* QueryCache.report
        assert.deepStrictEqual(queries.map(({ hits, misses }) => ({ hits, misses })), [{ hits: 0, misses: 0 }])
      }).pipe(Effect.provide([TestDatabase.layer([]), QueryCache.layerMemory()]))
    }))

  it.effect("knows what another Layer of the same file writes, in a statement or in a transaction", () =>
    Effect.gen(function*() {
      const path = join(yield* temporaryDirectory, "shared.duckdb")
      const one = yield* Layer.build(TestDatabase.layerOn(DuckDb.layer({ path }), [Reading]))
      const other = yield* Layer.build(Layer.fresh(DuckDb.layer({ path })))
      const add = (id: number) => Query.insert(Reading).values({ id })
      const found = yield* Effect.gen(function*() {
        const counted = Effect.provideContext(count, one)
        const before = [yield* counted, yield* counted]
        yield* Effect.provideContext(add(1), other)
        const after = yield* counted
        yield* Effect.provideContext(Session.transaction(add(2)), other)
        return [...before, after, yield* counted]
      }).pipe(Effect.provide(QueryCache.layerMemory()))
      assert.deepStrictEqual(found, [0, 0, 1, 2])
    }))
})
