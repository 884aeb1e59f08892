/**
 * Names of columns follow from those of fields, or are given; one that no database can have is refused where it is said.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Index, InvalidModel, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { checkedColumn, checkName, columnName } from "../../src/model/naming.ts"

const refusal = (define: () => unknown): string => {
  try {
    define()
  } catch (error) {
    assert.instanceOf(error, InvalidModel)
    return error.message
  }
  return "it was not refused"
}

const text = Schema.String

describe("names", () => {
  it.each([
    ["createdAt", "created_at"],
    ["id", "id"],
    ["isbn13Code", "isbn13_code"],
    ["HTMLText", "html_text"],
    ["parseURL", "parse_url"],
    ["already_snake", "already_snake"],
    ["größeÄnderung", "größe_änderung"],
    ["a \"b\"", "a \"b\""]
  ])("of the field %s is %s in snake case", (field, column) => {
    assert.strictEqual(columnName(field, "snake_case"), column)
    assert.strictEqual(columnName(field, "asWritten"), field)
  })

  it("are the policy's, those that are given, and go with a field's other marks", () => {
    class Book extends Model.Class<Book>("Book")({
      bookId: Column.named("key", Column.primaryKey(Schema.Int)),
      fullTitle: Column.unique(Column.named("title", text)),
      pageCount: Column.withDefault(Schema.Int, 1)
    }, { table: "books", columns: "snake_case", indexes: [Index.on("pageCount", "fullTitle")] }) {}
    const table = Table.tableOf(Book)
    assert.deepStrictEqual(table.columns.map(({ field, name }) => [field, name]), [
      ["bookId", "key"],
      ["fullTitle", "title"],
      ["pageCount", "page_count"]
    ])
    assert.deepStrictEqual(table.primaryKey.map(({ name }) => name), ["key"])
    assert.deepStrictEqual(table.uniques, [["title"]])
    assert.deepStrictEqual(table.indexes, [["page_count", "title"]])
    assert.deepStrictEqual(Table.fieldsNamed(table, ["page_count", "elsewhere"]), ["pageCount", "elsewhere"])
  })

  it("of a table tell its schema and its database to people", () => {
    class Book extends Model.Class<Book>("Book")({ id: Schema.Int }, { table: "books", schema: "a", database: "b" }) {}
    const { database, fullName, name, schema } = Table.tableOf(Book)
    assert.deepStrictEqual({ database, fullName, name, schema }, {
      database: "b",
      fullName: "b.a.books",
      name: "books",
      schema: "a"
    })
  })

  it("that two fields would share are refused", () => {
    const message = refusal(() =>
      Model.Class<object>("Book")({ pageCount: text, page_count: text }, { table: "books", columns: "snake_case" })
    )
    assert.strictEqual(message, "Book.page_count can't be a column: its column has the name of pageCount's: page_count")
  })

  it.each([
    ["", "a name in the database is never empty"],
    ["a\0b", "no name in a database holds the character U+0000"],
    ["a\ud800", "the name has half of a surrogate pair, which no database keeps"]
  ])("that no database can have are refused: %j", (name, reason) => {
    const table = `Book can't be a table: ${reason}`
    assert.strictEqual(refusal(() => Model.Class<object>("Book")({ id: text }, { table: name })), table)
    assert.strictEqual(refusal(() => Model.Class<object>("Book")({ id: text }, { table: "b", schema: name })), table)
    assert.strictEqual(refusal(() => Model.Class<object>("Book")({ id: text }, { table: "b", database: name })), table)
    assert.strictEqual(
      refusal(() => Model.Class<object>("Book")({ id: Column.named(name, text) }, { table: "books" })),
      `Book.id can't be a column: ${reason}`
    )
  })

  it("of checks tell the column", () => {
    assert.strictEqual(checkedColumn("a_b", checkName("a_b", "c_check")), "c_check")
    assert.strictEqual(checkedColumn("books", "books_check"), undefined)
    assert.strictEqual(checkedColumn("books", "other_pages_check"), undefined)
    assert.strictEqual(checkedColumn("books", "books_pages_key"), undefined)
  })

  it("of checks tell the field, where the table has it", () => {
    class Book
      extends Model.Class<Book>("Book")({ pageCount: Schema.Int }, { table: "books", columns: "snake_case" })
    {}
    const table = Table.tableOf(Book)
    assert.deepStrictEqual(Table.checkedFields("books_page_count_check", "books", table), ["pageCount"])
    assert.deepStrictEqual(Table.checkedFields("books_price_check", "books", table), [])
    assert.deepStrictEqual(Table.checkedFields("books_price_check", "books", undefined), ["price"])
    assert.deepStrictEqual(Table.checkedFields("something", "books", table), [])
  })
})
