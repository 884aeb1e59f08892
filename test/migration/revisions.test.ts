/**
 * The graph of revisions: what fits together, what doesn't, and how it is drawn.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Migration } from "andamios-orm"
import * as Result from "effect/Result"
import { drawn, mermaid } from "../../src/migration/graph/drawing.ts"
import { revisionsOf } from "../../src/migration/graph/revisions.ts"
import { graphOf, library, revision } from "./library.ts"

const issuesOf = (...given: ReadonlyArray<Migration.Revision>) => {
  const found = revisionsOf(given)
  return Result.isFailure(found) ? found.failure.issues.map(({ reason, revision: id }) => `${id}: ${reason}`) : []
}

describe("revisions", () => {
  it("know their heads, bases, branch points and branches", () => {
    const { bases, branches, branchPoints, children, heads } = graphOf(library)
    assert.deepStrictEqual(heads, ["a4", "c1"])
    assert.deepStrictEqual(bases, ["a1", "b1"])
    assert.deepStrictEqual(branchPoints, ["a2"])
    assert.deepStrictEqual(children("a2"), ["a3", "a4"])
    assert.deepStrictEqual(children("nobody"), [])
    assert.deepStrictEqual(branches.get("readers"), ["b1", "b2", "c1"])
    assert.deepStrictEqual(branches.get("books"), ["a1", "a2", "a3", "a4", "c1"])
  })

  it("of a label in the middle belong to its branch up to where that begins", () => {
    const { branches } = graphOf([
      revision("root"),
      revision("x1", { parents: ["root"] }),
      revision("x2", { parents: ["x1"], labels: ["x"] }),
      revision("y1", { parents: ["root"], labels: ["y"] }),
      revision("m", { parents: ["x2", "y1"] }),
      revision("n", { parents: ["m"], labels: ["late"] })
    ])
    assert.deepStrictEqual(branches.get("x"), ["x1", "x2", "m", "n"])
    assert.deepStrictEqual(branches.get("y"), ["y1", "m", "n"])
    assert.deepStrictEqual(branches.get("late"), ["n"])
  })

  it("stay in the order in which they are given, but for what they need", () => {
    const order = (given: ReadonlyArray<Migration.Revision>) => graphOf(given).ordered.map(({ id }) => id)
    assert.deepStrictEqual(order(library), ["a1", "a2", "b1", "b2", "a3", "a4", "c1"])
    assert.deepStrictEqual(order(library.toReversed()), ["a1", "a2", "b1", "a3", "b2", "c1", "a4"])
  })

  it("know what they need, and what needs them", () => {
    const { needsOf, neededBy } = graphOf(library)
    assert.deepStrictEqual([...needsOf(["a3"])].toSorted(), ["a1", "a2", "a3", "b1"])
    assert.deepStrictEqual([...neededBy(["b1"])].toSorted(), ["a3", "b1", "b2", "c1"])
    assert.deepStrictEqual([...needsOf([])], [])
  })

  it("can be none", () => {
    const { heads, ordered } = graphOf([])
    assert.deepStrictEqual([heads, ordered], [[], []])
  })

  it("tell all that is wrong with them at once", () => {
    assert.deepStrictEqual(
      issuesOf(
        revision("one", { parents: ["gone"] }),
        revision("one"),
        revision("two", { dependsOn: ["nowhere"], labels: ["shared"] }),
        revision("three", { labels: ["shared", "two"] }),
        revision("head"),
        revision("a@b"),
        revision("+1"),
        revision("x", { parents: ["y"] }),
        revision("y", { dependsOn: ["x"] }),
        revision("z", { parents: ["z"] })
      ),
      [
        "one: more than one revision has this id",
        "two, three: more than one revision bears the label shared; the first of a branch is enough, all that follow have it, too",
        "one: it follows gone, which is not there",
        "two: it depends on nowhere, which is neither a revision nor a label",
        "three: its label two is the id of a revision",
        ...["head", "a@b", "+1"].map((name) =>
          `${name}: "${name}" can't be the name of a revision or a label: head, heads, base and current mean something else, ` +
          "and so do @, :, commas, blanks and a sign at the start"
        ),
        "x: x, y need each other, so that none can be the first",
        "z: it needs itself"
      ]
    )
  })
})

describe("a drawing", () => {
  const drawing = { mark: ({ id }: Migration.Revision<unknown>) => id.startsWith("a") ? "●" : "○", text: () => "" }
  const text = ({ id }: Migration.Revision<unknown>) => id

  it("shows branches and where they come together, the newest first", () => {
    assert.deepStrictEqual(drawn(graphOf(library).ordered, { ...drawing, text }), [
      "○ c1",
      "├─╮",
      "│ │ ● a4",
      "● │ │ a3",
      "│ ○ │ b2",
      "│ ○ │ b1",
      "├───╯",
      "● a2",
      "● a1"
    ])
  })

  it("shows a part of the graph, with lanes that cross and lanes that are free again", () => {
    const wide = graphOf([
      revision("r"),
      ...["p", "q", "s", "t"].map((id) => revision(id, { parents: ["r"] })),
      revision("m", { parents: ["p", "s", "t"] }),
      revision("n", { parents: ["m", "q"] }),
      revision("o", { parents: ["q"] })
    ])
    assert.deepStrictEqual(drawn(wide.ordered, { ...drawing, text }), [
      "○ o",
      "│ ○ n",
      "│ ├─╮",
      "│ ○ │ m",
      "│ ├─┼─┬─╮",
      "│ │ │ │ ○ t",
      "│ │ │ ○ │ s",
      "├─┼─╯ │ │",
      "○ │   │ │ q",
      "│ ○   │ │ p",
      "├─┴───┴─╯",
      "○ r"
    ])
    assert.deepStrictEqual(drawn(wide.ordered.filter(({ id }) => "mno".includes(id)), { ...drawing, text }), [
      "○ o",
      "○ n",
      "○ m"
    ])
  })

  it("is a diagram, too", () => {
    const graph = graphOf(library)
    assert.strictEqual(
      mermaid(graph, new Set(["a1", "a2", "b1", "b2"]), text),
      [
        "flowchart TD",
        "  0[\"a1\"]",
        "  1[\"a2\"]",
        "  2[\"b1\"]",
        "  3[\"b2\"]",
        "  0 --> 1",
        "  2 --> 3",
        "  0 -->|\"depends on\"| 3"
      ].join("\n")
    )
  })
})
