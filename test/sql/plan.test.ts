/**
 * A plan is read from what databases tell, however little that is, and drawn as a tree.
 */
import { assert, describe, it } from "@effect/vitest"
import { Plan } from "andamios-orm"
import { dialect as duckdb } from "../../src/duckdb/dialect.ts"
import { dialect as postgres } from "../../src/postgres/dialect.ts"

const step = (operator: string, more: Partial<Plan.Plan> = {}): Plan.Plan => ({
  operator,
  details: {},
  estimatedRows: undefined,
  actualRows: undefined,
  milliseconds: undefined,
  children: [],
  ...more
})

describe("a plan", () => {
  it("is drawn with its columns aligned", () => {
    const plan = step("JOIN", {
      details: { on: "a = b", type: "INNER" },
      estimatedRows: 4,
      actualRows: 1200,
      milliseconds: 1.5,
      children: [
        step("FILTER", { actualRows: 7, children: [step("SCAN", { milliseconds: 12, details: { table: "books" } })] }),
        step("SCAN", { estimatedRows: 10 })
      ]
    })
    assert.strictEqual(
      Plan.draw(plan),
      [
        "JOIN        ~4 → 1200 rows   1.50 ms  on: a = b; type: INNER",
        "├─ FILTER           7 rows",
        "│  └─ SCAN                  12.00 ms  table: books",
        "└─ SCAN           ~10 rows"
      ].join("\n")
    )
  })

  it("is drawn without columns that nothing is in", () => {
    assert.strictEqual(Plan.draw(step("SCAN", { details: { table: "books" } })), "SCAN  table: books")
    assert.strictEqual(Plan.draw(step("SCAN", { milliseconds: 1 })), "SCAN  1.00 ms")
  })

  it("is what DuckDB tells, without the steps that measure", () => {
    const scan = {
      operator_name: "SEQ_SCAN ",
      operator_cardinality: 3,
      operator_timing: 0.002,
      extra_info: { Table: "books", Filters: ["a", "b"], Nothing: "", Size: { rows: 1 }, "Estimated Cardinality": "5" },
      children: ["no step"]
    }
    const measured = { latency: 1, children: [{ operator_name: "EXPLAIN_ANALYZE", children: [scan] }] }
    assert.deepStrictEqual(
      duckdb.explain.plan(measured),
      step("SEQ_SCAN", {
        details: { Table: "books", Filters: "a, b", Size: "{\"rows\":1}" },
        estimatedRows: 5,
        actualRows: 3,
        milliseconds: 2
      })
    )
    assert.deepStrictEqual(
      duckdb.explain.plan([{ name: "DUMMY_SCAN", extra_info: { "Estimated Cardinality": "many" } }]),
      step("DUMMY_SCAN")
    )
    assert.deepStrictEqual(duckdb.explain.plan("nothing"), step("undefined"))
    assert.deepStrictEqual(duckdb.explain.plan({ operator_name: "EXPLAIN_ANALYZE" }), step("EXPLAIN_ANALYZE"))
  })

  it("is what PostgreSQL tells", () => {
    const plan = {
      "Node Type": "Seq Scan",
      "Relation Name": "books",
      "Plan Rows": 5,
      "Actual Rows": 3,
      "Actual Total Time": 0.5,
      "Startup Cost": 0
    }
    const read = step("Seq Scan", {
      details: { "Relation Name": "books" },
      estimatedRows: 5,
      actualRows: 3,
      milliseconds: 0.5
    })
    assert.deepStrictEqual(postgres.explain.plan([{ Plan: plan }]), read)
    assert.deepStrictEqual(postgres.explain.plan({ Plan: plan }), read)
    assert.deepStrictEqual(postgres.explain.plan([{ Plan: "none" }]), step("undefined"))
    assert.deepStrictEqual(postgres.explain.plan([]), step("undefined"))
  })
})
