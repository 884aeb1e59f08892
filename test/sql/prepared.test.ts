/**
 * The text of a prepared query is made once for a database, and once more for rows that are checked; each run has its own values.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Expression, Model, Query, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"
import type { Select } from "../../src/sql/ast.ts"
import type { Circumstances } from "../../src/sql/compilation.ts"
import { compileSelect } from "../../src/sql/compile.ts"
import { fieldOf } from "../../src/sql/node.ts"
import { columnValue } from "../../src/sql/operand.ts"
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
})
