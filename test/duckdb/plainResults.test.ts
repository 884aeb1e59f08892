/**
 * A result of plain SQL loses nothing, and no value of it makes the whole fail.
 */
import { assert, layer } from "@effect/vitest"
import { PreciseDate } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

layer(TestDatabase.layer([]))("plain results of DuckDB", (it) => {
  it.effect("have days and instants that no Date can be", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql`
        SELECT 'infinity'::DATE AS day, '-infinity'::TIMESTAMP AS instant, 'infinity'::TIMESTAMPTZ AS zoned,
          'infinity'::TIMESTAMP_S AS second, '290000-01-01'::TIMESTAMP AS far, '290000-01-01 00:00:00+00'::TIMESTAMPTZ AS far_zoned,
          '290000-01-01 (BC)'::DATE AS past, 'infinity'::TIMESTAMP_NS AS nano, '0000-02-29'::DATE AS leap
      `
      assert.deepStrictEqual(rows, [{
        day: "infinity",
        instant: "-infinity",
        zoned: "infinity",
        second: "infinity",
        far: "290000-01-01 00:00:00",
        far_zoned: "290000-01-01 00:00:00+00",
        past: "290000-01-01 (BC)",
        nano: "infinity",
        leap: "0001-02-29 (BC)"
      }])
    }))

  it.effect("give back what they gave, to the nanosecond", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ readonly micro: Date; readonly nano: Date }>`
        SELECT '2020-01-01 00:00:00.000001'::TIMESTAMP AS micro, '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS AS nano
      `
      assert.deepStrictEqual(row, {
        micro: PreciseDate.fromNanoseconds(1_577_836_800_000_001_000n),
        nano: PreciseDate.fromNanoseconds(-1n)
      })
      assert.deepStrictEqual(
        yield* sql`SELECT ${row?.micro}::VARCHAR AS micro, ${row?.nano}::VARCHAR AS nano`,
        [{ micro: "2020-01-01 00:00:00.000001", nano: "1969-12-31 23:59:59.999999999" }]
      )
    }))

  it.effect("keep fields without names apart", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`SELECT row(1, 'x', row(NULL, 2)) AS tuple, [row(1), NULL] AS list, {'__proto__': 1, 'toString': 2} AS named`,
        [{ tuple: [1, "x", [null, 2]], list: [[1], null], named: { ["__proto__"]: 1, toString: 2 } }]
      )
    }))

  it.effect("keep columns of one name apart", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`
          SELECT 1 AS a, 2 AS a, 3 AS "a:1", 4 AS a, 5 AS "__proto__", 6 AS "__proto__", 7 AS "toString", 8 AS "toString"
        `,
        [{ a: 1, "a:2": 2, "a:1": 3, "a:3": 4, ["__proto__"]: 5, "__proto__:1": 6, toString: 7, "toString:1": 8 }]
      )
    }))

  it.effect("have unions and variants as the values they hold", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE held (id INTEGER, one UNION(number BIGINT, list VARCHAR[]))`
      yield* sql`INSERT INTO held VALUES (1, 5), (2, ['a', NULL]), (3, NULL), (4, union_value(number := NULL))`
      assert.deepStrictEqual(yield* sql`SELECT one FROM held ORDER BY id`, [
        { one: { tag: "number", value: 5 } },
        { one: { tag: "list", value: ["a", null] } },
        { one: null },
        { one: { tag: "number", value: null } }
      ])
      const value = { a: [1, 2.5], b: new Date(5), c: { d: "x", e: null }, f: 2n ** 100n }
      assert.deepStrictEqual(yield* sql`SELECT CAST(${value} AS VARIANT) AS value`, [{ value }])
      assert.deepStrictEqual(
        yield* sql`
          SELECT [1.50::DECIMAL(5, 2)::VARIANT, DATE '2020-01-01'::VARIANT, TIME '10:00:00'::VARIANT, 'infinity'::TIMESTAMP::VARIANT,
            INTERVAL 1 MONTH::VARIANT, '\\xAA'::BLOB::VARIANT, NULL::VARIANT, true::VARIANT, uuid()::VARIANT] [:8] AS list
        `,
        [{
          list: [
            "1.50",
            "2020-01-01",
            "10:00:00",
            "infinity",
            { months: 1, days: 0, micros: 0n },
            Uint8Array.of(170),
            null,
            true
          ]
        }]
      )
    }))

  it.effect("have wide integers as bigints where asked", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = sql`SELECT 1::BIGINT AS a, [1::HUGEINT] AS b, 1::BIGNUM AS c, MAP {1::UBIGINT: 1::INTEGER} AS d`
      assert.deepStrictEqual(yield* rows, [{ a: 1, b: [1], c: 1, d: new Map([[1, 1]]) }])
      assert.deepStrictEqual(yield* rows.pipe(Effect.provideService(SqlClient.SafeIntegers, true)), [
        { a: 1n, b: [1n], c: 1n, d: new Map([[1n, 1]]) }
      ])
    }))
})
