/**
 * Types of parameters, and arbitrary values of each as plain SQL gives them back.
 *
 * @since 0.1.0
 */
import { DuckDbType, PreciseDate } from "andamios-orm/duckdb"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { clockName, dayName, offsetName, type Places } from "../../src/duckdb/calendar.ts"
import { plainInstant } from "../../src/duckdb/reading/readPlainTime.ts"
import { decimalText, fromMicroseconds } from "../../src/model/ColumnType.ts"
import { anyOf, between, bigints, jsons, nullable, oneOf, texts, uuid, type Values } from "./columnValues.ts"

/** A type with its values. */
export interface Kind {
  readonly type: DuckDbType.DuckDbType<never>
  readonly values: Values
}

const kind = (type: DuckDbType.DuckDbType<never>, values: Values): Kind => ({ type, values })

const signed = (bits: bigint) => [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] as const
const unsigned = (bits: bigint) => [0n, 2n ** bits - 1n] as const

const integers = (type: DuckDbType.DuckDbType<never>, [least, greatest]: readonly [bigint, bigint]) =>
  kind(type, Arbitrary.map(oneOf(bigints(least, greatest), anyOf([least, greatest, 0n, 1n])), plainInteger))

/** Integers come as numbers where these are exact. */
const plainInteger = (value: unknown): unknown =>
  typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value

const decimals = (width: number, scale: number): Kind => {
  const most = 10n ** BigInt(width) - 1n
  const unscaled = oneOf(bigints(-most, most), anyOf([-most, most, 0n, 1n, -1n]))
  return kind(
    DuckDbType.DECIMAL(width, scale),
    Arbitrary.map(unscaled, (value) => decimalText(BigInt(String(value)), scale))
  )
}

const doubles = oneOf(Arbitrary.schema(Schema.Number), anyOf([NaN, -0, 0, Infinity, -Infinity, 5e-324, 0.1, 1e308]))

const instants = (type: DuckDbType.DuckDbType<never>, places: Places, most: bigint): Kind => {
  const ticks = oneOf(bigints(-most, most), bigints(-(10n ** 12n), 10n ** 12n), anyOf([0n, -1n, 1n, -most, most]))
  const suffix = type.name === "TIMESTAMP WITH TIME ZONE" ? "+00" : ""
  return kind(
    type,
    oneOf(
      Arbitrary.map(ticks, (value) => plainInstant(BigInt(String(value)), places, suffix)),
      anyOf(["infinity", "-infinity"])
    )
  )
}

const clocks = (places: Places) =>
  Arbitrary.map(
    oneOf(bigints(0n, 86_400n * 10n ** BigInt(places)), anyOf([0n, 86_400n * 10n ** BigInt(places)])),
    (ticks) => clockName(BigInt(String(ticks)), places)
  )

const bytes = Arbitrary.map(texts, (text) => new TextEncoder().encode(String(text)))
const bits = Arbitrary.map(
  Arbitrary.array(between(0, 1), { minLength: 1, maxLength: 130 }),
  (digits) => digits.join("")
)

const lists = (item: Kind): Kind =>
  kind(DuckDbType.LIST(item.type), Arbitrary.array(nullable(item.values), { maxLength: 5 }))

const structs = (fields: Readonly<Record<string, Kind>>): Kind => {
  const names = Object.keys(fields)
  return kind(
    DuckDbType.STRUCT(Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]))),
    Arbitrary.map(
      Arbitrary.all(Object.values(fields).map(({ values }) => nullable(values))),
      (values) => Object.fromEntries(names.map((name, index) => [name, values[index]]))
    )
  )
}

const maps = (key: Kind, value: Kind): Kind =>
  kind(
    DuckDbType.MAP(key.type, value.type),
    Arbitrary.map(
      Arbitrary.array(Arbitrary.all([key.values, nullable(value.values)]), { maxLength: 5 }),
      (entries) => new Map(entries.map(([name, one]) => [name, one]))
    )
  )

const unions = (members: Readonly<Record<string, Kind>>): Kind => {
  const [first, ...others] = Object.entries(members).map(([tag, { values }]) =>
    Arbitrary.map(values, (value) => ({ tag, value }))
  )
  return kind(
    DuckDbType.UNION(Object.fromEntries(Object.entries(members).map(([tag, { type }]) => [tag, type]))),
    oneOf(first ?? Arbitrary.Constant(null), ...others)
  )
}

const arrays = (item: Kind, length: number): Kind =>
  kind(
    DuckDbType.ARRAY(item.type, length),
    Arbitrary.array(nullable(item.values), { minLength: length, maxLength: length })
  )

const integer = integers(DuckDbType.INTEGER, signed(32n))
const bigint = integers(DuckDbType.BIGINT, signed(64n))
const varchar = kind(DuckDbType.VARCHAR, texts)
const timestamp = instants(DuckDbType.TIMESTAMP, 6, 9_223_372_022_399_999_999n)
const bignum = kind(
  DuckDbType.BIGNUM,
  Arbitrary.map(oneOf(bigints(-(10n ** 80n), 10n ** 80n), anyOf([0n, 1n, -1n, 2n ** 200n])), plainInteger)
)
const mood = kind(DuckDbType.ENUM(["glad", "sad", "it's \"odd\"", "é"]), anyOf(["glad", "sad", "it's \"odd\"", "é"]))
const json = kind(DuckDbType.JSON, jsons)
const uuids = kind(DuckDbType.UUID, Arbitrary.map(bigints(0n, 2n ** 128n - 1n), uuid))
const days = kind(
  DuckDbType.DATE,
  Arbitrary.map(
    oneOf(
      between(-(2 ** 31) + 2, 2 ** 31 - 2),
      between(-800_000, 3_000_000),
      anyOf([2 ** 31 - 1, -(2 ** 31) + 1, -719_528])
    ),
    (value) => dayName(Number(value))
  )
)
const blob = kind(DuckDbType.BLOB, bytes)

/** Every type that can be bound. */
export const kinds: ReadonlyArray<Kind> = [
  integers(DuckDbType.TINYINT, signed(8n)),
  integers(DuckDbType.SMALLINT, signed(16n)),
  integer,
  bigint,
  integers(DuckDbType.HUGEINT, signed(128n)),
  integers(DuckDbType.UTINYINT, unsigned(8n)),
  integers(DuckDbType.USMALLINT, unsigned(16n)),
  integers(DuckDbType.UINTEGER, unsigned(32n)),
  integers(DuckDbType.UBIGINT, unsigned(64n)),
  integers(DuckDbType.UHUGEINT, unsigned(128n)),
  bignum,
  kind(DuckDbType.DOUBLE, doubles),
  kind(
    DuckDbType.FLOAT,
    Arbitrary.map(doubles, (value) => {
      const float = Math.fround(Number(value))
      return Number.isFinite(float) || !Number.isFinite(value) ? float : 0
    })
  ),
  ...[[1, 0], [4, 2], [9, 9], [18, 3], [38, 0], [38, 38]].map(([width = 1, scale = 0]) => decimals(width, scale)),
  kind(DuckDbType.BOOLEAN, anyOf([true, false])),
  varchar,
  blob,
  kind(DuckDbType.BIT, bits),
  uuids,
  mood,
  json,
  days,
  kind(DuckDbType.TIME, clocks(6)),
  kind(DuckDbType.TIME_NS, clocks(9)),
  kind(
    DuckDbType.TIMETZ,
    Arbitrary.map(
      Arbitrary.all([clocks(6), oneOf(between(-57_599, 57_599), anyOf([0, 3600, -1800]))]),
      ([clock, offset]) => clock + offsetName(Number(offset))
    )
  ),
  timestamp,
  instants(DuckDbType.TIMESTAMP_S, 0, 9_223_372_022_399n),
  instants(DuckDbType.TIMESTAMP_MS, 3, 9_223_372_022_399_999n),
  instants(DuckDbType.TIMESTAMP_NS, 9, 2n ** 63n - 2n),
  instants(DuckDbType.TIMESTAMPTZ, 6, 9_223_372_022_399_999_999n),
  kind(
    DuckDbType.INTERVAL,
    Arbitrary.map(
      Arbitrary.all([between(-(2 ** 31), 2 ** 31 - 1), between(-(2 ** 31), 2 ** 31 - 1), bigints(...signed(64n))]),
      ([months, inDays, micros]) => ({ months, days: inDays, micros })
    )
  ),
  ...[integer, bigint, varchar, bignum, mood, uuids, days, timestamp, blob, json].map(lists),
  lists(lists(integer)),
  arrays(integer, 3),
  arrays(kind(DuckDbType.FLOAT, anyOf([0.5, -1.25, Infinity])), 1),
  structs({
    a: integer,
    "a \"quoted\" name": varchar,
    ["__proto__"]: mood,
    toString: timestamp,
    nested: lists(varchar)
  }),
  lists(structs({ a: integer, b: decimals(18, 3) })),
  maps(varchar, integer),
  maps(integer, lists(varchar)),
  maps(days, structs({ a: varchar })),
  unions({ number: integer, text: varchar, day: days }),
  lists(unions({ number: integer, list: lists(varchar) }))
]

/** What plain SQL gives for a value. */
export const read = ({ type }: Kind, value: unknown): unknown => {
  if (type === DuckDbType.JSON) return value === null ? null : JSON.stringify(value)
  if (type.name === "JSON[]" && Array.isArray(value)) {
    return value.map((item) => item === null ? null : JSON.stringify(item))
  }
  return value
}

/** One instant that no `Date` equals, in all forms. */
export const instant = {
  date: PreciseDate.fromNanoseconds(1_577_836_800_123_456_000n),
  dateTime: fromMicroseconds(1_577_836_800_123_456n),
  zoned: DateTime.setZone(fromMicroseconds(1_577_836_800_123_456n), DateTime.zoneMakeOffset(5 * 3_600_000))
}
