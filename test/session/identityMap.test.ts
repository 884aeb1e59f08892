/**
 * An identity map keeps what was used last, knows what is held elsewhere, and forgets what is gone.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import * as IdentityMap from "../../src/session/identityMap.ts"

class Row extends Model.Class<Row>("Row")({ id: Column.primaryKey(Schema.Int) }, { table: "rows" }) {}
class Other extends Model.Class<Other>("Other")({ id: Column.primaryKey(Schema.Int) }, { table: "others" }) {}

const rows = Table.tableOf(Row)
const others = Table.tableOf(Other)
const all = { all: true, tables: new Map<string, Table.Table>(), texts: [] }
const onlyRows = { all: false, tables: new Map([[Table.identityOf(rows), rows]]), texts: [] }

describe("an identity map", () => {
  it("knows one instance for each table and key", () => {
    const map = IdentityMap.make(10)
    const one = { id: 1 }
    map.set(rows, 1, one)
    assert.strictEqual(map.get(rows, 1), one)
    assert.isUndefined(map.get(rows, "1"))
    assert.isUndefined(map.get(others, 1))
    const again = { id: 1 }
    map.set(rows, 1, again)
    assert.strictEqual(map.get(rows, 1), again)
    assert.strictEqual(map.size(), 1)
    map.forget(rows, 1)
    map.forget(rows, 1)
    assert.isUndefined(map.get(rows, 1))
    assert.strictEqual(map.size(), 0)
  })

  it("knows instances that it doesn't keep while somebody holds them, and keeps them again once they are used", () => {
    const map = IdentityMap.make(2)
    const held = Array.from({ length: 5 }, (_, id) => ({ id }))
    held.forEach((row) => map.set(rows, row.id, row))
    held.toReversed().forEach((row) => assert.strictEqual(map.get(rows, row.id), row))
    for (const id of [2, 0, 2, 1, 0]) assert.strictEqual(map.get(rows, id), held[id])
    map.forget(rows, 1)
    map.forget(rows, 0)
    map.forget(rows, 2)
    assert.strictEqual(map.get(rows, 4), held[4])
    assert.strictEqual(map.size(), 2)
  })

  it("forgets the rows of some tables", () => {
    const map = IdentityMap.make(10)
    map.set(rows, 1, { id: 1 })
    map.set(others, 1, { id: 1 })
    map.forgetAll(onlyRows)
    assert.isUndefined(map.get(rows, 1))
    assert.isDefined(map.get(others, 1))
    map.forgetAll(all)
    assert.strictEqual(map.size(), 0)
  })

  it("returns to a place, also through places within it", () => {
    const map = IdentityMap.make(10)
    const [before, after, inner] = [{ id: "before" }, { id: "after" }, { id: "inner" }]
    map.set(rows, 1, before)
    map.set(rows, 2, before)
    const outer = map.begin()
    map.set(rows, 1, after)
    map.set(others, 1, after)
    const within = map.begin()
    map.set(rows, 1, inner)
    map.forget(rows, 2)
    map.returnTo(within)
    map.end()
    assert.deepStrictEqual([map.get(rows, 1), map.get(rows, 2), map.get(others, 1)], [after, before, after])
    const kept = map.begin()
    assert.isAbove(kept, outer)
    map.forgetAll(onlyRows)
    map.end()
    assert.isUndefined(map.get(rows, 2))
    map.returnTo(outer)
    map.end()
    assert.deepStrictEqual([map.get(rows, 1), map.get(rows, 2), map.get(others, 1)], [before, before, undefined])
    assert.strictEqual(map.size(), 2)
  })

  it("drops the keys of rows that are gone, once there are many", async () => {
    const map = IdentityMap.make(10)
    const fill = (from: number) => {
      for (let id = from; id < from + 2_500; id++) map.set(rows, id, { id })
    }
    fill(0)
    // a weak reference is cleared between two tasks alone, and by a collection, which is asked for by using memory
    for (let round = 0; round < 50; round++) {
      await new Promise((resolve) => setImmediate(resolve))
      fill(round * 2_500)
      if (map.size() < round * 2_500) break
      assert.isDefined(Array.from({ length: 1_000_000 }, (_, id) => ({ id })))
    }
    assert.isBelow(map.size(), 100_000)
  })
})
