/**
 * The texts of keys tell rows apart, or there are none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { storedKeyTexts } from "../../src/sql/keyText.ts"

class Place extends Model.Class<Place>("Place")({
  row: Column.primaryKey(Column.int32),
  seat: Column.primaryKey(Schema.String)
}, { table: "places" }) {}

const textsOf = (...parts: ReadonlyArray<ReadonlyArray<unknown>>) =>
  storedKeyTexts(Table.tableOf(Place), parts, parts[0]?.length ?? 0)

describe("texts of keys", () => {
  it("are alike for the same keys alone", () => {
    const texts = textsOf([1, 1, 11, 1], ["a", "b", "a", "a"]) ?? assert.fail("there are texts")
    assert.strictEqual(new Set(texts).size, 3)
    assert.strictEqual(texts[0], texts[3])
  })

  it("are none where a part of one is missing", () => {
    assert.isUndefined(textsOf([1, 2], ["a", null]))
  })
})
