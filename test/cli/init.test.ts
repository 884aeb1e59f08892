import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { project } from "./command.ts"

describe("andamios init", { timeout: 120_000 }, () => {
  const { json, path, read, run, write } = project({})

  it("writes what a project begins with, and nothing over what is there", async () => {
    const first = await run("init")
    assert.deepStrictEqual([first.code, first.stderr], [0, ""])
    assert.match(first.stdout, /^wrote andamios\.config\.ts\nwrote models\.ts\nwrote migrations\/README\.md\n/)
    for (const name of ["andamios.config.ts", "models.ts", "migrations"]) assert.isTrue(existsSync(path(name)))

    write("models.ts", "// mine\n")
    const second = await json("init", "--database", "postgres")
    assert.strictEqual(second.code, 0)
    assert.deepStrictEqual(second.document, {
      files: ["andamios.config.ts", "models.ts", "migrations/README.md"].map((file) => ({ file, written: false }))
    })
    assert.strictEqual(read("models.ts"), "// mine\n")
    assert.include(read("andamios.config.ts"), "DuckDb.layer")
  })

  it("writes nothing where it can't", async () => {
    const other = project({ migrations: "a file" })
    const { code, stderr } = await other.run("init")
    assert.strictEqual(code, 4)
    assert.include(stderr, "migrations")
  })

  it.each(["duckdb", "postgres"])("writes what compiles, for %s", async (database) => {
    const fresh = project({})
    assert.strictEqual((await fresh.run("init", "--database", database)).code, 0)
    const root = resolve(import.meta.dirname, "../..")
    fresh.write(
      "tsconfig.json",
      JSON.stringify({
        extends: join(root, "tsconfig.json"),
        include: ["*.ts"],
        compilerOptions: { typeRoots: [join(root, "node_modules/@types")] }
      })
    )
    const tsc = join(root, "node_modules/typescript/bin/tsc")
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", fresh.directory], { encoding: "utf8" })
    assert.deepStrictEqual([status, stdout], [0, ""])
  })
})
