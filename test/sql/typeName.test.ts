/**
 * Types are compared by what their values are, whatever a database calls them.
 */
import { assert, describe, it } from "@effect/vitest"
import { fits, meets } from "../../src/sql/typeName.ts"

describe("a type that was found", () => {
  it.each([
    ["VARCHAR", "VARCHAR"],
    ["TEXT", "character varying"],
    ["VARCHAR", "ENUM('a', 'b')"],
    ["INTEGER", "SMALLINT"],
    ["BIGINT", "integer"],
    ["BIGINT", "HUGEINT"],
    ["INTEGER", "USMALLINT"],
    ["UBIGINT", "UTINYINT"],
    ["TIME", "time without time zone"],
    ["TIMESTAMPTZ", "timestamp with time zone"],
    ["DOUBLE", "BIGINT"],
    ["DOUBLE PRECISION", "numeric"],
    ["DECIMAL(12, 2)", "DECIMAL(10,2)"],
    ["NUMERIC(12, 2)", "integer"],
    ["TIMESTAMP", "timestamp without time zone"],
    ["TEXT[]", "text[]"],
    ["DOUBLE[]", "FLOAT[3]"],
    ["INTEGER[][]", "SMALLINT[][]"],
    ["STRUCT(a INTEGER)", "STRUCT(a INTEGER)"],
    ["VARCHAR", "\"NULL\""]
  ])("%s is read of %s", (expected, found) => {
    assert.isTrue(fits(expected, found))
  })

  it.each([
    ["INTEGER", "BIGINT"],
    ["INTEGER", "UINTEGER"],
    ["UINTEGER", "SMALLINT"],
    ["FLOAT", "DOUBLE"],
    ["VARCHAR", "INTEGER"],
    ["INTEGER", "VARCHAR"],
    ["BOOLEAN", "INTEGER"],
    ["DECIMAL(12, 2)", "DOUBLE"],
    ["INTEGER[]", "INTEGER"],
    ["INTEGER", "INTEGER[]"],
    ["INTEGER[]", "VARCHAR[]"],
    ["UUID", "VARCHAR"]
  ])("%s is not read of %s", (expected, found) => {
    assert.isFalse(fits(expected, found))
  })

  it("meets numbers of other widths, and days instants", () => {
    assert.isTrue(meets("INTEGER", "BIGINT"))
    assert.isTrue(meets("DOUBLE", "DECIMAL(3,1)"))
    assert.isTrue(meets("DATE", "TIMESTAMP"))
    assert.isFalse(meets("INTEGER", "VARCHAR"))
    assert.isFalse(meets("DATE", "INTEGER"))
  })
})
