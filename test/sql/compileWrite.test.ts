/**
 * A write that makes no sense is refused before there is a text of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect } from "../../src/postgres/dialect.ts"
import { type Projection, selectFrom } from "../../src/sql/ast.ts"
import { type Circumstances, Inexpressible } from "../../src/sql/compilation.ts"
import { compileWrite } from "../../src/sql/compileWrite.ts"
import { columnValue } from "../../src/sql/operand.ts"
import { fieldOf } from "../../src/sql/node.ts"

class Word extends Model.Class<Word>("Word")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  changes: Schema.Int,
  gone: Schema.Boolean
}, { table: "words" }) {}

const table = Table.tableOf(Word)
const alias = { name: "words" }
const columnOf = (field: string) => {
  const found = table.columns.find((column) => column.field === field)
  assert.isDefined(found)
  return found
}

const plain: Circumstances = { isStrict: () => false, conditions: () => [] }

/** The condition that a mixin could add to every read and write of a model. */
const mixed: Circumstances = {
  isStrict: () => false,
  conditions: (source) => [{ _tag: "Not", operand: fieldOf(source.alias, columnOf("gone")) }]
}

const text = { column: columnOf("text"), node: columnValue("x", columnOf("text")) }
const update = { _tag: "Update", table, alias, set: [text], where: undefined } as const
const deletion = { _tag: "Delete", table, alias, where: undefined } as const

describe("a write", () => {
  it("keeps what all reads and writes of its table keep", () => {
    assert.strictEqual(
      compileWrite(update, undefined, dialect, mixed).sql,
      "UPDATE \"words\" AS \"words\" SET \"text\" = $1 WHERE (NOT \"words\".\"gone\")"
    )
    assert.strictEqual(
      compileWrite({ ...deletion, where: fieldOf(alias, columnOf("gone")) }, undefined, dialect, mixed).sql,
      "DELETE FROM \"words\" AS \"words\" WHERE (\"words\".\"gone\" AND (NOT \"words\".\"gone\"))"
    )
    assert.strictEqual(compileWrite(deletion, undefined, dialect, plain).sql, "DELETE FROM \"words\" AS \"words\"")
  })

  it("tells the keys of its rows where its condition does, and it changes none of them", () => {
    const id = columnOf("id")
    const where = { _tag: "Comparison", operator: "=", left: fieldOf(alias, id), right: columnValue(7, id) } as const
    const keysOf = (
      set: typeof update.set | readonly [{ readonly column: typeof id; readonly node: typeof text.node }]
    ) => compileWrite({ ...update, set, where }, undefined, dialect, plain).keys
    assert.lengthOf(keysOf(update.set) ?? [], 1)
    assert.isUndefined(keysOf([{ column: id, node: columnValue(8, id) }]))
    assert.isUndefined(compileWrite(update, undefined, dialect, plain).keys)
  })

  it("inserts given values where the read gives none, or always", () => {
    const select = selectFrom({ _tag: "TableSource", table, alias }, {
      _tag: "Record",
      fields: ["id", "text", "changes", "gone"].map((
        field
      ) => [field, { _tag: "Value", node: fieldOf(alias, columnOf(field)) }])
    })
    const given = [
      { ...text, always: false },
      { column: columnOf("changes"), node: columnValue(7, columnOf("changes")), always: true }
    ]
    const { parameters, sql } = compileWrite(
      { _tag: "InsertFrom", table, alias, select, given },
      undefined,
      dialect,
      plain
    )
    assert.include(sql, "\"words\".\"text\", $1 AS \"changes\"")
    assert.deepStrictEqual(parameters.map(({ value }) => value), [7])
  })

  it("inserts rows whose values have names, and are not rows themselves", () => {
    const value: Projection = { _tag: "Value", node: text.node }
    const row: Projection = { _tag: "Record", fields: [["text", { _tag: "Record", fields: [["text", value]] }]] }
    for (const projection of [value, row]) {
      const select = selectFrom({ _tag: "TableSource", table, alias }, projection)
      assert.throws(
        () => compileWrite({ _tag: "InsertFrom", table, alias, select }, undefined, dialect, plain),
        Inexpressible
      )
    }
  })

  it("stores a text as no number, but as the database casts it", () => {
    const set = [{ column: columnOf("text"), node: columnValue(1, columnOf("changes")) }]
    assert.include(compileWrite({ ...update, set }, undefined, dialect, plain).sql, "SET \"text\" = CAST($1 AS TEXT)")
    const parsed = [{ column: columnOf("changes"), node: text.node }]
    assert.include(compileWrite({ ...update, set: parsed }, undefined, dialect, plain).sql, "= CAST($1 AS BIGINT)")
  })
})
