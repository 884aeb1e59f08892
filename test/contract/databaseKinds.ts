/**
 * The values that a column of each type must keep which is the databases' own: no plain schema has it.
 */
import { Column, ColumnType } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { bigints, instants, integers, type Kind, kind, lists, microsecond, texts } from "./kind.ts"

/** The integers of a type, and those at its ends. */
const ends = (minimum: number, maximum: number) =>
  [integers(minimum, maximum), [minimum, minimum + 1, maximum - 1, maximum]] as const
const bigEnds = (minimum: bigint, maximum: bigint) =>
  [bigints(minimum, maximum), [minimum, minimum + 1n, 0n, 1n, 2n ** 53n + 1n, maximum - 1n, maximum]] as const

/** Without -0, which is found again as 0 in a Parquet file's dictionary. */
const floats = Arbitrary.map(Arbitrary.schema(Schema.Number), (number) => Math.fround(number) + 0)

const awkwardFloats = [
  0,
  Math.fround(0.1),
  NaN,
  Infinity,
  -Infinity,
  2 ** -149,
  Math.fround(3.4028234663852886e38),
  16_777_217 - 1
]

/** A text of characters that count as one, two and three in other places. */
const characters = (least: number, most: number) =>
  Arbitrary.map(
    Arbitrary.array(Arbitrary.schema(Schema.Literals(["a", "é", "字", "🦆", " ", "'"])), {
      minLength: least,
      maxLength: most
    }),
    (found) => found.join("")
  )

const shortTime = 86_400_000_000
const times = Arbitrary.map(integers(0, shortTime - 1), (microseconds) => timeOf(BigInt(microseconds)))

const timeOf = (microseconds: bigint): string => {
  const clock = [3_600_000_000n, 60_000_000n, 1_000_000n].map((unit) =>
    String(microseconds / unit % 60n).padStart(2, "0")
  )
  const rest = String(microseconds % 1_000_000n).padStart(6, "0").replace(/0+$/, "")
  return clock.join(":") + (rest === "" ? "" : `.${rest}`)
}

const mostMicroseconds = 3_600_000_000_000_000_000n - 1n
const spans = bigints(-mostMicroseconds, mostMicroseconds)
const edgeSpans = [0n, 1n, -1n, 999n, 1_000n, -1_001n, 86_400_000_000n, mostMicroseconds, -mostMicroseconds]

const calendarIntervals = Arbitrary.all({
  months: integers(1 - 2 ** 31, 2 ** 31 - 1),
  days: integers(1 - 2 ** 31, 2 ** 31 - 1),
  microseconds: spans
})

const bytes = Arbitrary.map(Arbitrary.array(integers(0, 255), { maxLength: 40 }), (found) => Uint8Array.from(found))

const entries = <K, V>(key: Arbitrary.Arbitrary<K>, value: Arbitrary.Arbitrary<V>) =>
  Arbitrary.map(Arbitrary.array(Arbitrary.all([key, value]), { maxLength: 5 }), (found) => new Map<K, V>(found))

const Flags = Column.custom(Schema.String.check(Schema.isPattern(/^[01]+$/)), {
  as: Schema.String,
  duckdb: "BIT",
  postgres: "BIT VARYING"
})

const bits = Arbitrary.map(Arbitrary.array(integers(0, 1), { minLength: 1, maxLength: 70 }), (found) => found.join(""))

/** Degrees, which are whole thousandths where they are stored. */
class Degrees extends Schema.Class<Degrees>("Degrees")({ value: Schema.Number }) {}
const Angle = Column.custom(
  Column.int64.pipe(Schema.decodeTo(
    Degrees,
    SchemaTransformation.transform({
      decode: (thousandths) => ({ value: Number(thousandths) / 1000 }),
      encode: ({ value }) => BigInt(Math.round(value * 1000))
    })
  )),
  { as: Column.int64, duckdb: "DECIMAL(18, 0)", postgres: "NUMERIC(18)" }
)

const Shape = Column.union([
  Schema.TaggedStruct("Circle", { radius: Column.int64 }),
  Schema.TaggedStruct("Photo", { taken: Column.timestamp, price: Column.decimal({ precision: 9, scale: 2 }) }),
  Schema.TaggedStruct("Nothing", {})
])

const shapeOf = (number: number): typeof Shape.Type => {
  if (number % 3 === 0) return { _tag: "Circle", radius: 2n ** 60n + BigInt(number) }
  if (number % 3 === 1) return { _tag: "Nothing" }
  // JSON keeps milliseconds of an instant, and a decimal's value but not the zeros at its end
  return {
    _tag: "Photo",
    taken: DateTime.makeUnsafe(number * 1_001),
    price: BigDecimal.make(BigInt(number * 10 + 1), 2)
  }
}

/** The types of `Column`, alone. */
export const databaseKinds: ReadonlyArray<Kind> = [
  kind("UInt8", Column.uint8, ...ends(0, 255)),
  kind("UInt16", Column.uint16, ...ends(0, 65_535)),
  kind("UInt32", Column.uint32, ...ends(0, 4_294_967_295)),
  kind("UInt64", Column.uint64, ...bigEnds(0n, 2n ** 64n - 1n)),
  kind("Int128", Column.int128, ...bigEnds(-(2n ** 127n), 2n ** 127n - 1n)),
  kind("UInt128", Column.uint128, ...bigEnds(0n, 2n ** 128n - 1n)),
  kind("Float", Column.float, floats, awkwardFloats),
  kind("Text of a length", Column.text(20), characters(0, 20), ["", "🦆".repeat(20), " ".repeat(20), "é".repeat(20)]),
  kind("characters", Column.char(3), characters(3, 3), ["   ", "a  ", "🦆🦆🦆"]),
  kind("Time", Column.time, times, ["00:00:00", "00:00:00.000001", "12:30:00", "23:59:59.999999", "09:05:07.1"]),
  kind("Timestamp with a zone", Column.timestamptz, microsecond, instants),
  kind("Duration", Column.duration, Arbitrary.map(spans, ColumnType.toDuration), edgeSpans.map(ColumnType.toDuration)),
  kind("calendar interval", Column.interval, calendarIntervals, [
    { months: 0, days: 0, microseconds: 0n },
    { months: 14, days: -3, microseconds: 1n },
    { months: -1, days: 31, microseconds: -86_400_000_001n },
    { months: 2 ** 31 - 1, days: 1 - 2 ** 31, microseconds: mostMicroseconds }
  ]),
  kind("Blob", Column.blob, bytes, [
    new Uint8Array(0),
    Uint8Array.of(0),
    Uint8Array.of(0xff, 0, 0x5c, 0x27, 0x22),
    new TextEncoder().encode("twelve bytes"),
    new TextEncoder().encode("thirteen byte"),
    Uint8Array.from({ length: 5_000 }, (_, index) => index)
  ]),
  kind("vector", Column.vector(3), Arbitrary.all([floats, floats, floats]), [[0, 1, NaN], [1, Infinity, -Infinity]]),
  kind(
    "array of texts",
    Column.array(Schema.NullOr(Schema.String), 2),
    Arbitrary.map(Arbitrary.all([texts, texts]), ([one, other]) => [one, other === "" ? null : other]),
    [[null, null], ["", "{\"}\\"]]
  ),
  kind(
    "array of arrays",
    Column.array(Schema.NullOr(Column.array(Column.int64, 2)), 2),
    Arbitrary.map(Arbitrary.array(bigints(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 2, maxLength: 2 }), (found) => [
      found,
      (found[0] ?? 0n) % 2n === 0n ? null : found
    ]),
    [[null, null], [[1n, 2n], null]]
  ),
  kind(
    "map of texts",
    Column.map(Schema.String, Schema.NullOr(Column.int64)),
    entries(texts, bigints(0n, 2n ** 63n - 1n)),
    [
      new Map(),
      new Map([["", null], ["__proto__", 1n], ["b", 2n], ["a", 3n], ["10", 4n], ["9", 5n]])
    ]
  ),
  kind(
    "map of integers",
    Column.map(Column.int128, Schema.Array(Schema.String)),
    entries(bigints(-9n, 9n), lists(texts)),
    [
      new Map([[2n ** 127n - 1n, []], [-(2n ** 127n), ["a", ""]]])
    ]
  ),
  kind(
    "map of transformed values",
    Column.map(Schema.Literals(["x", "y"]), Schema.OptionFromNullOr(Schema.FiniteFromString)),
    Arbitrary.map(integers(-9, 9), (found) => new Map([["x", Option.some(found)], ["y", Option.none()]] as const)),
    [new Map()]
  ),
  kind("union", Shape, Arbitrary.map(integers(0, 99), shapeOf), [{ _tag: "Nothing" }]),
  kind("custom type", Flags, bits, ["0", "1", "01010101", "0".repeat(64), "1".repeat(65)]),
  kind(
    "custom type of a class",
    Angle,
    Arbitrary.map(integers(-180_000, 180_000), (value) => new Degrees({ value: value / 1000 })),
    [
      new Degrees({ value: 0 })
    ]
  )
]
