/**
 * The text of a prepared query is made once for a database, and once more for rows that are checked; each run has its own values.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Expression, Model, Query, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import { type Select, selectTable } from "../../src/sql/ast.ts"
import type { Circumstances } from "../../src/sql/compilation.ts"
import { compileSelect } from "../../src/sql/compile.ts"
import { termOf } from "../../src/sql/equalities.ts"
import { fieldOf, type Node } from "../../src/sql/node.ts"
import { columnValue, toldIn } from "../../src/sql/operand.ts"
import type { ParameterValues } from "../../src/sql/placeholder.ts"

class Seat extends Model.Class<Seat>("Seat")({
  row: Column.primaryKey(Column.int32),
  place: Schema.String
}, { table: "seats" }) {}

const columns = Table.columnsOf("Seat", { row: Seat.fields.row })

const behind = (value: Expression.Operand<number, never>) => Query.from(Seat).where((seat) => seat.row.gt(value))

/** A prepared query of the seats behind a row. */
const prepared = () => {
  const [column = assert.fail()] = columns
  const parameter = { ...columnValue(undefined, column), placeholder: (values: ParameterValues) => values["row"] }
  const shared = behind(Expression.of<number, never>(parameter)).statement
  return (value: number): Select<Seat> => ({
    ...shared,
    given: { shared, values: { row: value }, own: () => behind(value).statement }
  })
}

/** Circumstances that count how often a table is compiled. */
const counting = () => {
  let compiled = 0
  const trusting: Circumstances = {
    isStrict: () => false,
    conditions: () => {
      compiled++
      return []
    }
  }
  return { trusting, strict: { ...trusting, isStrict: () => true }, times: () => compiled }
}

describe("a prepared query", () => {
  it("is compiled once for a database, and once more where rows are checked", () => {
    const seats = prepared()
    const { strict, times, trusting } = counting()
    for (const dialect of [duckdb, postgres]) {
      for (const circumstances of [trusting, strict]) {
        for (const value of [1, 2, 3]) {
          const { parameters, shape, sql } = compileSelect(seats(value), dialect, circumstances)
          const alone = compileSelect(behind(value).statement, dialect, { ...circumstances, conditions: () => [] })
          assert.deepStrictEqual({ parameters, shape, sql }, {
            parameters: alone.parameters,
            shape: alone.shape,
            sql: alone.sql
          })
        }
      }
    }
    assert.strictEqual(times(), 4)
  })

  it("has the conditions of the moment, where conditions come with the table", () => {
    const seats = prepared()
    const valuesAt = (place: string) =>
      compileSelect(seats(1), duckdb, {
        isStrict: () => false,
        conditions: ({ alias, table }) =>
          table.columns.slice(1).map((column) => Expression.equal(fieldOf(alias, column), place).node)
      }).parameters.map(({ value }) => value)
    for (const place of ["one", "other"]) assert.sameMembers(valuesAt(place), [1, place])
  })

  it("says what was added to it afterwards, too", () => {
    const seats = prepared()
    const { trusting } = counting()
    compileSelect(seats(1), duckdb, trusting)
    const compiled = compileSelect({ ...seats(2), limit: 3 }, duckdb, trusting)
    assert.deepStrictEqual(compiled.parameters.map(({ value }) => value), [2, 3])
    assert.include(compiled.sql, "LIMIT $2")
  })

  it("refuses a value that the column can't hold, and takes the next one", () => {
    const seats = prepared()
    const { trusting } = counting()
    for (const value of [2 ** 40, 0.5, 2 ** 41]) {
      assert.throws(() => compileSelect(seats(value), duckdb, trusting), "expected an integer")
    }
    assert.deepStrictEqual(compileSelect(seats(2), duckdb, trusting).parameters.map(({ value }) => value), [2])
  })

  it("has the limit of an inner query in its text, where something was added to it", () => {
    const [column = assert.fail()] = columns
    const most = { ...columnValue(undefined, column), placeholder: (values: ParameterValues) => values["most"] }
    const first =
      Query.from(Seat).where((seat) => seat.row.in(Query.from(Seat).limit(2).select((inner) => ({ row: inner.row }))))
        .statement
    const { where } = first
    if (where?._tag !== "Within" || where.read._tag !== "Select") return assert.fail("it is among the rows of a read")
    const shared = { ...first, where: { ...where, read: { ...where.read, limit: most } } }
    const given = { shared, values: { most: 2 }, own: () => first }
    const { trusting } = counting()
    assert.include(compileSelect({ ...shared, given }, duckdb, trusting).sql, "LIMIT 2")
    assert.include(compileSelect({ ...shared, given, offset: 1 }, duckdb, trusting).sql, "LIMIT 2")
  })

  it("takes a list that a run tells, and refuses what is none", () => {
    const [column = assert.fail()] = columns
    const row = fieldOf({ name: "seats" }, column)
    const list = { ...columnValue(undefined, column), placeholder: (values: ParameterValues) => values["rows"] }
    const shared = { ...selectTable(Table.tableOf(Seat), { name: "seats" }), where: toldIn(row, list) }
    const { trusting } = counting()
    const among = (rows: unknown) =>
      compileSelect({ ...shared, given: { shared, values: { rows }, own: () => shared } }, duckdb, trusting)
    assert.deepStrictEqual(among([1, 2]).parameters.map(({ value }) => value), [[1, 2]])
    for (const none of [7, undefined, [1, undefined]]) assert.throws(() => among(none), "row beside undefined")
    assert.propertyVal(toldIn(row, row), "_tag", "Refused")
    assert.match(termOf(list) ?? "", /^told /)
  })

  it("is not asked with conditions that are others than those of its text, and a bug stays a bug", () => {
    const seats = prepared()
    const place = (condition: (field: Node) => ReadonlyArray<Node>) =>
      compileSelect(seats(1), duckdb, {
        isStrict: () => false,
        conditions: ({ alias, table }) => table.columns.slice(1).flatMap((column) => condition(fieldOf(alias, column)))
      })
    assert.throws(
      () =>
        place(() => {
          throw new TypeError("a bug")
        }),
      "a bug"
    )
    place((field) => [Expression.equal(field, "one").node])
    assert.throws(() => place(() => []))
    assert.throws(() => place((field) => [field]))
    assert.throws(() => place((field) => [{ _tag: "Comparison", operator: "=", left: field, right: field }]))
    assert.throws(() => place((field) => [Expression.equal(field, undefined).node]), "beside undefined")
  })
})
