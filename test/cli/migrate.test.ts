/**
 * The commands that run revisions, as processes on a DuckDB file. What they did is read by plain SQL.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDBInstance } from "@duckdb/node-api"
import { existsSync } from "node:fs"
import { hasTerminal, plain, type Project, project, said } from "./command.ts"
import { library } from "./library.ts"

/** The rows of a query, by plain SQL. */
const rows = async ({ path }: Project, sql: string): Promise<ReadonlyArray<ReadonlyArray<unknown>>> => {
  const instance = await DuckDBInstance.create(path("app.duckdb"))
  const connection = await instance.connect()
  const answer = (await connection.runAndReadAll(sql)).getRowsJson()
  connection.closeSync()
  instance.closeSync()
  return answer
}

const columns = (shop: Project) =>
  rows(
    shop,
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_name IN ('books', 'authors') ORDER BY ALL"
  )

describe("andamios migrate", { timeout: 240_000 }, () => {
  it("goes up and down, and refuses what may lose something", async () => {
    const shop = project(library)
    const { json, run } = shop
    assert.match((await said(run("migrate", "status"), 0)).stdout, /0 revisions applied, 3 pending/)
    assert.match((await said(run("migrate", "status", "--check"), 2)).stdout, /pending {2}aa11/)
    assert.match((await said(run("migrate", "check"), 2)).stderr, /not applied: aa11, bb22, cc33/)

    assert.match((await said(run("migrate", "up", "+1"), 0)).stdout, /^applied {2}aa11 {2}books .*\n\n1 revision in/)
    await rows(shop, "INSERT INTO books VALUES (1, 'Faust', 'Der Tragödie erster Teil')")

    const plan = await said(run("migrate", "plan"), 0)
    assert.include(plan.stdout, "└─ drop column books.subtitle\n     may lose books.subtitle: ")
    assert.include(plan.stdout, "ALTER TABLE \"books\" DROP COLUMN \"subtitle\";")
    assert.include(plan.stdout, "May be lost: books.subtitle")

    const refused = await said(run("migrate", "up"), 3)
    assert.match(refused.stderr, /^error This may be lost:\n {2}books\.subtitle/)
    const asJson = await json("migrate", "up")
    assert.strictEqual(asJson.code, 3)
    assert.deepNestedPropertyVal(asJson.document, "error._tag", "LossRefused")
    assert.deepNestedPropertyVal(asJson.document, "error.losses.0.what", "books.subtitle")

    const proof = await said(run("migrate", "prove", "--out", "proof.json"), 3)
    assert.match(proof.stdout, /Lost\n.*books\.subtitle/)
    assert.match(proof.stdout, /The proof is in proof\.json\.\n$/)
    await said(run("migrate", "up", "--proof", "proof.json"), 3)
    assert.lengthOf(await rows(shop, "SELECT * FROM books WHERE subtitle IS NOT NULL"), 1)

    const done = await said(
      run("migrate", "up", "--proof", "proof.json", "--allow-loss", "books.subtitle", "--snapshot", "before"),
      0
    )
    assert.match(done.stdout, /^The rows are in before\.\napplied {2}bb22 .*\napplied {2}cc33 /)
    assert.isTrue(existsSync(shop.path("before/snapshot.json")))
    assert.deepStrictEqual(await columns(shop), [["authors", "id"], ["books", "id"], ["books", "title"]])

    assert.match((await said(run("migrate", "up"), 0)).stdout, /^Nothing to do/)
    await said(run("migrate", "status", "--check"), 0)
    assert.match((await said(run("migrate", "check"), 0)).stdout, /^Everything is applied/)
    await said(run("migrate", "up", "--proof", "package.json"), 4)

    await said(run("migrate", "to", "bb22", "--allow-loss", "SQL"), 0)
    assert.deepStrictEqual(await columns(shop), [["books", "id"], ["books", "title"]])
    const undone = await json("migrate", "down", "base", "--allow-loss", "everything")
    assert.strictEqual(undone.code, 0)
    assert.deepNestedPropertyVal(undone.document, "done.0.direction", "down")
    assert.deepStrictEqual(await columns(shop), [])
    assert.match((await said(run("migrate", "down", "zz"), 4)).stderr, /"zz" is no revision to go to/)
  })

  it("draws the history, writes scripts and stamps", async () => {
    const shop = project(library)
    const { json, run } = shop
    const graph = "○ cc33  authors  (people, head)\n│ ○ bb22  no subtitles  (head)\n├─╯\n○ aa11  books\n"
    assert.strictEqual((await said(run("migrate", "history"), 0)).stdout, graph)
    assert.match((await said(run("migrate", "heads"), 0)).stdout, /bb22 .*\ncc33 .*people .*pending/)
    assert.match((await said(run("migrate", "history", "--mermaid"), 0)).stdout, /^flowchart TD[\s\S]*-->/)

    const script = await said(run("migrate", "sql", "--out", "up.sql"), 0)
    assert.strictEqual(script.stdout, "wrote up.sql\n")
    await rows(shop, shop.read("up.sql"))
    const status = await json("migrate", "status")
    assert.deepNestedPropertyVal(status.document, "pending.length", 0)
    assert.deepNestedPropertyVal(status.document, "edited.length", 0)
    const back = await said(run("migrate", "sql", "bb22:", "--direction", "down"), 0)
    await rows(shop, back.stdout)
    assert.match((await said(run("migrate", "history", "--verbose", ":current"), 0)).stdout, /● aa11 .* by a script/)

    assert.strictEqual((await said(run("migrate", "stamp", "heads"), 0)).stdout, "stamped bb22\n")
    assert.match((await said(run("migrate", "stamp", "heads"), 0)).stdout, /nothing to stamp/)
    await said(run("migrate", "stamp", "aa11", "--purge"), 0)
    assert.deepStrictEqual(await rows(shop, "SELECT id FROM andamios_migrations"), [["aa11"]])
    await said(run("migrate", "stamp"), 4)
    assert.match((await said(run("migrate", "sql", "--dialect", "postgres"), 0)).stdout, /on PostgreSQL/)
  })

  it("merges heads, and squashes", async () => {
    const shop = project(library)
    const { json, run } = shop
    await said(run("migrate", "up", "--allow-loss", "everything"), 0)
    assert.match((await said(run("migrate", "squash", "aa11:", "--yes"), 3)).stderr, /heads of two branches/)
    const merged = await json("migrate", "merge", "--name", "one again")
    assert.strictEqual(merged.code, 0)
    await said(run("migrate", "up"), 0)
    assert.match((await said(run("migrate", "merge"), 0)).stdout, /^Nothing to merge/)

    assert.match((await said(run("migrate", "squash", ":head"), 4)).stderr, /Say --yes/)
    assert.match((await said(run("migrate", "squash", ":head", "--yes"), 0)).stdout, /^wrote .*one_again\.ts\nstamped /)
    assert.isFalse(existsSync(shop.path("migrations/3.down.sql")))
    assert.match((await said(run("migrate", "check"), 0)).stdout, /^Everything/)
    assert.lengthOf(await rows(shop, "SELECT id FROM andamios_migrations"), 1)
    await said(run("migrate", "down", "--allow-loss", "everything"), 0)
    await said(run("migrate", "up", "--allow-loss", "everything"), 0)
    assert.match((await said(run("migrate", "check"), 0)).stdout, /^Everything/)
  })

  it("tells what is wrong with revisions and their history", async () => {
    const shop = project(library)
    await said(shop.run("migrate", "up", "aa11"), 0)
    shop.write("migrations/1.ts", shop.read("migrations/1.ts").replace("Type.int32", "Type.int64"))
    assert.match((await said(shop.run("migrate", "up"), 3)).stderr, /Edited after they were applied: aa11/)
    assert.match((await said(shop.run("migrate", "status", "--check"), 3)).stdout, /edited {3}aa11/)
    shop.write("migrations/4.ts", "export default 1")
    assert.match((await said(shop.run("migrate", "status"), 4)).stderr, /4\.ts: its default export is no revision/)
    shop.write(
      "andamios.config.ts",
      library["andamios.config.ts"].replace("models:", "migrations: \"nowhere\", models:")
    )
    assert.match((await said(shop.run("migrate", "status"), 4)).stderr, /There is no directory .*nowhere/)
  })

  it.skipIf(!hasTerminal)("shows a bar on a terminal, which is gone at the end", async () => {
    const { onTerminal } = project(library)
    const { code, stdout } = await onTerminal("", "migrate", "up", "aa11")
    assert.strictEqual(code, 0, stdout)
    assert.match(plain(stdout), /applied {2}aa11 {2}books/)
    assert.include(stdout, "0/1 aa11 create table books")
  })
})
