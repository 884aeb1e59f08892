/**
 * A profile tells of loops that ask a database row by row, and of nothing that asks for many rows at once.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Asked, profileFindings } from "../../src/sql/profileFindings.ts"

const asked = (change: Partial<Asked>): Asked => ({
  sql: "INSERT INTO \"notes\" VALUES ($1)",
  operation: "INSERT",
  table: "notes",
  calls: 50,
  rows: 50,
  single: 50,
  total: 12.4,
  ...change
})

const told = (change: Partial<Asked>) =>
  profileFindings([asked(change)]).map(({ _tag, cost, tables }) => ({ _tag, cost, tables }))

describe("what a profile finds", () => {
  it("are writes of one row each, also between those of several", () => {
    assert.deepStrictEqual(told({}), [
      { _tag: "WritesInLoop", cost: "50 statements of one row at most took 12 ms.", tables: ["notes"] }
    ])
    assert.deepStrictEqual(told({ single: 30 }), [{
      _tag: "WritesInLoop",
      cost: "30 of 50 statements were of one row at most; all of them took 12 ms.",
      tables: ["notes"]
    }])
    for (const operation of ["update", "DELETE"]) assert.lengthOf(told({ operation }), 1, operation)
  })

  it("are reads with other values each time", () => {
    const sql = "SELECT * FROM notes WHERE id = $1"
    assert.deepStrictEqual(told({ operation: "SELECT", sql, table: null }), [
      { _tag: "ReadsInLoop", cost: "It was asked 50 times with other values, which took 12 ms.", tables: [] }
    ])
  })

  it("is nothing of few calls, of many rows at once, and of what has no values", () => {
    assert.deepStrictEqual(told({ calls: 19 }), [])
    assert.deepStrictEqual(told({ single: 19 }), [])
    assert.deepStrictEqual(told({ operation: "SELECT", sql: "SELECT 1" }), [])
    assert.deepStrictEqual(told({ operation: "CREATE", sql: "CREATE TABLE t (id INT)" }), [])
  })
})
