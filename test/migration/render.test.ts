/**
 * A revision that is written into a file is the same when it is read from there.
 */
import { assert, describe, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dialect } from "../../src/postgres/dialect.ts"
import { diff } from "../../src/migration/comparing/diff.ts"
import { renaming } from "../../src/migration/comparing/renames.ts"
import { rendered, type Written } from "../../src/migration/files/render.ts"
import { fileName, newId, renderedSql } from "../../src/migration/files/revisionFile.ts"
import type { Operation } from "../../src/sql/operation.ts"
import { pairs } from "./randomChange.ts"

const written = (options: Migration.Options & { readonly up: ReadonlyArray<Operation> }): Written => {
  const { down, up: _, ...rest } = Migration.make(options)
  return { ...rest, up: options.up, down: down?.filter((step) => step._tag !== "Run") }
}

/** A directory within the project, where files find it by its name. */
const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(import.meta.dirname, ".rendered-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const imported = Effect.fnUntraced(function*(name: string, revision: Written) {
  const file = join(yield* directory, `${name}.ts`)
  writeFileSync(file, rendered(revision))
  const found: unknown = yield* Effect.promise((): Promise<unknown> => import(file))
  return Predicate.hasProperty(found, "default") ? found.default : undefined
})

/** Without what is undefined, which means what is not there. */
const told = (revision: unknown): unknown => JSON.parse(JSON.stringify(revision))

/** All that a revision can do, with all that can be said of it. */
const everything: ReadonlyArray<Operation> = [
  Migration.createSchema("sales"),
  Migration.createEnum({ name: "mood", values: ["so-so", "it's \"ok\""] }),
  Migration.changeEnum({ name: "mood", values: ["a"] }, { schema: "sales", name: "mood", values: ["b"] }),
  Migration.createSequence({ name: "numbers", start: 1, increment: 5 }),
  Migration.createTable({
    schema: "sales",
    name: "books",
    columns: [
      Migration.column("id", Type.int64, { identity: true }),
      ...[
        Type.text,
        Type.textOf({ least: 1, most: 9 }),
        Type.int8,
        Type.int16,
        Type.int32,
        Type.int128,
        Type.uint8,
        Type.uint16,
        Type.uint32,
        Type.uint64,
        Type.uint128,
        Type.float,
        Type.double,
        Type.decimal(12, 2),
        Type.boolean,
        Type.date,
        Type.time,
        Type.timestamp,
        Type.timestampZoned,
        Type.interval,
        Type.uuid,
        Type.blob,
        Type.json,
        Type.oneOf("a", "it's `b` ${c}"),
        Type.list(Type.nullable(Type.text)),
        Type.list(Type.int32, 3),
        Type.struct(["street", Type.text], ["house number", Type.nullable(Type.int16)]),
        Type.map(Type.text, Type.nullable(Type.list(Type.date))),
        Type.custom(Type.text, { duckdb: "inet", postgres: "inet" })
      ].map((type, index) =>
        Migration.column(`column ${index}`, type, { nullable: index % 2 === 0, comment: "é\n`2`" })
      ),
      Migration.column("total", Type.int64, { nullable: true, generated: { duckdb: "a + 1", postgres: "(a + 1)" } })
    ],
    primaryKey: { name: "books_pkey", columns: ["id"] },
    uniques: [{ columns: ["column 0", "column 1"] }],
    checks: [{ name: "positive", condition: "id > 0" }, { condition: "id < 9" }],
    foreignKeys: [{ columns: ["id"], references: { name: "authors" }, targets: ["id"], onDelete: "cascade" }],
    indexes: [{ name: "by column", on: ["lower(\"column 0\")"], unique: true, where: "id > 1" }],
    comment: "what it is"
  }),
  Migration.createTable({ database: "other", name: "bare", columns: [] }),
  Migration.renameTable({ schema: "sales", name: "books" }, "works"),
  Migration.addColumn("works", Migration.column("price", Type.decimal(12, 2), { default: "0" })),
  Migration.dropColumn("works", Migration.column("price", Type.decimal(12, 2))),
  Migration.renameColumn("works", "title", "heading"),
  Migration.changeColumn("works", {
    from: Migration.column("a", Type.text),
    to: Migration.column("a", Type.int32, { nullable: true }),
    using: "length(a)",
    back: "repeat('x', a)"
  }),
  Migration.addPrimaryKey("works", { columns: ["id"] }),
  Migration.addUnique("works", { name: "unique", columns: ["id"] }),
  Migration.addCheck("works", { name: "check", condition: "id > 0" }),
  Migration.addForeignKey("works", { columns: ["a"], references: { schema: "sales", name: "b" }, targets: ["c"] }),
  Migration.createIndex("works", "plain", ["id", { duckdb: "a", postgres: "b" }]),
  Migration.createIndex("works", "of a part", ["id"], { where: "id > 0" }),
  Migration.comment("works", { to: "books" }),
  Migration.comment("works", { column: "id", from: "it's", to: "\"it\"" }),
  Migration.createView({ name: "view", sql: "SELECT `a`,\n  '\\${b}'\nFROM works", reads: [{ name: "works" }] }),
  Migration.execute("UPDATE works SET a = 1\r\n", "UPDATE works SET a = 0")
]

describe("a revision as TypeScript", () => {
  it.effect("is the same when it is imported, whatever it does and wherever it goes back", () =>
    Effect.gen(function*() {
      const both = { id: "8f2c41d09a7b", name: "all that there is", up: everything }
      const revisions = [
        written(both),
        written({ ...both, parents: ["a"], labels: ["b"], dependsOn: ["c", "d"], transaction: false }),
        written({ ...both, down: "irreversible" }),
        written({ ...both, up: [], down: everything }),
        written({ ...both, up: written(both).down ?? [] }),
        written({ id: "a", up: [Migration.execute("DELETE FROM works")] })
      ]
      yield* Effect.forEach(revisions, (revision, index) =>
        Effect.gen(function*() {
          assert.deepStrictEqual(told(yield* imported(`all_${index}`, revision)), told(revision))
        }))
    }).pipe(Effect.scoped))

  it.effect("is the same when it is imported, of any two structures", () =>
    Effect.gen(function*() {
      const some = yield* Arbitrary.sampleEffect(pairs(dialect), { count: 40 })
      yield* Effect.forEach(some, ({ from, renames, to }, index) =>
        Effect.gen(function*() {
          const moves = Result.getOrThrow(renaming(from, to, renames))
          const revision = written({ id: String(index), up: diff(from, to, { dialect, renames: moves }) })
          assert.deepStrictEqual(told(yield* imported(`pair_${index}`, revision)), told(revision))
        }))
    }).pipe(Effect.scoped))

  it("is what a person would write", () => {
    const { up } = Migration.make({
      id: "",
      up: [
        Migration.addColumn("books", Migration.column("price", Type.decimal(12, 2), { default: "0" })),
        Migration.createTable({
          name: "authors",
          columns: [
            Migration.column("id", Type.int64, { identity: true }),
            Migration.column("name", Type.text, { comment: "As it is printed on the cover." })
          ],
          primaryKey: { columns: ["id"] }
        })
      ]
    })
    const revision = written({
      id: "8f2c41d09a7b",
      name: "books have prices",
      parents: ["1d0b7c3e55aa"],
      up: up.filter((step) => step._tag !== "Run")
    })
    assert.strictEqual(
      rendered(revision),
      `import { Migration, Type } from "andamios-orm"

export default Migration.make({
  id: "8f2c41d09a7b",
  name: "books have prices",
  parents: ["1d0b7c3e55aa"],
  up: [
    Migration.addColumn("books", Migration.column("price", Type.decimal(12, 2), { default: "0" })),
    Migration.createTable({
      name: "authors",
      columns: [
        Migration.column("id", Type.int64, { identity: true }),
        Migration.column("name", Type.text, { comment: "As it is printed on the cover." })
      ],
      primaryKey: { columns: ["id"] }
    })
  ]
})
`
    )
    assert.notInclude(rendered(written({ id: "a", up: [Migration.createSchema("sales")] })), "Type")
  })
})

describe("a revision as SQL", () => {
  it("is a pair of files, the first of which says what it is", () => {
    const revision = written({
      id: "8f2c",
      name: "books\nhave prices",
      parents: ["1d0b", "77aa"],
      up: [],
      transaction: false
    })
    assert.deepStrictEqual(renderedSql(revision, { up: ["SELECT 1", "SELECT 2"], down: ["SELECT 3"] }), {
      up:
        "-- revision: 8f2c\n-- name: books have prices\n-- parents: 1d0b, 77aa\n-- transaction: no\n\nSELECT 1;\n\nSELECT 2;\n",
      down: "SELECT 3;\n"
    })
    assert.deepStrictEqual(
      renderedSql(written({ id: "a", labels: ["b"], dependsOn: ["c"], up: [] }), { up: [], down: undefined }),
      {
        up: "-- revision: a\n-- labels: b\n-- depends-on: c\n\n",
        down: undefined
      }
    )
  })

  it("is none where a statement takes what a query answers", () => {
    const ask = { ask: "SELECT 1", sql: "CREATE SEQUENCE a START {answer}" }
    assert.throws(() => renderedSql(written({ id: "a", up: [] }), { up: [ask], down: [] }), /TypeScript/)
  })
})

describe("a new revision", () => {
  it.effect("has an id of its own and a file that tells when it was made and what it does", () =>
    Effect.gen(function*() {
      const ids = yield* Effect.all(Array.from({ length: 100 }, () => newId))
      assert.lengthOf(new Set(ids), 100)
      assert.isTrue(ids.every((id) => /^[0-9a-f]{12}$/.test(id)))
      const at = DateTime.makeUnsafe("2026-11-29T01:45:07.890Z")
      assert.strictEqual(fileName(at, { id: "8f2c", name: "Bücher: 2 preise!" }), "20261129014507_8f2c_bucher_2_preise")
      assert.strictEqual(fileName(at, { id: "8f2c", name: "本" }), "20261129014507_8f2c")
    }))
})
