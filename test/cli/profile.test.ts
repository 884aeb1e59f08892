/**
 * `andamios profile`, as a process, and its page in a browser.
 */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { project } from "./command.ts"

const { json, path, read, run } = project({
  "models.ts": `
import { Column, Model } from "andamios-orm"
import { Schema } from "effect"

export class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  title: Schema.String
}, { table: "books" }) {}
`,
  "andamios.config.ts": `
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Book } from "./models.ts"

export default defineConfig({ database: DuckDb.layer({ path: ":memory:" }), models: [Book] })
`,
  "loop.ts": `
import { Query, Repository, Session } from "andamios-orm"
import { Effect } from "effect"
import { Book } from "./models.ts"

export const main = Effect.gen(function*() {
  yield* Session.createTables([Book])
  const books = yield* Repository.make(Book)
  yield* Effect.forEach(Array.from({ length: 40 }, (_, id) => id), (id) => books.insert({ id, title: "Book " + id }))
  yield* Effect.forEach([1, 2, 3], (id) => Query.from(Book).where((book) => book.title.eq("<b>" + id)).all)
  yield* Session.transaction(Query.from(Book).count)
})
`,
  "bulk.ts": `
import { Repository, Session } from "andamios-orm"
import { Effect } from "effect"
import { Book } from "./models.ts"

export default Effect.gen(function*() {
  yield* Session.createTables([Book])
  const books = yield* Repository.make(Book)
  yield* books.insertMany(Array.from({ length: 40 }, (_, id) => ({ id, title: "Book " + id })))
})
`,
  "idle.ts": "import { Effect } from \"effect\"\n\nexport const main = Effect.void\n",
  "failing.ts": "import { Effect } from \"effect\"\n\nexport const main = Effect.fail(new Error(\"no luck\"))\n",
  "none.ts": "export const other = 1\n",
  "broken.ts": "throw new Error(\"half a module\")\n"
})

describe("andamios profile", () => {
  it("tells where the time goes, and what to change", async () => {
    const { code, stderr, stdout } = await run("profile", "loop.ts")
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /calls +rows/)
    assert.match(stdout, /WritesInLoop books\n {2}INSERT INTO .*\n {2}costs: 40 statements/)
    assert.include(stdout, "repository.insertMany(rows)")
  }, 30_000)

  it("finds nothing after the change, and takes a default export", async () => {
    const { code, stdout } = await run("profile", "bulk.ts")
    assert.strictEqual(code, 0)
    assert.include(stdout, "Nothing was found.")
  }, 30_000)

  it("answers with JSON, and writes a page that needs no network", async () => {
    const { code, document } = await json("profile", "loop.ts", "--html", "out/profile.html")
    assert.strictEqual(code, 0)
    assert.containsAllKeys(document, ["profile", "findings", "file"])
    const page = read("out/profile.html")
    assert.match(page, /^<!doctype html>/)
    assert.include(page, "<strong>WritesInLoop</strong>")
    assert.lengthOf(page.match(/<svg /g) ?? [], 2)
    assert.notMatch(page, /<script|<link|<img|url\(|(?:src|href)=/)

    assert.include((await run("profile", "idle.ts", "--html", "idle.html")).stdout, "wrote idle.html")
    assert.include(read("idle.html"), "No statement was run.")
  }, 60_000)

  it.each([
    ["there is no such file", "absent.ts", 4, "There is no such file."],
    ["the module exports no effect", "none.ts", 4, "It exports no effect."],
    ["the module can't be imported", "broken.ts", 4, "half a module"],
    ["the program fails", "failing.ts", 1, "no luck"]
  ])("says where %s", async (_, script, exitCode, reason) => {
    const { code, stderr } = await run("profile", script)
    assert.strictEqual(code, exitCode)
    assert.include(stderr, reason)
  }, 30_000)

  it("shows its page in a browser", async (context) => {
    const isThere = spawnSync("chromium", ["--version"]).status === 0
    if (!isThere) return context.skip("There is no Chromium.")
    await run("profile", "loop.ts", "--html", "shown.html")
    const home = mkdtempSync(join(tmpdir(), "andamios-chromium-"))
    const shown = spawnSync("chromium", [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--user-data-dir=${home}`,
      `--screenshot=${path("shown.png")}`,
      "--dump-dom",
      `file://${path("shown.html")}`
    ], { encoding: "utf8", timeout: 60_000 })
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    assert.include(shown.stdout, "Profile of loop.ts")
    assert.isTrue(existsSync(path("shown.png")))
  }, 90_000)
})
