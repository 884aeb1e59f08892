/**
 * Parameters that say their type arrive as they are, or fail before anything is sent.
 */
import { assert, layer } from "@effect/vitest"
import { DuckDb, DuckDbType } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Arr from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { SqlClient, type Statement } from "effect/sql"
import { fromEpochMilliseconds } from "../../src/model/ColumnType.ts"
import { nullable } from "./columnValues.ts"
import { instant, kinds, read } from "./parameterValues.ts"

const { parameter } = DuckDb

/** A value from elsewhere, whose type nobody has checked. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const foreign = (json: string) => JSON.parse(json) as never

layer(TestDatabase.layer([]))("typed parameters of DuckDB", (it) => {
  for (const [index, kind] of kinds.entries()) {
    const { type, values } = kind
    it.effect.prop(
      `keeps ${type.name.slice(0, 100)}`,
      { given: Arbitrary.array(nullable(values), { minLength: 1, maxLength: 20 }) },
      ({ given: [value, ...others] }) =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const table = sql(`kept ${index}`)
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- generated for this type
          const bound = (one: unknown) => parameter(type, one as never)
          yield* sql`CREATE OR REPLACE TABLE ${table} (id INTEGER, value ${sql.literal(type.name)})`
          yield* sql`INSERT INTO ${table} VALUES (0, ${bound(value)})`
          if (Arr.isReadonlyArrayNonEmpty(others)) {
            const rows = Arr.map(others, (one, id) => ({ id: id + 1, value: bound(one) }))
            yield* sql`INSERT INTO ${table} ${sql.insert(rows)}`
          }
          const stored = yield* sql<{ readonly value: unknown }>`SELECT value FROM ${table} ORDER BY id`
          assert.deepStrictEqual(stored.map((row) => row.value), [value, ...others].map((one) => read(kind, one)))
          const [selected] = yield* sql`
            SELECT ${bound(value)} AS value, typeof(${bound(value)}) = typeof(value) AS "isTyped" FROM ${table}
          `
          assert.deepStrictEqual(selected, { value: read(kind, value), isTyped: true })
        }),
      { arbitrary: { runs: 15 } }
    )
  }

  it.effect.each<readonly [name: string, given: Statement.Fragment, value: unknown, printed: string]>([
    ["a bigint as an INTEGER", parameter(DuckDbType.INTEGER, 5n), 5, "5"],
    ["an integer as a DOUBLE", parameter(DuckDbType.DOUBLE, -0), -0, "-0.0"],
    ["a fraction as a FLOAT", parameter(DuckDbType.FLOAT, 0.1), Math.fround(0.1), "0.1"],
    ["zero as a BIGNUM", parameter(DuckDbType.BIGNUM, 0n), 0, "0"],
    ["a BigDecimal", parameter(DuckDbType.DECIMAL(18, 3), BigDecimal.make(-15n, 1)), "-1.500", "-1.500"],
    ["a number as a DECIMAL", parameter(DuckDbType.DECIMAL(10, 2), 19.99), "19.99", "19.99"],
    ["digits with an exponent", parameter(DuckDbType.DECIMAL(10, 2), "1.5e3"), "1500.00", "1500.00"],
    ["a day as a Date", parameter(DuckDbType.DATE, new Date("2024-02-29")), "2024-02-29", "2024-02-29"],
    [
      "a day as a DateTime",
      parameter(DuckDbType.DATE, DateTime.makeUnsafe("2024-02-29")),
      "2024-02-29",
      "2024-02-29"
    ],
    ["a day before our era", parameter(DuckDbType.DATE, "0044-03-15 (BC)"), "0044-03-15 (BC)", "0044-03-15 (BC)"],
    ["the day without end", parameter(DuckDbType.DATE, "infinity"), "infinity", "infinity"],
    ["a time", parameter(DuckDbType.TIME, "24:00:00"), "24:00:00", "24:00:00"],
    ["a time of Greenwich", parameter(DuckDbType.TIMETZ, "10:00:00Z"), "10:00:00+00", "10:00:00+00"],
    ["a time with an offset", parameter(DuckDbType.TIMETZ, "10:00:00.5-05:30"), "10:00:00.5-05:30", "10:00:00.5-05:30"],
    [
      "an instant as a text",
      parameter(DuckDbType.TIMESTAMP, "2020-01-01T00:00:00"),
      new Date("2020-01-01T00:00:00Z"),
      "2020-01-01 00:00:00"
    ],
    [
      "an instant with an offset",
      parameter(DuckDbType.TIMESTAMPTZ, "2020-01-01 00:00:00+05"),
      new Date("2019-12-31T19:00:00Z"),
      "2019-12-31 19:00:00+00"
    ],
    [
      "a DateTime with microseconds",
      parameter(DuckDbType.TIMESTAMP, instant.dateTime),
      instant.date,
      "2020-01-01 00:00:00.123456"
    ],
    [
      "a DateTime with a zone",
      parameter(DuckDbType.TIMESTAMPTZ, instant.zoned),
      instant.date,
      "2020-01-01 00:00:00.123456+00"
    ],
    [
      "an instant far away",
      parameter(DuckDbType.TIMESTAMP, "290000-01-01 00:00:00"),
      "290000-01-01 00:00:00",
      "290000-01-01 00:00:00"
    ],
    ["the instant before all others", parameter(DuckDbType.TIMESTAMP_S, "-infinity"), "-infinity", "-infinity"],
    [
      "a Duration",
      parameter(DuckDbType.INTERVAL, Duration.hours(36)),
      { months: 0, days: 0, micros: 129_600_000_000n },
      "36:00:00"
    ],
    [
      "months",
      parameter(DuckDbType.INTERVAL, { months: -14 }),
      { months: -14, days: 0, micros: 0n },
      "-1 year -2 months"
    ],
    ["a typed array", parameter(DuckDbType.LIST(DuckDbType.FLOAT), Float32Array.of(0.5, -1)), [0.5, -1], "[0.5, -1.0]"],
    ["a struct that lacks a field", parameter(DuckDbType.STRUCT({ a: DuckDbType.INTEGER }), foreign("{}")), {
      a: null
    }, "{'a': NULL}"],
    ["JSON", parameter(DuckDbType.JSON, { a: [1, null, "é"] }), "{\"a\":[1,null,\"é\"]}", "{\"a\":[1,null,\"é\"]}"],
    [
      "a uuid in upper case",
      parameter(DuckDbType.UUID, "0A0A0A0A-0000-0000-0000-000000000001"),
      "0a0a0a0a-0000-0000-0000-000000000001",
      "0a0a0a0a-0000-0000-0000-000000000001"
    ],
    ["null", parameter(DuckDbType.MAP(DuckDbType.VARCHAR, DuckDbType.INTEGER), null), null, "null"]
  ])("binds %s", ([, given, value, printed]) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql`SELECT ${given} AS value, coalesce(CAST(${given} AS VARCHAR), 'null') AS printed`
      assert.deepStrictEqual(rows, [{ value, printed }])
    }))

  it.effect("go into sql.in, sql.update, sql.updateValues and sql.unsafe", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const price = (digits: string) => parameter(DuckDbType.DECIMAL(9, 2), digits)
      yield* sql`CREATE OR REPLACE TABLE prices (id INTEGER, price DECIMAL(9, 2))`
      yield* sql`INSERT INTO prices ${sql.insert([{ id: 1, price: price("1.50") }, { id: 2, price: price("2.5") }])}`
      assert.deepStrictEqual(yield* sql`SELECT id FROM prices WHERE ${sql.in("price", [price("1.5"), price("9")])}`, [{
        id: 1
      }])
      yield* sql`UPDATE prices SET ${sql.update({ price: price("3") })} WHERE id = 1`
      const values = sql.updateValues([{ id: 2, price: price("4.01") }], "given")
      yield* sql`UPDATE prices SET price = given.price FROM ${values} WHERE prices.id = given.id`
      assert.deepStrictEqual(
        yield* sql.unsafe("SELECT price FROM prices WHERE price < $1 ORDER BY id", [price("4.02")]),
        [{ price: "3.00" }, { price: "4.01" }]
      )
    }))

  it.effect.each<readonly [given: Statement.Fragment, reason: string]>([
    [parameter(DuckDbType.TINYINT, 128), "the number 128 is no TINYINT, which goes from -128 to 127"],
    [parameter(DuckDbType.INTEGER, 1.5), "the number 1.5 is no INTEGER: pass a whole number"],
    [parameter(DuckDbType.UBIGINT, -1n), "the integer -1 is no UBIGINT, which goes from 0 to 18446744073709551615"],
    [parameter(DuckDbType.UHUGEINT, 2n ** 128n), "is no UHUGEINT"],
    [parameter(DuckDbType.FLOAT, 1e300), "is beyond the range of FLOAT"],
    [parameter(DuckDbType.FLOAT, 16_777_217), "is no FLOAT: the nearest is 16777216"],
    [
      parameter(DuckDbType.DECIMAL(4, 2), "1.234"),
      "is no DECIMAL(4, 2), which has at most 4 digits, 2 of them behind the point"
    ],
    [parameter(DuckDbType.DECIMAL(4, 2), 100), "the number 100 is no DECIMAL(4, 2)"],
    [
      parameter(DuckDbType.DECIMAL(4, 2), "ten"),
      "the text \"ten\" is no DECIMAL(4, 2): pass a BigDecimal or its digits"
    ],
    [
      parameter(DuckDbType.VARCHAR, "\ud800"),
      "has half of a surrogate pair, which DuckDB would replace: use toWellFormed()"
    ],
    [parameter(DuckDbType.BIT, "102"), "is no BIT: pass a text of zeros and ones"],
    [parameter(DuckDbType.UUID, "abc"), "the text \"abc\" is no UUID"],
    [parameter(DuckDbType.DATE, "2023-02-29"), "is no DATE: pass YYYY-MM-DD"],
    [parameter(DuckDbType.DATE, new Date(1)), "the Date 1970-01-01T00:00:00.001Z is no DATE"],
    [parameter(DuckDbType.TIME, "10:00:00.1234567"), "is no TIME: pass HH:MM:SS, with at most 6 decimal places"],
    [parameter(DuckDbType.TIMETZ, "10:00:00"), "is no TIMETZ: pass HH:MM:SS+HH:MM"],
    [parameter(DuckDbType.TIMESTAMP, new Date(NaN)), "an invalid Date is no TIMESTAMP"],
    [parameter(DuckDbType.TIMESTAMP, "2020-01-01 00:00:00+05:00"), "is no TIMESTAMP"],
    [parameter(DuckDbType.TIMESTAMPTZ, "2020-01-01 00:00:00"), "is no TIMESTAMPTZ"],
    [
      parameter(DuckDbType.TIMESTAMP_S, DateTime.makeUnsafe(1)),
      "the DateTime 1970-01-01 00:00:00.001 (UTC) has parts of a second, and a TIMESTAMP_S keeps whole seconds: round it first"
    ],
    [
      parameter(DuckDbType.TIMESTAMP_MS, fromEpochMilliseconds(1.001)),
      "the DateTime 1970-01-01 00:00:00.001001 (UTC) has more than the 3 decimal places of a second that a TIMESTAMP_MS keeps"
    ],
    [parameter(DuckDbType.TIMESTAMP_NS, new Date("2300-01-01")), "is beyond the range of TIMESTAMP_NS"],
    [parameter(DuckDbType.INTERVAL, Duration.infinity), "is no INTERVAL, which always ends"],
    [parameter(DuckDbType.INTERVAL, { months: 0.5 }), "is no INTERVAL: pass a Duration, or { months, days, micros }"],
    [parameter(DuckDbType.LIST(DuckDbType.TINYINT), [1, 1000]), "parameter $1[1]: the number 1000 is no TINYINT"],
    [parameter(DuckDbType.ARRAY(DuckDbType.INTEGER, 2), [1]), "has 1 items, not 2"],
    [
      parameter(DuckDbType.STRUCT({ a: DuckDbType.LIST(DuckDbType.UUID) }), { a: ["x"] }),
      "parameter $1[\"a\"][0]: the text \"x\" is no UUID"
    ],
    [
      parameter(DuckDbType.STRUCT({ a: DuckDbType.INTEGER }), foreign("{ \"b\": 1 }")),
      "has a field \"b\", which the STRUCT has not"
    ],
    [
      parameter(
        DuckDbType.MAP(DuckDbType.INTEGER, DuckDbType.INTEGER),
        new Map<number | bigint, number>([[1, 1], [1n, 2]])
      ),
      "has the key 1 twice"
    ],
    [
      parameter(DuckDbType.UNION({ a: DuckDbType.INTEGER }), foreign("{ \"tag\": \"b\", \"value\": 1 }")),
      "is no UNION: pass { tag: \"a\", value }"
    ],
    [
      parameter(DuckDbType.UNION({ a: DuckDbType.INTEGER }), foreign("{ \"tag\": \"a\", \"value\": null }")),
      "write union_value(\"a\" := NULL) in SQL"
    ],
    [parameter(DuckDbType.ENUM(["a", "b"]), foreign("\"c\"")), "the text \"c\" is none of \"a\", \"b\""],
    [parameter(DuckDbType.JSON, { a: [NaN] }), "parameter $1[\"a\"][0]: the number NaN has no place in JSON"],
    [parameter(DuckDbType.BOOLEAN, foreign("1")), "the number 1 is no BOOLEAN: pass true or false"],
    [parameter(DuckDbType.BIGNUM, foreign("0.5")), "the number 0.5 is no BIGNUM: pass a whole number"],
    [parameter(DuckDbType.DOUBLE, foreign("\"1\"")), "the text \"1\" is no DOUBLE: pass a number"],
    [parameter(DuckDbType.FLOAT, foreign("true")), "true is no FLOAT: pass a number"],
    [parameter(DuckDbType.DECIMAL(4, 2), BigDecimal.make(1234n, 1)), "the text \"123.4\" is no DECIMAL(4, 2)"],
    [parameter(DuckDbType.VARCHAR, foreign("-0")), "the number -0 is no VARCHAR"],
    [parameter(DuckDbType.BLOB, foreign("[0]")), "an Array is no BLOB: pass a Uint8Array"],
    [parameter(DuckDbType.UUID, "0".repeat(50)), `the text "${"0".repeat(40)}…" is no UUID`],
    [
      parameter(DuckDbType.ENUM("abcdefghij".split("")), "z"),
      "is none of \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\" and 2 more"
    ],
    [parameter(DuckDbType.DATE, "today"), "the text \"today\" is no DATE: pass YYYY-MM-DD"],
    [parameter(DuckDbType.TIMESTAMP, "today"), "the text \"today\" is no TIMESTAMP: pass a Date, a DateTime"],
    [parameter(DuckDbType.TIME, foreign("10")), "the number 10 is no TIME: pass HH:MM:SS"],
    [parameter(DuckDbType.TIME, "24:00:01"), "the text \"24:00:01\" is no TIME: pass HH:MM:SS"],
    [parameter(DuckDbType.TIMETZ, foreign("10")), "the number 10 is no TIMETZ: pass HH:MM:SS+HH:MM"],
    [parameter(DuckDbType.TIMETZ, "10:00:00+16"), "the text \"10:00:00+16\" is no TIMETZ: pass HH:MM:SS+HH:MM"],
    [parameter(DuckDbType.INTERVAL, foreign("1")), "the number 1 is no INTERVAL: pass a Duration"],
    [parameter(DuckDbType.INTERVAL, foreign("{ \"years\": 1 }")), "has a part \"years\", which an INTERVAL has not"],
    [parameter(DuckDbType.INTERVAL, foreign("{ \"micros\": 1 }")), "is no INTERVAL: pass a Duration"],
    [parameter(DuckDbType.LIST(DuckDbType.INTEGER), foreign("1")), "the number 1 is no list: pass an array"],
    [
      parameter(DuckDbType.STRUCT({ a: DuckDbType.INTEGER }), foreign("1")),
      "the number 1 is no STRUCT: pass an object"
    ],
    [
      parameter(DuckDbType.MAP(DuckDbType.INTEGER, DuckDbType.INTEGER), foreign("{}")),
      "an object is no MAP: pass a Map"
    ],
    [
      parameter(DuckDbType.MAP(DuckDbType.LIST(DuckDbType.INTEGER), DuckDbType.TINYINT), new Map([[[1], 1000]])),
      "parameter $1[\"an entry\"]: the number 1000 is no TINYINT"
    ],
    [
      parameter(DuckDbType.UNION({ a: DuckDbType.INTEGER }), foreign("1")),
      "the number 1 is no UNION: pass { tag: \"a\""
    ],
    [
      parameter(DuckDbType.UNION({ a: DuckDbType.INTEGER }), foreign("{ \"tag\": 1, \"value\": 1 }")),
      "an object is no UNION: pass { tag: \"a\", value }"
    ]
  ])("refuses %o", ([given, reason]) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { message, reason: { _tag } } = yield* Effect.flip(sql`SELECT ${given}`)
      assert.include(message, "parameter $1")
      assert.include(message, reason)
      assert.strictEqual(_tag, "SqlSyntaxError")
    }))

  it.effect("leave the transaction as it was when they are refused", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE OR REPLACE TABLE kept (value INTEGER)`
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`INSERT INTO kept VALUES (1)`
        yield* Effect.flip(sql`INSERT INTO kept VALUES (${parameter(DuckDbType.INTEGER, 1.5)})`)
        yield* sql`INSERT INTO kept VALUES (2)`
      }))
      assert.deepStrictEqual(yield* sql`SELECT value FROM kept ORDER BY value`, [{ value: 1 }, { value: 2 }])
    }))
})
