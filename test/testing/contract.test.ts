/**
 * A Layer of one's own is held to the promises that are asked for, and the suites say what became of each.
 */
import { assert, describe, it } from "@effect/vitest"
import { Chaos } from "andamios-orm/testing"
import * as Layer from "effect/Layer"
import { Contract } from "../contract/index.ts"
import { area, areas } from "../contract/holding.ts"
import { duckDbInMemory } from "../databases.ts"

/** Faults that never happen: whoever stands in front of a database breaks none of its promises. */
const quiet = Chaos.layer({ seed: 1, rules: [] }).pipe(Layer.provideMerge(duckDbInMemory))

Contract.all("DuckDB behind a quiet Chaos", quiet, {
  ...Contract.duckDb,
  only: [
    "repository",
    "saving",
    "transaction",
    "nestedTransaction",
    "stream",
    "unitOfWork",
    "aggregateTrees",
    "migrator",
    "ownNames",
    "flushOrder",
    "writes",
    "columnLimits",
    "metrics",
    "spans"
  ]
})

/** A promise of these tests, which tells what it was given. */
const told = (name: string, _: Contract.Database, { dialect, savepoints }: Contract.Facts) =>
  it(`${name}, ${dialect}, savepoints: ${savepoints}`, () => assert.isTrue(true))

const broken = () => it("would fail", () => assert.fail("it was skipped"))

const refusable = {
  isMade: ({ rowLocks }: Contract.Facts) => rowLocks,
  made: told,
  refused: () => told("no", quiet, Contract.duckDb),
  because: "it can't"
}

const one = { kept: told, broken, refusable }
const except = { broken: "it can't" }

describe("all", () => {
  area("one", one)("mine", quiet, { ...Contract.postgres, except })
})

describe("some", () => {
  areas({ one, other: { further: told } })("mine", quiet, { ...Contract.duckDb, only: ["refusable", "further"] })
})

describe("a contract", () => {
  it("is a suite for each promise, which says what became of it", ({ task: { file } }) => {
    const suites = file.tasks.flatMap((suite) =>
      suite.type === "suite" && ["all", "some"].includes(suite.name) ? suite.tasks : []
    )
    assert.deepStrictEqual(
      suites.map((
        suite
      ) => [suite.name, suite.mode, suite.type === "suite" ? suite.tasks.map(({ name }) => name) : []]),
      [
        ["one/kept", "run", ["mine, postgres, savepoints: true"]],
        ["one/broken (not kept: it can't)", "skip", ["would fail"]],
        ["one/refusable", "run", ["mine, postgres, savepoints: true"]],
        ["one/refusable (refused: it can't)", "run", ["no, duckdb, savepoints: false"]],
        ["other/further", "run", ["mine, duckdb, savepoints: false"]]
      ]
    )
  })
})
