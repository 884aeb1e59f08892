/**
 * How much memory kept answers are taken to need, by which the oldest make room.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { type Answer, bytesOf, makeAnswers } from "../../src/session/answers.ts"

const row = (value: unknown) => ({ value })

describe("the memory of an answer", () => {
  it("is told by its texts and its bytes, and what they are in", () => {
    assert.strictEqual(bytesOf([]), 64)
    assert.isAtLeast(bytesOf([row("x".repeat(1_000))]), 2_000)
    assert.isAtLeast(bytesOf([row(new Uint8Array(5_000))]), 5_000)
    assert.isAtMost(bytesOf([row(new Uint8Array(5_000))]), 5_200)
    assert.isAtLeast(bytesOf([row({ deep: [Option.some("x".repeat(1_000))] })]), 2_000)
    assert.isAtMost(bytesOf([row(1), row(null), row(true)]), 200)
  })

  it("grows with its rows, of which a few are looked at", () => {
    const rows = (count: number) => Array.from({ length: count }, () => row("x".repeat(100)))
    const [some, many] = [bytesOf(rows(10)), bytesOf(rows(1_000))]
    assert.approximately((many - 64) / (some - 64), 100, 1)
  })

  it("makes the oldest go, which is told", () => {
    let evicted = 0
    const answers = makeAnswers({ capacity: 10, maxBytes: 1_000 }, () => evicted++)
    const tables = { all: false, tables: new Map(), texts: [] }
    const answer: Answer = { rows: [], tables, stamp: 0, until: 0, staleUntil: 0, tags: [], cost: 0, bytes: 400 }
    for (const key of ["a", "b", "c"]) answers.set(key, answer)
    assert.strictEqual(evicted, 1)
    assert.deepStrictEqual([...answers.keys()], ["c", "b"])
  })
})
