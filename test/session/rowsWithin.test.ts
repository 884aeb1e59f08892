/**
 * Rows that come within others: answers that have them are told apart and not put into stores, and a unit of work knows the instances in
 * them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { dialect } from "../../src/postgres/dialect.ts"
import { shapeKey } from "../../src/session/cacheKey.ts"
import { storedShape } from "../../src/session/storedKey.ts"
import { rowTexts } from "../../src/session/storedRows.ts"
import * as Tracking from "../../src/session/tracking.ts"
import { type Projection, type Select, selectTable } from "../../src/sql/ast.ts"
import { compileSelect } from "../../src/sql/compile.ts"

class Shelf extends Model.Class<Shelf>("Shelf")({ id: Column.primaryKey(Schema.Int) }, { table: "shelves" }) {}
class Book extends Model.Class<Book>("Book")({ id: Column.primaryKey(Schema.Int), title: Schema.String }, {
  table: "books"
}) {}

const books = selectTable(Table.tableOf(Book), { name: "book" })
const circumstances = { isStrict: () => false, conditions: () => [] }

/** Shelves with some rows of books. */
const shelvesWith = (read: Select<unknown>): Select<unknown> => {
  const projection: Projection = { _tag: "Record", fields: [["books", { _tag: "Rows", read }]] }
  return { ...selectTable(Table.tableOf(Shelf), { name: "shelf" }), projection }
}

const compiled = (read: Select<unknown>) => compileSelect(shelvesWith(read), dialect, circumstances)

const titles: Select<unknown> = {
  ...books,
  projection: { _tag: "Record", fields: [["title", books.projection]] }
}

describe("rows within rows", () => {
  it("are a part of what an answer is known by", () => {
    const [whole, again, others] = [compiled(books), compiled(books), compiled(titles)]
    assert.strictEqual(shapeKey(whole), shapeKey(again))
    assert.notStrictEqual(shapeKey({ ...whole, sql: "" }), shapeKey({ ...others, sql: "" }))
    assert.strictEqual(storedShape(whole), storedShape(again))
    assert.notStrictEqual(storedShape({ ...whole, sql: "" }), storedShape({ ...others, sql: "" }))
  })

  it("are put into no store, which says why", () => {
    const { shape } = compiled(books)
    const told = rowTexts(shape ?? assert.fail("it has rows")).tell({ rows: [{ books: [] }], until: 0, cost: 0 })
    assert.include(Result.getOrUndefined(Result.flip(told)), "rows within rows are not stored")
  })

  it("have the instances that a unit of work knows", () => {
    const tracking = Tracking.make(dialect.features, 10)
    const known = Book.make({ id: 1, title: "Ficciones" })
    tracking.known.set(Table.tableOf(Book), tracking.keyOf(Table.tableOf(Book), { id: 1 }), known)
    const find = tracking.instancesIn<object>(shelvesWith(books).projection, false)
    const other = Book.make({ id: 2, title: "El Aleph" })
    const found = find?.({ books: [Book.make({ id: 1, title: "read again" }), other] })
    assert.deepStrictEqual(found, { books: [known, other] })
    assert.deepStrictEqual(find?.({ books: null }), { books: null })
    const values: Select<unknown> = { ...books, projection: { _tag: "Record", fields: [] } }
    assert.isUndefined(tracking.instancesIn(shelvesWith(values).projection, false))
  })
})
