/**
 * Values go to DuckDB, in rows and in parameters, and come back the same.
 *
 * @since 0.1.0
 */
import { assert, layer } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { SourceRows } from "../../src/duckdb/writing/rowSource.ts"
import { type ColumnType, toMicroseconds } from "../../src/model/ColumnType.ts"
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
  nullable,
  struct,
  text,
  uuidType,
  valuesOf
} from "./columnValues.ts"
import { as, assertUnchanged, column, Duck, nothing, query, withRows, withSource } from "./journey.ts"

const simple: ReadonlyArray<ColumnType> = [
  text,
  { _tag: "Int8" },
  { _tag: "Int16" },
  int32,
  int64,
  { _tag: "Int64", as: "number" },
  double,
  decimal(1, 0),
  decimal(4, 2),
  decimal(9, 9),
  decimal(18, 0),
  decimal(38, 10),
  decimal(38, 38),
  { _tag: "Boolean" },
  day,
  instant,
  { _tag: "Timestamp", as: "Date" },
  uuidType,
  json,
  mood,
  { _tag: "Int128" },
  { _tag: "UInt8" },
  { _tag: "UInt16" },
  { _tag: "UInt32" },
  { _tag: "UInt64" },
  { _tag: "UInt128" },
  { _tag: "Float" },
  { _tag: "Time" },
  { _tag: "Timestamp", as: "DateTime", zoned: true },
  { _tag: "Interval", as: "Duration" },
  { _tag: "Interval", as: "Calendar" },
  { _tag: "Blob" },
  { _tag: "List", element: { type: { _tag: "Float" }, nullable: true }, size: 3 },
  { _tag: "Map", key: text, value: { type: int64, nullable: true } },
  { _tag: "Custom", base: text, names: { duckdb: "VARCHAR" } }
]

const nested: ReadonlyArray<ColumnType> = [
  ...simple.map(list),
  struct(Object.fromEntries(simple.map((type, index) => [`field ${index}`, type]))),
  list(list(text)),
  list(list(list(int32))),
  list(struct({ "a \"quoted\" name": text, b: list(int64), c: struct({ d: instant }) })),
  struct({ items: list(struct({ name: text, prices: list(decimal(30, 4)) })), ["__proto__"]: text, toString: int32 })
]

layer(Duck.layer)("columns of DuckDB", (it) => {
  for (const type of [...simple, ...nested]) {
    it.effect.prop(
      `keeps ${JSON.stringify(type).slice(0, 200)}`,
      { values: Arbitrary.array(nullable(valuesOf(type))) },
      ({ values }) => assertUnchanged(type, values),
      { arbitrary: { runs: 12 } }
    )

    it.effect(`keeps many rows of ${JSON.stringify(type).slice(0, 200)}`, () =>
      Effect.gen(function*() {
        const samples = yield* Arbitrary.sampleEffect(valuesOf(type), { count: 61, seed: "many rows" })
        // the chunks have no nulls, some, only nulls, and few
        const values = Array.from({ length: 7_000 }, (_, row) => {
          const isMissing = row >= 2048 && (row < 4096 ? row % 3 === 0 : row < 6144 || row === 6500)
          return isMissing ? null : samples[row % samples.length]
        })
        yield* assertUnchanged(type, values)
      }), { timeout: 60_000 })
  }

  it.effect("keeps several columns apart, and the order of rows", () =>
    Effect.gen(function*() {
      const count = 10_000
      const rows: SourceRows = {
        columns: [{ name: "id", type: int32, nullable: false }, { name: "name", type: text, nullable: true }],
        values: [
          Array.from({ length: count }, (_, row) => row),
          Array.from({ length: count }, (_, row) => `row number ${row}`)
        ],
        count
      }
      const columns = yield* withSource(rows, "SELECT * FROM andamios_rows($1)", as(int32, text))
      assert.deepStrictEqual(columns, rows.values)
    }))

  it.effect("takes no rows", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* withSource(column(text, []), "SELECT * FROM andamios_rows($1)", as(text)), [[]])
    }))

  it.effect("forgets rows when they were used, also by a statement that failed", () =>
    Effect.gen(function*() {
      const connection = yield* Duck
      let handle = 0
      const failed = yield* Effect.exit(Effect.tryPromise(() =>
        withRows(column(text, ["not a number"]), (given) => {
          handle = given
          return connection.run(`SELECT value::INTEGER FROM andamios_rows(${given})`)
        })
      ))
      assert.strictEqual(failed._tag, "Failure")
      const late = yield* Effect.flip(Effect.tryPromise({
        try: () => connection.run(`SELECT * FROM andamios_rows(${handle})`),
        catch: (error) => String(error)
      }))
      assert.include(late, `there are no rows under the handle ${handle}`)
    }))

  it.effect("serves several instances and connections at once", () =>
    Effect.gen(function*() {
      const journeys = Array.from({ length: 8 }, (_, index) =>
        Array.from({ length: 3_000 }, (_row, row) => index * 10_000 + row))
      const together = Effect.forEach(journeys, (values) =>
        withSource(column(int32, values), "SELECT * FROM andamios_rows($1)", as(int32)).pipe(
          Effect.provide(Duck.layer)
        ), {
        concurrency: 4
      })
      assert.deepStrictEqual(yield* together, journeys.map((values) => [values]))
    }))

  it.effect("agrees with the driver on 100,000 rows", () =>
    Effect.gen(function*() {
      const connection = yield* Duck
      const sql = `select range::int id, (range*1000003)::bigint big, range*1.25::double dbl,
        case when range%17=0 then null when range%5=0 then 'alice'||range when range%5=2 then 'a somewhat longer string value'||range
          when range%5=3 then 'Ünïcödé text'||range else 'x'||range end as name,
        range%2=0 as flag, timestamp '1969-11-14 22:13:20.000001' + interval (range) seconds as ts,
        date '1960-01-01' + (range%10000)::int as dt, md5(range::varchar)::uuid as uid from range(100000)`
      const types = [int32, int64, double, text, { _tag: "Boolean" } as const, instant, day, uuidType]
      const [id, big, dbl, name, flag, ts, dt, uid] = yield* query(sql, nothing, as(...types))
      const rows = yield* Effect.promise(() => connection.run(sql).then((result) => result.getRowObjects()))
      const mine = rows.map((_, row) =>
        [
          id?.[row],
          big?.[row],
          dbl?.[row],
          name?.[row],
          flag?.[row],
          microsecondsOf(ts?.[row]),
          microsecondsOf(dt?.[row]),
          uid?.[row]
        ].join("|")
      )
      const theirs = rows.map((row) =>
        [
          row.id,
          row.big,
          row.dbl,
          row.name,
          row.flag,
          micros(row.ts),
          BigInt(dayOf(row.dt)) * 86_400_000_000n,
          String(row.uid)
        ].join("|")
      )
      assert.deepStrictEqual(mine, theirs)
    }), { timeout: 60_000 })
})

const isDateTime = (value: unknown): value is DateTime.Utc =>
  typeof value === "object" && value !== null && "epochMilliseconds" in value
const microsecondsOf = (value: unknown) => isDateTime(value) ? toMicroseconds(value) : value
const micros = (value: unknown) =>
  typeof value === "object" && value !== null && "micros" in value ? value.micros : value
const dayOf = (value: unknown) =>
  typeof value === "object" && value !== null && "days" in value ? Number(value.days) : NaN
