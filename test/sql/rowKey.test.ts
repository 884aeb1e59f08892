/**
 * Rows have the same key where a database takes their keys for the same, whatever they are made of.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model } from "andamios-orm"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { tableOf } from "../../src/model/Table.ts"
import { keyFields, keyTexts } from "../../src/sql/rowKey.ts"

/** Pairs of values of one type that differ. */
const pairs: ReadonlyArray<readonly [says: string, one: unknown, other: unknown]> = [
  ["texts", "a", "b"],
  ["bigints", 1n, 2n],
  ["dates", new Date(0), new Date(1)],
  ["instants", DateTime.makeUnsafe(0), DateTime.mapEpochMillis(DateTime.makeUnsafe(0), () => 0.001)],
  ["decimals", BigDecimal.make(1n, 2), BigDecimal.make(10n, 2)],
  ["durations", Duration.millis(1), Duration.nanos(1_001_000n)],
  ["bytes", Uint8Array.of(1, 2), Uint8Array.of(12)],
  ["maps", new Map([["a", 1n]]), new Map([["a", 2n]])],
  ["lists", [1, [2]], [1, [3]]],
  ["objects", { months: 1, days: 0, microseconds: 1n }, { months: 1, days: 0, microseconds: 2n }]
]

describe("the text of a row's key", () => {
  it.each(pairs)("tells %s apart", (_, one, other) => {
    assert.strictEqual(new Set(keyTexts([[one, other]], 2)).size, 2)
    assert.strictEqual(new Set(keyTexts([[one, other], [1, 1]], 2)).size, 2)
  })

  it.each(pairs)("is the same for the same %s", (_, one) => {
    assert.strictEqual(new Set(keyTexts([[one, one]], 2)).size, 1)
    assert.strictEqual(new Set(keyTexts([[one, one], [1, 1]], 2)).size, 1)
  })

  it("is none where a part is null", () => {
    assert.deepStrictEqual(keyTexts([["a", null], [1, 1]], 2), [JSON.stringify(["a", "1"]), undefined])
  })
})

class Chapter extends Model.Class<Chapter>("Chapter")({
  book: Column.primaryKey(Schema.Int),
  number: Column.primaryKey(Schema.Int)
}, { table: "chapters" }) {}

describe("the fields of a key", () => {
  it("have the values that a record says, and none of what is no record", () => {
    const table = tableOf(Chapter)
    assert.deepStrictEqual(keyFields(table, { book: 1, number: 2 }), { book: 1, number: 2 })
    assert.deepStrictEqual(keyFields(table, 1), { book: undefined, number: undefined })
  })
})
