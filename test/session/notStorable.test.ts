/**
 * Rows that can't be stored are told as invalid, and a bug stays a bug.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model } from "andamios-orm"
import * as Schema from "effect/Schema"
import { notStorable } from "../../src/session/invalid.ts"
import { RowsNotStorable } from "../../src/sql/encode.ts"

class Stone extends Model.Class<Stone>("Stone")({ id: Column.primaryKey(Schema.Int) }, { table: "stones" }) {}

describe("what is thrown while rows are encoded", () => {
  it("is Invalid where they can't be stored", () => {
    const issue = { row: 2, path: ["id"], message: "too large" }
    const refused = notStorable(Stone)(new RowsNotStorable([[issue]]))
    assert.deepStrictEqual([refused?._tag, refused?.model, refused?.issues], ["Invalid", "Stone", [issue]])
  })

  it("is nothing of ours where it is a bug", () => {
    assert.isUndefined(notStorable(Stone)(new TypeError("a bug")))
  })
})
