/**
 * An increment may reach the largest number of its column. Where rows are spread over servers it has to stay as far below as it adds: the
 * first server adds once more to the row that another gives back, and refuses what is too large then.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import type { Database } from "./Subject.ts"

class Odometer extends Model.Class<Odometer>("Odometer")({
  id: Column.primaryKey(Column.int32),
  small: Column.int16,
  count: Column.int32
}, { table: "increment_odometers" }) {}

const stored = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id, small, count FROM increment_odometers`)

const amounts = { small: 67, count: 1 }

export const incrementToLimit = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Odometer]), { timeout: "60 seconds" })(`${name}: increment`, (it) => {
    it.effect("adds up to the largest number of a column", () =>
      Effect.gen(function*() {
        const odometers = yield* Repository.make(Odometer)
        yield* odometers.insert({ id: 1, small: 32_700, count: 0 })
        assert.strictEqual((yield* odometers.increment(1, amounts)).small, 32_767)
        assert.deepStrictEqual<unknown>(yield* stored, [{ id: 1, small: 32_767, count: 1 }])
      }))
  })

export const noIncrementToLimit = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Odometer]), { timeout: "60 seconds" })(`${name}: increment`, (it) => {
    it.effect("changes nothing where it would reach the largest number of a column", () =>
      Effect.gen(function*() {
        const odometers = yield* Repository.make(Odometer)
        yield* odometers.insert({ id: 1, small: 32_700, count: 0 })
        const error = yield* Effect.flip(odometers.increment(1, amounts))
        assert.strictEqual(error._tag, "QueryFailed", error.message)
        assert.deepStrictEqual<unknown>(yield* stored, [{ id: 1, small: 32_700, count: 0 }])
        yield* odometers.increment(1, { small: 33 })
        assert.deepStrictEqual<unknown>(yield* stored, [{ id: 1, small: 32_733, count: 0 }])
      }))
  })
