/**
 * What targets mean: which revisions a database has when it has gone there.
 */
import { assert, describe, it } from "@effect/vitest"
import type { MigrationPlan } from "andamios-orm"
import * as Result from "effect/Result"
import { movesTo } from "../../src/migration/running/pending.ts"
import { destination, range, standing } from "../../src/migration/graph/targets.ts"
import { graphOf, library } from "./library.ts"

const graph = graphOf(library)
const all = ["a1", "a2", "b1", "b2", "a3", "a4", "c1"]

/** What the database has after it has gone to a target, in order, or why it can't go there. */
const after = (applied: ReadonlyArray<string>, target: string, direction: MigrationPlan.Direction) =>
  Result.match(destination(graph, applied, target, direction), {
    onFailure: ({ reason }) => reason,
    onSuccess: (ids) => all.filter((id) => ids.has(id)).join(" ")
  })

describe("up", () => {
  it.each([
    [[], "heads", "a1 a2 b1 b2 a3 a4 c1"],
    [[], "a4", "a1 a2 a4"],
    [["b1"], "a2", "a1 a2 b1"],
    [[], "c", "a1 a2 b1 b2 a3 c1"],
    [[], "a3", "a1 a2 b1 a3"],
    [[], "readers", "b1"],
    [[], "readers@head", "a1 a2 b1 b2 a3 c1"],
    [[], "books@heads", "a1 a2 b1 b2 a3 a4 c1"],
    [[], "base", ""],
    [["a1"], "base", "a1"],
    [[], "+2", "a1 a2"],
    [["a1", "a2"], "+2", "a1 a2 b1 b2"],
    [["a1"], "+0", "a1"],
    [[], "readers@+1", "b1"],
    [[], "b1+1", "a1 b1 b2"],
    [[], "a3-1", "a1 a2"],
    [[], "a2-2", ""],
    [["a1", "b1"], "current", "a1 b1"]
  ])("from %j to %s: %s", (applied, target, expected) => {
    assert.strictEqual(after(applied, target, "up"), expected)
  })

  it.each([
    [[], "head", "there are 2 heads: a4, c1. Say `heads`, or one of them"],
    [[], "books@head", "there are 2 heads: a4, c1. Say `heads`, or one of them"],
    [[], "a", "several begin so: a1, a2, a3, a4"],
    [[], "z9", "there is none of this id, and none that begins so"],
    [[], "readers@a1", "there is none of this id, and none that begins so"],
    [[], "people@head", "there is no label people, but books, readers"],
    [["a1", "a2", "b1", "b2", "a3", "a4"], "+2", "there is only one revision left to apply"],
    [[], "-1", "it goes down, and the way is up"],
    [[], "a2+1", "from a2 there are several ways: a3, a4"],
    [[], "c1-1", "from c1 there are several ways: a3, b2"],
    [[], "a4+1", "nothing follows a4"],
    [[], "a1-2", "there is nothing before the first"]
  ])("from %j not to %s: %s", (applied, target, reason) => {
    assert.strictEqual(after(applied, target, "up"), reason)
  })
})

describe("down", () => {
  it.each([
    [all, "-1", "a1 a2 b1 b2 a3 a4"],
    [["b1", "a1", "b2"], "-2", "b1"],
    [all, "a2", "a1 a2 b1 b2"],
    [all, "base", ""],
    [all, "readers@base", "a1 a2 a4"],
    [all, "readers@-1", "a1 a2 b1 b2 a3 a4"],
    [all, "readers@-2", "a1 a2 b1 a3 a4"],
    [all, "b1", "a1 a2 b1 a4"],
    [all, "a4-1", "a1 a2 b1 b2"],
    [all, "b2-2", "a1 a2 a4"],
    [all, "b2-0", "a1 a2 b1 b2 a3 a4"],
    [all, "heads", "a1 a2 b1 b2 a3 a4 c1"],
    [["a1", "b1"], "-0", "a1 b1"]
  ])("from %j to %s: %s", (applied, target, expected) => {
    assert.strictEqual(after(applied, target, "down"), expected)
  })

  it.each([
    [["a1"], "-2", "there is only one revision applied"],
    [["a1"], "+1", "it goes up, and the way is down"],
    [["a1"], "a2", "a2 is not applied"],
    [["a1"], "z", "there is none of this id, and none that begins so"],
    [["a1"], "people@-1", "there is no label people, but books, readers"]
  ])("from %j not to %s: %s", (applied, target, reason) => {
    assert.strictEqual(after(applied, target, "down"), reason)
  })
})

describe("to", () => {
  it.each([
    [["b1"], "a2", "a1 a2"],
    [all, "readers", "b1"],
    [all, "-1", "a1 a2 b1 b2 a3 a4"],
    [["a1"], "+1", "a1 a2"],
    [["a1"], "readers@+1", "a1 b1"],
    [all, "base", ""]
  ])("from %j to %s: %s", (applied, target, expected) => {
    assert.strictEqual(after(applied, target, "to"), expected)
  })
})

it("a target that is not there says which there are", () => {
  const failure = Result.getOrThrow(Result.flip(standing(graph, [], "z9")))
  assert.strictEqual(
    failure.message,
    "\"z9\" is no revision to go to: there is none of this id, and none that begins so. " +
      "There are: head, heads, base, a1, a2, b1, b2, a3, a4, c1."
  )
  assert.strictEqual(
    Result.getOrThrow(Result.flip(standing(graphOf([]), [], "x"))).message,
    "\"x\" is no revision to go to: there is none of this id, and none that begins so. There are: none."
  )
  assert.strictEqual(
    Result.getOrThrow(Result.flip(standing(graphOf([]), [], "y@head"))).reason,
    "there is no label y, but none at all"
  )
})

it.each([
  ["a1:a3", "a1 a2 a3"],
  ["a2:", "a2 a3 a4 c1"],
  [":b2", "a1 b1 b2"],
  ["base:a2", "a1 a2"],
  ["a2", "a1 a2"],
  ["current:heads", "b1 b2 a3 c1"],
  ["z:a1", "there is none of this id, and none that begins so"]
])("a range %s is %s", (text, expected) => {
  const found = Result.match(range(graph, ["b1"], text), {
    onFailure: ({ reason }) => reason,
    onSuccess: (ids) => ids.join(" ")
  })
  assert.strictEqual(found, expected)
})

describe("the way", () => {
  const way = (applied: ReadonlyArray<string>, wanted: ReadonlyArray<string>) =>
    movesTo(graph, applied, new Set(wanted)).map(({ direction, revision }) => `${direction} ${revision.id}`)

  it("undoes the last first, applies the first first, and applies what came late", () => {
    assert.deepStrictEqual(way(["b1", "a1", "b2"], []), ["down b2", "down a1", "down b1"])
    assert.deepStrictEqual(way(["b1", "a1", "a2", "a4"], ["a1", "a2", "b1", "b2"]), ["down a4", "up b2"])
    assert.deepStrictEqual(way([], all), all.map((id) => `up ${id}`))
  })

  it("undoes nothing before what needs it, also where a history says another order, and leaves alone what it doesn't know", () => {
    assert.deepStrictEqual(way(["c1", "b2", "b1", "a3", "a2", "a1", "gone"], ["a1", "a2"]), [
      "down c1",
      "down a3",
      "down b2",
      "down b1"
    ])
  })
})
