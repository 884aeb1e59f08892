/**
 * Rows are built and taken apart the same, by functions made of text for their shape, and by plain ones where text can't be compiled.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { afterEach, vi } from "vitest"
import type { ResultColumn, RowShape } from "../../src/sql/CompiledQuery.ts"
import { tableShape } from "../../src/sql/tableShape.ts"

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  pages: Schema.NullOr(Schema.Int),
  words: Schema.NumberFromString,
  "it's": Schema.String
}, { table: "books" }) {
  get label() {
    return `${this.isbn}: ${this.pages ?? "?"}`
  }
}

/** A text that can't be read, for a reason that is no error. */
const Unread = Schema.String.pipe(Schema.decodeTo(Schema.String, {
  decode: SchemaGetter.transform((): string => {
    // oxlint-disable-next-line typescript/only-throw-error -- what a user's code may do
    throw "the ink is gone"
  }),
  encode: SchemaGetter.passthrough()
}))

const [unread] = Table.columnsOf("Letter", { text: Unread })

const result = (index: number, name: string): ResultColumn => ({
  index,
  name,
  type: { _tag: "Text" },
  nullable: true,
  field: undefined,
  checked: false
})

const value = (index: number, name: string): RowShape => ({ _tag: "Value", column: result(index, name) })

const columns = [["a", "b", null], [1, null, null], ["2", "3", null], ["x", "y", null]]
const { columns: cells, table } = tableShape(Table.tableOf(Book))
const optional: RowShape = { _tag: "Instance", table, columns: cells, optional: true }

/** Fresh modules, which have compiled nothing yet. */
const fresh = async () => {
  vi.resetModules()
  const [{ decodeRows }, { splitRows }] = await Promise.all([
    import("../../src/sql/decode.ts"),
    import("../../src/sql/splitRows.ts")
  ])
  return { decodeRows, splitRows }
}

/** What a content security policy makes of functions of text. */
const refusing = function() {
  throw new EvalError("code generation from strings is not allowed")
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe.each([["of text", false], ["that are plain", true]])("functions %s", (_, isRefused) => {
  const rows = async () => {
    if (isRefused) vi.stubGlobal("Function", refusing)
    return fresh()
  }

  it("build instances of a model, and null where a joined row is missing", async () => {
    const { decodeRows } = await rows()
    const [first, second, third] = decodeRows<Book | null>(optional, columns, 3)
    assert.deepStrictEqual([first?.label, second?.label, third], ["a: 1", "b: ?", null])
    assert.deepStrictEqual([first?.words, second?.words, first?.["it's"]], [2, 3, "x"])
    assert.isTrue(first instanceof Book)
    const [only] = decodeRows<Book>(tableShape(table), columns, 1)
    assert.strictEqual(only?.label, "a: 1")
  })

  it("build records in records, whatever their fields are called", async () => {
    const { decodeRows } = await rows()
    const names = ["plain", "it's", "\"quoted\"", "\u2028"]
    const record: RowShape = {
      _tag: "Record",
      fields: [...names.map((name) => [name, value(0, name)] as const), [
        "inner",
        { _tag: "Record", fields: [["__proto__", value(1, "proto")]] }
      ]]
    }
    const [row] = decodeRows<Readonly<Record<string, unknown>>>(record, columns, 1)
    assert.deepStrictEqual(Object.keys(row ?? {}), [...names, "inner"])
    assert.deepStrictEqual(Object.entries(row?.["inner"] ?? {}), [["__proto__", 1]])
  })

  it("take rows apart", async () => {
    const { splitRows } = await rows()
    const parts = ["a", "it's"].map((field) => ({ field, encode: (given: unknown) => [given] }))
    assert.deepStrictEqual(splitRows(parts, [{ a: 1, "it's": 2 }, { a: 3 }]), [[[1], [3]], [[2], [undefined]]])
  })

  it("build rows of as many shapes as there are", async () => {
    const { decodeRows } = await rows()
    for (let shape = 0; shape < 2_100; shape++) {
      const record: RowShape = { _tag: "Record", fields: [[`field ${shape}`, value(0, "value")]] }
      assert.deepStrictEqual(decodeRows(record, columns, 1), [{ [`field ${shape}`]: "a" }])
    }
  })
})

describe("a row that can't be read", () => {
  it("is named by its key, or by its number, with the reason", async () => {
    const [{ decodeRows }, { Unreadable }] = await Promise.all([
      import("../../src/sql/decode.ts"),
      import("../../src/sql/decodeCell.ts")
    ])
    const rowOf = (shape: RowShape, given: ReadonlyArray<ReadonlyArray<unknown>>, before = 0) => {
      try {
        return decodeRows(shape, given, 1, before)
      } catch (error) {
        assert.instanceOf(error, Unreadable)
        return [error.column, error.row, error.message]
      }
    }
    const shape: RowShape = {
      _tag: "Record",
      fields: [["other", value(0, "other")], ["book", tableShape(table, true)]]
    }
    assert.deepStrictEqual(rowOf(shape, [["a"], [0.5], ["1"], ["x"]]), [
      "pages",
      "isbn = a",
      "Expected an integer"
    ])
    const letter: RowShape = { _tag: "Value", column: { ...result(0, "text"), field: unread } }
    assert.deepStrictEqual(rowOf(letter, [["a"]], 10), ["text", "number 11", "the ink is gone"])
  })
})
