/**
 * A result's column is read as its slot says where it holds the same values, and refused where it doesn't.
 *
 * @since 0.1.0
 */
import { assert, layer } from "@effect/vitest"
import { PreciseDate } from "andamios-orm/duckdb"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import { Unreadable } from "../../src/duckdb/reading/unreadable.ts"
import { type ColumnType, fromEpochMilliseconds, fromMicroseconds } from "../../src/model/ColumnType.ts"
import {
  day,
  decimal,
  double,
  instant,
  int32,
  int64,
  json,
  list,
  mood,
  struct,
  text,
  uuidType
} from "./columnValues.ts"
import { as, Duck, nothing, plain, query } from "./journey.ts"

layer(Duck.layer)("conversions of DuckDB", (it) => {
  it.effect.each<readonly [sql: string, type: ColumnType, expected: unknown]>([
    ["SELECT sum(range) FROM range(10)", int64, 45n],
    ["SELECT 7::UBIGINT", int32, 7],
    ["SELECT 7::TINYINT", int64, 7n],
    ["SELECT (-170141183460469231731687303715884105727)::HUGEINT", decimal(38, 0), BigDecimal.make(1n - 2n ** 127n, 0)],
    ["SELECT 1.5::DECIMAL(10, 3)", decimal(10, 1), BigDecimal.make(15n, 1)],
    ["SELECT 1.5::DECIMAL(2, 1)", decimal(10, 3), BigDecimal.make(1500n, 3)],
    ["SELECT 12345678901234567890.12::DECIMAL(38, 2)", double, Number("12345678901234567890.12")],
    ["SELECT 0.1::FLOAT", double, Math.fround(0.1)],
    ["SELECT TIMESTAMP_S '1969-12-31 23:59:59'", instant, fromEpochMilliseconds(-1000)],
    ["SELECT TIMESTAMP_MS '1969-12-31 23:59:59.999'", instant, fromEpochMilliseconds(-1)],
    ["SELECT TIMESTAMP_NS '2020-01-01 00:00:00.000001'", instant, fromMicroseconds(1_577_836_800_000_001n)],
    ["SELECT TIMESTAMP_NS '1969-12-31 23:59:59.999999999'", { _tag: "Timestamp", as: "Date" }, new Date(-1)],
    [
      "SELECT TIMESTAMPTZ '2020-01-01 00:00:00+01'",
      { _tag: "Timestamp", as: "Date" },
      new Date("2019-12-31T23:00:00Z")
    ],
    ["SELECT 'sad'::ENUM ('glad', 'sad')", mood, "sad"],
    ["SELECT 'sad'::ENUM ('glad', 'sad')", text, "sad"],
    ["SELECT '{\"a\": [1]}'::VARCHAR", json, { a: [1] }],
    ["SELECT '0A0A0A0A-0000-0000-0000-000000000001'", uuidType, "0a0a0a0a-0000-0000-0000-000000000001"],
    ["SELECT [1, NULL, 3]::INTEGER[3]", list(int64), [1n, null, 3n]],
    ["SELECT {'B': 1, 'extra': 2, 'a': 'x'}", struct({ a: text, b: int64 }), { a: "x", b: 1n }]
  ])("reads %s as another type that holds it", ([sql, type, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* query(sql, nothing, as(type)), [[expected]])
    }))

  it.effect.each([255, 256, 65_535, 65_536])(
    "reads each of %d values of an enum, of which more take more bytes",
    (values) =>
      Effect.gen(function*() {
        const connection = yield* Duck
        const name = `of_${values}`
        const all = Array.from({ length: values }, (_, place) => `value ${place}`)
        yield* Effect.promise(() =>
          connection.run(`CREATE TYPE ${name} AS ENUM (SELECT 'value ' || range FROM range(${values}))`)
        )
        const read = query(`SELECT CAST('value ' || range AS ${name}) FROM range(${values})`, nothing, as(text))
        assert.deepStrictEqual(yield* read, [all])
      })
  )

  it.effect.each<readonly [sql: string, type: ColumnType, reason: string]>([
    ["SELECT 1", text, "the database returns INTEGER, which can't be read as VARCHAR"],
    ["SELECT ['a']", list(int32), "the database returns VARCHAR, which can't be read as INTEGER"],
    [
      "SELECT {'a': 1}",
      struct({ b: int32 }),
      "the database returns STRUCT(\"a\" INTEGER), which can't be read as STRUCT(\"b\" INTEGER)"
    ],
    ["SELECT 128", { _tag: "Int8" }, "128 is not a whole number from -128 to 127"],
    ["SELECT (2::HUGEINT) ** 63", int64, "the database returns DOUBLE, which can't be read as BIGINT"],
    ["SELECT 9223372036854775808", int64, "9223372036854775808 is not a whole number"],
    ["SELECT 9007199254740992::BIGINT", { _tag: "Int64", as: "number" }, "9007199254740992 is beyond"],
    ["SELECT 1.25::DECIMAL(3, 2)", decimal(3, 1), "1.25 has more than 1 decimal places"],
    ["SELECT 'infinity'::TIMESTAMP", instant, "the timestamp is infinite"],
    ["SELECT '-infinity'::DATE", day, "the day is infinite"],
    ["SELECT '2300-01-01 00:00:00.000001'::TIMESTAMP", instant, "microseconds too far from 1970"],
    ["SELECT TIMESTAMP_NS '2020-01-01 00:00:00.000000001'", instant, "has nanoseconds"],
    ["SELECT '290000-01-01'::TIMESTAMP", { _tag: "Timestamp", as: "Date" }, "outside the years"],
    ["SELECT 'furious'", mood, "\"furious\" is none of \"glad\", \"sad\""],
    ["SELECT '{'", json, "\"{\" is not JSON"]
  ])("refuses to read %s as a type that does not hold it", ([sql, type, reason]) =>
    Effect.gen(function*() {
      const error = yield* query(`SELECT 0, (${sql})`, nothing, as(int32, type)).pipe(
        Effect.catchDefect((defect) => Effect.succeed(defect))
      )
      if (!(error instanceof Unreadable)) return assert.fail(`expected Unreadable, not ${String(error)}`)
      assert.include(error.reason, reason)
      assert.strictEqual(error.columnIndex, 1)
    }))

  it.effect.each<readonly [sql: string, expected: unknown]>([
    ["9223372036854775807::BIGINT", 9223372036854775807n],
    ["(-1)::HUGEINT", -1n],
    ["42::UINTEGER", 42],
    ["1.50::DECIMAL(10, 2)", "1.50"],
    ["DATE '0044-03-15 (BC)'", "0044-03-15 (BC)"],
    ["DATE '2024-02-29'", "2024-02-29"],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", new PreciseDate.PreciseDate(-1, 999_000)],
    ["TIME '00:00:01.5'", "00:00:01.5"],
    ["'a\\x00'::BLOB", Uint8Array.of(97, 0)],
    ["repeat('abc', 10)::BLOB", new TextEncoder().encode("abc".repeat(10))],
    ["'[1]'::JSON", "[1]"],
    ["MAP {'a': 1, 'b': NULL}", new Map([["a", 1], ["b", null]])],
    ["INTERVAL '1 month 2 days 3 seconds'", { months: 1, days: 2, micros: 3_000_000n }],
    ["{'a': [{'b': 1.5::FLOAT}, NULL]}", { a: [{ b: 1.5 }, null] }],
    ["'101'::BIT", "101"],
    ["union_value(number := 1)", { tag: "number", value: 1 }],
    ["NULL", null]
  ])("reads %s of plain SQL", ([sql, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* query(`SELECT ${sql}`, nothing, plain), [[expected]])
    }))
})
