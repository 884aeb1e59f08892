/**
 * Rows are told to refer to others by the values of their keys, as they are stored.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { referenceText, referredTexts, storedValue } from "../../src/session/references.ts"

const Code = Schema.NumberFromString.check(Schema.isGreaterThan(0))

class Land extends Model.Class<Land>("Land")({
  id: Column.primaryKey(Schema.Int),
  code: Column.unique(Schema.NullOr(Code))
}, { table: "lands" }) {}

class City extends Model.Class<City>("City")({
  id: Column.primaryKey(Schema.Int),
  land: Column.references(Schema.NullOr(Code), () => Land, "code")
}, { table: "cities" }) {}

const lands = Table.tableOf(Land)
const cities = Table.tableOf(City)

describe("a reference", () => {
  const [key] = cities.foreignKeys

  it("is told by the same text on both sides", () => {
    if (key === undefined) return assert.fail("a city refers to a land")
    const text = referenceText(key, { id: 1, land: 34 })
    assert.isString(text)
    assert.strictEqual(referredTexts(lands, { id: 7, code: 34 })[0], text)
    assert.notStrictEqual(referredTexts(lands, { id: 7, code: 35 })[0], text)
  })

  it("is none where it is null, on either side", () => {
    if (key === undefined) return assert.fail("a city refers to a land")
    assert.isUndefined(referenceText(key, { id: 1, land: null }))
    assert.deepStrictEqual(referredTexts(lands, { id: 7, code: null }), [])
  })

  it("is made of what is stored, and of a value itself that can't be, which the statement refuses", () => {
    const code = lands.columns.find(({ field }) => field === "code")
    const id = lands.columns.find(({ field }) => field === "id")
    if (code === undefined || id === undefined) return assert.fail("a land has both")
    assert.deepStrictEqual([storedValue(code, 34), storedValue(code, -1), storedValue(id, 7)], ["34", -1, 7])
  })
})
