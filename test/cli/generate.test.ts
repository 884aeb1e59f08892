/**
 * Revisions from models: generated, applied, and the database is what the models want.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { hasTerminal, plain, project } from "./command.ts"
import { library } from "./library.ts"

const files = { "andamios.config.ts": library["andamios.config.ts"], "migrations/README.md": "" }
const renamed = library["andamios.config.ts"].replace("title:", "heading:")

describe("andamios generate", { timeout: 240_000 }, () => {
  it("writes what the models want, and nothing where nothing differs", async () => {
    const { json, path, run, write } = project(files)
    const first = await run("generate", "First books!", "--label", "shop")
    assert.deepStrictEqual([first.code, first.stderr], [0, ""])
    assert.match(
      first.stdout,
      /^wrote migrations\/\d{14}_[0-9a-f]{12}_first_books\.ts\n(?: {2}create table (?:books|authors)\n){2}$/
    )
    const pending = await run("generate", "more")
    assert.deepStrictEqual([pending.code, pending.stdout], [2, ""])
    assert.strictEqual((await run("migrate", "up")).code, 0)
    assert.match((await run("generate", "more")).stdout, /^Nothing to do/)
    assert.strictEqual((await run("migrate", "check")).code, 0)

    write("andamios.config.ts", renamed)
    const asked = await run("generate", "headings")
    assert.strictEqual(asked.code, 4)
    assert.match(asked.stderr, /column books\.title is not wanted[\s\S]*--rename books\.title=heading .*--no-renames/)
    assert.strictEqual((await run("generate", "headings", "--rename", "books.name=heading")).code, 4)
    const told = await json("generate", "headings", "--rename", "books.title=heading")
    assert.strictEqual(told.code, 0)
    assert.deepNestedPropertyVal(told.document, "steps.0", "rename column books.title to heading")
    assert.strictEqual((await run("migrate", "up")).code, 0)
    assert.strictEqual((await run("migrate", "check")).code, 0)

    const empty = await json("generate", "by hand", "--empty", "--parent", "base")
    assert.deepNestedPropertyVal(empty.document, "steps.length", 0)
    assert.match((await run("generate", "more", "--empty")).stderr, /there are 2 heads/)
    assert.lengthOf(readdirSync(path("migrations")), 4)
  })

  it("writes SQL", async () => {
    const { path, read, run } = project(files)
    assert.strictEqual((await run("generate", "first", "--sql")).code, 0)
    const names = readdirSync(path("migrations")).filter((name) => name.endsWith(".sql")).toSorted()
    assert.lengthOf(names, 2)
    assert.match(read(`migrations/${names[0]}`), /DROP TABLE/)
    assert.match(read(`migrations/${names[1]}`), /^-- revision: [\s\S]*CREATE TABLE/)
    assert.strictEqual((await run("migrate", "up")).code, 0)
    assert.strictEqual((await run("migrate", "check")).code, 0)
  })

  it.skipIf(!hasTerminal)("asks on a terminal what goes under another name", async () => {
    const { onTerminal, run, write } = project(files)
    await run("generate", "first")
    await run("migrate", "up")
    write("andamios.config.ts", renamed)
    const { code, stdout } = await onTerminal("\u001b[B\r", "generate", "headings")
    assert.strictEqual(code, 0, stdout)
    assert.include(plain(stdout), "It is heading now")
    assert.include(plain(stdout), "rename column books.title to heading")
    const silent = await onTerminal("", "generate", "headings", "--no-interactive")
    assert.strictEqual(silent.code, 2)
  })
})
