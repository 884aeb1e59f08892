/**
 * A type of one's own is written, found, changed and read like any other, wherever a value goes.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Repository } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { SqlClient } from "effect/sql"
import * as Stream from "effect/Stream"
import { assertSame } from "./columnTypes.ts"
import type { Database } from "./Subject.ts"

/** A text of bits, which databases print as such and compare bit by bit. */
const Bits = Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), {
  as: Schema.String,
  duckdb: "BIT",
  postgres: "BIT VARYING"
})

class Celsius extends Schema.Class<Celsius>("Celsius")({ degrees: Schema.Number }) {}

/** Kelvin in the database, and exactly two decimal places of them. */
const Temperature = Column.custom(
  Column.float.pipe(Schema.decodeTo(
    Celsius,
    SchemaTransformation.transform({
      decode: (kelvin) => ({ degrees: kelvin - 256 }),
      encode: ({ degrees }) => degrees + 256
    })
  )),
  { as: Column.float, duckdb: "DECIMAL(9, 2)", postgres: "NUMERIC(9, 2)" }
)

/** Named for no database: stored as what it travels as. */
const Unnamed = Column.custom(Column.time, { as: Column.time })

class Sensor extends Model.Class<Sensor>("Sensor")({
  address: Column.primaryKey(Bits),
  mask: Schema.NullOr(Bits),
  option: Schema.OptionFromNullOr(Bits),
  temperature: Temperature,
  at: Unnamed,
  history: Schema.Array(Schema.NullOr(Bits)),
  place: Schema.Struct({ bits: Bits, warm: Schema.NullOr(Temperature) }),
  named: Column.map(Schema.String, Bits)
}, { table: "custom_types_sensors" }) {}

class Reading extends Model.Class<Reading>("Reading")({
  id: Column.primaryKey(Schema.Int),
  sensor: Column.references(Bits, () => Sensor, "address"),
  level: Schema.Int
}, { table: "custom_types_readings" }) {}

const degrees = (value: number) => new Celsius({ degrees: value })

const sensor = (address: string, warm: number): Model.Insert<typeof Sensor> => ({
  address,
  mask: warm % 2 === 0 ? null : `1${address}`,
  option: warm % 2 === 0 ? Option.some("0") : Option.none(),
  temperature: degrees(warm),
  at: "12:00:00",
  history: [address, null, "1"],
  place: { bits: address, warm: warm > 5 ? null : degrees(warm / 4) },
  named: new Map([["first", address], ["second", "01"]])
})

const addresses = Array.from({ length: 20 }, (_, index) => (index + 1).toString(2))
const sensors = addresses.map((address, index) => sensor(address, index))

export const customTypes = (name: string, database: Database) => {
  layer(TestDatabase.layerOn(database, [Sensor, Reading]), { timeout: "60 seconds" })(`${name}: custom types`, (it) => {
    it.effect("are the database's own", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const found = yield* sql<{ readonly column_name: string; readonly data_type: string }>`
          SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'custom_types_sensors'`
        const types = new Map(found.map((column) => [column.column_name, column.data_type.toLowerCase()]))
        assert.match(types.get("address") ?? "", /^bit( varying)?$/)
        assert.match(types.get("temperature") ?? "", /^(decimal\(9,2\)|numeric)$/)
        assert.match(types.get("at") ?? "", /^time( without time zone)?$/)
      }))

    it.effect("are inserted, one and many, and read", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sensor)
        const [first = sensor("1", 0), ...more] = sensors
        assertSame(yield* repository.insert(first), first)
        assertSame(yield* repository.insertMany(more), more)
        assertSame(yield* repository.get("1"), first)
        const all = repository.query.orderBy((row) => row.temperature.asc())
        assertSame(yield* all, sensors)
        assertSame(yield* Stream.runCollect(all.stream), sensors)
        assertSame((yield* all.columns).address.values, addresses)
      }))

    it.effect("are found and selected, grouped and joined", () =>
      Effect.gen(function*() {
        const all = Query.from(Sensor)
        const one = all.where((row) =>
          row.address.in(["11", "100", "0"]).and(row.temperature.gte(degrees(2))).and(row.mask.isNull())
        )
        assertSame((yield* one).map(({ address }) => address), ["11"])
        const selected = all.where((row) => row.address.eq("10")).select((row) => ({
          address: row.address,
          mask: row.mask,
          temperature: row.temperature,
          history: row.history
        }))
        assertSame(yield* selected, [{
          address: "10",
          mask: "110",
          temperature: degrees(1),
          history: ["10", null, "1"]
        }])
        const [extremes] = yield* all.select((row) => ({
          least: Query.min(row.temperature),
          most: Query.max(row.temperature),
          options: Query.countDistinct(row.option)
        }))
        assertSame(extremes, { least: degrees(0), most: degrees(19), options: 1 })
        const groups = yield* all.groupBy((row) => ({ option: row.option }))
          .select(() => ({ count: Query.count() }))
          .orderBy(({ option }) => option.asc())
        assertSame(groups, [{ option: Option.some("0"), count: 10 }, { option: Option.none(), count: 10 }])

        const readings = yield* Repository.make(Reading)
        yield* readings.insertMany([{ id: 1, sensor: "101", level: 5 }, { id: 2, sensor: "110", level: 6 }])
        const joined = yield* Query.from(Reading, "reading")
          .join(Sensor, "sensor", ({ reading, sensor: other }) => reading.sensor.eq(other.address))
          .where(({ reading }) => reading.id.eq(2))
        assertSame(joined.map(({ reading, sensor: other }) => [reading.sensor, other.temperature]), [[
          "110",
          degrees(5)
        ]])
      }))

    it.effect("are keys, and change", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sensor)
        const changed = sensors.slice(6, 18).map((row, index) => ({
          ...row,
          temperature: degrees(100 + index),
          mask: "111"
        }))
        assertSame(yield* repository.upsertMany(changed), changed)
        assertSame(yield* repository.upsert(sensor("111111", 40)), sensor("111111", 40))
        const patched = yield* repository.patch({ address: "111111", mask: "0", option: Option.some("1111") })
        assertSame(patched, { ...sensor("111111", 40), mask: "0", option: Option.some("1111") })
        const patches = addresses.slice(10, 20).map((address) => ({ address, mask: address }))
        assertSame((yield* repository.patchMany(patches)).map(({ mask }) => mask), patches.map(({ mask }) => mask))
        assert.strictEqual(yield* repository.deleteMany(addresses.slice(10)), 10)
        yield* repository.delete("111111")
        assert.strictEqual(yield* repository.query.count, 10)
      }))

    it.effect("are validated by their schema, and then by the database", () =>
      Effect.gen(function*() {
        const repository = yield* Repository.make(Sensor)
        const invalid = yield* Effect.flip(repository.insert({ ...sensor("0", 0), mask: "012" }))
        assert.strictEqual(invalid._tag, "Invalid")
        if (invalid._tag === "Invalid") assert.deepStrictEqual(invalid.issues.map(({ path }) => path), [["mask"]])
        const tooLarge = yield* Effect.flip(repository.insert({ ...sensor("0", 0), temperature: degrees(1e9) }))
        assert.notStrictEqual(tooLarge._tag, "Invalid")
        assertSame(yield* repository.findById("0"), Option.none())
      }))
  })
}
