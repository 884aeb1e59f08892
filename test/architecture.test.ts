/**
 * The floor plan, as a table: who may import whom, and what a file must look like. `docs/architecture.md` says why.
 */
import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync } from "node:fs"
import { posix, resolve } from "node:path"

/** Which floors each folder of src/ may import, besides itself; `index` is src/index.ts. */
const floors: Record<string, ReadonlyArray<string>> = {
  model: [],
  sql: ["model"],
  session: ["model", "sql"],
  query: ["model", "sql", "session"],
  migration: ["model", "sql", "session"],
  duckdb: ["model", "sql", "session"],
  postgres: ["model", "sql", "session"],
  index: ["model", "sql", "session", "query", "migration"],
  testing: ["model", "sql", "session", "query", "migration", "duckdb", "postgres"],
  cli: ["model", "sql", "session", "query", "migration", "duckdb", "postgres"]
}

/** The only floors that may import these packages. */
const packages: Record<string, ReadonlyArray<string>> = {
  "effect/sql": ["session", "duckdb", "postgres", "testing"],
  "@duckdb/": ["duckdb"],
  "@effect/sql-pg": ["postgres"]
}

const vagueNames = /(?:^|\/)(?:internal|utils?|helpers?|types|common|index)(?:\/|\.ts$)/
const allowedNames = ["index.ts", "duckdb/types.ts", "postgres/types.ts"]
const mostLines = 400

const importStatement =
  /^(?:import|export)\s(?:[\w$\s,*]|\{[^}]*\})*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm

/** Everything that breaks the floor plan in these files, which are named from src/ on. */
const violations = (files: Readonly<Record<string, string>>): ReadonlyArray<string> =>
  Object.entries(files).flatMap(([file, text]) => {
    const floor = floorOf(file)
    if (floors[floor] === undefined) return [`${file}: there is no floor named "${floor}"`]
    const imported = [...text.matchAll(importStatement)].map(([, from, bare, lazy]) => from ?? bare ?? lazy ?? "")
    return [
      ...imported.filter((name) => !mayImport(floor, file, name)).map((name) =>
        `${file}: ${floor} must not import ${name}`
      ),
      ...vagueNames.test(file) && !allowedNames.includes(file)
        ? [`${file}: give it the name of the one thing it holds`]
        : [],
      ...text.trimEnd().split("\n").length > mostLines ? [`${file}: past ${mostLines} lines it is two files`] : [],
      ...text.replace(/^#!.*\n/, "").startsWith("/**")
        ? []
        : [`${file}: must open with a doc comment that says what it is for`]
    ]
  })

const floorOf = (file: string): string =>
  file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "")

const mayImport = (floor: string, file: string, name: string): boolean => {
  if (!name.startsWith(".")) {
    return Object.entries(packages).every(([start, may]) => !name.startsWith(start) || may.includes(floor))
  }
  const target = floorOf(posix.join(posix.dirname(file), name))
  return target === floor || floors[floor]?.includes(target) === true
}

describe("architecture", () => {
  it("src/ keeps the floor plan", () => {
    const source = resolve(import.meta.dirname, "../src")
    const names = globSync("**/*.ts", { cwd: source }).map((file) => file.replaceAll("\\", "/")).toSorted()
    assert.isNotEmpty(names)
    assert.deepStrictEqual(
      violations(Object.fromEntries(names.map((name) => [name, readFileSync(`${source}/${name}`, "utf8")]))),
      []
    )
  })

  it.each([
    ["up", "model/Column.ts", "import { run } from \"../session/Session.ts\""],
    ["up, for a type", "sql/ast.ts", "import type {\n  Query\n} from \"../query/Query.ts\""],
    ["up, for a type in place", "sql/ast.ts", "export type Q = import(\"../query/Query.ts\").Query"],
    ["up, as a re-export", "session/Session.ts", "export * as Query from \"../query/Query.ts\""],
    ["up, to the entrance", "query/Query.ts", "import \"../index.ts\""],
    ["sideways", "query/Query.ts", "import * as Migrator from \"../migration/Migrator.ts\""],
    ["sideways, the other way", "migration/diff.ts", "export { from } from \"../query/Query.ts\""],
    ["a database", "session/Session.ts", "import { dialect } from \"../duckdb/dialect.ts\""],
    ["the other database", "postgres/Postgres.ts", "import { pool } from \"../duckdb/pool.ts\""],
    ["a query, from a database", "duckdb/DuckDb.ts", "import { Query } from \"../query/Query.ts\""],
    ["effect/sql", "query/Query.ts", "import * as SqlClient from \"effect/sql/SqlClient\""],
    ["DuckDB", "session/Session.ts", "import { DuckDBInstance } from \"@duckdb/node-api\""],
    ["PostgreSQL", "duckdb/DuckDb.ts", "import { PgClient } from \"@effect/sql-pg\""]
  ])("refuses a file that imports %s", (_, file, text) => {
    assert.lengthOf(violations({ [file]: `/** What it is for. */\n${text}\n` }), 1)
  })

  it.each([
    ["an unknown floor", "plugins/Plugin.ts", ""],
    ["a vague name", "sql/utils.ts", ""],
    ["a vague folder", "sql/internal/render.ts", ""],
    ["types.ts outside the databases", "sql/types.ts", ""],
    ["an index per folder", "sql/index.ts", ""],
    ["more than 400 lines", "sql/compile.ts", "\n".repeat(400) + "export {}"]
  ])("refuses %s", (_, file, text) => {
    assert.lengthOf(violations({ [file]: `/** What it is for. */\n${text}\n` }), 1)
  })

  it("refuses a file without an opening sentence", () => {
    assert.lengthOf(violations({ "sql/ast.ts": "export const ast = 1\n" }), 1)
  })

  it("allows what goes down", () => {
    const text = "/**\n * What it is for: `import { run } from \"../query/Query.ts\"`\n */\n" +
      "import * as SqlClient from \"effect/sql/SqlClient\"\nimport { DuckDBInstance } from \"@duckdb/node-api\"\n" +
      "import type { Dialect } from \"../sql/Dialect.ts\"\nimport { types } from \"./types.ts\"\n"
    assert.deepStrictEqual(violations({ "duckdb/dialect.ts": text, "duckdb/types.ts": "/** Types. */\n" }), [])
  })
})
