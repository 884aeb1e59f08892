/**
 * Storable values of each column type, the awkward ones among them.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"
import { type ColumnType, fromEpochMilliseconds, type Slot, toDuration } from "../../src/model/ColumnType.ts"

/** Values out of an arbitrary, and every fourth time one of those that are most likely to go wrong. */
const withEdges = <A>(arbitrary: Arbitrary.Arbitrary<A>, ...edges: ReadonlyArray<A>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(
    Arbitrary.schema(between(0, edges.length * 4)),
    (choice) => Arbitrary.map(arbitrary, (value) => edges[choice] ?? value)
  )

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const bigintBetween = (minimum: bigint, maximum: bigint) =>
  Arbitrary.schema(Schema.BigInt.check(Schema.isBetweenBigInt({ minimum, maximum })))

const integers = (minimum: number, maximum: number) =>
  withEdges<unknown>(Arbitrary.schema(between(minimum, maximum)), 0, -1, minimum, maximum)

const texts = withEdges<string>(
  Arbitrary.filter(Arbitrary.schema(Schema.String), (value) => value.isWellFormed() && !value.includes("\0")),
  "",
  "👩‍👩‍👧‍👦 é \u{10FFFF}",
  "NULL",
  "null",
  "{\"a\\",
  " \t\n\r\u2028'",
  "x".repeat(70_000)
)

export const yearOne = -62_135_596_800_000
export const yearTenThousand = 253_402_300_800_000
export const dayLength = 86_400_000

const days = withEdges(
  Arbitrary.schema(between(yearOne / dayLength, yearTenThousand / dayLength - 1)),
  0,
  -1,
  yearOne / dayLength,
  yearTenThousand / dayLength - 1,
  -719_528
)

/** Instants of every microsecond where a double tells them apart, of every millisecond elsewhere. */
const instants = withEdges(
  Arbitrary.map(
    Arbitrary.all([
      Arbitrary.schema(between(-8_000_000_000_000, 8_000_000_000_000)),
      Arbitrary.schema(between(0, 999))
    ]),
    ([milliseconds, microseconds]) => (milliseconds * 1000 + microseconds) / 1000
  ),
  0,
  -0.001,
  0.001,
  -1,
  yearOne,
  yearTenThousand - 1,
  1_709_210_096_789.123,
  -86_400_000.001,
  -210_000_000_000_000
)

const isPlain = (value: unknown): boolean => {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0")
  if (typeof value !== "object" || value === null) return !Object.is(value, -0)
  return Object.entries(value).every(([key, inner]) => isPlain(key) && isPlain(inner))
}

const jsons: Arbitrary.Arbitrary<unknown> = withEdges<unknown>(
  Arbitrary.filter(Arbitrary.schema(Schema.Json), (value) => value !== null && isPlain(value)),
  {},
  [],
  "text",
  0.1,
  1e300,
  5e-324,
  [null, { "": [true, "👍"] }],
  JSON.parse("{\"__proto__\":1}")
)

/** Storable values of a type. */
export const valuesOf = (type: ColumnType): Arbitrary.Arbitrary<unknown> => {
  switch (type._tag) {
    case "Text":
      return texts
    case "Int8":
      return integers(-128, 127)
    case "Int16":
      return integers(-32_768, 32_767)
    case "Int32":
      return integers(-2_147_483_648, 2_147_483_647)
    case "Int64":
      return type.as === "number"
        ? integers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
        : withEdges(bigintBetween(-(2n ** 63n), 2n ** 63n - 1n), 0n, -1n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n)
    case "UInt8":
      return Arbitrary.schema(between(0, 255))
    case "UInt16":
      return Arbitrary.schema(between(0, 65_535))
    case "UInt32":
      return Arbitrary.schema(between(0, 4_294_967_295))
    case "UInt64":
      return withEdges(bigintBetween(0n, 2n ** 64n - 1n), 0n, 2n ** 64n - 1n)
    case "Int128":
      return withEdges(bigintBetween(-(2n ** 127n), 2n ** 127n - 1n), 0n, -(2n ** 127n), 2n ** 127n - 1n)
    case "UInt128":
      return withEdges(bigintBetween(0n, 2n ** 128n - 1n), 0n, 2n ** 128n - 1n)
    case "Float":
      return Arbitrary.map(Arbitrary.schema(Schema.Number), Math.fround)
    case "Time":
      return Arbitrary.schema(Schema.Literals(["00:00:00", "23:59:59.999999", "09:05:07.1", "00:00:00.000001"]))
    case "Interval":
      return Arbitrary.map(
        bigintBetween(-(2n ** 62n), 2n ** 62n),
        (span) =>
          type.as === "Duration" ? toDuration(span) : { months: Number(span % 99n), days: -3, microseconds: span }
      )
    case "Blob":
      return Arbitrary.map(
        Arbitrary.array(Arbitrary.schema(between(0, 255)), { maxLength: 30 }),
        (bytes) => Uint8Array.from(bytes)
      )
    case "Map":
      return Arbitrary.map(
        Arbitrary.array(Arbitrary.all([valuesOf(type.key), placeOf(type.value)]), { maxLength: 4 }),
        (entries) => new Map(entries)
      )
    case "Custom":
      return valuesOf(type.base)
    case "Double":
      return withEdges<number>(
        Arbitrary.schema(Schema.Number),
        -0,
        NaN,
        Infinity,
        -Infinity,
        5e-324,
        1.7e308,
        0.1,
        2 ** 53 + 2
      )
    case "Decimal": {
      const most = 10n ** BigInt(type.precision) - 1n
      const unscaled = withEdges(bigintBetween(-most, most), 0n, 1n, -1n, most, -most)
      return Arbitrary.map(unscaled, (value) => BigDecimal.make(value, type.scale))
    }
    case "Boolean":
      return Arbitrary.schema(Schema.Boolean)
    case "Date":
      return Arbitrary.map(days, (value) => fromEpochMilliseconds(value * dayLength))
    case "Timestamp":
      return Arbitrary.map(instants, (value) => type.as === "DateTime" ? fromEpochMilliseconds(value) : new Date(value))
    case "Uuid":
      return Arbitrary.map(Arbitrary.schema(Schema.String.check(Schema.isUUID())), (value) => value.toLowerCase())
    case "Json":
      return jsons
    case "Enum":
      return Arbitrary.schema(Schema.Literals(type.values))
    case "List":
      return Arbitrary.array(placeOf(type.element), { minLength: type.size ?? 0, maxLength: type.size ?? 5 })
    case "Struct":
      return Arbitrary.all(Object.fromEntries(type.fields.map((field) => [field.name, placeOf(field)])))
  }
}

export const placeOf = (slot: Slot): Arbitrary.Arbitrary<unknown> =>
  slot.nullable
    ? Arbitrary.flatMap(Arbitrary.schema(between(0, 4)), (choice) =>
      choice === 0 ? Arbitrary.Constant(null) : valuesOf(slot.type))
    : valuesOf(slot.type)
