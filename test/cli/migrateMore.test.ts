/**
 * What of revisions can't be written down is told, and nothing is done that a person said no to.
 */
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync } from "node:fs"
import { hasTerminal, plain, project } from "./command.ts"

const files = {
  "andamios.config.ts": `import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"

export default defineConfig({ database: DuckDb.layer({ path: "app.duckdb" }), models: [] })
`,
  "migrations/1.ts": `import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "aa11",
  name: "shelves",
  up: [
    Migration.createTable({
      name: "shelves",
      columns: [
        Migration.column("id", Type.int32, { identity: true }),
        Migration.column("within", Type.int32, { nullable: true })
      ],
      primaryKey: { columns: ["id"] },
      foreignKeys: [{ columns: ["within"], references: { name: "shelves" }, targets: ["id"] }]
    })
  ]
})
`,
  "migrations/2.ts": `import { Migration } from "andamios-orm"
import * as Effect from "effect/Effect"

export default Migration.make({
  id: "bb22",
  name: "more shelves",
  parents: ["aa11"],
  up: [
    Migration.renameColumn("shelves", "id", "number"),
    Migration.run("sort the shelves", Effect.void, Effect.void)
  ]
})
`
}

describe("andamios migrate, what can't be written down", { timeout: 240_000 }, () => {
  it("is a comment in a script, and a warning", async () => {
    const { code, stderr, stdout } = await project(files).run("migrate", "sql")
    assert.strictEqual(code, 0, stderr)
    assert.match(stderr, /^warning bb22: not in the script: .*shelves/m)
    assert.match(stderr, /^warning bb22: not in the script: sort the shelves$/m)
    assert.include(stdout, "-- NOT IN THIS SCRIPT: sort the shelves, which is a program. Run it here.")
    assert.match(
      stdout,
      /^-- NOT IN THIS SCRIPT: put the answer of the first .*\n-- SELECT .*;\n-- CREATE SEQUENCE .* START WITH \{answer\};$/m
    )
    assert.match(stdout, /^-- NOT IN THIS SCRIPT: run this again and again, .*\n-- INSERT INTO .*;$/m)
    // what is left is nothing but SQL
    assert.isTrue(stdout.split("\n").every((line) => line.startsWith("--") || !line.includes("{answer}")))
  })

  it("is left out of a squashed revision, where that is said", async () => {
    const shop = project(files)
    const refused = await shop.run("migrate", "squash", ":", "--yes")
    assert.deepStrictEqual([refused.code, refused.stdout], [3, ""])
    assert.match(refused.stderr, /There are effects, .*: sort the shelves \(bb22\)\..*--without-effects/)
    const { code, stderr } = await shop.run("migrate", "squash", ":", "--yes", "--without-effects")
    assert.strictEqual(code, 0, stderr)
    const [file = "", ...others] = readdirSync(shop.path("migrations"))
    assert.deepStrictEqual(others, [])
    assert.notInclude(shop.read(`migrations/${file}`), "sort the shelves")
    assert.strictEqual((await shop.run("migrate", "up")).code, 0)
    assert.strictEqual((await shop.run("migrate", "status", "--check")).code, 0)
  })

  it.skipIf(!hasTerminal)("squashes nothing where a person says no", async () => {
    const shop = project(files)
    const { code, stdout } = await shop.onTerminal("n", "migrate", "squash", ":", "--without-effects")
    assert.strictEqual(code, 3, plain(stdout))
    assert.isTrue(existsSync(shop.path("migrations/1.ts")) && existsSync(shop.path("migrations/2.ts")))
  })

  it("completes its words in the shells", async () => {
    const shop = project({})
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stderr, stdout } = await shop.run("--completions", shell)
      assert.deepStrictEqual([code, stderr], [0, ""])
      for (const word of ["migrate", "squash", "without-effects", "allow-loss"]) assert.include(stdout, word)
    }
  })
})
