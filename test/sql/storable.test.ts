/**
 * What a type can't hold is refused with what is expected and where, and what it can hold is stored as it is read again.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ColumnType, Table } from "andamios-orm"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { dialect as duckDb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { encodeRows, encodeValue, RowsNotStorable } from "../../src/sql/encode.ts"
import { NotStorable, storer } from "../../src/sql/storable.ts"

const { features } = duckDb
const required = (type: ColumnType.ColumnType) => ({ type, nullable: false })
const instant = (milliseconds: number) => DateTime.mapEpochMillis(DateTime.makeUnsafe(0), () => milliseconds)
const far = 2 ** 44 + 0.5

const refused: ReadonlyArray<readonly [type: ColumnType.ColumnType, value: unknown, message: string]> = [
  [{ _tag: "Text" }, 1, "expected a text"],
  [{ _tag: "Text" }, "\ud800", "the text has half of a surrogate pair, which no database keeps"],
  [{ _tag: "Int8" }, 128, "expected an integer from -128 to 127"],
  [{ _tag: "Int8" }, "1", "expected an integer from -128 to 127"],
  [{ _tag: "Float" }, "1", "expected a number that 32 bits hold"],
  [{ _tag: "Float" }, 1e300, "expected a number that 32 bits hold"],
  [{ _tag: "Double" }, "1", "expected a number"],
  [
    { _tag: "Decimal", precision: 3, scale: 1 },
    1.5,
    "expected a decimal of at most 3 digits, 1 of them behind the point"
  ],
  [{ _tag: "Date" }, instant(1), "expected the midnight (UTC) of a day"],
  [{ _tag: "Date" }, new Date(0), "expected the midnight (UTC) of a day"],
  [{ _tag: "Time" }, 9.5, "expected a time of day, such as 09:30 or 23:59:59.999999"],
  [{ _tag: "Time" }, "9:30", "expected a time of day, such as 09:30 or 23:59:59.999999"],
  [{ _tag: "Timestamp", as: "DateTime" }, 0, "expected a DateTime.Utc"],
  [{ _tag: "Timestamp", as: "DateTime" }, instant(Number.NaN), "expected a DateTime.Utc"],
  [
    { _tag: "Timestamp", as: "DateTime" },
    instant(far),
    "outside the years 1691 to 2248 an instant has whole milliseconds"
  ],
  [{ _tag: "Timestamp", as: "Date" }, new Date(Number.NaN), "expected a Date between the years 1 and 9999"],
  [{ _tag: "Interval", as: "Duration" }, 1, "expected a Duration of whole microseconds, less than 114,000 years"],
  [
    { _tag: "Interval", as: "Calendar" },
    "a month",
    "expected { months, days, microseconds }: two integers of 32 bits, and a bigint"
  ],
  [{ _tag: "Uuid" }, 1, "expected a uuid"],
  [{ _tag: "Uuid" }, "1", "expected a uuid"],
  [{ _tag: "List", element: required({ _tag: "Text" }) }, "a", "expected an array"],
  [
    { _tag: "List", element: required({ _tag: "Text" }), size: 2 },
    ["a"],
    "expected an array of 2 items, and not of 1"
  ],
  [{ _tag: "Struct", fields: [] }, "a", "expected an object"],
  [{ _tag: "Map", key: { _tag: "Text" }, value: required({ _tag: "Text" }) }, {}, "expected a Map"],
  [
    { _tag: "Map", key: { _tag: "Uuid" }, value: required({ _tag: "Text" }) },
    new Map([
      ["0195d3c8-7a1c-7000-8000-00000000000a", "a"],
      ["0195d3c8-7a1c-7000-8000-00000000000A", "b"]
    ]),
    "two of the map's keys are stored as the same"
  ]
]

describe("a value that its column can't hold", () => {
  it.each(refused)("is refused: $_tag %#", (type, value, message) => {
    assert.throws(() => storer(required(type), features)(value), NotStorable, message)
  })

  it("is refused on PostgreSQL for the character U+0000 alone", () => {
    assert.strictEqual(storer(required({ _tag: "Text" }), features)("a\0"), "a\0")
    assert.throws(() => storer(required({ _tag: "Text" }), postgres.features)("a\0"), NotStorable, "U+0000")
  })
})

const columnOf = (name: string, schema: Schema.Top) => {
  const [column] = Table.columnsOf("Given", { [name]: schema })
  if (column === undefined) throw new Error("there is a column")
  return column
}

/** A text that begins with a letter, without it in the model. */
const Short = Schema.String.pipe(Schema.decodeTo(Schema.NonEmptyString, {
  decode: SchemaGetter.transform((text: string) => text.slice(1)),
  encode: SchemaGetter.transform((text: string) => `a${text}`)
}))

describe("a value that its schema can't encode", () => {
  const column = columnOf("short", Short)
  const value = (given: unknown) =>
    encodeValue({ _tag: "Value", value: given, slot: required(column.type), column }, features)

  it("is refused with what the schema says", () => {
    assert.strictEqual(value("bc"), "abc")
    assert.throws(() => value(""), NotStorable)
  })
})

describe("rows", () => {
  it("are refused with all their problems, beside failures of a value's own", () => {
    const failing = {
      get part(): string {
        throw new Error("it fails by itself")
      }
    }
    const columns = [columnOf("size", Schema.Int), columnOf("struct", Schema.Struct({ part: Schema.String }))]
    const rows = [{ size: 1, struct: { part: 1 } }, { size: 0.5, struct: failing }, {
      size: 1,
      struct: { part: "a" }
    }]
    try {
      encodeRows(columns, rows, features)
      assert.fail("they are refused")
    } catch (error) {
      assert.instanceOf(error, RowsNotStorable)
      assert.deepStrictEqual(
        error.rows.map((problems) => problems.map(({ path, row }) => [row, ...path])),
        [[[0, "struct", "part"]], [[1, "size"]]]
      )
    }
  })
})
