/**
 * Commands that are interrupted or killed in the middle of a long statement leave nothing half done.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { type Project, project } from "./command.ts"

/** What is in a database, asked for by the bare binding. */
const rows = async ({ path }: Project, sql: string): Promise<ReadonlyArray<ReadonlyArray<unknown>>> => {
  const instance = await DuckDBInstance.create(path("app.duckdb"))
  const connection = await instance.connect()
  const answer = (await connection.runAndReadAll(sql)).getRowsJson()
  connection.closeSync()
  instance.closeSync()
  return answer
}

const tables = async (shop: Project) => (await rows(shop, "SELECT table_name FROM duckdb_tables() ORDER BY 1")).flat()

/** A revision of many rows, and one that says when it has come to a statement that would take years. */
const files = {
  "andamios.config.ts": `import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"

export default defineConfig({ database: DuckDb.layer({ path: "app.duckdb" }), models: [] })
`,
  "migrations/1_many.ts": `import { Migration } from "andamios-orm"

export default Migration.make({
  id: "aa11",
  up: [Migration.execute("CREATE TABLE many AS SELECT range AS id, md5(range::VARCHAR) AS text FROM range(3000000)")],
  down: [Migration.execute("DROP TABLE many")]
})
`,
  "migrations/2_long.ts": `import { Migration } from "andamios-orm"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"

export default Migration.make({
  id: "bb22",
  parents: ["aa11"],
  up: [
    Migration.execute("CREATE TABLE half_done (id INTEGER)"),
    Migration.run("say so", Effect.sync(() => writeFileSync("begun", ""))),
    Migration.execute("CREATE TABLE long AS SELECT sum(sin(a.range * b.range)) FROM range(1000000) a, range(1000000) b")
  ],
  down: "irreversible"
})
`
}

describe("andamios, interrupted", { timeout: 240_000 }, () => {
  it.each(["SIGINT", "SIGTERM"] as const)("ends by %s at once with 130, and has stored nothing", async (signal) => {
    const shop = project(files)
    assert.strictEqual((await shop.run("migrate", "up", "aa11")).code, 0)
    for (const verb of ["up", "prove"]) {
      const isBegun = () => existsSync(shop.path("begun"))
      const { code, stderr, stdout } = await shop.stopped(signal, isBegun, "migrate", verb)
      assert.deepStrictEqual({ code, stderr, stdout }, { code: 130, stderr: "", stdout: "" })
      assert.deepStrictEqual(await tables(shop), ["andamios_migrations", "many"])
      assert.deepStrictEqual(await rows(shop, "SELECT id FROM andamios_migrations"), [["aa11"]])
      assert.deepStrictEqual(
        readdirSync(shop.directory).toSorted(),
        ["andamios.config.ts", "app.duckdb", "begun", "migrations", "node_modules", "package.json"]
      )
      rmSync(shop.path("begun"))
    }
  })

  it("has no snapshot before all of it is written, and leaves nothing of it but when it is killed", async () => {
    const shop = project({
      ...files,
      "migrations/2_long.ts": files["migrations/2_long.ts"].replace(/ {4}Migration.execute\("CREATE TABLE long.*\n/, "")
    })
    assert.strictEqual((await shop.run("migrate", "up", "aa11")).code, 0)
    const unfinished = () => readdirSync(shop.directory).filter((name) => name.startsWith(".unfinished-snapshot-"))
    const isWriting = () => unfinished().length > 0
    const up = ["migrate", "up", "--snapshot", "aside"]

    assert.strictEqual((await shop.stopped("SIGINT", isWriting, ...up)).code, 130)
    assert.deepStrictEqual([existsSync(shop.path("aside")), unfinished()], [false, []])

    assert.strictEqual((await shop.stopped("SIGKILL", isWriting, ...up)).code, null)
    assert.deepStrictEqual([existsSync(shop.path("aside")), unfinished().length], [false, 1])
    assert.deepStrictEqual(await rows(shop, "SELECT id FROM andamios_migrations"), [["aa11"]])

    // what is left has another name, and is in nobody's way
    assert.strictEqual((await shop.run(...up)).code, 0)
    const written = ["1-andamios_migrations.parquet", "2-many.parquet", "snapshot.json"]
    assert.deepStrictEqual(readdirSync(shop.path("aside")).toSorted(), written)
    assert.deepStrictEqual(await tables(shop), ["andamios_migrations", "half_done", "many"])

    // and a whole one makes an emptied database again
    const sum = "SELECT count(*)::INTEGER, sum(id)::BIGINT, min(text), max(text) FROM many"
    const before = await rows(shop, sum)
    rmSync(shop.path("app.duckdb"))
    assert.strictEqual((await shop.run("migrate", "restore", "aside", "--yes")).code, 0)
    assert.deepStrictEqual(await rows(shop, sum), before)
    assert.deepStrictEqual(await rows(shop, "SELECT id FROM andamios_migrations"), [["aa11"]])
  })
})
