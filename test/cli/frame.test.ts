/**
 * What holds for every command: help, versions and completions, configs that are wrong, words that make no command, text and JSON.
 */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { hasTerminal, plain, project } from "./command.ts"

const config = `
import { Column, Model } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Schema } from "effect"

class Book extends Model.Class<Book>("Book")({ id: Column.serial(Schema.Int) }, { table: "books" }) {}

export default defineConfig({ database: DuckDb.layer({ path: "app.duckdb" }), models: [Book] })
`

describe("the command line", { timeout: 120_000 }, () => {
  const { json, run, runWith, onTerminal } = project({ "andamios.config.ts": config })

  it("tells what it can do", async () => {
    const [all, group, asked, version] = await Promise.all([
      run(),
      run("migrate"),
      run("migrate", "up", "--help"),
      run("--version")
    ])
    for (const { code, stderr } of [all, group, asked, version]) assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(all.stdout, /migrate .*Brings the database to a revision/)
    assert.match(group.stdout, /up .*Applies revisions up to a target/)
    assert.match(asked.stdout, /--allow-loss NAMES/)
    const manifest: unknown = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8"))
    assert.deepInclude(manifest, { version: version.stdout.trim().replace("andamios v", "") })
  })

  it.each(["bash", "zsh", "fish", "powershell"])("completes what is typed in %s", async (shell) => {
    const { code, stderr, stdout } = await run("--completions", shell)
    assert.deepStrictEqual([code, stderr], [0, ""])
    for (const word of ["migrate", "prove", "allow-loss"]) assert.include(stdout, word)
  })

  it("tells in a few lines which words make no command, with 4", async () => {
    const [misspelled, flag, missing, asJson] = await Promise.all([
      run("migrate", "statsu"),
      run("migrate", "status", "--chek"),
      run("migrate", "to"),
      json("migrate", "status", "--chek")
    ])
    assert.deepStrictEqual([misspelled.code, misspelled.stdout], [4, ""])
    assert.match(misspelled.stderr, /Unknown subcommand "statsu"[\s\S]*status\nSee `andamios migrate --help`\.\n$/)
    assert.strictEqual(flag.code, 4)
    assert.match(flag.stderr, /--chek/)
    assert.strictEqual(missing.code, 4)
    assert.match(missing.stderr, /Missing required argument: target/)
    assert.strictEqual(asJson.code, 4)
    assert.deepNestedPropertyVal(asJson.document, "error._tag", "Usage")
  })

  it.skipIf(!hasTerminal)("writes in colours on a terminal alone, and not where they are not wanted", async () => {
    const colours = "\u001b["
    const [terminal, unwanted, piped, forced] = await Promise.all([
      onTerminal("", "migrate", "statsu"),
      onTerminal("", "migrate", "statsu", "--no-color"),
      run("migrate", "statsu"),
      runWith({ FORCE_COLOR: "1" }, "migrate", "statsu")
    ])
    assert.include(terminal.stdout, `${colours}31merror`)
    assert.notInclude(unwanted.stdout, colours)
    assert.notInclude(piped.stderr, colours)
    assert.include(forced.stderr, colours)
    for (const { code } of [terminal, unwanted, piped, forced]) assert.strictEqual(code, 4)
    assert.strictEqual(plain(terminal.stdout), plain(unwanted.stdout))
  })
})

describe("a config", { timeout: 120_000 }, () => {
  const files = {
    "typo.ts": "export default { database: 1, models: [], migration: \"m\" }",
    "models.ts": config.replace("[Book]", "[Book, 3]"),
    "model.ts": config.replace("Column.serial(Schema.Int)", "Column.primaryKey(Schema.Unknown)"),
    "reference.ts": config.replace(
      "Column.serial(Schema.Int)",
      "Column.references(Schema.Int, () => Book, \"isbn\")"
    ),
    "none.ts": "export const config = 1",
    "syntax.ts": "export default {\n  database\n  models\n}",
    "throws.ts": "throw new Error(\"DATABASE_URL is not set\")",
    "missing.ts": "import \"./nowhere.ts\"",
    "folder.ts": config.replace("app.duckdb", "nowhere/app.duckdb"),
    "defect.ts": config.replace(
      "DuckDb.layer({ path: \"app.duckdb\" })",
      "Layer.effectDiscard(Effect.die(new Error(\"ouch\")))"
    ).replace(
      "{ Schema }",
      "{ Effect, Layer, Schema }"
    )
  }
  const { json, path, run } = project(files)

  const told = async (file: string) => {
    const { code, stderr, stdout } = await run("migrate", "status", "--config", file)
    assert.strictEqual(stdout, "")
    return { code, said: stderr.replace(path(file), file) }
  }

  it("is looked for in the directory", async () => {
    const { code, stderr } = await run("migrate", "status")
    assert.strictEqual(code, 4)
    assert.strictEqual(
      stderr,
      "error andamios.config.ts: There is no config in this directory. Write one with `andamios init`, or name its file with --config.\n"
    )
    assert.deepStrictEqual(await told("nowhere.ts"), { code: 4, said: "error nowhere.ts: There is no such file.\n" })
  })

  it.each([
    ["none.ts", "It has no default export. Write `export default defineConfig({ … })`."],
    ["syntax.ts", "Unexpected token"],
    ["throws.ts", "It can't be imported: DATABASE_URL is not set"],
    ["missing.ts", "It can't be imported: Cannot find module"],
    ["typo.ts", "Its default export is no config. "],
    ["models.ts", "Its default export is no config. Expected a model class\n  at [\"models\"][1]"],
    ["model.ts", "It can't be imported: Book.id can't be a column: a Unknown has no column type"],
    ["reference.ts", "Model Book: Book.id can't be a column: it refers to Book.isbn, which does not exist"]
  ])("that is wrong says how: %s", async (file, reason) => {
    const { code, said } = await told(file)
    assert.strictEqual(code, 4)
    assert.isTrue(said.startsWith(`error ${file}: `), said)
    assert.include(said, reason)
    assert.notMatch(said, /\n {4}at /)
  })

  it("that can't be imported says where", async () => {
    for (const [file, place] of [["syntax.ts", "3"], ["throws.ts", "1:7"]] as const) {
      assert.include((await told(file)).said, ` (at ${file}:${place})\n`)
    }
  })

  it("whose database can't be used fails with its own words", async () => {
    const { code, said } = await told("folder.ts")
    assert.strictEqual(code, 1)
    assert.match(said, /^error The database of the config can't be used: .*there is no folder/)
    const asJson = await json("migrate", "status", "--config", "folder.ts")
    assert.strictEqual(asJson.code, 1)
    assert.deepNestedPropertyVal(asJson.document, "error._tag", "DatabaseUnavailable")
  })

  it("that breaks is told without a stack, but for --log-level debug", async () => {
    const { code, said } = await told("defect.ts")
    assert.deepStrictEqual([code, said.split("\n").length], [1, 3])
    assert.match(said, /^error ouch\nNobody expected this/)
    const { stderr } = await run("migrate", "status", "--config", "defect.ts", "--log-level", "debug")
    assert.match(stderr, /\n {4}at .*defect\.ts/)
  })
})
