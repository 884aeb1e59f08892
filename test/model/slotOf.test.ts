/**
 * Every plain schema has the column type that one would guess, or a reason why it has none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, type ColumnType } from "andamios-orm"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { slotOf } from "../../src/model/slotOf.ts"

class Point extends Schema.Class<Point>("Point")({ x: Schema.Number, y: Schema.NullOr(Schema.Int) }) {}

interface Tree {
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({ children: Schema.Array(Schema.suspend(() => Tree)) })

const text: ColumnType.ColumnType = { _tag: "Text" }
const safeInteger: ColumnType.ColumnType = { _tag: "Int64", as: "number" }
const double: ColumnType.ColumnType = { _tag: "Double" }
const price = Column.decimal({ precision: 4, scale: 2 })

const place = (type: ColumnType.ColumnType, nullable = false) => ({ type, nullable })

/** Schemas whose value is what the database keeps. */
const native: ReadonlyArray<readonly [says: string, schema: Schema.Top, type: ColumnType.ColumnType]> = [
  ["a string", Schema.String, text],
  ["a string with checks", Schema.NonEmptyString, text],
  ["a string with a brand", Schema.String.pipe(Schema.brand("Name")), text],
  ["a template literal", Schema.TemplateLiteral(["a-", Schema.Number]), text],
  ["a string that is a uuid", Schema.String.check(Schema.isUUID()), { _tag: "Uuid" }],
  [
    "a string that is a uuid, among other checks",
    Schema.String.check(Schema.isMinLength(1), Schema.isUUID(4), Schema.isMaxLength(99)),
    { _tag: "Uuid" }
  ],
  ["a number", Schema.Number, double],
  ["a finite number", Schema.Finite, double],
  ["an integer", Schema.Int, safeInteger],
  ["an integer with bounds", Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 })), safeInteger],
  ["an integer of 32 bits", Schema.Number.check(Schema.isInt32()), { _tag: "Int32" }],
  ["an integer of 32 bits without a sign", Schema.Number.check(Schema.isUint32()), safeInteger],
  ["a bigint", Schema.BigInt, { _tag: "Int64", as: "bigint" }],
  ["a boolean", Schema.Boolean, { _tag: "Boolean" }],
  ["a literal text", Schema.Literal("only"), { _tag: "Enum", values: ["only"] }],
  ["literal texts", Schema.Literals(["a", "b'c"]), { _tag: "Enum", values: ["a", "b'c"] }],
  ["a union of literal texts", Schema.Union([Schema.Literal("a"), Schema.Literal("b")]), {
    _tag: "Enum",
    values: ["a", "b"]
  }],
  ["literal integers", Schema.Literals([1, 2]), safeInteger],
  ["literal booleans", Schema.Literals([true, false]), { _tag: "Boolean" }],
  ["a Date", Schema.Date, { _tag: "Timestamp", as: "Date" }],
  ["a DateTime", Schema.DateTimeUtc, { _tag: "Timestamp", as: "DateTime" }],
  ["an array", Schema.Array(Schema.String), { _tag: "List", element: place(text) }],
  ["an array of arrays with nulls", Schema.Array(Schema.NullOr(Schema.Array(Schema.NullOr(Schema.Int)))), {
    _tag: "List",
    element: place({ _tag: "List", element: place(safeInteger, true) }, true)
  }],
  ["an object", Schema.Struct({ a: Schema.String, "b c": Schema.NullOr(Schema.Struct({ d: Schema.Boolean })) }), {
    _tag: "Struct",
    fields: [
      { name: "a", ...place(text) },
      { name: "b c", ...place({ _tag: "Struct", fields: [{ name: "d", ...place({ _tag: "Boolean" }) }] }, true) }
    ]
  }],
  ["Column.int8", Column.int8, { _tag: "Int8" }],
  ["Column.int16", Column.int16, { _tag: "Int16" }],
  ["Column.int32", Column.int32, { _tag: "Int32" }],
  ["Column.int64", Column.int64, { _tag: "Int64", as: "bigint" }],
  ["Column.double", Column.double, double],
  ["Column.decimal", price, { _tag: "Decimal", precision: 4, scale: 2 }],
  ["Column.date", Column.date, { _tag: "Date" }],
  ["Column.timestamp", Column.timestamp, { _tag: "Timestamp", as: "DateTime" }],
  ["Column.uuid", Column.uuid, { _tag: "Uuid" }],
  ["a column's schema with a further check", Column.int8.check(Schema.isGreaterThan(0)), { _tag: "Int8" }],
  ["a column's schema with a brand", Column.int16.pipe(Schema.brand("Year")), { _tag: "Int16" }],
  ["a column's schema with an annotation", price.annotate({ title: "Price" }), {
    _tag: "Decimal",
    precision: 4,
    scale: 2
  }],
  ["bytes", Schema.Uint8Array, { _tag: "Blob" }],
  ["a duration", Schema.Duration, { _tag: "Interval", as: "Duration" }],
  ["a map", Schema.ReadonlyMap(Schema.String, Schema.NullOr(Schema.Int)), {
    _tag: "Map",
    key: text,
    value: place(safeInteger, true)
  }],
  ["Column.map", Column.map(Column.uuid, Column.uint8), {
    _tag: "Map",
    key: { _tag: "Uuid" },
    value: place({ _tag: "UInt8" })
  }],
  ["Column.array", Column.array(Schema.NullOr(Schema.String), 3), {
    _tag: "List",
    element: place(text, true),
    size: 3
  }],
  [
    "an array of a fixed size and other checks",
    Schema.Array(Schema.Int).check(
      Schema.isMinLength(1),
      Schema.isBetweenLength(2, 2)
    ),
    { _tag: "List", element: place(safeInteger), size: 2 }
  ],
  ["an array of two sizes", Schema.Array(Schema.Int).check(Schema.isBetweenLength(2, 3)), {
    _tag: "List",
    element: place(safeInteger)
  }],
  ["Column.vector", Column.vector(3), { _tag: "List", element: place({ _tag: "Float" }), size: 3 }],
  ["Column.uint8", Column.uint8, { _tag: "UInt8" }],
  ["Column.uint16", Column.uint16, { _tag: "UInt16" }],
  ["Column.uint32", Column.uint32, { _tag: "UInt32" }],
  ["Column.uint64", Column.uint64, { _tag: "UInt64" }],
  ["Column.int128", Column.int128, { _tag: "Int128" }],
  ["Column.uint128", Column.uint128, { _tag: "UInt128" }],
  ["Column.float", Column.float, { _tag: "Float" }],
  ["Column.text", Column.text(20), { _tag: "Text", length: { least: 0, most: 20 } }],
  ["Column.char", Column.char(2), { _tag: "Text", length: { least: 2, most: 2 } }],
  ["Column.time", Column.time, { _tag: "Time" }],
  ["Column.timestamptz", Column.timestamptz, { _tag: "Timestamp", as: "DateTime", zoned: true }],
  ["Column.duration", Column.duration, { _tag: "Interval", as: "Duration" }],
  ["Column.interval", Column.interval, { _tag: "Interval", as: "Calendar" }],
  ["Column.blob", Column.blob, { _tag: "Blob" }],
  ["a list of a column's schema", Schema.Array(price), {
    _tag: "List",
    element: place({ _tag: "Decimal", precision: 4, scale: 2 })
  }],
  ["an object with a column's schema", Schema.Struct({ day: Column.date }), {
    _tag: "Struct",
    fields: [{ name: "day", ...place({ _tag: "Date" }) }]
  }]
]

const numberFromTextFromInteger = Schema.Int.pipe(Schema.decodeTo(Schema.FiniteFromString, {
  decode: SchemaGetter.transform(String),
  encode: SchemaGetter.transform(Number)
}))

/** Schemas whose value is made of another one, which the database keeps. */
const transformed: ReadonlyArray<readonly [says: string, schema: Schema.Top, slot: ColumnType.Slot]> = [
  ["a number from a text", Schema.FiniteFromString, place(text)],
  ["a trimmed text", Schema.Trim, place(text)],
  ["a number from a text from an integer", numberFromTextFromInteger, place(safeInteger)],
  ["a DateTime from a Date", Schema.DateTimeUtcFromDate, place({ _tag: "Timestamp", as: "Date" })],
  ["a DateTime from a text", Schema.DateTimeUtcFromString, place(text)],
  ["an option", Schema.OptionFromNullOr(Schema.Int), place(safeInteger, true)],
  ["JSON as text", Schema.fromJsonString(Schema.Struct({ a: Schema.Int })), place(text)],
  ["Column.json", Column.json(Schema.Struct({ a: Schema.Date })), place({ _tag: "Json" })],
  ["Column.json that may be null", Schema.NullOr(Column.json(Schema.Int)), place({ _tag: "Json" }, true)],
  ["Column.json of what may be null", Column.json(Schema.NullOr(Schema.Int)), place({ _tag: "Json" }, true)],
  ["an option of Column.json", Schema.OptionFromNullOr(Column.json(Schema.Int)), place({ _tag: "Json" }, true)],
  [
    "instances of a class",
    Point,
    place({ _tag: "Struct", fields: [{ name: "x", ...place(double) }, { name: "y", ...place(safeInteger, true) }] })
  ],
  [
    "a map of transformed values",
    Column.map(Schema.String, Schema.FiniteFromString),
    place({
      _tag: "Map",
      key: text,
      value: place(text)
    })
  ],
  [
    "a map of transformed keys",
    Column.map(Schema.Trim, Schema.Int),
    place({
      _tag: "Map",
      key: text,
      value: place(safeInteger)
    })
  ],
  [
    "a custom type",
    Column.custom(Schema.Trim, { as: Column.text(9), duckdb: "INET" }),
    place({
      _tag: "Custom",
      base: { _tag: "Text", length: { least: 0, most: 9 } },
      names: { duckdb: "INET" }
    })
  ],
  [
    "a custom type that may be null",
    Schema.NullOr(Column.custom(Schema.String, { as: Schema.String })),
    place({
      _tag: "Custom",
      base: text,
      names: {}
    }, true)
  ],
  [
    "an array of transformed values",
    Schema.Array(Schema.FiniteFromString),
    place({ _tag: "List", element: place(text) })
  ],
  [
    "an object with a transformed value",
    Schema.Struct({ a: Schema.FiniteFromString, b: Schema.Boolean }),
    place({ _tag: "Struct", fields: [{ name: "a", ...place(text) }, { name: "b", ...place({ _tag: "Boolean" }) }] })
  ]
]

const literals = "literals of a column are all texts, all booleans or all integers"
const absent = "a column is never absent; use Schema.NullOr, or Schema.OptionFromNullOr"
const tuple = "a tuple has no column type; use Column.json(schema), or Schema.Array for a list"
const named = "only an object with named fields has a column type; use Column.json(schema)"
const declared = "this schema has no column type; give it one with Column.json(schema), or encode it to one that has"
const textLength = "a text that is limited has 1 to 10,485,760 characters; use Schema.String for one without a limit"
const kind = (tag: string) =>
  `a ${tag} has no column type; give it one with Column.json(schema), or encode it to one that has`

const refused: ReadonlyArray<readonly [says: string, schema: Schema.Top, reason: string]> = [
  ["literals of several types", Schema.Literals(["a", 1]), literals],
  ["a literal that is no integer", Schema.Literal(0.5), literals],
  ["a literal bigint", Schema.Literal(1n), literals],
  ["an enum", Schema.Enum({ A: "a", B: "b" }), kind("Enum")],
  ["a union", Schema.Union([Schema.String, Schema.Number]), kind("Union")],
  [
    "a union of objects",
    Schema.Union([Schema.Struct({ a: Schema.Int }), Schema.Struct({ b: Schema.Int })]),
    kind("Union")
  ],
  ["what may be undefined", Schema.UndefinedOr(Schema.String), kind("Union")],
  ["what may be left out", Schema.optionalKey(Schema.String), absent],
  ["what may be left out or undefined", Schema.optional(Schema.String), absent],
  ["a field that may be left out", Schema.Struct({ a: Schema.optionalKey(Schema.String) }), absent],
  ["an option of what may be left out", Schema.OptionFromOptionalKey(Schema.Int), absent],
  ["null", Schema.Null, kind("Null")],
  ["undefined", Schema.Undefined, kind("Undefined")],
  ["unknown", Schema.Unknown, kind("Unknown")],
  ["never", Schema.Never, kind("Never")],
  ["a symbol", Schema.Symbol, kind("Symbol")],
  ["any object", Schema.ObjectKeyword, kind("ObjectKeyword")],
  ["what refers to itself", Tree, kind("Suspend")],
  ["a tuple", Schema.Tuple([Schema.String, Schema.Int]), tuple],
  ["an array with a first element", Schema.NonEmptyArray(Schema.Int), tuple],
  ["a record", Schema.Record(Schema.String, Schema.Int), named],
  ["an object without fields", Schema.Struct({}), named],
  [
    "a decimal without digits",
    Schema.BigDecimal,
    "a decimal column needs a precision and a scale; use Column.decimal({ precision, scale })"
  ],
  ["an Option that is not encoded", Schema.Option(Schema.String), declared],
  ["a set", Schema.ReadonlySet(Schema.String), declared],
  [
    "a map whose keys are dates",
    Schema.ReadonlyMap(Schema.Date, Schema.Int),
    "the keys of a map are texts, uuids or integers; use Column.json(schema)"
  ],
  [
    "a map whose keys may be null",
    Column.map(Schema.NullOr(Schema.String), Schema.Int),
    "the keys of a map are texts, uuids or integers; use Column.json(schema)"
  ],
  ["an array of no items", Column.array(Schema.Int, 0), "an array of a fixed size has 1 to 100,000 items"],
  ["a text of no characters", Column.text(0), textLength],
  ["a text of half a character", Column.text(1.5), textLength],
  ["a DateTime with a zone", Schema.DateTimeZoned, declared],
  ["a secret", Schema.Redacted(Schema.String), declared],
  ["any JSON", Schema.Json, declared]
]

describe("the column type of a schema", () => {
  it.each(native)("%s is kept as it is", (_, schema, type) => {
    assert.deepStrictEqual(slotOf(schema.ast), { type, nullable: false, native: true })
  })

  it.each(native)("%s or null is a nullable column", (_, schema, type) => {
    assert.deepStrictEqual(slotOf(Schema.NullOr(schema).ast), { type, nullable: true, native: true })
    assert.deepStrictEqual(slotOf(Schema.NullOr(Schema.NullOr(schema)).ast), { type, nullable: true, native: true })
  })

  it.each(transformed)("%s is kept as what it is made of", (_, schema, slot) => {
    assert.deepStrictEqual(slotOf(schema.ast), { ...slot, native: false })
  })

  it.each(refused)("%s has none, and the reason says what to do", (_, schema, reason) => {
    assert.throws(() => slotOf(schema.ast), reason)
    assert.throws(() => slotOf(Schema.Struct({ inner: Schema.Array(schema) }).ast), reason)
  })

  it("a custom type travels as one that there is", () => {
    assert.throws(() => Column.custom(Schema.Unknown, { as: Schema.Unknown, duckdb: "VARIANT" }), kind("Unknown"))
  })
})
