/**
 * What Alembic printed becomes files of a project, and nothing is written over.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { project } from "./command.ts"
import { library } from "./library.ts"

const up = `BEGIN;

CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);

-- Running upgrade  -> a1

CREATE TABLE books (id INTEGER PRIMARY KEY) -- of all kinds;

INSERT INTO alembic_version (version_num) VALUES ('a1');

-- Running upgrade a1 -> b2

CREATE TABLE authors (id INTEGER);

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;

`

const header = (id: string, parent: string, more = "") =>
  `"""${id} is told"""\nrevision = "${id}"\ndown_revision = ${parent}\n${more}`

const files = {
  "andamios.config.ts": library["andamios.config.ts"],
  "migrations/README.md": "",
  "up.sql": up,
  "py/versions/a1.py": header("a1", "None", "branch_labels = (\"shop\",)\n"),
  "py/versions/b2.py": header("b2", "\"a1\""),
  "py/alembic.ini": "[alembic]\nscript_location = .\n"
}

describe("the table of Alembic's commands", { timeout: 240_000 }, () => {
  it("names commands and flags that there are", async () => {
    const { run } = project(files)
    const docs = readFileSync(resolve(import.meta.dirname, "../../docs/alembic.md"), "utf8")
    const cells = docs.slice(docs.indexOf("## Commands"), docs.indexOf("## Databases")).split("\n")
      .flatMap((line) => line.split("|")[2] ?? [])
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(?:andamios )?((?:init|generate|migrate)\b[^`]*)`/g)])
      .map(([, words = ""]) => words.split(" "))
    const flags = new Map<string, Set<string>>()
    for (const words of named) {
      const command = words.slice(0, words[0] === "migrate" ? 2 : 1).join(" ")
      const known = flags.get(command) ?? new Set()
      flags.set(command, known)
      words.filter((word) => word.startsWith("--")).forEach((flag) => known.add(flag))
    }
    assert.isAbove(flags.size, 10)
    for (const [command, known] of flags) {
      const { code, stdout } = await run(...command.split(" "), "--help")
      assert.strictEqual(code, 0, command)
      assert.include(stdout, `andamios ${command}`)
      for (const flag of known) assert.include(stdout, flag, command)
    }
  })

  it("says true of ranges: both ends are in them", async () => {
    const { run, write } = project(files)
    await run("alembic", "import", "up.sql", "--ini", "py/alembic.ini")
    assert.strictEqual(
      (await run("migrate", "history", "b2:b2", "--verbose")).stdout,
      "○ b2  b2 is told  (head)  follows a1\n"
    )
    assert.match((await run("migrate", "sql", "a1:b2")).stdout, /^-- Applies a1, b2 on DuckDB/)
    write("migrations/side.up.sql", "-- revision: c3\n-- parents: a1\n")
    assert.match((await run("migrate", "merge", "b2", "c3", "--name", "both")).stdout, /^wrote .*_both\.ts/)
  })
})

describe("andamios alembic import", { timeout: 240_000 }, () => {
  const there = (path: (name: string) => string) =>
    readdirSync(path("migrations")).filter((name) => name.endsWith(".sql")).toSorted()

  it("reads the standard input, with names from Alembic's files", async () => {
    const { fed, json, path, read, run } = project(files)
    const { code, stderr, stdout } = await fed(up, "alembic", "import", "-", "--ini", "py/alembic.ini")
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(
      stdout,
      /^wrote migrations\/a1_a1_is_told\.up\.sql\nwrote migrations\/b2_b2_is_told\.up\.sql\n\n2 revisions\./
    )
    assert.notInclude(stdout, "say --ini")
    assert.strictEqual(
      read("migrations/a1_a1_is_told.up.sql"),
      "-- revision: a1\n-- name: a1 is told\n-- labels: shop\n\nCREATE TABLE books (id INTEGER PRIMARY KEY);\n"
    )
    assert.strictEqual((await run("migrate", "up")).code, 0)
    assert.match((await run("migrate", "status")).stdout, /2 revisions applied, 0 pending/)
    const again = await json("alembic", "import", "up.sql")
    assert.strictEqual(again.code, 4)
    assert.deepNestedPropertyVal(again.document, "error._tag", "FileUnusable")
    assert.lengthOf(there(path), 2)
  })

  it("writes all or nothing", async () => {
    const { fed, json, path, run, write } = project(files)
    assert.match((await fed("", "alembic", "import", "-")).stderr, /up: it has no line/)
    assert.match((await run("alembic", "import", "nowhere.sql")).stderr, /nowhere\.sql: .*NotFound|nowhere\.sql/)
    assert.strictEqual((await run("alembic", "import", "up.sql", "--directory", "nowhere")).code, 4)
    write("late.sql", up.slice(up.indexOf("-- Running upgrade a1")))
    assert.match((await run("alembic", "import", "late.sql")).stderr, /a1/)
    assert.deepStrictEqual(there(path), [])
    write("migrations/b2.up.sql", "-- revision: zz\n")
    assert.strictEqual((await run("alembic", "import", "up.sql")).code, 4)
    assert.deepStrictEqual(there(path), ["b2.up.sql"])
    const told = await json("alembic", "import", "up.sql", "--directory", "py")
    assert.deepStrictEqual(told, {
      code: 0,
      document: {
        revisions: ["a1", "b2"],
        files: ["migrations/a1_a1_is_told.up.sql", "migrations/b2_b2_is_told.up.sql"],
        headers: true
      }
    })
  })

  it("goes on without Alembic's files, and with another version table", async () => {
    const { read, run, write } = project(files)
    write("up.sql", up.replaceAll("alembic_version", "versions"))
    const { code, stdout } = await run("alembic", "import", "up.sql", "--version-table", "versions")
    assert.strictEqual(code, 0)
    assert.match(stdout, /say --ini or --directory/)
    assert.notInclude(read("migrations/a1.up.sql"), "versions")
    assert.strictEqual((await run("alembic", "import")).code, 4)
  })
})
