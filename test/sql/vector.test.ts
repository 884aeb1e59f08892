/**
 * A vector tells which rows have a value, and computed columns have the array of their JavaScript type.
 */
import { assert, describe, it } from "@effect/vitest"
import { type ColumnType, Vector } from "andamios-orm"
import { kindOf, vectorBuilder } from "../../src/sql/vectorBuilder.ts"

const slot = { type: { _tag: "Text" }, nullable: false } as const

const kinds: ReadonlyArray<readonly [kind: string, types: ReadonlyArray<ColumnType.ColumnType>]> = [
  [
    "Float64",
    [
      { _tag: "Int8" },
      { _tag: "Int16" },
      { _tag: "Int32" },
      { _tag: "Int64", as: "number" },
      { _tag: "UInt8" },
      { _tag: "UInt16" },
      { _tag: "UInt32" },
      { _tag: "Float" },
      { _tag: "Double" }
    ]
  ],
  ["BigInt64", [{ _tag: "Int64", as: "bigint" }, { _tag: "Int128" }, { _tag: "UInt64" }, { _tag: "UInt128" }]],
  ["Boolean", [{ _tag: "Boolean" }]],
  ["Instant", [{ _tag: "Date" }, { _tag: "Timestamp", as: "Date" }]],
  [
    "Values",
    [
      { _tag: "Text" },
      { _tag: "Uuid" },
      { _tag: "Enum", values: [] },
      { _tag: "Decimal", precision: 4, scale: 2 },
      { _tag: "Json" },
      { _tag: "List", element: slot },
      { _tag: "Struct", fields: [] },
      { _tag: "Time" },
      { _tag: "Interval", as: "Calendar" },
      { _tag: "Blob" },
      { _tag: "Map", key: { _tag: "Text" }, value: slot },
      { _tag: "Custom", base: { _tag: "Text" }, names: {} }
    ]
  ]
]

describe("a column that is computed", () => {
  it.each(kinds)("is an array of %s", (kind, types) => {
    for (const type of types) {
      const column = { type, nullable: false, index: 0, name: "computed", field: undefined, checked: false }
      assert.strictEqual(kindOf(column), kind, type._tag)
    }
  })
})

describe("a vector", () => {
  it("tells the rows that have a value", () => {
    const builder = vectorBuilder("Float64", 10)
    builder.add([1, null, 3, 4, 5, 6, 7, 8])
    builder.add([null, 10])
    const vector = builder.vector()
    assert.deepStrictEqual(vector.values, Float64Array.of(1, 0, 3, 4, 5, 6, 7, 8, 0, 10))
    assert.deepStrictEqual(
      Array.from({ length: 10 }, (_, row) => Vector.isValid(vector, row)),
      [true, false, true, true, true, true, true, true, false, true]
    )
  })

  it("has no value in a row that it hasn't", () => {
    assert.isFalse(Vector.isValid({ values: [null], validity: Uint8Array.of(0) }, 9))
  })
})
