/**
 * Whole columns hold what the rows hold, in the arrays that their types promise.
 */
import { assert, layer } from "@effect/vitest"
import { Column, ColumnType, Decode, Model, OrmError, Query, Repository, Session, Vector } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Arbitrary from "effect/Arbitrary"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { instant, kinds } from "./columnKinds.ts"
import { assertSame } from "./columnTypes.ts"
import type { Database } from "./Subject.ts"

/** The arrays of the kinds of columns that have a typed one. */
const arrays = new Map<string, object>([
  ["Int8", Int8Array],
  ["Int16", Int16Array],
  ["Int32", Int32Array],
  ["Int64", BigInt64Array],
  ["UInt8", Uint8Array],
  ["UInt16", Uint16Array],
  ["UInt32", Uint32Array],
  ["UInt64", BigUint64Array],
  ["Float", Float32Array],
  ["Timestamp with a zone", BigInt64Array],
  ["safe integer", Float64Array],
  ["Double", Float64Array],
  ["literal integers", Float64Array],
  ["Boolean", Uint8Array],
  ["Date", Int32Array],
  ["Timestamp", BigInt64Array],
  ["Timestamp as a Date", BigInt64Array]
])

const stored = kinds.map((kind, index) => {
  class Sample extends Model.Class<Sample>(`Sample ${kind.name}`)({
    id: Column.primaryKey(Schema.Int),
    value: kind.schema,
    nullable: Schema.NullOr(kind.schema),
    option: Schema.OptionFromNullOr(kind.schema),
    list: Schema.Array(Schema.NullOr(kind.schema))
  }, { table: `columns_${index}` }) {}
  return { ...kind, Sample }
})

/** A value of a row as its vector holds it. */
const held = (value: unknown, array: object | undefined): unknown => {
  if (array === undefined) return value
  if (value === null) return array === BigInt64Array || array === BigUint64Array ? 0n : 0
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Date) return BigInt(value.getTime()) * 1_000n
  if (!DateTime.isDateTime(value) || !DateTime.isUtc(value)) return value
  return array === Int32Array ? value.epochMilliseconds / 86_400_000 : ColumnType.toMicroseconds(value)
}

/** A vector is what the rows hold, in the array that is expected. */
const assertHolds = (vector: Vector.Vector<unknown>, values: ReadonlyArray<unknown>, array: object | undefined) => {
  assert.strictEqual(
    Object.getPrototypeOf(vector.values),
    array === undefined ? Array.prototype : Reflect.get(array, "prototype")
  )
  const found = Array.isArray(vector.values)
    ? vector.values
    : ArrayBuffer.isView(vector.values)
    ? Array.from(numbers(vector.values))
    : []
  assertSame(found, values.map((value) => held(value, array)))
  assert.deepStrictEqual(
    values.map((_, row) => Vector.isValid(vector, row)),
    values.map((value) => value !== null)
  )
  const hasNull = values.includes(null)
  assert.strictEqual(vector.validity?.length, hasNull ? Math.ceil(values.length / 8) : undefined)
}

const numbers = (view: ArrayBufferView): Iterable<unknown> =>
  // oxlint-disable-next-line typescript/no-unsafe-return -- every typed array can be iterated
  Symbol.iterator in view ? Object(view) : []

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Column.int32),
  sensor: Schema.String,
  level: Schema.NullOr(Schema.Number),
  total: Column.int64,
  valid: Schema.Boolean,
  day: Column.date,
  at: Schema.NullOr(Column.timestamp)
}, { table: "columns_readings" }) {}

class Sensor extends Model.Class<Sensor>("Sensor")({
  name: Column.primaryKey(Schema.String),
  floor: Column.int16,
  label: Schema.OptionFromNullOr(Schema.String)
}, { table: "columns_sensors" }) {}

/** The same table, by one who knows that readings are positive. */
class Positive extends Model.Class<Positive>("Positive")({
  id: Column.primaryKey(Column.int32),
  level: Schema.NullOr(Schema.Number.check(Schema.isGreaterThanOrEqualTo(0)))
}, { table: "columns_readings", decode: "strict" }) {}

class Enough extends Data.TaggedError("Enough") {}

const count = 5_000

/** Only the last rows lack something, so that a bitmap begins late. */
const readings = Array.from({ length: count }, (_, id) => ({
  id,
  sensor: `sensor ${id % 3}`,
  level: id > 4_500 && id % 7 === 0 ? null : id / 4 - 10,
  total: BigInt(id) * 10n ** 15n,
  valid: id % 2 === 0,
  day: DateTime.makeUnsafe((id - 2_500) * 86_400_000),
  at: id % 11 === 3 ? null : instant("1969-12-31T23:59:00Z", id * 60_001)
}))

const sensors = [{ name: "sensor 0", floor: 1, label: Option.none() }, {
  name: "sensor 1",
  floor: -2,
  label: Option.some("old")
}]

const filled = Layer.effectDiscard(Effect.gen(function*() {
  yield* (yield* Repository.make(Reading)).insertMany(readings)
  yield* (yield* Repository.make(Sensor)).insertMany(sensors)
}))

const all = Query.from(Reading).orderBy((reading) => reading.id.asc())

export const columns = (name: string, database: Database) => {
  const tables = TestDatabase.layerOn(database, [Reading, Sensor, ...stored.map(({ Sample }) => Sample)])
  layer(filled.pipe(Layer.provideMerge(tables)), { timeout: "60 seconds" })(`${name}: columns`, (it) => {
    for (const { edges, name: described, Sample, values } of stored) {
      it.effect(`${described}: columns are what rows give`, () =>
        Effect.gen(function*() {
          const sample = [...edges, ...yield* Arbitrary.sampleEffect(values, { count: 60, size: 10 })]
          const rows = Array.from({ length: 2_100 }, (_, id) => {
            const value = sample[id % sample.length]
            const nullable = id % 3 === 0 ? null : value
            return { id, value, nullable, option: Option.fromNullOr(nullable), list: [value, null].slice(id % 3) }
          })
          yield* (yield* Repository.make(Sample)).insertMany(rows)
          const query = Query.from(Sample).orderBy((row) => row.id.asc())
          const found = yield* query.columns
          const strict = yield* Decode.strict(query.columns)
          const read = yield* query
          assertSame(strict, found)

          const array = arrays.get(described)
          assertHolds(found.value, read.map(({ value }) => value), array)
          assertHolds(found.nullable, read.map(({ nullable }) => nullable), array)
          assertHolds(found.option, read.map(({ option }) => option), undefined)
          assertHolds(found.list, read.map(({ list }) => list), undefined)
        }))
    }

    it.effect("are typed arrays of all rows, in order, with a bitmap where some have no value", () =>
      Effect.gen(function*() {
        const found = yield* all.columns
        assert.deepStrictEqual(Object.keys(found), Object.keys(readings[0] ?? {}))
        assert.deepStrictEqual(found.id, { values: Int32Array.from(readings, ({ id }) => id), validity: undefined })
        assert.deepStrictEqual(found.total.values, BigInt64Array.from(readings, ({ total }) => total))
        assert.deepStrictEqual(found.sensor.values, readings.map(({ sensor }) => sensor))
        assert.deepStrictEqual(found.day.values, Int32Array.from(readings, ({ id }) => id - 2_500))
        assertHolds(found.level, readings.map(({ level }) => level), Float64Array)
        assertHolds(found.at, readings.map(({ at }) => at), BigInt64Array)
        const known = found.level.values.filter((_, row) => Vector.isValid(found.level, row))
        assert.strictEqual(known.length, readings.filter(({ level }) => level !== null).length)
      }))

    it.effect("are those of the rows that a query asks for", () =>
      Effect.gen(function*() {
        const some = yield* all.where((reading) => reading.id.gte(4_990)).offset(2).limit(4).columns
        assert.deepStrictEqual(some.id.values, Int32Array.of(4_992, 4_993, 4_994, 4_995))
        assert.deepStrictEqual(some.level.validity, undefined)
        const none = yield* all.where((reading) => reading.id.lt(0)).columns
        assert.deepStrictEqual(none.level, { values: new Float64Array(0), validity: undefined })
        assert.deepStrictEqual(none.sensor, { values: [], validity: undefined })
      }))

    it.effect("are those of selected values and of groups", () =>
      Effect.gen(function*() {
        const selected = yield* all.limit(9).select((reading) => ({ high: reading.level.gt(-9), on: reading.day }))
          .columns
        assert.deepStrictEqual(selected.high.values, Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1))
        assert.deepStrictEqual(selected.on.values, Int32Array.from({ length: 9 }, (_, id) => id - 2_500))

        const groups = yield* Query.from(Reading)
          .groupBy((reading) => ({ sensor: reading.sensor }))
          .select((reading) => ({
            readings: Query.count(),
            mean: Query.avg(reading.id),
            most: Query.max(reading.total),
            first: Query.min(reading.day),
            least: Query.min(reading.id)
          }))
          .orderBy(({ sensor }) => sensor.asc())
          .columns
        assert.deepStrictEqual(groups.sensor.values, ["sensor 0", "sensor 1", "sensor 2"])
        assert.deepStrictEqual(groups.readings.values, Float64Array.of(1_667, 1_667, 1_666))
        assert.deepStrictEqual(groups.mean.values, Float64Array.of(2_499, 2_500, 2_499.5))
        assert.deepStrictEqual(
          groups.most.values,
          BigInt64Array.of(4998n * 10n ** 15n, 4999n * 10n ** 15n, 4997n * 10n ** 15n)
        )
        assert.deepStrictEqual(groups.first.values, Int32Array.of(-2_500, -2_499, -2_498))
        assert.deepStrictEqual(groups.least.values, Int32Array.of(0, 1, 2))

        const nothing = yield* Query.from(Reading).where((reading) => reading.id.lt(0))
          .select((reading) => ({ most: Query.max(reading.id) })).columns
        assert.deepStrictEqual(nothing.most, { values: Int32Array.of(0), validity: Uint8Array.of(0) })
      }))

    it.effect("are named by their sources where models are joined, and lack values where there is no partner", () =>
      Effect.gen(function*() {
        const joined = yield* Query.from(Reading, "reading")
          .leftJoin(Sensor, "sensor", ({ reading, sensor }) => reading.sensor.eq(sensor.name))
          .where(({ reading }) => reading.id.lt(4))
          .orderBy(({ reading }) => reading.id.asc())
          .columns
        assert.deepStrictEqual(joined.reading.id.values, Int32Array.of(0, 1, 2, 3))
        assert.deepStrictEqual(joined.sensor.floor, {
          values: Int16Array.of(1, -2, 0, 1),
          validity: Uint8Array.of(0b1011)
        })
        assert.deepStrictEqual(joined.sensor.name.values, ["sensor 0", "sensor 1", null, "sensor 0"])
        assert.deepStrictEqual(joined.sensor.name.validity, Uint8Array.of(0b1011))

        const alone = yield* Query.from(Sensor, "sensor").orderBy(({ sensor }) => sensor.name.asc()).columns
        assert.deepStrictEqual(alone.floor.values, Int16Array.of(1, -2))
      }))

    it.effect("are read in the transaction they are asked for in", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sensor)
        const inside = Effect.gen(function*() {
          yield* repository.insert({ name: "sensor 9", floor: 9, label: Option.none() })
          const { floor } = yield* repository.query.columns
          assert.deepStrictEqual(floor.values.toSorted(), Int16Array.of(-2, 1, 9))
          return yield* new Enough()
        })
        assert.instanceOf(yield* Effect.flip(Session.transaction(inside)), Enough)
        assert.strictEqual((yield* repository.query.columns).floor.values.length, 2)
      }))

    it.effect("fail where the query fails, or a value is none of its column", () =>
      Effect.gen(function*() {
        class Nowhere extends Model.Class<Nowhere>("Nowhere")({ id: Schema.Int }, { table: "columns_nowhere" }) {}
        class Numbered extends Model.Class<Numbered>("Numbered")({
          id: Column.primaryKey(Schema.Int),
          sensor: Schema.FiniteFromString
        }, { table: "columns_readings" }) {}
        assert.instanceOf(yield* Effect.flip(Query.from(Nowhere).columns), OrmError.QueryFailed)
        const failure = yield* Effect.flip(Query.from(Numbered).columns)
        assert.instanceOf(failure, OrmError.Undecodable)
        assert.strictEqual(failure._tag === "Undecodable" ? failure.column : "", "sensor")
      }))

    it.effect("hold what a schema makes of stored texts", () =>
      Effect.gen(function*() {
        class Shelf extends Model.Class<Shelf>("Shelf")({ name: Column.primaryKey(Schema.FiniteFromString) }, {
          table: "columns_shelves"
        }) {}
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE columns_shelves (name VARCHAR(9) PRIMARY KEY)`
        yield* sql`INSERT INTO columns_shelves VALUES ('1.5'), ('20')`
        const { name: names } = yield* Query.from(Shelf).orderBy((shelf) => shelf.name.asc()).columns
        assert.deepStrictEqual(names.values, Float64Array.of(1.5, 20))
      }))

    it.effect("are checked by their model where it is read strictly", () =>
      Effect.gen(function*() {
        const positive = Query.from(Positive).orderBy((reading) => reading.id.asc())
        const failure = yield* Effect.flip(positive.columns)
        assert.instanceOf(failure, OrmError.Undecodable)
        const { level } = yield* positive.where((reading) => reading.id.gte(40)).columns
        assert.strictEqual(level.values[0], 0)
        assert.isFalse(Vector.isValid(level, 4_501 - 40 + (7 - 4_501 % 7) % 7))
      }))
  })
}
