/**
 * Reads by keys are compiled as any read is, although the text of the first is that of all.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Mixin, Model, Query, Table } from "andamios-orm"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { readByKey } from "../../src/query/keyed.ts"
import type { Circumstances } from "../../src/sql/compilation.ts"
import { compileSelect } from "../../src/sql/compile.ts"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { equal } from "../../src/sql/Expression.ts"
import { hash } from "../../src/sql/hash.ts"
import { fieldOf } from "../../src/sql/node.ts"

class Seat extends Model.Class<Seat>("Seat")({
  row: Column.primaryKey(Column.int32),
  place: Column.primaryKey(Schema.String),
  price: Column.decimal({ precision: 8, scale: 2 })
}, { table: "seats" }) {}

class Note extends Model.Class<Note>("Note")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  ...Mixin.softDelete
}, { table: "notes" }) {}

class Author extends Context.Service<Author, string>()("Author") {}

class Letter extends Model.Class<Letter>("Letter")({
  id: Column.primaryKey(Schema.Int),
  text: Schema.String,
  ...Mixin.timestamps,
  ...Mixin.tenant(Author, Schema.String)
}, { table: "letters" }) {}

const trusting: Circumstances = { isStrict: () => false, conditions: () => [] }

const strict: Circumstances = { ...trusting, isStrict: () => true }

const { statement } = Query.from(Seat)

const seats = readByKey(statement, Table.tableOf(Seat))

/** A read by a key, compiled by itself. */
const compiledAlone = (key: unknown, dialect: Dialect, circumstances: Circumstances) =>
  compileSelect({ ...seats(key), alike: undefined }, dialect, circumstances)

const Key = Schema.Struct({
  row: Schema.Int.check(Schema.isBetween({ minimum: -9, maximum: 9 })),
  place: Schema.Literals(["a", "", "b\"'$1"])
})

describe("reads by keys", () => {
  it.prop("are what each would be alone, on any database, and however strict they are", {
    key: Key,
    dialect: Schema.Literals(["duckdb", "postgres"]),
    isStrict: Schema.Boolean
  }, ({ dialect: name, isStrict, key }) => {
    const dialect = name === "duckdb" ? duckdb : postgres
    const circumstances = isStrict ? strict : trusting
    const alone = compiledAlone(key, dialect, circumstances)
    const again = [1, 2].map(() => compileSelect(seats(key), dialect, circumstances))
    for (const one of again) {
      assert.strictEqual(one.sql, alone.sql)
      assert.deepStrictEqual(one.parameters, alone.parameters)
      assert.strictEqual(one.columns, alone.columns)
      assert.strictEqual(one.shape, alone.shape)
    }
  })

  it("have the conditions of the moment, where conditions come with the table", () => {
    for (const model of [Note, Letter]) {
      const table = Table.tableOf(model)
      const byKey = readByKey(Query.from<typeof Note | typeof Letter>(model).statement, table)
      const valuesWith = (text: string) => {
        const circumstances: Circumstances = {
          ...trusting,
          conditions: ({ alias }) => table.columns.slice(1, 2).map((column) => equal(fieldOf(alias, column), text).node)
        }
        return compileSelect(byKey(1), duckdb, circumstances).parameters.map(({ value }) => value)
      }
      for (const text of ["one", "other"]) assert.sameMembers(valuesWith(text), [1, text])
    }
  })

  it("are refused for a key that lacks something", () => {
    compileSelect(seats({ row: 1, place: "a" }), duckdb, trusting)
    for (const row of [null, undefined]) {
      assert.throws(() => compileSelect(seats({ row, place: "a" }), duckdb, trusting), `row beside ${row}`)
    }
  })

  it("refuse a value that the column can't hold", () => {
    compileSelect(seats({ row: 1, place: "a" }), duckdb, trusting)
    assert.throws(() => compileSelect(seats({ row: 2 ** 40, place: "a" }), duckdb, trusting), "expected an integer")
  })

  it("say what the same condition says", () => {
    const select = seats({ row: 1, place: "a" })
    assert.strictEqual(hash(select), hash({ ...select, alike: undefined }))
    assert.notStrictEqual(hash(select), hash(seats({ row: 2, place: "a" })))
  })
})
