/**
 * Every change of a table on DuckDB, whatever depends on the table: rows stay, the structure is the one that was asked for, and the file
 * opens again.
 */
import { assert, it } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import { DuckDb } from "andamios-orm/duckdb"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { describe } from "vitest"
import { planSteps } from "../../src/migration/planning/planSteps.ts"
import { dialect } from "../../src/duckdb/dialect.ts"
import type { Operation } from "../../src/sql/operation.ts"
import type { Structure } from "../../src/sql/Structure.ts"
import { carryOut, introspected, rowsOf, sql } from "../migration/carryOut.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** What a table `t` with the columns `id`, `n` and `s` can be surrounded by. */
const surroundings: Readonly<Record<string, ReadonlyArray<string>>> = {
  "a plain table": ["CREATE TABLE t (id INTEGER NOT NULL, n INTEGER, s VARCHAR, m SMALLINT)"],
  "a table with indexes": [
    "CREATE TABLE t (id INTEGER NOT NULL, n INTEGER, s VARCHAR, m SMALLINT)",
    "CREATE INDEX t_n ON t (n)",
    "CREATE UNIQUE INDEX t_lower ON t ((m + 1))"
  ],
  "a table with keys and checks": [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, s VARCHAR, m SMALLINT, CHECK ((n > 0) AND 't_n' <> ''))"
  ],
  "a table with a view": [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s VARCHAR, m SMALLINT)",
    "CREATE VIEW v AS SELECT id FROM t"
  ],
  "a parent": [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, s VARCHAR, m SMALLINT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id))",
    "CREATE INDEX child_t ON child (t)"
  ],
  "a child": [
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "INSERT INTO parent VALUES (10), (20), (30)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER REFERENCES parent (id), s VARCHAR, m SMALLINT)"
  ],
  "a table that refers to itself": [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, s VARCHAR, m SMALLINT, boss INTEGER REFERENCES t (id), up INTEGER REFERENCES t (n))"
  ],
  "the middle of three": [
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "INSERT INTO parent VALUES (10), (20), (30)",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER REFERENCES parent (id), s VARCHAR, m SMALLINT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id))"
  ],
  "a numbered table": [
    "CREATE SEQUENCE t_id_seq START 4",
    "CREATE TABLE t (id INTEGER PRIMARY KEY DEFAULT nextval('\"t_id_seq\"'), n INTEGER, s VARCHAR, m SMALLINT)"
  ]
}

const rows = [
  "INSERT INTO t (id, n, s, m) VALUES (1, 10, 'one', 1)",
  "INSERT INTO t (id, n, s, m) VALUES (2, 20, 'two', 2), (3, NULL, 'three', NULL)"
]

const { addCheck, addColumn, addForeignKey, addUnique, changeColumn, column } = Migration
const small = column("m", Type.int16, { nullable: true })
const text = column("s", Type.text, { nullable: true })

/** Each change of `t`, where there is what it changes. */
const changes: Readonly<Record<string, ReadonlyArray<Operation>>> = {
  "a column is added": [addColumn("t", column("more", Type.text, { nullable: true }))],
  "a column is added that is never null": [addColumn("t", column("more", Type.int64, { default: "7" }))],
  "a column is added that the database makes": [
    addColumn("t", column("key", Type.uuid, { default: "uuid()", comment: "its key" }))
  ],
  "a computed column is added": [
    addColumn("t", column("double", Type.int32, { nullable: true, generated: "(n * 2)" }))
  ],
  "a numbered column is added": [addColumn("t", column("number", Type.int64, { identity: true }))],
  "a column is dropped": [Migration.dropColumn("t", text)],
  "a column is renamed": [Migration.renameColumn("t", "s", "text")],
  "the key is renamed": [Migration.renameColumn("t", "id", "key")],
  "the table is renamed": [Migration.renameTable("t", "u")],
  "a type changes": [changeColumn("t", { from: small, to: { ...small, type: Type.int64 } })],
  "a type changes by an expression": [
    changeColumn("t", {
      from: text,
      to: { ...text, type: Type.int32 },
      using: "length(s) + id",
      back: "'x' || s"
    })
  ],
  "a column is never null": [changeColumn("t", { from: text, to: { ...text, nullable: false } })],
  "a default is given": [changeColumn("t", { from: text, to: { ...text, default: "'none'" } })],
  "a unique key is added": [addUnique("t", { columns: ["s", "n"] })],
  "a check is added": [addCheck("t", { name: "t_s", condition: "(length(s) > 1)" })],
  "a reference is added": [
    Migration.createTable({ name: "lone", columns: [column("id", Type.int32)], primaryKey: { columns: ["id"] } }),
    addColumn("t", column("lone", Type.int32, { nullable: true })),
    addForeignKey("t", { columns: ["lone"], references: { name: "lone" }, targets: ["id"] })
  ],
  "an index is created": [Migration.createIndex("t", "t_s", ["s"])],
  "a comment is made": [
    Migration.comment("t", { to: "it's" }),
    Migration.comment("t", { column: "n", to: "a number" })
  ],
  "all at once": [
    addColumn("t", column("more", Type.text, { default: "'m'" })),
    changeColumn("t", {
      from: text,
      to: { ...text, type: Type.int32 },
      using: "length(s)",
      back: "CAST(s AS VARCHAR)"
    }),
    Migration.renameColumn("t", "s", "size"),
    addUnique("t", { columns: ["id", "size"] }),
    Migration.renameTable("t", "u"),
    Migration.createIndex("u", "u_more", ["more"])
  ]
}

/** The order of columns and the like means nothing. */
const sorted = (structure: Structure) => ({
  ...structure,
  tables: structure.tables.map((table) => ({
    ...table,
    columns: table.columns.toSorted((a, b) => a.name.localeCompare(b.name)),
    uniques: table.uniques.map(({ columns }) => ({ columns })).toSorted((a, b) =>
      a.columns.join().localeCompare(b.columns.join())
    )
  })).toSorted((a, b) => a.name.localeCompare(b.name))
})

const inFile = (path: string) => DuckDb.layer({ path: join(path, "alterations.duckdb") })
const inMemory = TestDatabase.layer([])

const levels = "SELECT id, n, s, m FROM t ORDER BY id"

/** Makes the table with its surrounding, and rows in all. */
const filled = Effect.fnUntraced(function*(surrounding: string) {
  yield* sql(...surroundings[surrounding] ?? [], ...rows)
  if (surrounding === "a table that refers to itself") {
    yield* sql(
      "INSERT INTO t VALUES (4, 40, 'four', 4, 1, 20)",
      "INSERT INTO t VALUES (5, NULL, 'five', 5, 4, 40), (6, NULL, 'six', NULL, NULL, 40)",
      "INSERT INTO t VALUES (7, 70, 'seven', 7, 6, NULL)"
    )
  }
  if (hasChildren.includes(surrounding)) yield* sql("INSERT INTO child VALUES (1, 1), (2, 2)")
})

const hasChildren = ["a parent", "the middle of three"]

describe.each(Object.keys(surroundings))("DuckDB: changes of %s", (surrounding) => {
  it.effect.each(Object.keys(changes))("%s, and back", (change) =>
    Effect.gen(function*() {
      const steps = changes[change] ?? []
      const path = yield* temporaryDirectory
      const reopened = Effect.provide(inFile(path), { local: true })
      const { after, before, told } = yield* Effect.gen(function*() {
        yield* filled(surrounding)
        const structure = yield* introspected
        const values = yield* rowsOf(levels)
        yield* carryOut(steps)
        const found = yield* introspected
        assert.deepStrictEqual(sorted(found), sorted(planSteps(steps, structure, dialect).after))
        return { after: found, before: structure, told: values }
      }).pipe(reopened)
      yield* Effect.gen(function*() {
        assert.deepStrictEqual(yield* introspected, after)
        const name = steps.some(({ _tag }) => _tag === "RenameTable") ? "u" : "t"
        assert.strictEqual((yield* rowsOf(`SELECT 1 FROM ${name}`)).length, told.length)
        yield* carryOut(Migration.reversed<never>(steps) ?? [])
        assert.deepStrictEqual(sorted(yield* introspected), sorted(before))
        const keepsAll = steps.every((step) => step._tag !== "DropColumn" && !("using" in step))
        if (keepsAll) assert.deepStrictEqual(yield* rowsOf(levels), told)
      }).pipe(reopened)
      yield* stillWhole(surrounding).pipe(reopened)
    }).pipe(Effect.scoped))

  it.effect.each(Object.keys(changes))(
    "%s, after rows were written in the same transaction",
    (change) =>
      Effect.gen(function*() {
        const steps = changes[change] ?? []
        yield* filled(surrounding)
        const before = yield* introspected
        yield* carryOut([
          Migration.execute("UPDATE t SET s = s || s WHERE id = 2"),
          ...steps,
          Migration.execute("SELECT 1"),
          ...Migration.reversed<never>(steps) ?? []
        ])
        assert.deepStrictEqual(sorted(yield* introspected), sorted(before))
        yield* stillWhole(surrounding)
      }).pipe(Effect.provide(inMemory, { local: true }))
  )
})

/** What depended on the table still holds, and nothing of what it was is in the way. */
const stillWhole = Effect.fnUntraced(function*(surrounding: string) {
  yield* sql("UPDATE t SET s = s WHERE id = 3", "DELETE FROM t WHERE id = 3")
  assert.deepStrictEqual(yield* rowsOf("SELECT id FROM t WHERE id = 3"), [])
  if (hasChildren.includes(surrounding)) {
    assert.strictEqual((yield* rowsOf("FROM child")).length, 2)
    assert.strictEqual((yield* Effect.flip(sql("DELETE FROM t WHERE id = 1")))._tag, "StillReferenced")
    yield* sql("DELETE FROM child", "DELETE FROM t")
  }
  if (surrounding === "a numbered table") {
    yield* sql("INSERT INTO t (s) VALUES ('next')")
    assert.deepStrictEqual(yield* rowsOf("SELECT id FROM t WHERE s = 'next'"), ["{'id': 4}"])
  }
})
