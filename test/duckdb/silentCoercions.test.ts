/**
 * What the binding changes without a word, beside what plain SQL of ours does with the same.
 */
import { DuckDBInstance, type DuckDBValue, jsToDuckDBValue, listValue, mapValue } from "@duckdb/node-api"
import * as Native from "@duckdb/node-api"
import { assert, layer } from "@effect/vitest"
import { DuckDb, DuckDbType, PreciseDate } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as BigDecimal from "effect/BigDecimal"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql"

const bare = Effect.acquireRelease(
  Effect.promise(() => DuckDBInstance.create().then((instance) => instance.connect())),
  (connection) => Effect.sync(() => connection.closeSync())
)

/** The binding by itself. */
class Bare extends Context.Service<Bare, Native.DuckDBConnection>()("test/Bare") {
  static readonly layer = Layer.effect(this, bare)
}

const database = Layer.merge(TestDatabase.layer([]), Bare.layer)

layer(database)("silent coercions", (it) => {
  /** A value's text in a column of a type, as the binding puts it there. */
  const theirs = (type: string, value: DuckDBValue, cast = "") =>
    Effect.gen(function*() {
      const connection = yield* Bare
      return yield* Effect.promise(async () => {
        await connection.run(`CREATE OR REPLACE TABLE kept (value ${type})`)
        await connection.run(`INSERT INTO kept VALUES ($1${cast})`, [value])
        const rows = await connection.run("SELECT CAST(value AS VARCHAR) FROM kept").then((result) => result.getRows())
        return rows[0]?.[0]
      })
    })

  /** The same of ours. */
  const ours = (type: string, value: unknown) =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE OR REPLACE TABLE kept (value ${sql.literal(type)})`
      yield* sql`INSERT INTO kept VALUES (${value})`
      const [row] = yield* sql<{ readonly text: string }>`SELECT CAST(value AS VARCHAR) AS text FROM kept`
      return row?.text
    })

  const refusal = (type: string, value: unknown) => Effect.map(Effect.flip(ours(type, value)), ({ message }) => message)

  it.effect("a null that comes first makes all items null", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("INTEGER[]", listValue([null, 1])), "[NULL, NULL]")
      assert.strictEqual(yield* ours("INTEGER[]", [null, 1]), "[NULL, 1]")
    }))

  it.effect("a null that comes first makes all values of a map null", () =>
    Effect.gen(function*() {
      const entries = mapValue([{ key: "a", value: null }, { key: "b", value: 1 }])
      assert.strictEqual(yield* theirs("MAP(VARCHAR, INTEGER)", entries), "{a=NULL, b=NULL}")
      assert.strictEqual(yield* ours("MAP(VARCHAR, INTEGER)", new Map([["a", null], ["b", 1]])), "{a=NULL, b=1}")
    }))

  it.effect("a list has no type when it is empty, or begins with an integer", () =>
    Effect.gen(function*() {
      const connection = yield* Bare
      const bound = (items: ReadonlyArray<number>) =>
        Effect.flip(Effect.tryPromise({
          try: () => connection.run("SELECT $1", [listValue(items)]),
          catch: (error) => String(error)
        }))
      assert.include(yield* bound([]), "Cannot create lists with item type of ANY")
      assert.include(yield* bound([1, 2.5]), "number is not an integer")
      assert.strictEqual(yield* ours("DOUBLE[]", []), "[]")
      assert.strictEqual(yield* ours("DOUBLE[]", [1, 2.5]), "[1.0, 2.5]")
    }))

  it.effect("a fraction is rounded to an integer", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("INTEGER", 1.5), "2")
      assert.include(
        yield* refusal("INTEGER", 1.5),
        "parameter $1: the number 1.5 is no INTEGER, and DuckDB would round it: round it first"
      )
      assert.include(yield* refusal("BIGINT", 1.5), "the number 1.5 is no BIGINT")
      assert.include(yield* refusal("SMALLINT[]", [1, 1.5]), "parameter $1[1]: the number 1.5 is no SMALLINT")
      assert.include(
        yield* refusal("STRUCT(a INTEGER)", { a: 0.5 }),
        "parameter $1[\"a\"]: the number 0.5 is no INTEGER"
      )
      assert.include(yield* refusal("INTEGER", BigDecimal.make(15n, 1)), "the text \"1.5\" is no INTEGER")
      assert.strictEqual(yield* ours("INTEGER", BigDecimal.make(150n, 1)), "15")
    }))

  it.effect("a bigint is a decimal's units", () =>
    Effect.gen(function*() {
      const decimal = jsToDuckDBValue(5n, Native.DECIMAL(18, 3))
      assert.strictEqual(String(decimal), "0.005")
      assert.strictEqual(yield* ours("DECIMAL(18, 3)", 5n), "5.000")
      assert.strictEqual(yield* ours("DECIMAL(18, 3)", DuckDb.parameter(DuckDbType.DECIMAL(18, 3), 5n)), "5.000")
    }))

  it.effect("a decimal is rounded to the places of its column", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("DECIMAL(10, 2)", 1.005), "1.00")
      assert.include(
        yield* refusal("DECIMAL(10, 2)", 1.005),
        "the number 1.005 has more than 2 decimal places, and DuckDB would round it to a DECIMAL(10,2): round it first"
      )
      assert.include(yield* refusal("DECIMAL(10, 2)", BigDecimal.make(1005n, 3)), "the text \"1.005\" has more than 2")
      assert.include(yield* refusal("DECIMAL(10, 2)", "1.005"), "the text \"1.005\" has more than 2")
      assert.strictEqual(yield* ours("DECIMAL(10, 2)", 19.99), "19.99")
      assert.strictEqual(yield* ours("DECIMAL(10, 2)", "1.50000"), "1.50")
    }))

  it.effect("an integer is rounded to a double", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("DOUBLE", 9_007_199_254_740_993n), "9007199254740992.0")
      assert.include(
        yield* refusal("DOUBLE", 9_007_199_254_740_993n),
        "the integer 9007199254740993 is no DOUBLE, and DuckDB would round it: round it first"
      )
      assert.strictEqual(yield* ours("DOUBLE", 2n ** 60n), "1.152921504606847e+18")
    }))

  it.effect("a number is rounded to a float, and digits to a double", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("FLOAT", 16_777_217), "16777216.0")
      assert.include(
        yield* refusal("FLOAT", 16_777_217),
        "the number 16777217 is no FLOAT, and DuckDB would round it: round it first"
      )
      assert.include(yield* refusal("FLOAT", 16_777_217n), "the integer 16777217 is no FLOAT")
      assert.strictEqual(yield* ours("FLOAT", 16_777_216n), "16777216.0")
      assert.include(
        yield* refusal("DOUBLE", BigDecimal.fromStringUnsafe("0.10000000000000000001")),
        "is no DOUBLE, and DuckDB would round it: round it first"
      )
      assert.strictEqual(yield* ours("DOUBLE", BigDecimal.make(15n, 1)), "1.5")
    }))

  it.effect("a number has fewer digits than the decimal that it becomes", () =>
    Effect.gen(function*() {
      assert.include(
        yield* refusal("DECIMAL(38, 2)", 123_456_789_012_345.67),
        "is not exact as a DECIMAL(38,2): pass a BigDecimal"
      )
      assert.strictEqual(
        yield* ours("DECIMAL(38, 2)", BigDecimal.fromStringUnsafe("123456789012345.67")),
        "123456789012345.67"
      )
    }))

  it.effect("what DuckDB refuses by itself is left to it", () =>
    Effect.gen(function*() {
      for (const value of [[1], new Map([["a", 1]]), { a: 1 }]) {
        assert.notInclude(yield* refusal("INTEGER", value), "parameter $1")
      }
      assert.include(yield* refusal("DECIMAL(10, 2)", "ten"), "Conversion Error")
    }))

  it.effect("an offset is dropped from the text of a TIMESTAMP", () =>
    Effect.gen(function*() {
      const text = "2020-01-01T00:00:00+05:00"
      assert.strictEqual(yield* theirs("TIMESTAMP", text), "2020-01-01 00:00:00")
      assert.include(
        yield* refusal("TIMESTAMP", text),
        "has an offset from UTC, which a TIMESTAMP would lose: pass a Date or DateTime, or cast it to TIMESTAMPTZ"
      )
      const sql = yield* SqlClient.SqlClient
      assert.include((yield* Effect.flip(sql`SELECT ${text}::TIMESTAMP`)).message, "has an offset from UTC")
      assert.strictEqual(yield* ours("TIMESTAMP_NS", text), "2019-12-31 19:00:00")
      assert.strictEqual(yield* ours("TIMESTAMP", "2020-01-01T00:00:00Z"), "2020-01-01 00:00:00")
      assert.strictEqual(yield* ours("TIMESTAMP", "2020-01-01"), "2020-01-01 00:00:00")
    }))

  it.effect("an instant is shifted by the session's time zone", () =>
    Effect.gen(function*() {
      const connection = yield* Bare
      const sql = yield* SqlClient.SqlClient
      const zone = "SET TimeZone = 'America/New_York'"
      const back = "SET TimeZone = 'UTC'"
      yield* Effect.promise(() => connection.run(zone))
      assert.strictEqual(yield* theirs("TIMESTAMPTZ", new Native.DuckDBTimestampValue(0n)), "1970-01-01 00:00:00-05")
      yield* Effect.promise(() => connection.run(back))
      // one connection for all of it, which has the time zone
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql.unsafe(zone)
        assert.strictEqual(yield* ours("TIMESTAMPTZ", new Date(0)), "1969-12-31 19:00:00-05")
        assert.strictEqual(yield* ours("TIMESTAMPTZ[]", [DateTime.makeUnsafe(0)]), "['1969-12-31 19:00:00-05']")
        assert.deepStrictEqual(yield* sql`SELECT 1 AS a FROM kept WHERE value = ${[new Date(0)]}`, [{ a: 1 }])
        yield* sql.unsafe(back)
      }))
    }))

  it.effect("a day loses its time", () =>
    Effect.gen(function*() {
      const noon = new Native.DuckDBTimestampValue(43_200_000_000n)
      assert.strictEqual(yield* theirs("DATE", noon), "1970-01-01")
      assert.strictEqual(yield* theirs("TIME", noon), "12:00:00")
      assert.include(yield* refusal("DATE", new Date(43_200_000)), "has a time of day (UTC), which a DATE would lose")
      assert.include(yield* refusal("DATE", "2020-01-01 12:00:00"), "has a time of day, which a DATE would lose")
      assert.include(yield* refusal("TIME", new Date(43_200_000)), "is more than a time of day")
      assert.strictEqual(yield* ours("DATE", new Date(0)), "1970-01-01")
    }))

  it.effect("parts of a second are cut off", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("TIMESTAMP", "2020-01-01 00:00:00.1234567"), "2020-01-01 00:00:00.123456")
      assert.include(yield* refusal("TIMESTAMP", "2020-01-01 00:00:00.1234567"), "has more than the 6 decimal places")
      assert.include(yield* refusal("TIMESTAMP", PreciseDate.fromNanoseconds(1n)), "has more than the 6 decimal places")
      const finer = "has parts of a second, and a TIMESTAMP_S keeps whole seconds: round it first"
      assert.include(yield* refusal("TIMESTAMP_S", new Date(1)), finer)
      assert.include(
        yield* refusal("TIMESTAMP_S", DateTime.makeUnsafe(1)),
        `DateTime 1970-01-01 00:00:00.001 (UTC) ${finer}`
      )
      assert.include(yield* refusal("TIMESTAMP_S", "2020-01-01 00:00:00.1"), finer)
      assert.strictEqual(yield* ours("TIMESTAMP_NS", PreciseDate.fromNanoseconds(1n)), "1970-01-01 00:00:00.000000001")
    }))

  it.effect("half of a surrogate pair becomes another character", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("VARCHAR", "a\ud800b"), "a\ufffdb")
      assert.include(yield* refusal("VARCHAR", "a\ud800b"), "has half of a surrogate pair")
      assert.strictEqual(yield* ours("VARCHAR", "a\0🦆"), "a\0🦆")
    }))

  it.effect("texts and numbers become each other", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("INTEGER", "1.5"), "2")
      assert.include(yield* refusal("INTEGER", "1.5"), "the text \"1.5\" is no INTEGER, and DuckDB would round it")
      assert.include((yield* Effect.flip(ours("INTEGER", "one"))).message, "Could not convert string 'one' to INT32")
      // what has the same digits is let through, as by PostgreSQL
      assert.strictEqual(yield* ours("INTEGER", "15"), "15")
      assert.strictEqual(yield* ours("VARCHAR", 1.5), "1.5")
    }))

  it.effect("any number is true", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* theirs("BOOLEAN", 2), "true")
      assert.include(yield* refusal("BOOLEAN", 2), "the number 2 is neither true nor false")
      assert.strictEqual(yield* ours("BOOLEAN", 0), "false")
    }))

  it.effect("fields that a struct lacks are left out", () =>
    Effect.gen(function*() {
      const value = Native.structValue({ a: 1, b: 2 })
      assert.strictEqual(yield* theirs("STRUCT(a INTEGER)", value), "{'a': 1}")
      assert.include(
        yield* refusal("STRUCT(a INTEGER)", { a: 1, b: 2 }),
        "the text \"b\" is no field of STRUCT(\"a\" INTEGER)"
      )
      assert.strictEqual(yield* ours("STRUCT(a INTEGER, b INTEGER)", { b: 2 }), "{'a': NULL, 'b': 2}")
    }))

  it.effect("the text of a statement ends at a NUL", () =>
    Effect.gen(function*() {
      const connection = yield* Bare
      const sql = yield* SqlClient.SqlClient
      const text = "SELECT 1 AS a\0 WHERE false"
      assert.deepStrictEqual(
        yield* Effect.promise(() => connection.run(text).then((result) => result.getRows())),
        [[1]]
      )
      assert.include((yield* Effect.flip(sql.unsafe(text))).message, "the SQL text holds a NUL character")
    }))

  it.effect("a statement that is kept knows a column's old type", () =>
    Effect.gen(function*() {
      const connection = yield* Bare
      const sql = yield* SqlClient.SqlClient
      const kept = yield* Effect.promise(async () => {
        await connection.run("CREATE OR REPLACE TABLE changed (value INTEGER)")
        const statement = await connection.prepare("INSERT INTO changed VALUES ($1)")
        await connection.run("ALTER TABLE changed ALTER value TYPE DOUBLE")
        return String(statement.parameterType(1))
      })
      assert.strictEqual(kept, "INTEGER")

      const insert = (value: unknown) => sql`INSERT INTO changed VALUES (${value})`
      yield* sql`CREATE TABLE changed (value INTEGER)`
      assert.include((yield* Effect.flip(insert(1.5))).message, "is no INTEGER")
      yield* sql`ALTER TABLE changed ALTER value TYPE DOUBLE`
      yield* insert(1.5)
      // the other connection of the pool, which knows the type from before the transaction
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`ALTER TABLE changed ALTER value TYPE VARCHAR`
        yield* sql`ALTER TABLE changed ALTER value TYPE TIMESTAMP`.pipe(Effect.flip)
      })).pipe(Effect.flip)
      yield* insert(2.5)
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* sql`DROP TABLE changed`
        yield* sql`CREATE TABLE changed (value INTEGER)`
      }))
      const both = Effect.all([insert(3.5), insert(3.5), insert(3.5)].map(Effect.flip), { concurrency: 3 })
      for (const { message } of yield* both) assert.include(message, "is no INTEGER")
    }))

  it.effect("what is only compared is not refused", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const numbers = sql`(SELECT unnest([1, 2, 3]) AS number)`
      assert.deepStrictEqual(yield* sql`SELECT number FROM ${numbers} WHERE number > ${1.5}`, [
        { number: 2 },
        { number: 3 }
      ])
    }))
})
