/**
 * Every parameter is bound with its type, and what can't be stored is refused: law 6, and row 10 of what DuckDB does in silence.
 */
import { DECIMAL, jsToDuckDBValue, listValue } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, OrmError, Repository } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import * as Bare from "./bare.ts"

describe("the bare binding: a value is changed on its way", () => {
  const bound = (sql: string, value: Parameters<typeof listValue>[0][number]) =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      yield* Bare.run(connection, "CREATE TABLE kinds (int INTEGER, decimal DECIMAL(18, 3), instant TIMESTAMP)")
      const reader = yield* Effect.promise(() => connection.runAndReadAll(sql, [value]))
      return reader.getRowsJson()[0]?.[0]
    }).pipe(Effect.scoped)

  it.live("a list that begins with a null holds only nulls", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* bound("SELECT $1", listValue([null, 1])), [null, null])
    }))

  it.live("a fraction is rounded by an integer column", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* bound("INSERT INTO kinds (int) VALUES ($1) RETURNING int", 1.5), 2)
    }))

  it("a bigint becomes thousandths of a decimal", () => {
    assert.strictEqual(String(jsToDuckDBValue(5n, DECIMAL(18, 3))), "0.005")
  })

  it.live("a text's offset is dropped by a timestamp column", () =>
    Effect.gen(function*() {
      const insert = "INSERT INTO kinds (instant) VALUES ($1) RETURNING instant"
      assert.strictEqual(yield* bound(insert, "2024-01-01T12:00:00+05:00"), "2024-01-01 12:00:00")
    }))

  it.live("SQL text ends at its first NUL", () =>
    Effect.gen(function*() {
      const connection = yield* Bare.connection
      assert.deepStrictEqual(yield* Bare.rows(connection, "SELECT 1\0, 2"), [[1]])
    }).pipe(Effect.scoped))
})

class Kinds extends Model.Class<Kinds>("Kinds")({
  id: Column.primaryKey(Schema.Int),
  list: Schema.Array(Schema.NullOr(Column.int32)),
  int: Column.int32,
  decimal: Column.decimal({ precision: 18, scale: 3 }),
  instant: Column.timestamp
}, { table: "kinds" }) {}

const first = {
  id: 1,
  list: [null, 1],
  int: 2,
  decimal: BigDecimal.fromBigInt(5n),
  instant: DateTime.makeUnsafe("2024-01-01T12:00:00+05:00")
}

describe("ours: a value is stored as it is, or refused", () => {
  it.live("few rows, as parameters, and many, as columns", () =>
    Effect.gen(function*() {
      const kinds = yield* Repository.make(Kinds)
      const sql = yield* SqlClient.SqlClient
      yield* kinds.insert(first)
      yield* kinds.insertMany(Array.from({ length: 20 }, (_, index) => ({ ...first, id: index + 2 })))
      const stored = yield* sql`
        SELECT DISTINCT list::VARCHAR AS list, int, decimal::VARCHAR AS decimal, instant::VARCHAR AS instant
        FROM kinds`
      assert.deepStrictEqual(stored, [
        { list: "[NULL, 1]", int: 2, decimal: "5.000", instant: "2024-01-01 07:00:00" }
      ])
      const { decimal, instant, int, list } = yield* kinds.get(21)
      assert.deepStrictEqual({ list, int }, { list: [null, 1], int: 2 })
      assert.isTrue(BigDecimal.equals(decimal, first.decimal))
      assert.isTrue(DateTime.isDateTime(instant) && DateTime.toEpochMillis(instant) === Date.UTC(2024, 0, 1, 7))
    }).pipe(Effect.provide(TestDatabase.layer([Kinds]))))

  it.live("what a column would change is Invalid, and nothing is stored", () =>
    Effect.gen(function*() {
      const kinds = yield* Repository.make(Kinds)
      const half = yield* Effect.flip(kinds.insert({ ...first, int: 1.5 }))
      const tenthOfThousandth = BigDecimal.fromStringUnsafe("0.0001")
      const small = yield* Effect.flip(kinds.insertMany([first, { ...first, id: 2, decimal: tenthOfThousandth }]))
      assert.instanceOf(half, OrmError.Invalid)
      assert.instanceOf(small, OrmError.Invalid)
      assert.deepStrictEqual(yield* kinds.findById(1), yield* kinds.findById(2))
    }).pipe(Effect.provide(TestDatabase.layer([Kinds]))))

  it.live("plain SQL keeps lists, big integers, decimals and instants, and refuses text with a NUL", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE kinds (list INTEGER[], decimal DECIMAL(18, 3), instant TIMESTAMP)`
      const { decimal, instant } = first
      yield* sql`INSERT INTO kinds VALUES (${[null, 1]}, ${5n}, ${instant}), (${[1, null]}, ${decimal}, ${instant})`
      const stored =
        yield* sql`SELECT list::VARCHAR AS list, decimal::VARCHAR AS decimal, instant::VARCHAR AS instant FROM kinds`
      const instants = "2024-01-01 07:00:00"
      assert.deepStrictEqual(stored, [
        { list: "[NULL, 1]", decimal: "5.000", instant: instants },
        { list: "[1, NULL]", decimal: "5.000", instant: instants }
      ])
      assert.include((yield* Effect.flip(sql.unsafe("SELECT 1\0, 2"))).message, "NUL")
    }).pipe(Effect.provide(DuckDb.layer({ path: ":memory:" }))))
})
