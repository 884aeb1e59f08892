/**
 * Values of plain SQL arrive as they are, or the statement fails and says what to do.
 */
import { assert, layer } from "@effect/vitest"
import { PreciseDate } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { fromMicroseconds } from "../../src/model/ColumnType.ts"
import { anyOf, bigints, nullable, oneOf, texts, type Values } from "./columnValues.ts"

const integers = Arbitrary.map(
  oneOf(bigints(-(2n ** 127n), 2n ** 127n - 1n), bigints(-1000n, 1000n), anyOf([2n ** 127n - 1n, -(2n ** 127n)])),
  (value) => typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value
)
const numbers = oneOf(Arbitrary.schema(Schema.Number), anyOf([NaN, Infinity, -Infinity, -0, 0.1, 2 ** 53]))
const dates = Arbitrary.map(
  bigints(-8_640_000_000_000_000n, 8_640_000_000_000_000n),
  (value) => new Date(Number(value))
)
const bytes = Arbitrary.map(texts, (text) => new TextEncoder().encode(String(text)))
const scalars: ReadonlyArray<Values> = [integers, numbers, texts, anyOf([true, false]), dates, bytes]

/** Lists, structs and maps of values that are alike. */
const nested = (values: Values): ReadonlyArray<Values> => {
  const list = Arbitrary.array(nullable(values), { maxLength: 5 })
  const struct = Arbitrary.map(
    Arbitrary.all([nullable(values), nullable(texts)]),
    ([one, name]) => ({ one, "a \"name\"": name, ["__proto__"]: one })
  )
  const map = Arbitrary.map(
    Arbitrary.array(Arbitrary.all([texts, nullable(values)]), { maxLength: 4 }),
    (entries) => new Map(entries.map(([key, one]) => [key, one]))
  )
  return [list, struct, map, Arbitrary.array(list, { maxLength: 3 }), Arbitrary.array(struct, { maxLength: 3 })]
}

layer(TestDatabase.layer([]))("plain values of DuckDB", (it) => {
  const selected = (value: unknown) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ readonly value: unknown }>`SELECT ${value} AS value`
      return row?.value
    })
  const typeOf = (value: unknown) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [row] = yield* sql<{ readonly type: string }>`SELECT typeof(${value}) AS type`
      return row?.type
    })

  it.effect.prop(
    "come back as they went, alone and in lists, structs and maps",
    { value: oneOf(anyOf([null]), ...scalars, ...scalars.flatMap(nested)) },
    ({ value }) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* selected(value), value)
      }),
    { arbitrary: { runs: 400 } }
  )

  it.effect.each<readonly [value: unknown, back: unknown, type: string]>([
    [undefined, null, "\"NULL\""],
    [1, 1, "BIGINT"],
    [-0, -0, "DOUBLE"],
    [2 ** 53, 2 ** 53, "DOUBLE"],
    [2n ** 63n, 2n ** 63n, "HUGEINT"],
    [2n ** 127n, 2n ** 127n, "UHUGEINT"],
    [2n ** 128n - 1n, 2n ** 128n - 1n, "UHUGEINT"],
    [BigDecimal.make(15n, 1), "1.5", "DECIMAL(2,1)"],
    [BigDecimal.make(-5n, 3), "-0.005", "DECIMAL(3,3)"],
    [BigDecimal.make(5n, -3), "5000", "DECIMAL(4,0)"],
    [BigDecimal.make(0n, 0), "0", "DECIMAL(1,0)"],
    [BigDecimal.make(10n ** 38n - 1n, 38), `0.${"9".repeat(38)}`, "DECIMAL(38,38)"],
    [new Date(-1), new Date(-1), "TIMESTAMP"],
    [PreciseDate.fromNanoseconds(-1000n), PreciseDate.fromNanoseconds(-1000n), "TIMESTAMP"],
    [PreciseDate.fromNanoseconds(-1n), PreciseDate.fromNanoseconds(-1n), "TIMESTAMP_NS"],
    [fromMicroseconds(1_577_836_800_123_456n), PreciseDate.fromNanoseconds(1_577_836_800_123_456_000n), "TIMESTAMP"],
    [DateTime.makeZonedUnsafe("2020-01-01T00:00:00+05:00"), new Date("2019-12-31T19:00:00Z"), "TIMESTAMP"],
    [Duration.millis(1500), { months: 0, days: 0, micros: 1_500_000n }, "INTERVAL"],
    [Duration.micros(-3n), { months: 0, days: 0, micros: -3n }, "INTERVAL"],
    [Buffer.from("abc").subarray(1), Uint8Array.of(98, 99), "BLOB"],
    [Int8Array.of(-1), [-1], "TINYINT[]"],
    [Uint8ClampedArray.of(255), [255], "UTINYINT[]"],
    [Uint16Array.of(65_535), [65_535], "USMALLINT[]"],
    [Int32Array.of(), [], "INTEGER[]"],
    [Float32Array.of(0.5), [0.5], "FLOAT[]"],
    [Float64Array.of(NaN), [NaN], "DOUBLE[]"],
    [BigUint64Array.of(2n ** 64n - 1n), [2n ** 64n - 1n], "UBIGINT[]"],
    [[], [], "\"NULL\"[]"],
    [[null], [null], "\"NULL\"[]"],
    [[null, 1], [null, 1], "BIGINT[]"],
    [[1, undefined], [1, null], "BIGINT[]"],
    [[1, 2.5], [1, 2.5], "DOUBLE[]"],
    [[1n, 2], [1, 2], "BIGINT[]"],
    [[1n, 0.5], [1, 0.5], "DOUBLE[]"],
    [[2n ** 100n, 0.5], [2 ** 100, 0.5], "DOUBLE[]"],
    [[1, 2n ** 64n], [1, 2n ** 64n], "HUGEINT[]"],
    [[2n ** 128n - 1n, 1n], [2n ** 128n - 1n, 1], "UHUGEINT[]"],
    [[BigDecimal.make(5n, 1), BigDecimal.make(12345n, 2)], ["0.50", "123.45"], "DECIMAL(5,2)[]"],
    [[1, BigDecimal.make(5n, 1)], ["1.0", "0.5"], "DECIMAL(20,1)[]"],
    [[new Date(0), PreciseDate.fromNanoseconds(1n)], [new Date(0), PreciseDate.fromNanoseconds(1n)], "TIMESTAMP_NS[]"],
    [[[1], [], null, [2.5]], [[1], [], null, [2.5]], "DOUBLE[][]"],
    [[{ a: 1 }, { b: "x" }, null], [{ a: 1, b: null }, { a: null, b: "x" }, null], "STRUCT(a BIGINT, b VARCHAR)[]"],
    [[{ a: [] }, { a: [1n, 2 ** 53] }], [{ a: [] }, { a: [1, 2 ** 53] }], "STRUCT(a DOUBLE[])[]"],
    [{ b: 1, a: { c: [null] } }, { b: 1, a: { c: [null] } }, "STRUCT(b BIGINT, a STRUCT(c \"NULL\"[]))"],
    [Object.assign(Object.create(null), { a: true }), { a: true }, "STRUCT(a BOOLEAN)"],
    [new Map([["a", 1], ["b", 2.5]]), new Map([["a", 1], ["b", 2.5]]), "MAP(VARCHAR, DOUBLE)"],
    [new Map(), new Map(), "MAP(\"NULL\", \"NULL\")"],
    [[new Map([[1, null]]), new Map([[2, "x"]])], [new Map([[1, null]]), new Map([[2, "x"]])], "MAP(BIGINT, VARCHAR)[]"]
  ])("%o", ([value, back, type]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* selected(value), back)
      assert.strictEqual(yield* typeOf(value), type)
    }))

  class Money {
    readonly amount = 1
  }
  const loop: { self?: unknown } = {}
  loop.self = [loop]

  it.effect.each<readonly [value: unknown, reason: string]>([
    [() => 1, "parameter $1: a function has no type in DuckDB: pass its parts, or its JSON as a text"],
    [Symbol("x"), "parameter $1: a symbol has no type in DuckDB"],
    [
      new Money(),
      "parameter $1: a Money has no type in DuckDB: pass its parts, or its JSON as a text, or DuckDb.parameter(type, value)"
    ],
    [new Set([1]), "a Set has no type in DuckDB"],
    [Option.some(1), "an object of a class has no type in DuckDB"],
    [new DataView(new ArrayBuffer(1)), "a DataView has no type in DuckDB"],
    [loop, "parameter $1[\"self\"]: an object that holds itself has no type in DuckDB"],
    [{ a: { b: () => 1 } }, "parameter $1[\"a\"][\"b\"]: a function has no type"],
    [{}, "DuckDB has no STRUCT or UNION without parts"],
    [{ "": 1 }, "DuckDB can't keep such a name: \"\""],
    [{ a: 1, A: 2 }, "DuckDB takes upper and lower case for the same: a, A"],
    [[{ a: 1 }, { A: 2 }], "DuckDB takes upper and lower case for the same: a, A"],
    [new Date(NaN), "an invalid Date is no instant that DuckDB keeps"],
    [fromMicroseconds(1n).pipe(DateTime.mapEpochMillis(() => 0.000_1)), "is no instant that DuckDB keeps"],
    [Duration.infinity, "is no INTERVAL, which always ends"],
    [Duration.nanos(1n), "has nanoseconds, and an INTERVAL counts microseconds"],
    ["a\ud800", "has half of a surrogate pair, which DuckDB would replace: use toWellFormed()"],
    [["\udc00"], "parameter $1[0]: the text"],
    [2n ** 128n, "is beyond the integers of 128 bits: pass DuckDb.parameter(DuckDbType.BIGNUM, value)"],
    [-(2n ** 127n) - 1n, "is beyond the integers of 128 bits"],
    [[-1, 2n ** 127n], "is beyond the integers of 128 bits"],
    [BigDecimal.make(10n ** 38n, 0), "has more than the 38 of a DECIMAL: round it, or pass its text"],
    [[BigDecimal.make(1n, 38), BigDecimal.make(1n, 0)], "has more than the 38 of a DECIMAL"],
    [
      [2n ** 53n + 1n, 0.5],
      "parameter $1[0]: the integer 9007199254740993 is no DOUBLE: the nearest is 9007199254740992"
    ],
    [[2n ** 2000n, 0.5], "… of 603 digits is no DOUBLE: the nearest is Infinity"],
    [
      [1, "2"],
      "the items of a list have different types, BIGINT and VARCHAR: make them alike, or say their type with DuckDb.parameter"
    ],
    [[BigDecimal.make(1n, 0), 0.5], "the items of a list have different types, DECIMAL(1,0) and DOUBLE"],
    [[[1], 1], "the items of a list have different types, BIGINT[] and BIGINT"],
    [new Map([[null, 1]]), "null is no key of a MAP"],
    [new Map<unknown, unknown>([[1, 1], [1n, 2]]), "a Map has the key 1 twice"]
  ])("refuses %o", ([value, reason]) =>
    Effect.gen(function*() {
      assert.include((yield* Effect.flip(selected(value))).message, reason)
    }))

  it.effect("refuses a piece of SQL as an item of sql.in", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const error = yield* Effect.flip(sql`SELECT a FROM (SELECT 1 AS a) WHERE ${sql.in("a", [sql`1`])}`)
      assert.include(error.message, "a piece of SQL is no value: put it into the statement's text")
    }))
})
