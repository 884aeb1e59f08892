/**
 * A row that passes at a glance is valid, and a row that is valid and lacks nothing passes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { rowGuard } from "../../src/session/guard.ts"

class Point extends Schema.Class<Point>("Point")({ x: Schema.Number }) {}

const schemas: ReadonlyArray<readonly [says: string, schema: Schema.Top]> = [
  ["a text", Schema.String],
  ["a text with checks", Schema.String.check(Schema.isMinLength(2), Schema.isMaxLength(4))],
  ["a text with a check of checks", Schema.Int.check(Schema.isInt32())],
  ["a number", Schema.Number],
  ["a finite number", Schema.Finite],
  ["an integer", Schema.Int],
  ["an integer of 8 bits", Column.int8],
  ["an integer of 16 bits", Column.int16],
  ["an integer of 32 bits", Column.int32],
  ["an integer of 64 bits", Column.int64],
  ["a bigint", Schema.BigInt],
  ["a boolean", Schema.Boolean],
  ["a decimal", Column.decimal({ precision: 4, scale: 2 })],
  ["an instant", Column.timestamp],
  ["a Date", Schema.Date],
  ["a DateTime", Schema.DateTimeUtcFromDate],
  ["a uuid", Column.uuid],
  ["a text or null", Schema.NullOr(Schema.String)],
  ["an instant or null", Schema.NullOr(Column.timestamp)],
  ["one of some", Schema.Literals(["a", "b"])],
  ["a text, a number or null", Schema.Union([Schema.NonEmptyString, Schema.Number, Schema.Null])],
  [
    "exactly one of two",
    Schema.Union([Schema.Literals(["a", "abc"]), Schema.Literals(["abc", "abcde"])], { mode: "oneOf" })
  ],
  ["an option", Schema.OptionFromNullOr(Schema.String)],
  ["a list", Schema.Array(Schema.Int)],
  ["a struct", Schema.Struct({ a: Schema.Int, b: Schema.NullOr(Schema.Date) })],
  ["an instance", Point]
]

/** Values of these can't be made up at random: hardly an instant is a midnight. */
const rare: typeof schemas = [["a day", Column.date]]

/** Values at the edges of what the schemas take, and beyond. */
const values: ReadonlyArray<unknown> = [
  undefined,
  null,
  true,
  "",
  "a",
  "abc",
  "abcde",
  "00000000-0000-0000-0000-000000000000",
  "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
  "a0eebc99-9c0b-9ef8-bb6d-6bb9bd380a11",
  0,
  -0,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  ...[7, 8, 15, 16, 31, 32, 53, 63].flatMap((bits) => [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1]),
  ...[63n, 64n].flatMap((bits) => [2n ** bits - 1n, 2n ** bits, -(2n ** bits), -(2n ** bits) - 1n]),
  new Date(0),
  new Date(Number.NaN),
  DateTime.makeUnsafe(0),
  DateTime.makeUnsafe(1),
  DateTime.makeUnsafe(-62_135_596_800_000),
  DateTime.makeUnsafe(-62_135_596_800_001),
  DateTime.makeUnsafe(253_402_300_799_999),
  DateTime.makeUnsafe(253_402_300_800_000),
  DateTime.makeZonedUnsafe(0, { timeZone: "Europe/Madrid" }),
  BigDecimal.make(9_999n, 2),
  BigDecimal.make(10_000n, 2),
  Option.none(),
  Option.some("a"),
  Option.some(1),
  [],
  [1],
  ["a"],
  {},
  { a: 1, b: null },
  { a: 1, b: new Date(0) },
  { a: 1 },
  new Point({ x: 1 }),
  () => undefined
]

const judged = (schema: Schema.Top) => {
  const row = Schema.toType(Schema.Struct({ id: Schema.Int, value: schema }))
  return { fits: rowGuard(row.ast), is: Schema.is(row) }
}

describe("the guard of", () => {
  for (const [says, schema] of [...schemas, ...rare]) {
    const { fits, is } = judged(schema)
    it(`${says} agrees with the schema on the edges`, () => {
      for (const value of values) {
        const row = { id: 1, value }
        assert.strictEqual(fits(row), is(row), String(value))
      }
    })
  }

  for (const [says, schema] of schemas) {
    const { fits } = judged(schema)
    it.effect.prop(
      `${says} agrees with the schema on any value`,
      { value: Schema.toType(schema) },
      ({ value }) =>
        Effect.sync(() => {
          assert.isTrue(fits({ id: 1, value }))
          assert.isFalse(fits({ id: 0.5, value }))
        })
    )
  }

  it("a row takes nothing else for a row", () => {
    const { fits } = judged(Schema.String)
    for (const value of [...values, { id: 1 }, { value: "a" }]) assert.isFalse(fits(value))
    assert.isTrue(fits({ id: 1, value: "a", more: true }))
  })

  it("a row of no fields takes any object", () => {
    const fits = rowGuard(Schema.Struct({}).ast)
    assert.isTrue(fits({}))
    assert.isFalse(fits(null))
  })

  it("a row with a check of its own is that check too", () => {
    const ordered = Schema.Struct({ from: Schema.Int, to: Schema.Int })
      .check(Schema.makeFilter(({ from, to }) => from <= to))
    assert.isTrue(rowGuard(ordered.ast)({ from: 1, to: 2 }))
    assert.isFalse(rowGuard(ordered.ast)({ from: 2, to: 1 }))
  })
})
