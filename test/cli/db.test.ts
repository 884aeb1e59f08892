/**
 * The commands that are about databases and their structure, as processes.
 */
import { assert, describe, it } from "@effect/vitest"
import { DuckDb } from "andamios-orm/duckdb"
import * as Effect from "effect/Effect"
import process from "node:process"
import { hasTerminal, plain, project } from "./command.ts"

const config = (more = "") => `
import { Column, Index, Model, Repository } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Effect, Schema } from "effect"

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString
}, { table: "authors" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  authorId: Column.references(Schema.Int, () => Author, "id")${more}
}, { table: "books", columns: "snake_case", indexes: [Index.named("by_author", Index.on("authorId"))] }) {}

export default defineConfig({
  database: DuckDb.layer({ path: "app.duckdb" }),
  models: [Author, Book],
  seed: Effect.gen(function*() {
    const authors = yield* Repository.make(Author)
    yield* authors.insert({ name: "Ada" })
  })
})
`

const files = { "andamios.config.ts": config(), "migrations/README.md": "" }

describe("andamios db push and seed", () => {
  const { run, json, runWith, write } = project(files)

  it("bring the database to what the models want, refuse losses, and fill it", async () => {
    const first = await run("db", "push")
    assert.deepStrictEqual([first.code, first.stderr], [0, ""])
    assert.include(first.stdout, "create table books")
    assert.include(first.stdout, "CREATE INDEX \"by_author\"")
    assert.match((await run("db", "push")).stdout, /what the models want already/)
    assert.deepInclude((await json("db", "seed")).document, { seeded: true })
    assert.include((await run("query", "SELECT name FROM authors")).stdout, "Ada")

    write("andamios.config.ts", config(",\n  title: Schema.NullOr(Schema.String)"))
    assert.strictEqual((await run("db", "push")).code, 0)
    write("andamios.config.ts", config())
    const lossy = await run("db", "push")
    assert.strictEqual(lossy.code, 3)
    assert.include(lossy.stderr, "books.title")
    const unanswered = await run("db", "push", "--allow-loss", "books.title")
    assert.strictEqual(unanswered.code, 4)
    assert.strictEqual((await run("db", "push", "--allow-loss", "books.title", "--yes")).code, 0)
  }, 60_000)

  it("keep away from production", async () => {
    for (const command of ["push", "reset"]) {
      const { code, stderr } = await runWith({ NODE_ENV: "production" }, "db", command)
      assert.strictEqual(code, 3)
      assert.include(stderr, "NODE_ENV is production")
    }
  }, 30_000)
})

describe("andamios db pull", () => {
  const { json, read, run } = project(files)

  it("writes models once, and over them only when it is told to", async () => {
    await run("db", "push")
    const { code, document } = await json("db", "pull")
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(document, {
      directory: "models",
      files: ["Author.ts", "Book.ts", "index.ts"],
      models: ["Author", "Book"],
      unsaid: [],
      differences: []
    })
    assert.include(read("models/Book.ts"), "indexes: [Index.named(\"by_author\", Index.on(\"authorId\"))]")
    assert.include(read("models/Author.ts"), "name: Schema.NonEmptyString")
    const again = await run("db", "pull")
    assert.strictEqual(again.code, 4)
    assert.include(again.stderr, "--force")
    assert.strictEqual((await run("db", "pull", "--force", "--one-file")).code, 0)
    assert.include(read("models/index.ts"), "export class Author")
  }, 60_000)

  it("tells what no model can say", async () => {
    await run("query", "--write", "CREATE TABLE odd (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))")
    await run("query", "--write", "CREATE INDEX odd_sum ON odd ((a + 1))")
    const { code, stdout } = await run("db", "pull", "--out", "more")
    assert.strictEqual(code, 0)
    assert.include(stdout, "odd.odd_sum: an index by more than columns as they are")
    assert.include(read("more/index.ts"), "\"odd.odd_sum\"")
  }, 60_000)

  it("writes models of files", async () => {
    await run("query", "--write", "COPY (SELECT 1 AS \"Row ID\", 'a' AS name) TO 'orders.parquet'")
    await run("query", "--write", "COPY (SELECT 1.5 AS price) TO 'prices.csv'")
    assert.strictEqual((await run("db", "pull", "--files", "*.parquet", "--out", "files")).code, 0)
    assert.include(read("files/Order.ts"), "rowId: Column.named(\"Row ID\", Schema.NullOr(Column.int32))")
    assert.strictEqual((await run("db", "pull", "--files", "*.csv", "--out", "files", "--force")).code, 0)
    assert.include(read("files/Price.ts"), "price: Schema.NullOr(Schema.Number)")
    const none = await run("db", "pull", "--files", "*.nothing")
    assert.strictEqual(none.code, 4)
  }, 60_000)
})

describe("andamios db reset", () => {
  const { onTerminal, run } = project(files)

  it("drops everything only when somebody says so", async () => {
    await run("db", "push")
    const silent = await run("db", "reset", "--no-seed")
    assert.strictEqual(silent.code, 4)
    assert.include(silent.stderr, "--yes")
    assert.strictEqual((await run("query", "SELECT * FROM books")).code, 0)
    if (hasTerminal) {
      const declined = await onTerminal("n", "db", "reset", "--no-seed")
      assert.strictEqual(declined.code, 3)
      assert.include(plain(declined.stdout), "Drop everything")
    }
    const done = await run("db", "reset", "--no-seed", "--yes")
    assert.strictEqual(done.code, 0)
    assert.include(done.stdout, "2 tables dropped, 0 revisions applied")
    assert.strictEqual((await run("query", "SELECT * FROM books")).code, 1)
  }, 60_000)
})

describe("andamios db reset with a seed", () => {
  const { run } = project(files)

  it("says what is there when the seed fails", async () => {
    const { code, stderr } = await run("db", "reset", "--yes")
    assert.strictEqual(code, 1)
    assert.match(stderr, /The seed failed: .*authors/)
    assert.include(stderr, "app.duckdb has the tables of 0 revisions, without the rows of the seed.")
    assert.include(stderr, "andamios db seed")
  }, 60_000)
})

describe("andamios schema", () => {
  const { json, read, run } = project(files)

  it("draws and tells what models want, and what the database has", async () => {
    const mermaid = await run("schema", "erd")
    assert.include(mermaid.stdout, "\"authors\" ||--o{ \"books\" : \"author_id\"")
    assert.strictEqual((await run("schema", "erd", "--out", "out/schema.svg")).code, 0)
    assert.match(read("out/schema.svg"), /^<svg [\s\S]*<text[^>]*>author_id<\/text>[\s\S]*<\/svg>\n$/)
    assert.include((await run("schema", "export")).stdout, "CREATE TABLE \"books\"")
    assert.strictEqual((await run("schema", "export", "--out", "schema.json")).code, 0)
    assert.include(read("schema.json"), "\"name\": \"books\"")
    const { document } = await json("schema", "export", "--of", "database")
    assert.deepInclude(document, { statements: [] })
  }, 60_000)
})

describe("andamios query", () => {
  const { json, run } = project(files)

  it("shows rows, as many as are asked for, in the form that is asked for", async () => {
    const rows = await run("query", "SELECT i AS number, NULL AS nothing FROM range(3) AS t (i);", "--limit", "2")
    assert.strictEqual(
      rows.stdout,
      "number  nothing\n     0     NULL\n     1     NULL\n\nThe first 2 rows; --limit 0 shows all.\n"
    )
    const { document } = await json(
      "query",
      "SELECT 1::BIGINT AS a, 9007199254740993::BIGINT AS b, true AS a, '{\"x\":1}'::JSON AS d -- end"
    )
    assert.deepInclude(document, { rows: [[1, "9007199254740993", true, { x: 1 }]], more: false })
    assert.strictEqual(
      (await run("query", "--csv", "SELECT 'a,\"b' AS x, '' AS y, NULL AS z")).stdout,
      "x,y,z\n\"a,\"\"b\",\"\",\n"
    )
  }, 60_000)

  it("changes nothing unless it may", async () => {
    const refused = await run("query", "CREATE TABLE t (a INTEGER)")
    assert.strictEqual(refused.code, 3)
    assert.include(refused.stderr, "--write")
    assert.strictEqual((await run("query", "--write", "CREATE TABLE t (a INTEGER)")).code, 0)
    assert.include((await run("query", "--write", "INSERT INTO t VALUES (1), (2)")).stdout, "2 rows changed")
    assert.strictEqual((await run("query", "SELEC")).code, 1)
  }, 60_000)
})

describe("andamios doctor", () => {
  const { json, path, run, runWith, write } = project(files)

  it("knows who holds the file, and how many threads a pool needs", async () => {
    const held = await Effect.runPromise(
      Effect.provide(Effect.promise(() => run("doctor")), DuckDb.layer({ path: path("app.duckdb") }))
    )
    assert.strictEqual(held.code, 1)
    assert.include(held.stdout, `is open in process ${process.pid}`)
    assert.include(held.stdout, "Wait until that process ends, or end it.")
    write("andamios.config.ts", config().replace("\"app.duckdb\"", "\"app.duckdb\", pool: { size: 3 }"))
    const few = await runWith({ UV_THREADPOOL_SIZE: "4" }, "doctor")
    assert.match(few.stdout, /warn +UV_THREADPOOL_SIZE +4, and a pool of 3 needs 5/)
    const enough = await runWith({ UV_THREADPOOL_SIZE: "5" }, "doctor")
    assert.match(enough.stdout, /ok +UV_THREADPOOL_SIZE +5/)
    write("andamios.config.ts", config())
  }, 60_000)

  it("finds what is wrong, and says what to do", async () => {
    const young = await run("doctor")
    assert.strictEqual(young.code, 0)
    assert.match(young.stdout, /warn +differences +\d+ between models and database/)
    await run("db", "push")
    assert.match((await run("doctor")).stdout, /ok +differences +none/)
    write("andamios.config.ts", config().replace("app.duckdb", "missing/app.duckdb"))
    const { code, document } = await json("doctor")
    assert.strictEqual(code, 1)
    assert.deepInclude(document, { well: false })
    write("andamios.config.ts", "export default 1\n")
    const broken = await run("doctor")
    assert.strictEqual(broken.code, 1)
    assert.match(broken.stdout, /fail +config/)
  }, 60_000)
})
