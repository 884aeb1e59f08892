/**
 * What the guides quote is what is printed, and each example is one that a test runs.
 */
import { assert, describe, it } from "@effect/vitest"
import { Column, Finding, Model, Query, Repository } from "andamios-orm"
import { expectState, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { project } from "./cli/command.ts"
import { library } from "./cli/library.ts"

const root = join(import.meta.dirname, "..")

/** The texts that a guide quotes under a heading, in their order. */
const quoted = (page: string, heading: string): ReadonlyArray<string> => {
  const text = readFileSync(join(root, "docs", page), "utf8").replaceAll("\r\n", "\n")
  const start = text.indexOf(`\n${heading}\n`)
  assert.notStrictEqual(start, -1, `${page} has no heading "${heading}"`)
  const end = text.indexOf("\n#", start + heading.length)
  const section = text.slice(start, end === -1 ? undefined : end)
  return [...section.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, quote = ""]) => quote)
}

/** A text without what differs from run to run: times, estimates, who did it, and how wide that makes a column. */
const lasting = (text = "nothing is quoted"): string =>
  text.replaceAll(/\d+ ms/g, "0 ms").replaceAll(/about \d+/g, "about 0").replaceAll(
    /\d{4}-\d\d-\d\d \d\d:\d\d\s+\S+@\S+/g,
    "then, somebody"
  )
    .replaceAll(/migrations\/\d+_[0-9a-f]+_/g, "migrations/").split("\n").map((line) => line.trimEnd())
    .map((line) => line.replace(/(\S) +/g, "$1 ")).join("\n").trim()

describe("what the guides quote", { timeout: 240_000 }, () => {
  it("is what the commands for migrations print", async () => {
    const { "migrations/3.down.sql": _, "migrations/3.up.sql": __, ...files } = library
    const { run } = project({
      ...files,
      "andamios.config.ts": `
import { Column, Model } from "andamios-orm"
import { defineConfig } from "andamios-orm/cli"
import { DuckDb } from "andamios-orm/duckdb"

class Work extends Model.Class<Work>("Work")({ id: Column.primaryKey(Column.int32) }, { table: "works" }) {}

class Author extends Model.Class<Author>("Author")({ id: Column.int32 }, { table: "authors" }) {}

export default defineConfig({ database: DuckDb.layer({ path: "app.duckdb" }), models: [Work, Author] })
`,
      "migrations/3.ts": `
import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "cc33",
  name: "authors",
  parents: ["aa11"],
  labels: ["people"],
  up: [Migration.createTable({ name: "authors", columns: [Migration.column("id", Type.int32)] })]
})
`
    })
    const printed = async (...words: ReadonlyArray<string>) => {
      const { stderr, stdout } = await run(...words)
      return stdout === "" ? stderr : stdout
    }
    const [applied, refused] = quoted("cli-migrations.md", "## andamios migrate up, down and to")
    const [status, , heads] = quoted("cli-migrations.md", "## andamios migrate status, history and heads")
    const [plan, check] = quoted("cli-migrations.md", "## andamios migrate plan, prove and check")

    await run("migrate", "up", "+1")
    assert.strictEqual(lasting(await printed("migrate", "plan")), lasting(plan))
    assert.strictEqual(lasting(await printed("migrate", "up")), lasting(refused))
    assert.strictEqual(lasting(await printed("migrate", "up", "--allow-loss", "books.subtitle")), lasting(applied))
    assert.strictEqual(lasting(await printed("migrate", "status")), lasting(status))
    assert.strictEqual(lasting(await printed("migrate", "heads")), lasting(heads))
    assert.strictEqual(lasting(await printed("migrate", "check")), lasting(check))
  })

  it("is what `andamios init` prints", async () => {
    const [written] = quoted("cli.md", "## andamios init")
    assert.strictEqual(lasting((await project({}).run("init")).stdout), lasting(written))
  })

  it.effect("is how tables differ from what a test expects", () => {
    class Book extends Model.Class<Book>("Book")({
      isbn: Column.primaryKey(Schema.String),
      title: Schema.String,
      pages: Column.int32
    }, { table: "books" }) {}

    return Effect.gen(function*() {
      const books = yield* Repository.make(Book)
      yield* books.insertMany([{ isbn: "1", title: "Bees", pages: 400 }, { isbn: "3", title: "Echo", pages: 50 }])
      const { message } = yield* Effect.flip(
        expectState([Book, [{ isbn: "1", title: "Wasps" }, { isbn: "2", title: "Dust" }]])
      )
      assert.strictEqual(lasting(message), lasting(quoted("testing.md", "## State")[0]))
    }).pipe(Effect.provide(TestDatabase.layer([Book])))
  })

  it.effect("is what a finding says", () => {
    class User extends Model.Class<User>("User")({
      id: Column.primaryKey(Column.int32),
      email: Schema.String
    }, { table: "users" }) {}

    return Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`INSERT INTO users SELECT range, chr((97 + range % 26)::INTEGER) || range || '@example.org' FROM range(200000)`
      const findings = yield* Query.from(User).where((user) => user.email.eq("ada@example.org")).findings
      assert.strictEqual(lasting(Finding.draw(findings)), lasting(quoted("performance.md", "## Findings")[0]))
    }).pipe(Effect.provide(TestDatabase.layer([User])))
  })
})

describe("examples", () => {
  it("are each run by a test", () => {
    const tests = ["examples.test.ts", "http-api.test.ts", "recipes.test.ts", "tour.test.ts"].map((file) =>
      readFileSync(join(import.meta.dirname, file), "utf8")
    )
    const examples = globSync(["{basic,intermediate,advanced,recipes}/*.ts", "advanced/*/main.ts"], {
      cwd: join(root, "examples")
    })
    assert.isAbove(examples.length, 30)
    for (const example of examples) {
      const path = `../examples/${example.replaceAll("\\", "/")}`
      assert.isTrue(tests.some((test) => test.includes(`"${path}"`)), `no test runs ${path}`)
    }
  })
})
