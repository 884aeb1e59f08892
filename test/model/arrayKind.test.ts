/**
 * Whole columns are arrays of the kind that their values share.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column } from "andamios-orm"
import * as Schema from "effect/Schema"
import { type ArrayKind, arrayKind } from "../../src/model/arrayKind.ts"

const toText = Schema.String.pipe(Schema.decodeTo(Schema.Union([Schema.Number, Schema.Boolean])))

describe("the kind of array", () => {
  it.each<readonly [says: string, schema: Schema.Top, kind: ArrayKind]>([
    ["numbers", Schema.Number, "Float64"],
    ["numbers and nulls", Schema.NullOr(Schema.Number), "Float64"],
    ["numbers of several literals", Schema.Literals([1, 2]), "Float64"],
    ["numbers and truths, stored as texts", toText, "Values"],
    ["texts", Schema.Literal("a"), "Values"],
    ["integers of 8 bits and nulls", Schema.NullOr(Column.int8), "Int8"],
    ["instants", Schema.Date, "Instant"],
    ["days", Column.date, "Day"]
  ])("of %s", (_, schema, kind) => {
    assert.strictEqual(arrayKind(schema), kind)
  })
})
