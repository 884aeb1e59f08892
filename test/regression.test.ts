/**
 * A run of the benchmarks is judged by the runs before it on machines of the same kind.
 */
import { assert, describe, it } from "@effect/vitest"
import { lineOf, type Run, runsIn } from "./performance/regression/history.ts"
import { fewest, margin, worse } from "./performance/regression/judged.ts"

const run = (ratio: number, machine = "linux x64, 2 cores"): Run => ({
  date: "2026-11-29T12:00:00.000Z",
  commit: "328fba2",
  machine,
  node: "24.21.0",
  ratios: { "DuckDB: insert one": ratio }
})

const steady = [run(0.9), run(1.1), run(1), run(1)]

describe("the regression of performance", () => {
  it("tells what is worse than the median of the last runs by more than the margin", () => {
    const slow = run(1 - margin - 0.01)
    assert.deepStrictEqual(worse(slow, steady), [{ name: "DuckDB: insert one", ratio: 1 - margin - 0.01, median: 1 }])
    assert.deepStrictEqual(worse(run(1 - margin + 0.01), steady), [])
    assert.deepStrictEqual(worse(run(3), steady), [])
  })

  it("judges by the last runs, and not by those of long ago", () => {
    const faster = Array.from({ length: 10 }, () => run(2))
    assert.lengthOf(worse(run(1), [...steady, ...faster]), 1)
    assert.lengthOf(worse(run(1), [...faster, ...Array.from({ length: 10 }, () => run(1))]), 0)
  })

  it("judges by what was accepted, and not by what was faster before it", () => {
    const accepted = { ...run(0.5), accepted: true }
    assert.deepStrictEqual(worse(run(0.5), [...steady, accepted, run(0.5), run(0.5)]), [])
    assert.lengthOf(worse(run(0.3), [...steady, accepted, run(0.5), run(0.5)]), 1)
  })

  it("judges nothing by too few runs, by other machines, or by runs without the case", () => {
    assert.deepStrictEqual(worse(run(0.1), steady.slice(0, fewest - 1)), [])
    assert.deepStrictEqual(worse(run(0.1, "darwin arm64, 3 cores"), steady), [])
    assert.deepStrictEqual(worse({ ...run(1), ratios: { "DuckDB: a new case": 0.1 } }, steady), [])
  })

  it("reads what it has written", () => {
    assert.deepStrictEqual(runsIn(steady.map(lineOf).join("")), steady)
  })
})
