/**
 * Rows within rows: what they read is known, a database without them says so, and where servers are several they are of no use as keys.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { sharded } from "../../src/postgres/sharding/dialect.ts"
import { type Projection, type Select, selectFrom, selectTable } from "../../src/sql/ast.ts"
import { compileSelect } from "../../src/sql/compile.ts"
import { type Alias, fieldOf, verbatim } from "../../src/sql/node.ts"
import { readSet } from "../../src/sql/readSet.ts"
import { whole } from "../../src/sql/slot.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({ id: Column.primaryKey(Schema.Int) }, {
  table: "shelves",
  distribution: { by: "id" }
}) {}

class Book extends Model.Class<Book>("Book")({ id: Column.primaryKey(Schema.Int) }, {
  table: "books",
  distribution: { by: "id" }
}) {}

const [shelves, books] = [Table.tableOf(Shelf), Table.tableOf(Book)]
const shelf = { name: "shelf" }
const circumstances = { isStrict: () => false, conditions: () => [] }

const within: Projection = {
  _tag: "Record",
  fields: [["books", { _tag: "Rows", read: selectTable(books, { name: "book" }) }]]
}

const withBooks = (alias: Alias): Select<unknown> => ({ ...selectTable(shelves, alias), projection: within })

const shelvesWithBooks = withBooks(shelf)

describe("rows within rows", () => {
  it("are of tables that the statement reads", () => {
    const { tables } = readSet(shelvesWithBooks)
    assert.deepStrictEqual([...tables.values()].map(({ name }) => name).toSorted(), ["books", "shelves"])
  })

  it("are refused where a database has none", () => {
    assert.include(compileSelect(shelvesWithBooks, postgres, circumstances).sql, "json_build_array")
    assert.throws(() => compileSelect(shelvesWithBooks, duckdb, circumstances), "rows within rows")
  })

  it("have no key that they could be together by on several servers, and neither have lists", () => {
    const [key = assert.fail()] = books.primaryKey
    const citus = sharded({ strategy: "citus" })
    const compiled = (source: Select<unknown>["from"], on = verbatim("true", whole)) =>
      compileSelect(
        { ...selectTable(shelves, shelf), joins: [{ kind: "inner", source, on }] },
        citus,
        circumstances
      ).sql
    const inner = {
      _tag: "ReadSource",
      alias: { name: "inner" },
      read: withBooks({ name: "other" }),
      lateral: false
    } as const
    assert.throws(() => compiled(inner), "joining Shelf with Shelf")
    const list = {
      _tag: "ListSource",
      alias: { name: "given" },
      lists: [{ name: "c0", values: [1, 2], slot: key, column: key }],
      place: "place"
    } as const
    assert.include(compiled(list, verbatim("true", whole)), "unnest")
    const given = selectFrom<unknown>(list, { _tag: "Value", node: fieldOf(list.alias, { ...key, name: "c0" }) })
    assert.include(compileSelect(given, citus, circumstances).sql, "unnest")
  })
})
