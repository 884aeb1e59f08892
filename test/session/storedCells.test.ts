/**
 * Values that JSON can't tell, or that are none of their column's type, are refused on the way into a store and on the way out.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, type ColumnType, Model } from "andamios-orm"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { tableOf } from "../../src/model/Table.ts"
import { cellsOf, Untellable } from "../../src/session/storedCells.ts"
import { rowTexts } from "../../src/session/storedRows.ts"
import { tableShape } from "../../src/sql/tableShape.ts"

/** A date that knows more than others. */
class Precise extends Date {
  readonly nanoseconds = 1
}

const json: ColumnType.ColumnType = { _tag: "Json" }

describe("the cells of a store", () => {
  it.each<readonly [string, ColumnType.ColumnType, unknown]>([
    ["a text for a number", { _tag: "Int32" }, "1"],
    ["a number for a text", { _tag: "Text" }, 1],
    ["a number for a bigint", { _tag: "Int64", as: "bigint" }, 1],
    ["an object for a decimal", { _tag: "Decimal", precision: 4, scale: 2 }, {}],
    ["a Date that knows more than others", { _tag: "Timestamp", as: "Date" }, new Precise(0)],
    ["a text for a list", { _tag: "List", element: { type: { _tag: "Text" }, nullable: true } }, "text"],
    ["-0 in a document", json, { at: [-0] }],
    ["NaN in a document", json, Number.NaN],
    ["undefined in a document", json, [undefined]]
  ])("do not tell %s", (_, type, value) => {
    assert.throws(() => cellsOf(type).tell(value), Untellable)
  })

  it.each<readonly [string, ColumnType.ColumnType, unknown]>([
    ["a number of a boolean", { _tag: "Int32" }, true],
    ["a bigint of a number", { _tag: "UInt64" }, 1],
    ["a decimal of a text", { _tag: "Decimal", precision: 4, scale: 2 }, "1.00"],
    ["a span of a list that is too short", { _tag: "Interval", as: "Calendar" }, [1, 2]],
    ["a map of texts", { _tag: "Map", key: { _tag: "Text" }, value: { type: { _tag: "Text" }, nullable: true } }, ["a"]]
  ])("do not make %s", (_, type, told) => {
    assert.throws(() => cellsOf(type).make(told), Untellable)
  })

  it("are those of whole columns, or there are no rows", () => {
    const column = {
      index: 0,
      name: "n",
      type: { _tag: "Int32" },
      nullable: false,
      field: undefined,
      checked: false
    } as const
    const { make } = rowTexts({ _tag: "Record", fields: [["n", { _tag: "Value", column }]] })
    assert.deepStrictEqual(make("[null,1,2,[[7,8]]]")?.rows, [{ n: 7 }, { n: 8 }])
    for (
      const spoiled of [
        "{}",
        "[null,1,2,[[7]]]",
        "[null,1,2,[[7,8],[7,8]]]",
        "[null,1,2,[7]]",
        "[null,\"1\",2,[[7,8]]]"
      ]
    ) {
      assert.isUndefined(make(spoiled), spoiled)
    }
  })

  it("are not told where a schema does not encode what it has decoded", () => {
    class Reading extends Model.Class<Reading>("Reading")({
      id: Column.primaryKey(Schema.Int),
      unit: Schema.String.pipe(Schema.decodeTo(Schema.Literals(["m", "km"]), {
        decode: SchemaGetter.transform((text: string) => text === "m" ? "m" : "km"),
        encode: SchemaGetter.checkEffect((unit: string) => Effect.succeed(unit === "m"))
      }))
    }, { table: "readings" }) {}
    const { tell } = rowTexts(tableShape(tableOf(Reading)))
    const told = (unit: string) => tell({ rows: [{ id: 1, unit }], until: Infinity, cost: 1 })
    assert.isTrue(Result.isSuccess(told("m")))
    const [, unit] = tableShape(tableOf(Reading)).columns
    assert.isDefined(unit)
    // of a reading that there is none of
    const alone = rowTexts({ _tag: "Value", column: { ...unit, index: 0, nullable: true } })
    const text = alone.tell({ rows: [null, "m"], until: Infinity, cost: 1 })
    assert.deepStrictEqual(Result.isSuccess(text) && alone.make(text.success)?.rows, [null, "m"])
    assert.deepStrictEqual(told("km"), Result.fail("the schema of unit does not encode what it has decoded"))
  })
})
