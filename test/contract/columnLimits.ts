/**
 * What a column can't hold is refused, and the place named: by the model before anything is sent, and by the database where
 * others write.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ColumnType, Decode, Model, OrmError, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { inspect } from "node:util"
import { instant } from "./columnKinds.ts"
import { assertSame } from "./columnTypes.ts"
import { fieldsOf } from "./fieldsOf.ts"
import type { Database, Facts } from "./Subject.ts"

const Flags = Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), {
  as: Schema.String,
  duckdb: "BIT",
  postgres: "BIT VARYING"
})

const fields = {
  uint8: Column.uint8,
  uint16: Column.uint16,
  uint32: Column.uint32,
  uint64: Column.uint64,
  int128: Column.int128,
  uint128: Column.uint128,
  float: Column.float,
  text: Column.text(4),
  code: Column.char(2),
  time: Column.time,
  at: Column.timestamptz,
  duration: Column.duration,
  interval: Column.interval,
  blob: Column.blob,
  vector: Column.vector(3),
  scores: Schema.NullOr(Column.array(Schema.Array(Column.uint8), 2)),
  map: Column.map(Schema.String, Column.uint8),
  flags: Flags
}

class Everything extends Model.Class<Everything>("Everything")(
  { id: Column.primaryKey(Schema.Int), ...fields },
  { table: "column_limits_everything" }
) {}

class Strict extends Model.Class<Strict>("Strict")(
  { id: Column.primaryKey(Schema.Int), ...fields },
  { table: "column_limits_everything", decode: "strict" }
) {}

class Device extends Model.Class<Device>("Device")({
  id: Column.primaryKey(Column.uuidV7(Schema.String)),
  secret: Column.uuidV4(Schema.String.pipe(Schema.brand("Secret"))),
  port: Column.withDefault(Column.uint16, 8080),
  most: Column.withDefault(Column.uint128, 2n ** 128n - 1n),
  opens: Column.withDefault(Column.time, "09:30:00"),
  code: Column.withDefault(Column.char(2), "it")
}, { table: "column_limits_devices" }) {}

class Span extends Model.Class<Span>("Span")({
  id: Column.primaryKey(Schema.Int),
  length: Column.duration
}, { table: "column_limits_spans" }) {}

class Sum extends Model.Class<Sum>("Sum")({
  id: Column.primaryKey(Schema.Int),
  small: Column.uint32,
  large: Column.uint64,
  huge: Column.int128,
  float: Column.float
}, { table: "column_limits_sums" }) {}

const everything = {
  id: 1,
  uint8: 255,
  uint16: 65_535,
  uint32: 4_294_967_295,
  uint64: 2n ** 64n - 1n,
  int128: -(2n ** 127n),
  uint128: 2n ** 128n - 1n,
  float: 0.5,
  text: "🦆🦆🦆🦆",
  code: "é ",
  time: "23:59:59.999999",
  at: instant("2024-02-29T12:00:00Z", 1),
  duration: Duration.millis(-1),
  interval: { months: -1, days: 40, microseconds: 1n },
  blob: Uint8Array.of(0, 255),
  vector: [1, -0, Number.NaN],
  scores: [[1], []],
  map: new Map([["a", 0], ["", 255]]),
  flags: "0010"
}

/** What none of the columns can hold, and where in it. */
const impossible: ReadonlyArray<readonly [field: keyof typeof fields, value: unknown, path?: ReadonlyArray<string>]> = [
  ["uint8", 256],
  ["uint8", -1],
  ["uint16", 65_536],
  ["uint16", 0.5],
  ["uint32", 4_294_967_296],
  ["uint64", 2n ** 64n],
  ["uint64", -1n],
  ["uint64", 1],
  ["int128", 2n ** 127n],
  ["uint128", 2n ** 128n],
  ["float", 1e39],
  ["float", "1"],
  ["text", "🦆🦆🦆🦆🦆"],
  ["code", "a"],
  ["code", "abc"],
  ["time", "24:00:00"],
  ["time", "9:30"],
  ["time", "09:30.5"],
  ["time", "09:30:00.0000001"],
  ["at", instant("+010000-01-01")],
  ["duration", Duration.infinity],
  ["duration", Duration.nanos(1n)],
  ["duration", Duration.hours(1_000_000_000)],
  ["interval", { months: 0.5, days: 0, microseconds: 0n }, ["months"]],
  ["interval", { months: 0, days: 2 ** 31, microseconds: 0n }, ["days"]],
  ["interval", { months: 0, days: 0, microseconds: 2n ** 63n }, ["microseconds"]],
  ["blob", "bytes"],
  ["vector", [1, 2]],
  ["vector", [1, 2, 1e39], ["2"]],
  ["scores", [[1], [2], [3]]],
  ["scores", [[1], [256]], ["1", "0"]],
  ["map", new Map([["a", 256]])],
  ["map", { a: 1 }],
  ["flags", "012"]
]

/** What plain SQL may try to write, for each database. */
const refusedByTable: ReadonlyArray<readonly [column: string, duckdb: string, postgres: string]> = [
  ["uint8", "-1", "-1"],
  ["uint8", "256", "256"],
  ["uint16", "65536", "65536"],
  ["uint32", "4294967296", "4294967296"],
  ["uint64", "18446744073709551616", "18446744073709551616"],
  ["uint128", "-1", "-1"],
  ["text", "'abcde'", "'abcde'"],
  ["code", "'a'", "'a'"],
  ["code", "'abc'", "'abc'"],
  ["vector", "[1, 2]", "'{1,2}'"],
  ["scores", "[[1]]", "'[[1]]'"],
  ["flags", "'2'", "B'2'"]
]

export const columnLimits = (name: string, database: Database, { dialect }: Facts) => {
  layer(TestDatabase.layerOn(database, [Everything, Device, Span, Sum]), { timeout: "60 seconds" })(
    `${name}: limits of columns`,
    (it) => {
      it.effect("the last values of each type are kept", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Everything)
          assertSame(yield* rows.insert(everything), everything)
          assertSame(yield* rows.get(1), everything)
          assertSame(yield* (yield* Repository.make(Strict)).get(1), everything)
          assertSame(yield* Decode.strict(rows.get(1)), everything)
        }))

      for (const [field, value, within = []] of impossible) {
        it.effect(`${field} refuses ${inspect(value)}, and says where`, () =>
          Effect.gen(function*() {
            const rows = yield* Repository.make(Everything)
            const row = { ...everything, id: 2, [field]: value }
            for (const given of [[row], [{ ...everything, id: 3 }, row]]) {
              const refused = yield* Effect.flip(rows.insertMany(given))
              assert.instanceOf(refused, OrmError.Invalid)
              if (refused._tag !== "Invalid") continue
              assert.strictEqual(refused.row, given.length - 1)
              const [path = []] = refused.issues.map((issue) => issue.path.map(String))
              assert.deepStrictEqual(path.slice(0, within.length + 1), [field, ...within])
            }
            assert.strictEqual(yield* Query.from(Everything).where((one) => one.id.in([2, 3])).count, 0)
          }))
      }

      it.effect("a value is looked for that the column can't hold: a mistake, which is told", () =>
        Effect.gen(function*() {
          const all = Query.from(Everything)
          for (
            const wrong of [
              all.where((row) => row.uint8.eq(256)),
              all.where((row) => row.uint64.in([1n, -1n])),
              all.where((row) => row.float.gt(1e39)),
              all.where((row) => row.time.lt("noon")),
              all.where((row) => row.duration.eq(Duration.infinity)),
              all.where((row) => row.interval.eq({ months: 0, days: 0.5, microseconds: 0n })),
              all.where((row) => row.vector.eq([1, 2])),
              all.where((row) => row.map.eq(new Map([["a", 256]])))
            ]
          ) {
            assert.instanceOf(yield* Effect.flip(wrong.all), OrmError.QueryFailed)
          }
        }))

      it.effect("the database refuses what others write, as the model does", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const isDuckDb = dialect === "duckdb"
          const rows = yield* Repository.make(Everything)
          yield* rows.insert({ ...everything, id: 10 })
          for (const [column, duckdb, postgres] of refusedByTable) {
            const value = isDuckDb ? duckdb : postgres
            const result = yield* Effect.result(
              sql.unsafe(`UPDATE column_limits_everything SET "${column}" = ${value} WHERE id = 10`)
            )
            assert.strictEqual(result._tag, "Failure", `${column} = ${value}`)
          }
          assertSame(yield* rows.get(10), { ...everything, id: 10 })
        }))

      it.effect("ten thousand rows are kept as one is", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Everything)
          const drawn = yield* Arbitrary.sampleEffect(Arbitrary.schema(Schema.Uint8Array), { count: 50, size: 20 })
          const given = Array.from({ length: 10_000 }, (_, index) => ({
            ...everything,
            id: 100_000 + index,
            uint8: index % 256,
            uint64: 2n ** 64n - 1n - BigInt(index),
            int128: BigInt(index - 5_000) * 10n ** 33n,
            float: Math.fround(index / 7),
            time: `0${index % 10}:00:00`,
            duration: ColumnType.toDuration(BigInt(index - 5_000) * 1_001n),
            blob: drawn[index % 50] ?? new Uint8Array(0),
            vector: [index, -index, Math.fround(1 / (index + 1))],
            scores: index % 3 === 0 ? null : [[index % 256], []],
            map: new Map(Array.from({ length: index % 4 }, (__, key) => [`key ${key}`, key])),
            flags: index.toString(2)
          }))
          assertSame(yield* rows.insertMany(given), given)
          const read = Query.from(Everything).where((row) => row.id.gte(100_000)).orderBy((row) => row.id.asc())
          assertSame(yield* read, given)
          assertSame(yield* Decode.strict(read.limit(100).all), given.slice(0, 100))
          const { float, uint64, uint8 } = yield* read.columns
          assert.deepStrictEqual(uint8.values, Uint8Array.from(given, (row) => row.uint8))
          assert.deepStrictEqual(uint64.values, BigUint64Array.from(given, (row) => row.uint64))
          assert.deepStrictEqual(float.values, Float32Array.from(given, (row) => row.float))

          const changed = given.slice(0, 2_000).map((row) => ({
            ...row,
            blob: Uint8Array.of(1),
            map: new Map([["b", 2]])
          }))
          assertSame(yield* rows.upsertMany(changed), changed)
          assertSame(yield* read.limit(changed.length), changed)
          assert.strictEqual(yield* rows.deleteMany(given.map(({ id }) => id)), given.length)
        }))

      it.effect("a float is the nearest one of 32 bits, a time has its seconds, and both are found by what was given", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Everything)
          const given = { ...everything, id: 20, float: 0.1, time: "09:30", vector: [0.1, -0, 3e38] }
          const stored = { ...given, float: Math.fround(0.1), time: "09:30:00", vector: given.vector.map(Math.fround) }
          assertSame(yield* rows.insert(given), stored)
          assertSame(yield* rows.get(20), stored)
          assertSame(yield* rows.insert({ ...given, id: 21, time: "00:00:00.000", float: -0 }), {
            ...stored,
            id: 21,
            time: "00:00:00",
            float: -0
          })
          for (
            const condition of [
              Query.from(Everything).where((row) => row.float.eq(0.1)),
              Query.from(Everything).where((row) => row.time.eq("09:30").and(row.float.in([0.1]))),
              Query.from(Everything).where((row) => row.vector.eq(given.vector).and(row.float.gt(0)))
            ]
          ) {
            assert.deepStrictEqual((yield* condition).map(({ id }) => id), [20])
          }
        }))

      it.effect("times, durations and numbers are in order", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Everything)
          const given = [
            { ...everything, id: 30, time: "00:00", duration: Duration.hours(-1), uint128: 0n },
            { ...everything, id: 31, time: "09:30:00.5", duration: Duration.days(40), uint128: 2n ** 127n },
            { ...everything, id: 32, time: "09:31", duration: Duration.days(41), uint128: 2n ** 127n + 1n }
          ]
          yield* rows.insertMany(given.toReversed())
          const these = Query.from(Everything).where((row) => row.id.between(30, 39))
          const ids = (found: ReadonlyArray<Everything>) => found.map(({ id }) => id)
          assert.deepStrictEqual(ids(yield* these.orderBy((row) => row.time.asc())), [30, 31, 32])
          assert.deepStrictEqual(ids(yield* these.orderBy((row) => row.duration.asc())), [30, 31, 32])
          assert.deepStrictEqual(ids(yield* these.orderBy((row) => row.uint128.asc())), [30, 31, 32])
          const early = these.where((row) => row.time.lte("09:30:00.5")).orderBy((row) => row.id.asc())
          assert.deepStrictEqual(ids(yield* early), [30, 31])
          assert.deepStrictEqual(ids(yield* these.where((row) => row.duration.gt(Duration.days(40)))), [32])
        }))

      it.effect("maps with the same entries are equal, in whatever order these were given", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Everything)
          yield* rows.insert({ ...everything, id: 40, map: new Map([["b", 1], ["a", 2]]) })
          const same = Query.from(Everything).where((row) => row.map.eq(new Map([["a", 2], ["b", 1]])))
          assert.deepStrictEqual((yield* same).map(({ id }) => id), [40])
        }))

      it.effect("uuids are made where an insert leaves them out, the same again under a seed", () =>
        Effect.gen(function*() {
          const devices = yield* Repository.make(Device)
          const device = yield* devices.insert({})
          assert.match(device.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
          assert.match(device.secret, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/)
          assertSame(fieldsOf(yield* devices.get(device.id)), fieldsOf(device))
          const [first, second] = yield* devices.insertMany([{}, { secret: device.secret }])
          assert.notStrictEqual(first?.secret, device.secret)
          assert.strictEqual(second?.secret, device.secret)
          const seeded = Effect.map(devices.insert({ id: device.id.replace(/^./, "f") }), ({ secret }) => secret)
          const again = yield* Random.withSeed(seeded, "seed")
          yield* devices.delete(device.id.replace(/^./, "f"))
          assert.strictEqual(yield* Random.withSeed(seeded, "seed"), again)
        }))

      it.effect("the database fills in what others leave out", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const id = "01890000-0000-7000-8000-000000000001"
          yield* sql.unsafe(`INSERT INTO column_limits_devices (id, secret) VALUES ('${id}', '${id}')`)
          assert.deepStrictEqual(fieldsOf(yield* (yield* Repository.make(Device)).get(id)), {
            id,
            secret: id,
            port: 8080,
            most: 2n ** 128n - 1n,
            opens: "09:30:00",
            code: "it"
          })
        }))

      it.effect("an interval of months is no length of time, and refused where one is read", () =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql.unsafe("INSERT INTO column_limits_spans VALUES (1, INTERVAL '1 month')")
          const failure = yield* Effect.flip(Query.from(Span).all)
          assert.instanceOf(failure, OrmError.Undecodable)
          assert.include(failure.message, "months")
        }))

      it.effect("sums are exact, and floats are added up as doubles", () =>
        Effect.gen(function*() {
          const rows = yield* Repository.make(Sum)
          yield* rows.insertMany(
            [1, 2, 3].map((id) => ({
              id,
              small: 4_294_967_295,
              large: 2n ** 61n,
              huge: -(2n ** 60n),
              float: Math.fround(0.1)
            }))
          )
          const [sums] = yield* Query.from(Sum).select((row) => ({
            small: Query.sum(row.small),
            large: Query.sum(row.large),
            huge: Query.sum(row.huge),
            float: Query.sum(row.float),
            mean: Query.avg(row.float),
            most: Query.max(row.large)
          }))
          assert.deepStrictEqual(sums, {
            small: 3 * 4_294_967_295,
            large: 3n * 2n ** 61n,
            huge: -3n * 2n ** 60n,
            float: Math.fround(0.1) * 3,
            mean: Math.fround(0.1),
            most: 2n ** 61n
          })
        }))
    }
  )
}
