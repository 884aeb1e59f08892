/**
 * The tables of a statement are found wherever it asks for them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Model, Query, Sql, Table } from "andamios-orm"
import * as Schema from "effect/Schema"
import { type Read, type Select, selectFrom } from "../../src/sql/ast.ts"
import { type Node, verbatim } from "../../src/sql/node.ts"
import { concerns, readSet, writeSet } from "../../src/sql/readSet.ts"
import { whole } from "../../src/sql/slot.ts"

const model = (name: string) =>
  class extends Model.Class<{ readonly id: number }>(name)({ id: Column.primaryKey(Schema.Int) }, { table: name }) {}

class A extends Model.Class<A>("A")({ id: Column.primaryKey(Schema.Int), n: Column.int32 }, { table: "a" }) {}
class B extends Model.Class<B>("B")({ id: Column.primaryKey(Schema.Int), n: Column.int32 }, { table: "b" }) {}
class Seen extends Model.View<Seen>("Seen")({ id: Schema.Int }, { view: "seen" }) {}

const a = Table.tableOf(A)
const b = Table.tableOf(B)
const named = new Map([["a", a], ["b", b]])

/** The names of the tables among these that a statement asks, and whether it may ask all. */
const tablesOf = (statement: Parameters<typeof readSet>[0]) => {
  const found = readSet(statement)
  if (found.all) return "all"
  return [...named].filter(([, table]) => concerns(found, table)).map(([name]) => name).join("")
}

const one: Node = { _tag: "Value", value: 1, slot: whole, column: undefined }
const inB: Select<unknown> = selectFrom({ _tag: "TableSource", table: b, alias: { name: "b" } }, {
  _tag: "Value",
  node: one
})
const scalar: Node = { _tag: "Scalar", read: inB, slot: whole }
const raw = { texts: ["SELECT 1"], parts: [] }
const fromA: Select<unknown> = selectFrom({ _tag: "TableSource", table: a, alias: { name: "a" } }, {
  _tag: "Value",
  node: one
})
const order = { node: scalar, direction: "ASC", nulls: "LAST" } as const

describe("the tables of a statement", () => {
  it("are those of its sources, joins and related rows", () => {
    assert.strictEqual(tablesOf(Query.from(A).statement), "a")
    assert.strictEqual(tablesOf(Query.from(A, "x").join(B, "y", ({ x, y }) => x.id.eq(y.id)).statement), "ab")
    assert.strictEqual(tablesOf(Query.from(Query.from(A).select((row) => ({ n: row.n })), "inner").statement), "a")
    const cte = Query.cte("named", Query.from(A).select((row) => ({ n: row.n })))
    assert.strictEqual(tablesOf(Query.from(cte, "c").statement), "a")
    assert.isFalse(concerns(readSet(Query.from(A).statement), Table.tableOf(model("c"))))
  })

  it("are those of a query that reads from itself, once", () => {
    const tree = Query.recursive(
      "tree",
      Query.from(A).select((row) => ({ id: row.id, n: row.n })),
      (self) =>
        Query.from(B, "b").join(self, "self", ({ b: row, self: before }) => row.n.eq(before.id)).select((
          { b: row }
        ) => ({
          id: row.id,
          n: row.n
        }))
    )
    assert.strictEqual(tablesOf(Query.from(tree, "t").statement), "ab")
    assert.strictEqual(tablesOf(Query.from(tree, "t").join(tree, "u", ({ t, u }) => t.id.eq(u.id)).statement), "ab")
  })

  const places: ReadonlyArray<readonly [string, Partial<Select<unknown>>]> = [
    ["where", { where: scalar }],
    ["having", { having: scalar }],
    ["qualify", { qualify: scalar }],
    ["grouping", { grouping: { kind: "plain", sets: [[scalar]] } }],
    ["distinct", { distinct: [scalar] }],
    ["orderBy", { orderBy: [order] }],
    ["projection", { projection: { _tag: "Record", fields: [["n", { _tag: "Value", node: scalar }]] } }],
    ["instance", { projection: { _tag: "Instance", table: b, source: { name: "b" }, optional: false } }],
    ["nearest", {
      joins: [{
        kind: "asof",
        source: { _tag: "ListSource", alias: { name: "l" }, lists: [], place: "p" },
        on: undefined,
        nearest: scalar
      }]
    }]
  ]
  it.each(places)("are found in its %s", (_, part) => {
    assert.strictEqual(tablesOf({ ...fromA, ...part }), "ab")
  })

  const window = { partitionBy: [], orderBy: [], frame: undefined, slot: whole }
  const frame = { unit: "ROWS", to: { _tag: "CurrentRow" }, exclude: undefined } as const
  const call = { _tag: "WindowCall", name: "rank", arguments: [] } as const
  const aggregate = {
    _tag: "Aggregate",
    kind: "sum",
    operands: [],
    distinct: false,
    filter: undefined,
    orderBy: [],
    slot: whole
  } as const
  const nodes: ReadonlyArray<Node> = [
    { _tag: "Comparison", operator: "=", left: one, right: scalar },
    { _tag: "Logical", operator: "OR", left: scalar, right: one },
    { _tag: "Arithmetic", operator: "+", left: one, right: scalar, slot: whole },
    { _tag: "Not", operand: scalar },
    { _tag: "NullCheck", operand: scalar, negated: false },
    { _tag: "Membership", operand: scalar, values: [], slot: whole, column: undefined },
    { _tag: "Cast", operand: scalar, slot: whole },
    {
      _tag: "Access",
      operand: scalar,
      key: { _tag: "Value", value: 1, slot: whole, column: undefined },
      slot: whole,
      column: undefined
    },
    { _tag: "Within", operand: one, read: inB },
    { _tag: "Within", operand: scalar, read: fromA },
    { _tag: "Exists", read: inB },
    { _tag: "Match", kind: "like", operand: one, pattern: scalar },
    { _tag: "Call", name: "abs", arguments: [scalar], slot: whole },
    { _tag: "Case", branches: [{ when: one, value: scalar }], otherwise: undefined, slot: whole },
    { _tag: "Case", branches: [{ when: one, value: one }], otherwise: scalar, slot: whole },
    { _tag: "Record", fields: [["n", scalar]], slot: whole },
    { ...aggregate, operands: [scalar] },
    { ...aggregate, filter: scalar },
    { ...aggregate, orderBy: [order] },
    { ...window, _tag: "Window", function: { ...aggregate, filter: scalar } },
    { ...window, _tag: "Window", function: { ...call, arguments: [scalar] } },
    { ...window, _tag: "Window", function: call, partitionBy: [scalar] },
    { ...window, _tag: "Window", function: call, orderBy: [order] },
    {
      ...window,
      _tag: "Window",
      function: call,
      frame: { ...frame, from: { _tag: "Offset", side: "PRECEDING", by: scalar } }
    }
  ]
  it.each(nodes)("are found in an expression: %o", (where) => {
    assert.strictEqual(tablesOf({ ...fromA, where }), "ab")
  })

  it("are none of values, lists and texts of ours", () => {
    const plain: ReadonlyArray<Node> = [
      { _tag: "Unasked" },
      { _tag: "Refused", feature: "x", instead: "y" },
      { _tag: "Field", source: { name: "a" }, name: "n", slot: whole, column: undefined },
      verbatim("1", whole)
    ]
    for (const where of plain) assert.strictEqual(tablesOf({ ...fromA, where }), "a")
    assert.strictEqual(tablesOf({ _tag: "Values", names: ["n"], rows: [[one]] }), "")
    assert.strictEqual(tablesOf({ _tag: "Values", names: ["n"], rows: [[scalar]] }), "b")
    assert.strictEqual(tablesOf({ _tag: "Unnest", list: scalar, value: "v", place: "p" }), "b")
    const compound: Read = { _tag: "Compound", operator: "UNION", left: fromA, right: inB }
    assert.strictEqual(tablesOf(compound), "ab")
    assert.strictEqual(tablesOf(Query.from(A).where((row) => row.id.in([1])).statement), "a")
  })

  it("are all of SQL by hand, and of views", () => {
    assert.strictEqual(tablesOf({ _tag: "RawRead", raw }), "all")
    assert.strictEqual(tablesOf({ ...fromA, where: { _tag: "Fragment", raw, slot: whole, column: undefined } }), "all")
    assert.strictEqual(tablesOf(Query.from(Seen).statement), "all")
    const parts = Sql.query(Schema.Struct({ n: Schema.Int }))`SELECT ${A.identifier} FROM ${A} WHERE id IN
      (${Query.from(B).select((row) => ({ id: row.id }))}) AND ${Sql.columns(A).n} = ${Sql.fragment`1`} AND ${
      Sql.identifier(A, "n")
    } > 0`
    assert.isTrue(readSet(Query.from(parts, "x").statement).all)
    for (
      const part of [
        { _tag: "Table", table: b },
        { _tag: "Rows", source: { _tag: "TableSource", table: b, alias: { name: "b" } } },
        { _tag: "Model", source: { _tag: "TableSource", table: b, alias: { name: "b" } } },
        { _tag: "Query", read: inB },
        { _tag: "Expression", node: scalar },
        { _tag: "Fragment", raw: { texts: ["", ""], parts: [{ _tag: "Table", table: b }] } }
      ] as const
    ) {
      const found = readSet({ _tag: "RawRead", raw: { texts: ["", ""], parts: [part] } })
      assert.isTrue(found.tables.has(JSON.stringify([undefined, undefined, "b"])), part._tag)
    }
    const others = {
      texts: ["", "", ""],
      parts: [{ _tag: "Name", name: "n" }, { _tag: "Refused", feature: "x", instead: "y" }]
    } as const
    assert.strictEqual(readSet({ _tag: "RawRead", raw: others }).tables.size, 0)
  })

  it("are those that a write asks, and the one that it changes", () => {
    const alias = { name: "a" }
    const [column] = a.columns
    if (column === undefined) return assert.fail("it has columns")
    const update = { _tag: "Update", table: a, alias, set: [{ column, node: scalar }], where: undefined } as const
    const deletion = { _tag: "Delete", table: a, alias, where: scalar } as const
    const insert = { _tag: "InsertFrom", table: a, alias, select: inB } as const
    for (const write of [update, deletion, insert]) {
      assert.strictEqual(tablesOf(write), "ab")
      assert.isTrue(concerns(writeSet(write), a))
      assert.isFalse(concerns(writeSet(write), b))
    }
    assert.strictEqual(tablesOf({ ...update, where: scalar, set: [] }), "ab")
    const byHand = { _tag: "RawWrite", raw, alias } as const
    assert.strictEqual(tablesOf(byHand), "all")
    assert.isTrue(writeSet(byHand).all)
    assert.isTrue(concerns(writeSet({ _tag: "DeleteKeys", table: a, keys: [] }), a))
  })
})
