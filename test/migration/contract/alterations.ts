/**
 * Changes of tables with rows in them, several at once and between changes of rows, and back again.
 */
import { assert, layer } from "@effect/vitest"
import { Migration, Type } from "andamios-orm"
import * as Effect from "effect/Effect"
import { Database } from "../../../src/session/Database.ts"
import { inDependencyOrder } from "../../../src/sql/creation.ts"
import type { Database as Layered } from "../../contract/Subject.ts"
import { carryOut, introspected, rowsOf, sql } from "../carryOut.ts"

const {
  addCheck,
  addColumn,
  addForeignKey,
  addUnique,
  changeColumn,
  changeEnum,
  column,
  createTable,
  dropTable,
  execute,
  renameColumn,
  renameTable
} = Migration

const shelf = {
  name: "shelves",
  columns: [column("id", Type.int32), column("label", Type.text)],
  primaryKey: { columns: ["id"] }
}
const works = {
  name: "works",
  columns: [
    column("id", Type.int64, { identity: true }),
    column("title", Type.text),
    column("shelf", Type.int32, { nullable: true }),
    column("before", Type.int64, { nullable: true })
  ],
  primaryKey: { columns: ["id"] },
  foreignKeys: [
    { columns: ["shelf"], references: { name: "shelves" }, targets: ["id"], name: "works_shelf" },
    { columns: ["before"], references: { name: "works" }, targets: ["id"], name: "works_before" }
  ]
}

/** Takes away what the one before has left. */
const clear = Effect.gen(function*() {
  const { enums, tables } = yield* introspected
  yield* carryOut([
    ...inDependencyOrder(tables).toReversed().map(dropTable),
    ...enums.map(Migration.dropEnum)
  ])
})

const fill = Effect.gen(function*() {
  yield* clear
  yield* carryOut([createTable(shelf), createTable(works)])
  yield* sql(
    "INSERT INTO shelves VALUES (1, '10'), (2, '20')",
    "INSERT INTO works (title, shelf) VALUES ('Emma', 1), ('Ulysses', NULL)",
    "INSERT INTO works (title, shelf, \"before\") VALUES ('Persuasion', 2, 1)",
    "INSERT INTO works (title, shelf, \"before\") VALUES ('Sanditon', 2, 3)"
  )
})

const titles = (table: string, key = "id") =>
  rowsOf(
    `SELECT concat_ws(' ', ${key}, title, shelf, "before") AS row FROM ${table} ORDER BY ${key}`
  )

export const alterations = (name: string, database: Layered) =>
  layer(database, { timeout: "60 seconds" })(`${name}: changes of tables`, (it) => {
    it.effect("a table goes under another name with its key, its numbers go on, and what refers to it follows", () =>
      Effect.gen(function*() {
        yield* fill
        const before = yield* titles("works")
        const steps = [
          renameTable("works", "books"),
          renameColumn("books", "id", "number"),
          renameColumn("shelves", "id", "place")
        ]
        yield* carryOut(steps)
        assert.deepStrictEqual(yield* titles("books", "number"), before)
        yield* sql("INSERT INTO books (title, shelf, \"before\") VALUES ('Lady Susan', 1, 4)")
        assert.match((yield* titles("books", "number"))[4] ?? "", /5 Lady Susan 1 4/)
        assert.strictEqual(
          (yield* Effect.flip(sql("INSERT INTO books (title, shelf) VALUES ('Nowhere', 3)")))._tag,
          "ForeignKeyViolation"
        )
        yield* carryOut(Migration.reversed<never>(steps) ?? [])
        yield* sql("INSERT INTO works (title) VALUES ('The Watsons')")
        assert.strictEqual((yield* rowsOf("SELECT id FROM works WHERE id > 5")).length, 1)
      }))

    it.effect("several changes of one table use what those before have made", () =>
      Effect.gen(function*() {
        yield* fill
        const label = { name: "label", type: Type.text, nullable: false }
        const steps = [
          addColumn("shelves", column("height", Type.int32, { default: "7" })),
          changeColumn("shelves", {
            from: label,
            to: { ...label, type: Type.int32 },
            using: "CAST(label AS INTEGER) + height",
            back: "CAST(label - 7 AS VARCHAR)"
          }),
          changeColumn("shelves", {
            from: column("height", Type.int32, { default: "7" }),
            to: column("height", Type.int64, { default: "8" }),
            using: "label * 2"
          }),
          renameColumn("shelves", "label", "width"),
          addUnique("shelves", { name: "shelves_width", columns: ["width"] }),
          addCheck("shelves", { name: "shelves_height", condition: "height > 1" })
        ]
        yield* carryOut(steps)
        assert.deepStrictEqual(
          yield* rowsOf("SELECT concat_ws(' ', id, width, height) AS row FROM shelves ORDER BY id"),
          yield* rowsOf("SELECT '1 17 34' AS row UNION ALL SELECT '2 27 54'")
        )
        assert.strictEqual(
          (yield* Effect.flip(sql("INSERT INTO shelves (id, width) VALUES (3, 17)")))._tag,
          "UniqueViolation"
        )
        yield* carryOut(Migration.reversed<never>(steps) ?? [])
        assert.deepStrictEqual(
          yield* rowsOf("SELECT concat_ws(' ', id, label) AS row FROM shelves ORDER BY id"),
          yield* rowsOf("SELECT '1 10' AS row UNION ALL SELECT '2 20'")
        )
      }))

    it.effect("a column is added, filled by SQL, and then never null, in one transaction", () =>
      Effect.gen(function*() {
        yield* fill
        const loose = column("pages", Type.int32, { nullable: true })
        yield* carryOut([
          addColumn("works", loose),
          execute("UPDATE works SET pages = 100 + id"),
          changeColumn("works", { from: loose, to: { ...loose, nullable: false } }),
          addCheck("works", { name: "works_pages", condition: "pages > 0" })
        ])
        assert.strictEqual((yield* rowsOf("SELECT 1 FROM works WHERE pages = 100 + id")).length, 4)
        assert.strictEqual(
          (yield* Effect.flip(sql("INSERT INTO works (title) VALUES ('Empty')")))._tag,
          "CheckViolation"
        )
      }))

    it.effect("a column that is never null is refused where rows have nothing to put there, and all stays as it was", () =>
      Effect.gen(function*() {
        yield* fill
        const before = yield* introspected
        const refused = yield* Effect.flip(carryOut([
          renameColumn("shelves", "label", "name"),
          addColumn("works", column("pages", Type.int32))
        ]))
        assert.strictEqual(refused._tag, "CheckViolation")
        assert.deepStrictEqual(yield* introspected, before)
      }))

    it.effect("a table that others refer to goes with the references", () =>
      Effect.gen(function*() {
        yield* fill
        const steps = [
          Migration.dropForeignKey("works", {
            columns: ["shelf"],
            references: { name: "shelves" },
            targets: ["id"],
            name: "works_shelf"
          }),
          dropTable(shelf)
        ]
        yield* carryOut(steps)
        assert.deepStrictEqual((yield* introspected).tables.map(({ name: table }) => table), ["works"])
        yield* sql("UPDATE works SET shelf = NULL")
        yield* carryOut(Migration.reversed<never>(steps) ?? [])
        assert.strictEqual((yield* titles("works")).length, 4)
        yield* carryOut([
          addForeignKey("works", { columns: ["shelf", "id"], references: { name: "works" }, targets: ["shelf", "id"] })
        ])
          .pipe(Effect.flip)
      }))

    it.effect("an enum gets other values, and columns of it with it", () =>
      Effect.gen(function*() {
        yield* clear
        const { dialect } = yield* Database
        const [from, to] = [{ name: "mood", values: ["sad", "ok"] }, { name: "mood", values: ["sad", "ok", "happy"] }]
        const mood = Type.custom(Type.text, { duckdb: "\"mood\"", postgres: "mood" })
        yield* carryOut([
          Migration.createEnum(from),
          createTable({ name: "moods", columns: [column("id", Type.int32), column("mood", mood)] }),
          execute("INSERT INTO moods VALUES (1, 'ok')")
        ])
        yield* carryOut([changeEnum(from, to)])
        yield* sql("INSERT INTO moods VALUES (2, 'happy')")
        const { enums, tables } = yield* introspected
        assert.deepStrictEqual(enums, [to])
        assert.strictEqual(dialect.columnType(tables[0]?.columns[1]?.type ?? Type.text).replaceAll("\"", ""), "mood")
        yield* sql("DELETE FROM moods WHERE id = 2")
        yield* carryOut([changeEnum(to, from)])
        assert.deepStrictEqual((yield* introspected).enums, [from])
      }))
  })
