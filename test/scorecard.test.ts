/**
 * The page about databases says what the contract lists hold them to.
 */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { type Held, listed } from "../scripts/contractRuns.ts"
import { command, pageOf, pagePath, tablesOf } from "../scripts/databasesPage.ts"

const kept: Held = { database: "duckdb", area: "queries", promise: "rowLocks", verdict: { _tag: "Kept" } }

describe("the scorecard", () => {
  it("is up to date", { timeout: 120_000 }, () => {
    const page = readFileSync(pagePath, "utf8")
    assert.strictEqual(
      page.slice(page.indexOf("## ")),
      tablesOf(listed()),
      `docs/databases.md is out of date, or was written when tests failed. Write it anew: ${command}`
    )
  })

  it("has a row for each promise and a column for each database", () => {
    const because = "there is a | in it"
    const page = pageOf(
      [
        { ...kept, database: "postgres" },
        { ...kept, verdict: { _tag: "Refused", because } },
        { ...kept, promise: "joins", verdict: { _tag: "NotKept", because: "it can't" } }
      ],
      ["DuckDB 1", "PostgreSQL 2"]
    )
    assert.include(page, "on real databases: DuckDB 1, PostgreSQL 2.")
    const rows = page.slice(page.indexOf("## Queries")).split("\n").filter((line) => line.startsWith("|"))
    const cells = rows.map((row) => row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()))
    assert.deepStrictEqual(cells.toSpliced(1, 1), [
      ["promise", "DuckDB", "PostgreSQL", "tests"],
      [
        "Rows that are read can be locked until the transaction ends.",
        "refused: there is a \\| in it",
        "yes",
        "[rowLocks](../test/contract/rowLocks.ts)"
      ],
      [
        "A join pairs the rows that its condition holds for, keeps the rows that it says, and tells in its types which may be missing.",
        "no: it can't",
        "not asked",
        "[joins](../test/contract/joins.ts)"
      ]
    ])
    assert.strictEqual(new Set(rows.map((row) => row.length)).size, 1)
  })

  it("asks for a sentence where a promise has none", () => {
    assert.throws(() => tablesOf([{ ...kept, promise: "nothing" }]), "There is no test/contract/nothing.ts")
  })
})
