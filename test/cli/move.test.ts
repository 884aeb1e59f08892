/**
 * `andamios move` as a process: from DuckDB to PostgreSQL and back, refused, interrupted, and gone on with.
 */
import { assert, describe, it } from "@effect/vitest"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { SqlClient } from "effect/sql"
import { existsSync, readFileSync } from "node:fs"
import { afterAll } from "vitest"
import { hasTerminal, plain, project } from "./command.ts"

const database = ManagedRuntime.make(TestDatabase.layerPostgres([]))
afterAll(() => database.dispose())
const address = await database.runPromise(TestDatabase.address)

const config = `
import { Column, Model, Repository } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"
import { Postgres } from "andamios-orm/postgres"
import { Effect, Schema } from "effect"

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString
}, { table: "authors" }) {}

class Book extends Model.Class<Book>("Book")({
  id: Column.primaryKey(Column.int32),
  author: Column.references(Schema.Int, () => Author, "id")
}, { table: "books" }) {}

export default defineConfig({
  database: DuckDb.layer({ path: "app.duckdb" }),
  targets: {
    production: Postgres.layer(${JSON.stringify({ ...address, pool: { size: 4 } })}),
    nowhere: Postgres.layer({ host: "127.0.0.1", port: 1, database: "none" })
  },
  models: [Book, Author],
  seed: Effect.gen(function*() {
    const authors = yield* Repository.make(Author)
    const books = yield* Repository.make(Book)
    yield* authors.insertMany(Array.from({ length: 20 }, (_, index) => ({ name: "author " + index })))
    yield* books.insertMany(Array.from({ length: 20_000 }, (_, id) => ({ id, author: id % 20 + 1 })))
  })
})
`

/** How many books there are in PostgreSQL. */
const books = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ readonly count: bigint }>`SELECT count(*) AS count FROM books`
).pipe(Effect.map(([row]) => Number(row?.count)), Effect.orElseSucceed(() => 0))

describe("andamios move", { timeout: 120_000 }, () => {
  const { json, onTerminal, path, run, stopped } = project({ "andamios.config.ts": config, "migrations/README.md": "" })

  it("tells what it would move, refuses, is interrupted, goes on, and comes back", async () => {
    assert.strictEqual((await run("db", "push")).code, 0)
    assert.strictEqual((await run("db", "seed")).code, 0)

    const refused = await run("move", "--to", "production")
    assert.strictEqual(refused.code, 3)
    assert.match(refused.stderr, /has no table books[^]*--create-tables/)

    const dry = ["move", "--to", "production", "--create-tables", "--dry-run"]
    const planned = await run(...dry)
    assert.deepStrictEqual([planned.code, planned.stderr], [0, ""])
    assert.include(planned.stdout, "20020 rows of 2 tables to move")
    assert.deepInclude((await json(...dry)).document, {
      tables: [
        { table: "authors", rows: 20, moved: 0, state: "waiting" },
        { table: "books", rows: 20_000, moved: 0, state: "waiting" }
      ]
    })

    let isBegun = false
    const looking = setInterval(() => void database.runPromise(books).then((rows) => isBegun ||= rows > 0), 100)
    const small = ["move", "--to", "production", "--create-tables", "--batch", "5"]
    const interrupted = await stopped("SIGINT", () => isBegun, ...small)
    clearInterval(looking)
    assert.strictEqual(interrupted.code, 130)
    assert.include(interrupted.stderr, "run the same command again to go on")

    const { code, document } = await json("move", "--to", "production")
    assert.strictEqual(code, 0)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command is known to answer
    const { tables } = document as {
      readonly tables: ReadonlyArray<{ readonly rows: number; readonly resumedAt: number }>
    }
    assert.deepStrictEqual(tables.map(({ rows }) => rows), [20, 20_000])
    assert.isAbove(tables[1]?.resumedAt ?? 0, 0)
    assert.strictEqual(await database.runPromise(books), 20_000)

    const back = await run("move", "--from", "production", "--to", "copy.duckdb", "--create-tables")
    assert.deepStrictEqual([back.code, back.stderr], [0, ""])
    assert.match(back.stdout, /books +20000 +2 columns the same[^]*20020 rows moved from/)
    assert.isTrue(existsSync(path("copy.duckdb")))
    assert.isAbove(readFileSync(path("copy.duckdb")).length, 0)

    // what moves leave behind is nobody's model, and in nobody's way
    const over = await run("move", "--from", "copy.duckdb", "--to", "production")
    assert.strictEqual(over.code, 3)
    assert.include(over.stderr, "part of a move from another database")
    const restarted = await run("move", "--to", "production", "--restart", "--yes")
    assert.strictEqual(restarted.code, 3)
    assert.include(restarted.stderr, "came to its end")
  })

  it("tells of databases that it does not know, and of those that can't be used", async () => {
    const unknown = await run("move", "--to", "elsewhere")
    assert.strictEqual(unknown.code, 4)
    assert.include(unknown.stderr, "no target elsewhere. Say --to with production, nowhere, a URL")
    for (const words of ["pg://u:open-sesame@db-1/app", "host=db-1 password=open-sesame"]) {
      const strange = await run("move", "--to", words)
      assert.strictEqual(strange.code, 4)
      assert.notInclude(`${strange.stderr}${strange.stdout}`, "sesame")
      assert.include(
        strange.stderr,
        words.startsWith("pg://") ? "no target pg://db-1. Say" : "no target of such an address. Say"
      )
    }
    const capital = await run("move", "--to", "Postgres://u:open-sesame@127.0.0.1:1/app")
    assert.strictEqual(capital.code, 1)
    assert.include(capital.stderr, "The database the one of the URL can't be used")
    assert.notInclude(`${capital.stderr}${capital.stdout}`, "sesame")
    const unusable = await run("move", "--to", "nowhere")
    assert.strictEqual(unusable.code, 1)
    assert.include(unusable.stderr, "The database nowhere can't be used")
    assert.strictEqual((await run("move", "--from", "missing.duckdb", "--to", "production")).code, 1)
    assert.isFalse(existsSync(path("missing.duckdb")))
    const itself = await run("move")
    assert.strictEqual(itself.code, 3)
    assert.include(itself.stderr, "Name two databases")
  })

  it.runIf(hasTerminal)("shows how far it has come", async () => {
    const shown = await onTerminal("", "move", "--to", "other.duckdb", "--create-tables", "--batch", "500")
    assert.strictEqual(shown.code, 0)
    assert.match(plain(shown.stdout), /copying books/)
    assert.match(plain(shown.stdout), /comparing books/)
  })
})
