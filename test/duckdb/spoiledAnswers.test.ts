/**
 * What can't be read in the store of a cache is read from the database, and kept anew.
 */
import { assert, it } from "@effect/vitest"
import { Query, QueryCache, Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Author } from "../contract/library.ts"
import { at, authors } from "./cachedWriter.ts"

const begin = Effect.andThen(Session.createTables([Author]), Query.insert(Author).values({ id: 1, name: "Ada" }))

it.live.each<readonly [string, (text: string) => string]>([
  ["cut off", (text) => text.slice(0, -7)],
  ["emptied", () => ""],
  ["of another kind", () => "[{\"token\":1},null]"],
  ["of another answer", (text) => text.replace(",1,[[", ",2,[[")],
  ["with values of other types", (text) => text.replace("\\\"Ada\\\"", "7")],
  ["without rows", (text) => text.replace(/"answer":".*?\]"/, "\"answer\":\"[null,1]\"")],
  ["without columns", (text) => text.replace(/"answer":".*?\]"/, "\"answer\":\"7\"")]
])("a store whose files are %s", ([, spoil]) =>
  Effect.gen(function*() {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "andamios-spoiled-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true }))
    )
    const inProcess = <A, E>(effect: Effect.Effect<A, E, Session.Session>) =>
      Effect.provide(Effect.all([effect, QueryCache.report]), at(directory), { local: true })
    const ask = Effect.map(authors, (found) => found.map(({ name }) => name))
    yield* inProcess(begin)
    yield* inProcess(ask)
    for (const file of readdirSync(`${directory}/answers`)) {
      const path = `${directory}/answers/${file}`
      writeFileSync(path, spoil(readFileSync(path, "utf8")))
    }
    const [names, report] = yield* inProcess(ask)
    assert.deepStrictEqual(names, ["Ada"])
    assert.strictEqual(report.queries[0]?.misses, 1)
    const [again, later] = yield* inProcess(ask)
    assert.deepStrictEqual(again, ["Ada"])
    assert.strictEqual(later.queries[0]?.stored, 1)
  }))
