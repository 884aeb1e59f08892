/**
 * Each column type says what is read, what is inserted, and which array its values stand in.
 */
import { Column, type ColumnType, Model, Query, type Session, type Vector } from "andamios-orm"
import type { OrmError } from "andamios-orm"
import type * as Duration from "effect/Duration"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { describe, expectTypeOf, it } from "vitest"

const DeviceId = Schema.String.pipe(Schema.brand("DeviceId"))
type DeviceId = typeof DeviceId.Type

class Version extends Schema.Class<Version>("Version")({ major: Schema.Int, minor: Schema.Int }) {}

const VersionFromText = Column.custom(
  Schema.String.pipe(Schema.decodeTo(
    Version,
    SchemaTransformation.transform({
      decode: (text) => {
        const [major = 0, minor = 0] = text.split(".").map(Number)
        return { major, minor }
      },
      encode: ({ major, minor }) => `${major}.${minor}`
    })
  )),
  { as: Schema.String, postgres: "CITEXT" }
)

class Device extends Model.Class<Device>("Device")({
  id: Column.primaryKey(Column.uuidV7(DeviceId)),
  secret: Column.uuidV4(Schema.String),
  uint8: Column.uint8,
  uint16: Schema.NullOr(Column.uint16),
  uint32: Column.uint32,
  uint64: Schema.NullOr(Column.uint64),
  int128: Schema.NullOr(Column.int128),
  uint128: Column.uint128,
  float: Schema.NullOr(Column.float),
  text: Column.text(20),
  code: Schema.NullOr(Column.char(2)),
  opens: Column.time,
  at: Column.timestamptz,
  uptime: Schema.NullOr(Column.duration),
  renewal: Column.interval,
  key: Column.blob,
  embedding: Column.vector(3),
  pair: Column.array(Schema.NullOr(Schema.String), 2),
  labels: Column.map(Schema.String, Schema.NullOr(Column.int64)),
  shape: Column.union([Schema.TaggedStruct("Circle", { radius: Column.int64 }), Schema.TaggedStruct("Dot", {})]),
  version: VersionFromText
}, { table: "devices" }) {}

/** The arrays of a query's columns, by their names. */
type ArraysOf<Q> = Q extends { readonly columns: Effect.Effect<infer Vectors, OrmError.ReadError, Session.Session> }
  ? { readonly [K in keyof Vectors]: Vectors[K] extends Vector.Vector<infer V> ? V : never }
  : never

describe("a column type", () => {
  it("says what is read", () => {
    expectTypeOf<Pick<Device, keyof typeof Device.fields>>().toEqualTypeOf<{
      readonly id: DeviceId
      readonly secret: string
      readonly uint8: number
      readonly uint16: number | null
      readonly uint32: number
      readonly uint64: bigint | null
      readonly int128: bigint | null
      readonly uint128: bigint
      readonly float: number | null
      readonly text: string
      readonly code: string | null
      readonly opens: string
      readonly at: DateTime.Utc
      readonly uptime: Duration.Duration | null
      readonly renewal: ColumnType.CalendarInterval
      readonly key: Uint8Array
      readonly embedding: ReadonlyArray<number>
      readonly pair: ReadonlyArray<string | null>
      readonly labels: ReadonlyMap<string, bigint | null>
      readonly shape: { readonly _tag: "Circle"; readonly radius: bigint } | { readonly _tag: "Dot" }
      readonly version: Version
    }>()
  })

  it("says what is inserted: uuids that the application makes may be left out", () => {
    type New = Model.Insert<typeof Device>
    expectTypeOf<New["id"]>().toEqualTypeOf<DeviceId | undefined>()
    expectTypeOf<New["secret"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<New["uint64"]>().toEqualTypeOf<bigint | null>()
    expectTypeOf<New["renewal"]>().toEqualTypeOf<ColumnType.CalendarInterval>()
    expectTypeOf<New["labels"]>().toEqualTypeOf<ReadonlyMap<string, bigint | null>>()
    expectTypeOf<New["embedding"]>().toEqualTypeOf<ReadonlyArray<number>>()
  })

  it("says which array its columns are", () => {
    const query = Query.from(Device)
    expectTypeOf<ArraysOf<typeof query>>().toEqualTypeOf<{
      readonly id: ReadonlyArray<DeviceId>
      readonly secret: ReadonlyArray<string>
      readonly uint8: Uint8Array
      readonly uint16: Uint16Array
      readonly uint32: Uint32Array
      readonly uint64: BigUint64Array
      readonly int128: ReadonlyArray<bigint | null>
      readonly uint128: ReadonlyArray<bigint | null>
      readonly float: Float32Array
      readonly text: ReadonlyArray<string>
      readonly code: ReadonlyArray<string | null>
      readonly opens: ReadonlyArray<string>
      readonly at: BigInt64Array
      readonly uptime: ReadonlyArray<Duration.Duration | null>
      readonly renewal: ReadonlyArray<ColumnType.CalendarInterval>
      readonly key: ReadonlyArray<Uint8Array>
      readonly embedding: ReadonlyArray<ReadonlyArray<number>>
      readonly pair: ReadonlyArray<ReadonlyArray<string | null>>
      readonly labels: ReadonlyArray<ReadonlyMap<string, bigint | null>>
      readonly shape: ReadonlyArray<
        { readonly _tag: "Circle"; readonly radius: bigint } | { readonly _tag: "Dot" }
      >
      readonly version: ReadonlyArray<Version>
    }>()
  })

  it("says what it is compared to", () => {
    const devices = Query.from(Device).where((device) =>
      device.uint64.gt(1n).and(device.opens.lt("10:00")).and(device.version.eq(new Version({ major: 1, minor: 0 })))
    )
    expectTypeOf(devices.all).toEqualTypeOf(Query.from(Device).all)
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'Operand<bigint | null>'
    Query.from(Device).where((device) => device.uint64.gt(1))
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<Version>'
    Query.from(Device).where((device) => device.version.eq("1.0"))
  })

  it("of one's own encodes to what its base holds", () => {
    expectTypeOf(() => {
      // @ts-expect-error Type 'number' is not assignable to type 'string'
      Column.custom(Schema.Number, { as: Schema.String, duckdb: "INET" })
      // @ts-expect-error 'mysql' does not exist in type 'CustomType<String>'
      Column.custom(Schema.String, { as: Schema.String, mysql: "INET" })
    }).toBeFunction()
  })
})
