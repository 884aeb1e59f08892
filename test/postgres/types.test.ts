/**
 * Every value comes back from PostgreSQL as it was sent: alone, in a column, in a list and in an object.
 */
import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type ColumnType, fromEpochMilliseconds } from "../../src/model/ColumnType.ts"
import { Database } from "../../src/session/Database.ts"
import { present } from "../../src/sql/compilation.ts"
import type { AggregateKind } from "../../src/sql/node.ts"
import { tableShape } from "../../src/sql/tableShape.ts"
import type { CompiledQuery, Parameter, ResultColumn } from "../../src/sql/CompiledQuery.ts"
import { dayLength, placeOf, valuesOf, yearOne, yearTenThousand } from "./columnValues.ts"
import { columnOf, tableOf } from "./madeTable.ts"

const text: ColumnType = { _tag: "Text" }
const int8: ColumnType = { _tag: "Int8" }
const int16: ColumnType = { _tag: "Int16" }
const int32: ColumnType = { _tag: "Int32" }
const int64: ColumnType = { _tag: "Int64", as: "bigint" }
const safeInteger: ColumnType = { _tag: "Int64", as: "number" }
const double: ColumnType = { _tag: "Double" }
const decimal: ColumnType = { _tag: "Decimal", precision: 38, scale: 10 }
const wholeDecimal: ColumnType = { _tag: "Decimal", precision: 38, scale: 0 }
const smallDecimal: ColumnType = { _tag: "Decimal", precision: 20, scale: 20 }
const boolean: ColumnType = { _tag: "Boolean" }
const day: ColumnType = { _tag: "Date" }
const instant: ColumnType = { _tag: "Timestamp", as: "DateTime" }
const date: ColumnType = { _tag: "Timestamp", as: "Date" }
const uuid: ColumnType = { _tag: "Uuid" }
const json: ColumnType = { _tag: "Json" }
const color: ColumnType = { _tag: "Enum", values: ["red", "it's \"green\"", ""] }
const listOf = (type: ColumnType, nullable = true): ColumnType => ({ _tag: "List", element: { type, nullable } })
const structOf = (fields: Record<string, ColumnType>): ColumnType => ({
  _tag: "Struct",
  fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true }))
})

/** What tells two values apart to the last bit, where assertions on the values themselves would be lenient. */
const exact = (value: unknown): unknown => {
  if (BigDecimal.isBigDecimal(value)) return ["BigDecimal", value.value, value.scale]
  if (DateTime.isDateTime(value)) return ["DateTime", value._tag, value.epochMilliseconds]
  if (value instanceof Date) return ["Date", value.getTime()]
  if (typeof value === "number") return ["number", Object.is(value, -0) ? "-0" : value]
  if (Duration.isDuration(value)) return ["Duration", Duration.toNanosUnsafe(value)]
  if (value instanceof Uint8Array) return ["bytes", value.join()]
  if (value instanceof Map) return ["Map", exact(Array.from(value).toSorted(([one], [other]) => one < other ? -1 : 1))]
  if (Array.isArray(value)) return value.map(exact)
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).toSorted(([one], [other]) => one < other ? -1 : 1)
    return entries.map(([key, inner]) => [key, exact(inner)])
  }
  return value
}

const same = (found: unknown, expected: unknown) => assert.deepStrictEqual(exact(found), exact(expected))

/** A query of one column. */
const query = (type: ColumnType, sql: string, parameters: ReadonlyArray<Parameter> = []): CompiledQuery<unknown> => {
  const column: ResultColumn = { index: 0, name: "value", type, nullable: true, field: undefined, checked: false }
  return { sql, parameters, columns: [column], shape: { _tag: "Value", column } }
}

const sent = Effect.fnUntraced(function*(type: ColumnType, value: unknown) {
  const { dialect, read } = yield* Database
  const [found] = yield* read(
    query(type, `SELECT ${dialect.selected(type, dialect.placeholder(1, type))}`, [{ type, value }])
  )
  return found
})

const numbered = columnOf("number", int32)

/** Inserts values into a fresh column; returns what the insert and what a read gave back. */
const stored = Effect.fnUntraced(function*(type: ColumnType, values: ReadonlyArray<unknown>) {
  const { dialect, insert, read } = yield* Database
  const sql = yield* SqlClient
  yield* sql.unsafe("DROP TABLE IF EXISTS \"a \"\"table\"")
  yield* sql.unsafe(`CREATE TABLE "a ""table" (number INTEGER, "va""lue" ${dialect.columnType(type)})`)
  const column = columnOf("va\"lue", type)
  const table = tableOf("a \"table", [numbered, column])
  const inserted = yield* insert<Record<string, unknown>>({
    table,
    columns: [numbered, column],
    values: [values.map((_, row) => row), values],
    count: values.length,
    returning: tableShape(table)
  })
  const selected = dialect.selected(type, dialect.identifier(column.name))
  const found = yield* read(query(type, `SELECT ${selected} FROM "a ""table" ORDER BY number`))
  return { inserted: inserted.map((row) => row[column.name]), found }
})

const types: Record<string, ColumnType> = {
  text,
  int8,
  int16,
  int32,
  int64,
  safeInteger,
  double,
  decimal,
  wholeDecimal,
  smallDecimal,
  boolean,
  day,
  instant,
  date,
  uuid,
  json,
  color,
  int128: { _tag: "Int128" },
  uint8: { _tag: "UInt8" },
  uint16: { _tag: "UInt16" },
  uint32: { _tag: "UInt32" },
  uint64: { _tag: "UInt64" },
  uint128: { _tag: "UInt128" },
  float: { _tag: "Float" },
  time: { _tag: "Time" },
  zoned: { _tag: "Timestamp", as: "DateTime", zoned: true },
  zonedDate: { _tag: "Timestamp", as: "Date", zoned: true },
  duration: { _tag: "Interval", as: "Duration" },
  interval: { _tag: "Interval", as: "Calendar" },
  blob: { _tag: "Blob" },
  vector: { _tag: "List", element: { type: { _tag: "Float" }, nullable: true }, size: 3 },
  map: { _tag: "Map", key: text, value: { type: int64, nullable: true } },
  mapOfIntegers: { _tag: "Map", key: int64, value: { type: { _tag: "Blob" }, nullable: false } },
  custom: { _tag: "Custom", base: text, names: { postgres: "VARCHAR" } },
  customOfDecimal: { _tag: "Custom", base: decimal, names: { postgres: "NUMERIC" } },
  customWithoutName: { _tag: "Custom", base: instant, names: { duckdb: "TIMESTAMP_S" } }
}

const nested: Record<string, ColumnType> = {
  lists: listOf(listOf(decimal)),
  jsons: listOf(json),
  struct: structOf(types),
  structs: listOf(structOf({ list: listOf(instant), double, struct: structOf({ int64, "it's": text }) }))
}

const lists = Object.fromEntries(Object.entries(types).map(([name, type]) => [`list of ${name}`, listOf(type)]))

layer(TestDatabase.layerPostgres([]), { timeout: "60 seconds", excludeTestServices: true })(
  "PostgreSQL types",
  (it) => {
    for (const [name, type] of Object.entries({ ...types, ...lists, ...nested })) {
      it.effect.prop(
        `${name} comes back as it was sent`,
        { value: placeOf({ type, nullable: true }) },
        ({ value }) => Effect.map(sent(type, value), (found) => same(found, value)),
        { arbitrary: { runs: 60 } }
      )
      it.effect.prop(
        `${name} comes back as it was inserted`,
        { values: Arbitrary.array(placeOf({ type, nullable: true }), { minLength: 1, maxLength: 8 }) },
        ({ values }) =>
          Effect.map(stored(type, values), ({ found, inserted }) => {
            same(inserted, values)
            same(found, values)
          }),
        { arbitrary: { runs: 15 } }
      )
    }

    it.effect("keeps the days and instants of years before 1 and after 9999", () =>
      Effect.gen(function*() {
        for (
          const milliseconds of [yearOne - 1, yearOne - dayLength * 366, -200_000_000_000_000, yearTenThousand, 8e15]
        ) {
          const value = fromEpochMilliseconds(milliseconds)
          const midnight = fromEpochMilliseconds(Math.floor(milliseconds / dayLength) * dayLength)
          same(yield* sent(instant, value), value)
          same(yield* sent(listOf(instant), [value]), [value])
          same(yield* sent(day, midnight), midnight)
          same(yield* sent(listOf(day), [midnight]), [midnight])
          same(yield* sent(structOf({ day, instant }), { day: midnight, instant: value }), {
            day: midnight,
            instant: value
          })
        }
      }))

    it.effect("reads an instant with a zone as the same, whatever the session's zone is", () =>
      Effect.gen(function*() {
        const { read, transaction } = yield* Database
        const sql = yield* SqlClient
        const zoned = { _tag: "Timestamp", as: "DateTime", zoned: true } as const
        const value = fromEpochMilliseconds(Date.parse("2024-02-29T23:59:59.999Z"))
        const old = fromEpochMilliseconds(-200_000_000_000_000)
        for (const zone of ["UTC", "Asia/Kolkata", "America/St_Johns", "Europe/Amsterdam"]) {
          yield* transaction(Effect.gen(function*() {
            yield* sql.unsafe(`SET LOCAL TIME ZONE '${zone}'`)
            same(yield* sent(zoned, value), value)
            same(yield* sent(zoned, old), old)
            same(yield* sent(listOf(zoned), [value, null, old]), [value, null, old])
            same(yield* sent(structOf({ zoned }), { zoned: value }), { zoned: value })
            same(yield* read(query(zoned, "SELECT CAST(TIMESTAMPTZ '2024-02-29 12:00:00.5+02' AS text)")), [
              fromEpochMilliseconds(Date.parse("2024-02-29T10:00:00.500Z"))
            ])
          }))
        }
      }))

    it.effect("refuses what the model's value can't hold, and says why", () =>
      Effect.gen(function*() {
        const { read } = yield* Database
        const refused: ReadonlyArray<readonly [ColumnType, string, RegExp]> = [
          [instant, "CAST(CAST('infinity' AS timestamp) AS text)", /infinity/],
          [instant, "CAST(CAST('294000-01-01' AS timestamp) AS text)", /294000/],
          [date, "CAST(CAST('-infinity' AS timestamp) AS text)", /infinity/],
          [instant, "now()", /a timestamp as text/],
          [instant, "CAST(TIMESTAMPTZ '2024-02-29 12:00:00+02' AS text)", /\+00/],
          [day, "CAST('infinity' AS date)", /infinity/],
          [safeInteger, "CAST(9007199254740993 AS bigint)", /9007199254740993/],
          [int8, "CAST(128 AS smallint)", /-128 to 127, found 128/],
          [decimal, "CAST('NaN' AS numeric)", /NaN/],
          [decimal, "CAST('0.00000000001' AS numeric)", /10 places/],
          [color, "CAST('blue' AS text)", /found blue/],
          [listOf(color), "ARRAY['red', 'blue']", /found blue/],
          [structOf({ int32 }), "CAST('{\"int32\":\"x\"}' AS jsonb)", /found x/],
          [double, "CAST(1 AS numeric)", /double precision/]
        ]
        for (const [type, expression, reason] of refused) {
          const error = yield* Effect.flip(read(query(type, `SELECT ${expression}`)))
          assert.strictEqual(error._tag, "Undecodable", expression)
          assert.include(error.message, "Column value holds a value that its model can't")
          assert.match(error.message, reason)
        }
      }))

    it.effect("reads the integers and decimals of wider and narrower columns", () =>
      Effect.gen(function*() {
        const { read } = yield* Database
        same(yield* read(query(int64, "SELECT CAST(7 AS integer)")), [7n])
        same(yield* read(query(int32, "SELECT CAST(7 AS bigint)")), [7])
        same(yield* read(query(decimal, "SELECT 7")), [BigDecimal.make(70_000_000_000n, 10)])
        same(yield* read(query(decimal, "SELECT 0.50000000000000")), [BigDecimal.make(5_000_000_000n, 10)])
      }))

    it.effect("gives aggregates the types that the compiler says", () =>
      Effect.gen(function*() {
        const { dialect: { aggregates }, read } = yield* Database
        const made = (kind: AggregateKind, argument: string, type: ColumnType) =>
          present(kind, aggregates[kind])({
            texts: [argument],
            types: [],
            type,
            distinct: "",
            orderBy: "",
            filter: "",
            over: ""
          })
        const from = "FROM (VALUES (CAST(2 AS bigint), CAST(1.5 AS numeric(10, 2))), (5, 2)) AS t (i, d)"
        const money: ColumnType = { _tag: "Decimal", precision: 38, scale: 2 }
        same(yield* read(query(safeInteger, `SELECT ${made("count", "*", safeInteger)} ${from}`)), [2])
        same(yield* read(query(int64, `SELECT ${made("sum", "i", int64)} ${from}`)), [7n])
        same(yield* read(query(money, `SELECT ${made("sum", "d", money)} ${from}`)), [BigDecimal.make(350n, 2)])
        same(yield* read(query(double, `SELECT ${made("avg", "i", double)} ${from}`)), [3.5])
        same(yield* read(query(double, `SELECT ${made("avg", "d", double)} ${from}`)), [1.75])
        same(yield* read(query(safeInteger, `SELECT ${made("sum", "i", safeInteger)} ${from} WHERE false`)), [null])
      }))

    it.effect("finds a value by itself, and a text by one in a list", () =>
      Effect.gen(function*() {
        const { dialect, read } = yield* Database
        for (const type of [instant, day, decimal, uuid, int64, double, text]) {
          const [value] = yield* Arbitrary.sampleEffect(valuesOf(type), { count: 1 })
          const list = listOf(type)
          const equal = `${dialect.placeholder(1, type)} = ANY(${dialect.placeholder(2, list)})`
          same(
            yield* read(query(boolean, `SELECT ${equal}`, [{ type, value }, { type: list, value: [null, value] }])),
            [
              true
            ]
          )
        }
      }))
  }
)
