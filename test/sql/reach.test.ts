/**
 * What a read comes down to is all that may change it, however the database comes to that.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { catalogOf, type Known } from "../../src/sql/catalog.ts"
import { reachOf, writtenThrough } from "../../src/sql/reach.ts"

const named = (kind: Known["kind"], name: string, text: string | null = null): Known => ({ kind, name, text })

const tables = ["a", "b", "c", "d"].map((name) => named("table", name))

const reach = (names: ReadonlyArray<string>, texts: ReadonlyArray<string>, ...known: ReadonlyArray<Known>) => {
  const found = reachOf(names, texts, catalogOf([...tables, ...known]))
  return found && [[...found.written].toSorted().join(""), [...found.deleted].toSorted().join("")]
}

describe("what a read comes down to", () => {
  it("are the tables below views, whose names may be those of others, too", () => {
    const views = [named("view", "one", "SELECT * FROM a, two"), named("view", "two", "SELECT * FROM b")]
    assert.deepStrictEqual(reach(["One"], [], ...views), ["ab", ""])
    assert.deepStrictEqual(reach(["two"], ["SELECT * FROM c"], ...views), ["bc", ""])
    assert.deepStrictEqual(reach(["a"], [], named("view", "a", "SELECT * FROM s.a, d")), ["ad", ""])
    assert.deepStrictEqual(reach(["x"], [], named("view", "x", "FROM y"), named("view", "y", "FROM x, a")), ["a", ""])
  })

  it("is not known where something below is not", () => {
    assert.isUndefined(reach(["nothing"], []))
    assert.isUndefined(reach([], ["SELECT * FROM nothing"]))
    assert.isUndefined(reach(["v"], [], named("view", "v", "SELECT * FROM w"), named("view", "w", "SELECT f()")))
    assert.isUndefined(reach(["a"], [], named("opaque", "a")))
    assert.isUndefined(reach(["v"], [], named("view", "v")), "a view whose text is hidden")
  })

  it("are tables beside these, those that rows go with, and those whose triggers may write to them", () => {
    const leads = [named("beside", "a", "B"), named("beside", "b", "a"), named("following", "b", "C")]
    assert.deepStrictEqual(reach(["a"], [], ...leads), ["ab", "c"])
    assert.deepStrictEqual(reach(["a"], [], ...leads, named("following", "c", "d")), ["ab", "cd"])
    assert.deepStrictEqual(reach(["d"], [], ...leads), ["d", ""])
    assert.deepStrictEqual(reach(["d"], [], ...leads, named("triggering", "a")), ["abd", "c"])
  })
})

describe("what a write through a name changes", () => {
  const through = (name: string, deletes: boolean, ...known: ReadonlyArray<Known>) => {
    const found = writtenThrough(name, deletes, catalogOf([...tables, ...known]))
    return found && [...found].toSorted().join("")
  }

  it("is a table, or are the tables below a view", () => {
    assert.strictEqual(through("a", true), "a")
    assert.strictEqual(through("v", true, named("view", "v", "SELECT * FROM a WHERE x IN (SELECT x FROM b)")), "ab")
  })

  it("is not known where it is carried on", () => {
    const view = named("view", "v", "SELECT * FROM a")
    assert.isUndefined(through("v", false, view, named("triggering", "a")))
    assert.isUndefined(through("v", false, view, named("beside", "b", "a")))
    assert.isUndefined(through("v", true, view, named("following", "b", "a")))
    assert.strictEqual(through("v", false, view, named("following", "b", "a")), "a")
    assert.isUndefined(through("nothing", false))
  })
})

/** A view for each letter over what is written beside it, in any order. */
const Views = Schema.Array(
  Schema.Struct({ name: Schema.Literals(["v", "w", "x", "y"]), over: Schema.Literals(["a", "b", "c", "v", "w", "x"]) })
).check(Schema.isMaxLength(8))

describe("views over views", () => {
  it.effect.prop("come down to what one reaches by going from name to name", { views: Arbitrary.schema(Views) }, ({
    views
  }) =>
    Effect.sync(() => {
      const known = views.map(({ name, over }) => named("view", name, `SELECT * FROM ${over}`))
      for (const { name } of views) {
        let reached = new Set<string>([name])
        for (let step = 0; step < 10; step++) {
          reached = new Set([...reached, ...views.flatMap((view) => reached.has(view.name) ? [view.over] : [])])
        }
        const isKnown = [...reached].every((each) => "abc".includes(each) || views.some((view) => view.name === each))
        const expected = [...reached].filter((each) => "abc".includes(each)).toSorted().join("")
        assert.deepStrictEqual(reach([name], [], ...known), isKnown ? [expected, ""] : undefined)
      }
    }))
})
