/**
 * Statements of the same text share what is made for their rows, and only where their rows are the same.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query } from "andamios-orm"
import * as Schema from "effect/Schema"
import { dialect } from "../../src/postgres/dialect.ts"
import type { Select } from "../../src/sql/ast.ts"
import type { Circumstances } from "../../src/sql/compilation.ts"
import { compileSelect } from "../../src/sql/compile.ts"

class Seat extends Model.Class<Seat>("Seat")({
  id: Column.primaryKey(Column.int32),
  price: Schema.Number
}, { table: "known_seats" }) {}

/** The same columns, of which one is read as something else. */
class PricedSeat extends Model.Class<PricedSeat>("PricedSeat")({
  id: Column.primaryKey(Column.int32),
  price: Schema.NumberFromString
}, { table: "known_seats" }) {}

const trusting: Circumstances = { isStrict: () => false, conditions: () => [] }
const strict: Circumstances = { ...trusting, isStrict: () => true }

const compiled = (statement: Select<unknown>, circumstances = trusting) =>
  compileSelect(statement, dialect, circumstances)

const values = (id: number) =>
  Query.from(Seat).where((seat) => seat.id.eq(id)).select(({ id: key, price }) => ({
    key,
    price,
    twice: price.add(price)
  }))

const pair = (id: number) =>
  Query.from(Seat, "left").leftJoin(Seat, "right", ({ left, right }) => left.id.eq(right.id)).where(({ left }) =>
    left.id.eq(id)
  )

describe("the shape of a statement", () => {
  it("is the same as that of another one with other values", () => {
    for (
      const [one, other] of [[values(1).statement, values(2).statement], [
        pair(1).statement,
        pair(2).statement
      ]] as const
    ) {
      const [first, second] = [compiled(one), compiled(other)]
      assert.strictEqual(first.sql, second.sql)
      assert.strictEqual(second.shape, first.shape)
      assert.strictEqual(second.columns, first.columns)
      assert.deepStrictEqual(second.parameters.map(({ value }) => value), [2])
    }
  })

  it("is its own where the same text reads other rows", () => {
    const seats = compiled(Query.from(Seat).select(({ id, price }) => ({ id, price })).statement)
    const priced = compiled(Query.from(PricedSeat).select(({ id, price }) => ({ id, price })).statement)
    const again = compiled(Query.from(Seat).select(({ id, price }) => ({ id, price })).statement)
    assert.strictEqual(priced.sql, seats.sql)
    assert.notStrictEqual(priced.columns[1]?.field, seats.columns[1]?.field)
    assert.strictEqual(again.columns[1]?.field, seats.columns[1]?.field)
  })

  it("is its own where the rows are checked", () => {
    const [trusted, checked] = [compiled(pair(1).statement), compiled(pair(1).statement, strict)]
    assert.strictEqual(checked.sql, trusted.sql)
    assert.isTrue(checked.columns.every((column) => column.checked))
    assert.isFalse(trusted.columns.some((column) => column.checked))
  })

  it("is forgotten after two thousand other texts, and made anew", () => {
    const first = compiled(pair(1).statement)
    for (let other = 0; other < 2_000; other++) {
      compiled(Query.from(Seat).select(({ id }) => Object.fromEntries([[`name${other}`, id]])).statement)
    }
    const again = compiled(pair(1).statement)
    assert.strictEqual(again.sql, first.sql)
    assert.notStrictEqual(again.shape, first.shape)
    assert.strictEqual(compiled(pair(2).statement).shape, again.shape)
  })

  it("is right whatever number of names a table is read under", () => {
    const named = (number: number) =>
      compiled(Query.from(Seat, `one${number}`).crossJoin(Seat, `other${number}`).statement).sql
    const numbers = Array.from({ length: 300 }, (_, number) => number)
    for (const number of [...numbers, ...numbers.toReversed()]) {
      const [one, other] = [`"one${number}"`, `"other${number}"`]
      assert.strictEqual(
        named(number),
        `SELECT ${one}."id" AS "one${number}.id", ${one}."price" AS "one${number}.price", ` +
          `${other}."id" AS "other${number}.id", ${other}."price" AS "other${number}.price" ` +
          `FROM "known_seats" AS ${one} CROSS JOIN "known_seats" AS ${other}`
      )
    }
  })
})
