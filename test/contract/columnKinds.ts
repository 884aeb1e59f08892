/**
 * The values that a column of each type must keep.
 */
import { Column } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { databaseKinds } from "./databaseKinds.ts"
import { bigints, instants, integers, type Kind, kind, lists, microsecond, texts } from "./kind.ts"

export { instant } from "./kind.ts"
export type { Kind } from "./kind.ts"

const awkwardTexts = [
  "",
  " ",
  "null",
  "NULL",
  "{\"a\": [1, \"\\",
  "'; DROP TABLE x; --",
  "\\",
  "\r\n\t",
  "e\u0301 \u00e9",
  "👩‍👩‍👧‍👦🏳️‍🌈\u{10ffff}",
  "\ufeff\u200b\uffff",
  "twelve bytes",
  "thirteen byte",
  "é".repeat(2_500),
  "x".repeat(5_000)
]

const decimals = (precision: number, scale: number): Kind => {
  const limit = 10n ** BigInt(precision)
  const made = (unscaled: bigint) => BigDecimal.make(unscaled, scale)
  return kind(
    `decimal of ${precision} digits, ${scale} behind the point`,
    Column.decimal({ precision, scale }),
    Arbitrary.map(bigints(1n - limit, limit - 1n), made),
    [0n, 1n, -1n, limit - 1n, 1n - limit].map(made)
  )
}

const milliseconds = integers(-62_135_596_800_000, 253_402_300_799_999)

const days = [
  "0001-01-01",
  "1582-10-15",
  "1899-12-31",
  "1969-12-31",
  "1970-01-01",
  "1970-01-02",
  "2000-02-29",
  "9999-12-31"
]

const uuids = Arbitrary.map(bigints(0n, 2n ** 128n - 1n), (bits) => {
  const digits = bits.toString(16).padStart(32, "0")
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20)
  ].join("-")
})

const Letter = Schema.Struct({
  to: Schema.String,
  written: Schema.Date,
  pages: Schema.Array(Schema.Struct({ number: Schema.Int, text: Schema.NullOr(Schema.String) })),
  paid: Schema.OptionFromNullOr(Schema.Boolean)
})

const letters = Arbitrary.map(
  Arbitrary.all({
    to: texts,
    written: milliseconds,
    texts: Arbitrary.array(texts, { maxLength: 3 }),
    paid: integers(0, 2)
  }),
  (parts) => ({
    to: parts.to,
    written: new Date(parts.written),
    pages: parts.texts.map((text, number) => ({ number, text: number === 1 ? null : text })),
    paid: parts.paid === 2 ? Option.none() : Option.some(parts.paid === 1)
  })
)

/** Any JSON but `null`, which is the column's own, and `-0`, which JSON hasn't. */
const documents = Arbitrary.schema(Schema.Json).pipe(
  Arbitrary.map((json) => JSON.stringify(json ?? {})),
  Arbitrary.filter((text) => !/\\ud[89a-f]|\\u0000/.test(text)),
  Arbitrary.map((text) => Schema.decodeUnknownSync(Schema.Json)(JSON.parse(text)))
)

const awkwardDocuments: ReadonlyArray<Schema.Json> = [
  "",
  "null",
  "text with \"quotes\"",
  0,
  1e300,
  2 ** 53,
  true,
  false,
  [],
  {},
  [null],
  { "": null },
  { "__proto__": 1, "a.b": { "c\"d": [1, [2, [3]]] } },
  { b: 1, a: 2, "10": 3, "9": 4 }
]

const color = Schema.Literals(["red", "it's \"green\"", "", "NULL"])

const plainKinds: ReadonlyArray<Kind> = [
  kind("Text", Schema.String, texts, awkwardTexts),
  kind(
    "Text of a brand",
    Schema.NonEmptyString.pipe(Schema.brand("Name")),
    Arbitrary.schema(Schema.NonEmptyString.pipe(Schema.brand("Name"))).pipe(
      Arbitrary.filter((text) => text.isWellFormed() && !text.includes("\0"))
    ),
    []
  ),
  kind("Int8", Column.int8, integers(-128, 127), [0, -1, -128, 127]),
  kind("Int16", Column.int16, integers(-32_768, 32_767), [0, -1, -32_768, 32_767]),
  kind("Int32", Column.int32, integers(-2_147_483_648, 2_147_483_647), [0, -1, -2_147_483_648, 2_147_483_647]),
  kind("Int64", Column.int64, bigints(-(2n ** 63n), 2n ** 63n - 1n), [
    0n,
    -1n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    -(2n ** 63n),
    2n ** 63n - 1n
  ]),
  kind("safe integer", Schema.Int, integers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), [
    0,
    -1,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER
  ]),
  kind("Double", Schema.Number, Arbitrary.schema(Schema.Number), [
    0,
    -0,
    0.1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    Number.EPSILON,
    2 ** 53 + 2,
    1.7976931348623157e308,
    5e-324
  ]),
  decimals(4, 0),
  decimals(9, 9),
  decimals(18, 2),
  decimals(38, 0),
  decimals(38, 10),
  decimals(38, 38),
  kind("Boolean", Schema.Boolean, Arbitrary.schema(Schema.Boolean), [true, false]),
  kind(
    "Date",
    Column.date,
    Arbitrary.map(integers(-719_162, 2_932_896), (day) => DateTime.makeUnsafe(day * 86_400_000)),
    days.map((text) => DateTime.makeUnsafe(text))
  ),
  kind("Timestamp", Column.timestamp, microsecond, instants),
  kind("Timestamp as a Date", Schema.Date, Arbitrary.map(milliseconds, (time) => new Date(time)), [
    new Date(0),
    new Date(-1),
    new Date("0001-01-01"),
    new Date("9999-12-31T23:59:59.999Z")
  ]),
  kind("Uuid", Column.uuid, uuids, [
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "7fffffff-ffff-4fff-bfff-ffffffffffff",
    "80000000-0000-4000-8000-000000000000"
  ]),
  kind("Enum", color, Arbitrary.schema(color), [...color.literals]),
  kind("literal integers", Schema.Literals([1, 20, -300]), Arbitrary.schema(Schema.Literals([1, 20, -300])), [
    1,
    20,
    -300
  ]),
  kind("Json", Column.json(Schema.Json), documents, awkwardDocuments),
  kind("Json of a schema", Column.json(Letter), letters, [])
]

const Address = Schema.Struct({
  street: Schema.String,
  "house number": Schema.NullOr(Column.int16),
  built: Schema.NullOr(Column.date),
  value: Column.decimal({ precision: 20, scale: 4 }),
  changed: Column.timestamp,
  key: Column.uuid,
  visits: Column.int64,
  owner: Schema.NullOr(Schema.Struct({ name: Schema.String, tags: Schema.Array(Schema.NullOr(Schema.String)) }))
})

const addresses = Arbitrary.map(
  Arbitrary.all({
    street: texts,
    number: integers(-3, 3),
    value: bigints(-(10n ** 20n) + 1n, 10n ** 20n - 1n),
    changed: microsecond,
    key: uuids,
    visits: bigints(-(2n ** 63n), 2n ** 63n - 1n),
    tags: Arbitrary.array(texts, { maxLength: 3 })
  }),
  ({ changed, key, number, street, tags, value, visits }) => ({
    street,
    "house number": number === 0 ? null : number,
    built: number < 0 ? null : DateTime.makeUnsafe(number * 86_400_000_000),
    value: BigDecimal.make(value, 4),
    changed,
    key,
    visits,
    owner: number === 1 ? null : { name: street, tags: [null, ...tags] }
  })
)

/** Transformed in one place, which must not change what is beside it. */
const Parcel = Schema.Struct({
  weight: Schema.OptionFromNullOr(Column.decimal({ precision: 9, scale: 3 })),
  sent: Column.timestamp,
  due: Column.date,
  size: Schema.NumberFromString,
  stops: Schema.Array(Schema.Struct({ at: Column.timestamp, place: Schema.OptionFromNullOr(Schema.String) }))
})

const parcels = Arbitrary.map(
  Arbitrary.all({
    weight: bigints(-999_999_999n, 999_999_999n),
    sent: microsecond,
    due: integers(-719_162, 2_932_896),
    size: integers(-9, 9),
    place: texts
  }),
  ({ due, place, sent, size, weight }) => ({
    weight: size === 0 ? Option.none() : Option.some(BigDecimal.make(weight, 3)),
    sent,
    due: DateTime.makeUnsafe(due * 86_400_000),
    size,
    stops: [{ at: sent, place: Option.some(place) }, { at: sent, place: Option.none() }].slice(0, Math.abs(size))
  })
)

export class Point extends Schema.Class<Point>("Point")({ x: Schema.Number, y: Schema.NullOr(Column.int32) }) {
  get isFlat() {
    return this.y === null
  }
}

const points = Arbitrary.map(integers(-9, 9), (n) => new Point({ x: n / 4, y: n < 0 ? null : n }))

/** What JSON has no word for. */
const Wordless = Schema.Struct({
  number: Schema.Number,
  maybe: Schema.optionalKey(Schema.String),
  absent: Schema.optional(Schema.Int),
  big: Schema.BigInt,
  exact: Column.decimal({ precision: 38, scale: 4 }),
  option: Schema.Option(Schema.Boolean),
  bytes: Schema.Uint8Array,
  set: Schema.ReadonlySet(Schema.Int)
})

const wordless = Arbitrary.map(
  Arbitrary.all({ choice: integers(0, 5), big: bigints(-(2n ** 100n), 2n ** 100n) }),
  ({ big, choice }) => ({
    number: [0.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 0][choice] ?? 0,
    ...(choice % 2 === 0 && { maybe: "there" }),
    ...(choice > 3 && { absent: choice }),
    big,
    exact: BigDecimal.make(big * 10n + 1n, 4), // JSON keeps a decimal's value, not the zeros at its end
    option: choice < 2 ? Option.none() : Option.some(choice === 2),
    bytes: Uint8Array.of(choice, 0, 255),
    set: new Set([choice, 7])
  })
)

const nested = Schema.Array(Schema.NullOr(Schema.Array(Schema.NullOr(Schema.Array(Column.int32)))))

const nestedLists = Arbitrary.map(
  lists(lists(integers(-9, 9))),
  (rows) => rows.map((row, index) => index === 2 ? null : [row, index === 1 ? null : [], [...row, 7]])
)

const composedKinds: ReadonlyArray<Kind> = [
  kind("list of lists of lists", nested, nestedLists, [[], [null], [[]], [[null]], [[[]]], [null, [null, [1]], [[], [
    2,
    3
  ]]]]),
  kind("object", Address, addresses, []),
  kind(
    "list of objects",
    Schema.Array(Schema.NullOr(Address)),
    Arbitrary.map(lists(addresses), (found) => [null, ...found, null]),
    [[], [null]]
  ),
  kind(
    "list of objects with lists of objects",
    Schema.Array(
      Schema.Struct({ inner: Schema.Array(Schema.NullOr(Schema.Struct({ n: Schema.NullOr(Schema.Number) }))) })
    ),
    Arbitrary.map(lists(integers(-9, 9)), (numbers) => [{
      inner: numbers.map((n) => n === 0 ? null : { n: n < 0 ? null : n / 4 })
    }]),
    [[], [{ inner: [] }], [{ inner: [null] }], [{ inner: [{ n: null }] }]]
  ),
  kind("object with transformed fields", Parcel, parcels, []),
  kind("instances of a class", Point, points, []),
  kind("lists of instances of a class", Schema.Array(Point), lists(points), [[]]),
  kind("Json of what JSON has no word for", Column.json(Wordless), wordless, []),
  kind("list of transformed values", Schema.Array(Schema.FiniteFromString), lists(integers(-9, 9)), [[], [0.5]])
]

/** Every type of column, alone and in others. */
export const kinds: ReadonlyArray<Kind> = [...plainKinds, ...databaseKinds, ...composedKinds]
