/**
 * A part of a document is what its schema says, also behind classes and where only some of several shapes have it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, type ColumnType, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { partOf } from "../../src/model/part.ts"

class Point extends Schema.Class<Point>("Point")({ x: Schema.Number, label: Schema.NullOr(Schema.String) }) {}

const tagged = Schema.Struct({ _tag: Schema.Literal("only"), size: Schema.Int })

/** The part of a column with this schema. */
const part = (schema: Schema.Top, key: string | number) => {
  const [column] = Table.columnsOf("Whole", { whole: schema })
  if (column === undefined) throw new Error("there is a column")
  return partOf(column, column, key)
}

describe("a part", () => {
  it.each<readonly [says: string, schema: Schema.Top, key: string | number, type: ColumnType.ColumnType]>([
    ["of a class", Column.json(Point), "x", { _tag: "Double" }],
    ["that may be null", Column.json(Point), "label", { _tag: "Text" }],
    ["that one of two shapes has", Column.json(Schema.Union([tagged, Schema.String])), "size", {
      _tag: "Int64",
      as: "number"
    }],
    ["that is a tag of one shape", Column.json(Schema.Union([tagged, Schema.String])), "_tag", { _tag: "Text" }],
    [
      "that is a tag of two shapes",
      Column.json(Schema.Union([tagged, Schema.Struct({ _tag: Schema.Literal("other") })])),
      "_tag",
      { _tag: "Text" }
    ],
    ["of a list", Schema.Array(Schema.Boolean), 0, { _tag: "Boolean" }]
  ])("%s is found", (_, schema, key, type) => {
    assert.deepStrictEqual(part(schema, key)?.type, type)
  })

  it.each<readonly [says: string, schema: Schema.Top, key: string | number]>([
    ["that no shape has", Column.json(Schema.Union([tagged, Schema.String])), "weight"],
    ["that a class hasn't", Column.json(Point), "y"],
    ["of a text", Column.json(Schema.String), "length"],
    ["of a list by a name", Schema.Array(Schema.Boolean), "size"],
    ["of a document's list by a name", Column.json(Schema.Array(Schema.Boolean)), "size"]
  ])("%s is none", (_, schema, key) => {
    assert.strictEqual(part(schema, key), undefined)
  })
})
