/**
 * What an expression is compared to is sent as the column is whose values it has, where it has those of one.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { selectTable } from "../../src/sql/ast.ts"
import { columnOf } from "../../src/sql/operand.ts"

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  pages: Schema.NumberFromString
}, { table: "books" }) {}

const table = Table.tableOf(Book)
const pages = Query.from(Book).select((book) => ({ pages: book.pages }))

describe("the column of an expression", () => {
  it("is that of the one column that a query selects, or several together", () => {
    assert.strictEqual(columnOf(Query.scalar(pages).node)?.field, "pages")
    assert.strictEqual(columnOf(Query.scalar(pages.union(pages)).node)?.field, "pages")
  })

  it("is none of whole rows", () => {
    const slot = { type: { _tag: "Text" }, nullable: true } as const
    const { "~row": _, ...whole } = selectTable(table, { name: "books" })
    const read = { ...whole, projection: { _tag: "Record", fields: [["book", whole.projection]] } as const }
    assert.strictEqual(columnOf({ _tag: "Scalar", read, slot }), undefined)
  })
})
