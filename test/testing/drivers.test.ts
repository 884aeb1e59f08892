/**
 * A project needs the driver of its own database and no other: `andamios-orm/testing` loads them when a test asks for a database.
 */
import { assert, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"

/** What a program prints in a process in which the packages of these names are not installed. */
const printed = (missing: RegExp, program: string): string => {
  const hooks = `
    import { registerHooks } from "node:module"
    registerHooks({
      resolve: (specifier, context, next) => {
        if (${String(missing)}.test(specifier)) throw new Error("Cannot find package " + specifier)
        return next(specifier, context)
      }
    })`
  const { stderr, stdout } = spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${encodeURIComponent(hooks)}`,
      "--conditions=andamios-source",
      "--input-type=module",
      "--eval",
      program
    ],
    { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" }
  )
  return `${stdout}${stderr}`.trim()
}

const imports = `
  import { Column, Model, Query } from "andamios-orm"
  import { Fixture, TestDatabase } from "andamios-orm/testing"
  import { Effect, Schema } from "effect"

  class Book extends Model.Class("Book")({ isbn: Column.primaryKey(Schema.String) }, { table: "books" }) {}

  const told = (effect) => Effect.runPromise(Effect.flip(effect)).then((error) => console.log(error.message))
  const count = Query.from(Book).count
`

it("tests on DuckDB need no driver of PostgreSQL, and say which one those on PostgreSQL need", () => {
  const program = `${imports}
    console.log(await Effect.runPromise(count.pipe(Effect.provide(TestDatabase.layer([Book])))))
    await told(count.pipe(Effect.provide(TestDatabase.layerPostgres([Book]))))
    await told(count.pipe(Effect.provide(TestDatabase.layerSharded([Book]))))`
  const lacking = "The driver of PostgreSQL can't be loaded: Error: Cannot find package @effect/sql-pg"
  const lines = printed(/^@effect\/sql-pg/, program).split("\n")
  assert.deepStrictEqual([lines[0], lines.length], ["0", 5], lines.join("\n"))
  for (const line of [1, 3]) {
    assert.include(lines[line], lacking)
    assert.strictEqual(lines[line + 1], "Install @effect/sql-pg.")
  }
})

it("without DuckDB its databases and the files of fixtures are typed failures", () => {
  const program = `${imports}
    await told(count.pipe(Effect.provide(TestDatabase.layer([Book]))))
    await told(Fixture.load(Book, "books.csv"))`
  const text = printed(/^@duckdb\//, program)
  assert.include(text, "DuckDB for tests")
  assert.include(text, "Install @duckdb/node-api and @duckdb/node-bindings.")
  assert.include(text, "books.csv: DuckDB reads it: install @duckdb/node-api and @duckdb/node-bindings")
})
