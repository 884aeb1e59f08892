/**
 * The commands that are about databases and their structure, as processes, on PostgreSQL.
 */
import { assert, describe, it } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { afterAll } from "vitest"
import { hasTerminal, plain, project } from "./command.ts"

const database = ManagedRuntime.make(TestDatabase.layerPostgres([]))
afterAll(() => database.dispose())
const address = await database.runPromise(TestDatabase.address)

const config = (more = "", options: object = {}) => {
  return `
import { Column, Index, Model, Repository } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { Postgres } from "andamios-orm/postgres"
import { Effect, Schema } from "effect"

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString
}, { table: "authors" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  authorId: Column.references(Schema.Int, () => Author, "id", { onDelete: "cascade" })${more}
}, { table: "books", columns: "snake_case", indexes: [Index.named("by_author", Index.on("authorId"))] }) {}

export default defineConfig({
  database: Postgres.layer(${JSON.stringify({ ...address, ...options, pool: { size: 2 } })}),
  models: [Author, Book],
  seed: Effect.gen(function*() {
    const authors = yield* Repository.make(Author)
    yield* authors.insert({ name: "Ada" })
  })
})
`
}

describe("andamios on PostgreSQL", () => {
  const { json, onTerminal, read, run, write } = project({
    "andamios.config.ts": config(),
    "migrations/README.md": ""
  })

  it("pushes what models want, and asks before anything is lost", async () => {
    const first = await run("db", "push")
    assert.deepStrictEqual([first.code, first.stderr], [0, ""])
    assert.include(first.stdout, "create table books")
    assert.match((await run("db", "push")).stdout, /what the models want already/)
    assert.deepInclude((await json("db", "seed")).document, { seeded: true })

    write("andamios.config.ts", config(",\n  title: Schema.NullOr(Schema.String)"))
    assert.strictEqual((await run("db", "push")).code, 0)
    write("andamios.config.ts", config())
    const lossy = await run("db", "push")
    assert.strictEqual(lossy.code, 3)
    assert.include(lossy.stderr, "books.title")
    const allowed = ["db", "push", "--allow-loss", "books.title"]
    assert.strictEqual((await run(...allowed)).code, 4)
    if (hasTerminal) {
      const declined = await onTerminal("n", ...allowed)
      assert.strictEqual(declined.code, 3)
      assert.include(plain(declined.stdout), "Go on?")
      assert.strictEqual((await onTerminal("y", ...allowed)).code, 0)
    } else {
      assert.strictEqual((await run(...allowed, "--yes")).code, 0)
    }
    assert.match((await run("db", "push")).stdout, /what the models want already/)
  }, 60_000)

  it("pulls models, and tells what none can say", async () => {
    const refused = await run("query", "CREATE TYPE mood AS ENUM ('good', 'bad')")
    assert.strictEqual(refused.code, 3)
    assert.include(refused.stderr, "--write")
    assert.strictEqual((await run("query", "--write", "CREATE TYPE mood AS ENUM ('good', 'bad')")).code, 0)
    await run("query", "--write", "CREATE TABLE odd (a INTEGER CHECK (a <> 7), feeling mood DEFAULT 'good')")
    await run("query", "--write", "CREATE INDEX odd_sum ON odd ((a + 1))")
    await run("query", "--write", "CREATE INDEX odd_part ON odd (a) WHERE a > 1")
    const { code, document } = await json("db", "pull")
    assert.strictEqual(code, 0)
    assert.deepInclude(document, {
      models: ["Author", "Book", "Odd"],
      differences: [],
      unsaid: [
        { what: "odd.odd_part", reason: "an index of a part of the rows" },
        { what: "odd.odd_sum", reason: "an index by more than columns as they are" }
      ]
    })
    assert.include(read("models/Book.ts"), "{ onDelete: \"cascade\" }")
    assert.include(read("models/Odd.ts"), "Schema.Literals([\"good\", \"bad\"])")
    assert.strictEqual((await run("db", "pull")).code, 4)
    assert.strictEqual((await run("db", "pull", "--force", "--one-file")).code, 0)
  }, 60_000)

  it("draws and tells what the database has", async () => {
    assert.include(
      (await run("schema", "erd", "--of", "database")).stdout,
      "\"authors\" ||--o{ \"books\" : \"author_id\""
    )
    assert.strictEqual((await run("schema", "erd", "--of", "database", "--out", "db.svg")).code, 0)
    assert.include(read("db.svg"), "books(author_id) refers to authors.")
    const { stdout } = await run("schema", "export", "--of", "database")
    assert.include(stdout, "CREATE TYPE \"mood\" AS ENUM ('good', 'bad')")
    assert.include(stdout, "ON DELETE CASCADE")
  }, 60_000)

  it("answers queries, and changes nothing unless it may", async () => {
    const rows = await run("query", "SELECT name, 1::bigint AS one FROM authors")
    assert.strictEqual(rows.stdout, "name  one\nAda     1\n\n1 row\n")
    const refused = await run("query", "DELETE FROM authors")
    assert.strictEqual(refused.code, 3)
    assert.include(refused.stderr, "--write")
    const hidden = await run("query", "WITH gone AS (DELETE FROM authors RETURNING *) SELECT * FROM gone")
    assert.strictEqual(hidden.code, 3)
    assert.include((await run("query", "SELECT count(*) FROM authors")).stdout, "1")
    assert.strictEqual((await run("query", "SELEC")).code, 1)
  }, 60_000)

  it("is looked at by the doctor", async () => {
    const { stdout } = await run("doctor")
    assert.match(stdout, /ok +database +PostgreSQL, PostgreSQL \d+/)
    assert.match(stdout, /ok +pool +2 connections/)
    assert.notInclude(stdout, "UV_THREADPOOL_SIZE")
    write("andamios.config.ts", config("", { database: "no such database" }))
    const lost = await run("doctor")
    assert.strictEqual(lost.code, 1)
    assert.match(lost.stdout, /fail +database .*no such database/)
    write("andamios.config.ts", config())
  }, 60_000)

  it("is reset only when somebody says so", async () => {
    assert.strictEqual((await run("db", "reset", "--no-seed")).code, 4)
    if (hasTerminal) {
      const declined = await onTerminal("n", "db", "reset", "--no-seed")
      assert.strictEqual(declined.code, 3)
      assert.include(plain(declined.stdout), "Drop everything")
    }
    assert.include((await run("query", "SELECT name FROM authors")).stdout, "Ada")
    const done = await run("db", "reset", "--no-seed", "--yes")
    assert.deepStrictEqual([done.code, done.stderr], [0, ""])
    assert.include(done.stdout, "3 tables dropped, 0 revisions applied")
    assert.strictEqual((await run("query", "SELECT * FROM authors")).code, 1)
  }, 60_000)
})
