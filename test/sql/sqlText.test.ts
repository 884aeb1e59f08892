/**
 * SQL that is written for some databases is said to each in its own words, and refused by those it is not written for.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { empty, type SqlText } from "../../src/sql/Structure.ts"

const stock = (condition: SqlText, value: SqlText) =>
  Migration.createTable({
    name: "stock",
    columns: [Migration.column("id", Type.int32), Migration.column("count", Type.int32, { default: value })],
    primaryKey: { columns: ["id"] },
    checks: [{ name: "stock_count", condition }]
  })

const textOf = (operation: Migration.Operation, dialect: typeof duckdb) =>
  compileOperation(operation, dialect, { before: empty }).join("\n")

describe("SQL for several databases", () => {
  it("is said to each in its own words", () => {
    const operation = stock({ duckdb: "count >= 1", postgres: "count >= 2" }, { duckdb: "11", postgres: "12" })
    assert.match(textOf(operation, duckdb), /DEFAULT 11\b[^]*count >= 1/)
    assert.match(textOf(operation, postgres), /DEFAULT 12\b[^]*count >= 2/)
  })

  it("is refused by another one, with the name under which to write it", () => {
    for (const operation of [stock({ duckdb: "count >= 1" }, "1"), stock("count >= 1", { duckdb: "1" })]) {
      assert.isNotEmpty(textOf(operation, duckdb))
      assert.throws(() => textOf(operation, postgres), "SQL that is written for duckdb alone")
    }
    assert.throws(() => textOf(stock({ postgres: "true" }, "1"), duckdb), "SQL that is written for postgres alone")
  })
})
