/**
 * The tables that are read are known, or known not to be, where DuckDB has its own ways to name what is read.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { TestDatabase } from "../../src/testing.ts"
import { numbers, rereads, run } from "../contract/rereads.ts"
import { temporaryDirectory } from "../temporaryDirectory.ts"

const prepared = Layer.effectDiscard(run(
  "CREATE TABLE loose (n INT)",
  "CREATE TABLE unread (n INT)",
  "ATTACH ':memory:' AS beside",
  "CREATE TABLE beside.away (n INT)",
  "CREATE SCHEMA deep",
  "CREATE TABLE deep.hidden (n INT)",
  "CREATE VIEW beside.view_there AS SELECT n FROM beside.main.away",
  "CREATE VIEW named(n) AS SELECT n + 0 FROM loose WHERE n IN (SELECT n FROM deep.hidden)"
)).pipe(Layer.provideMerge(TestDatabase.layer([])))

const add = (table: string) => run(`INSERT INTO ${table} VALUES (1)`)

layer(prepared, { timeout: "60 seconds" })("the tables that DuckDB reads", (it) => {
  it.effect.each(
    [
      ["FROM loose", "loose"],
      ["SELECT n FROM 'loose'", "loose"],
      ["FROM memory.main.loose SELECT n", "loose"],
      ["SELECT loose.n FROM loose", "loose"],
      ["SELECT n FROM named", "loose"],
      ["SELECT n FROM named", "deep.hidden"],
      ["SELECT n FROM beside.view_there", "beside.away"],
      ["SELECT n FROM beside.away, (VALUES (1)) AS v(x)", "beside.away"],
      ["SELECT list_sum(list_transform([n], lambda x: x + 1))::INT AS n FROM loose", "loose"],
      ["SELECT n FROM (PIVOT loose ON n USING count(*) GROUP BY n)", "loose"],
      ["SELECT range::INT AS n FROM range(2), loose", "loose"]
    ] as const
  )("are those that it names in %s: %s", ([text, table]) =>
    Effect.gen(function*() {
      const read = numbers(text)
      assert.isTrue(yield* rereads(read, add(table)))
      assert.isFalse(yield* rereads(read, add("unread")))
    }))

  it.effect("may be all where a macro is called, a text is run, or a file is read", () =>
    Effect.gen(function*() {
      const file = join(yield* temporaryDirectory, "numbers.csv")
      yield* run(
        `COPY (SELECT 1 AS n) TO '${file}' (HEADER)`,
        "CREATE MACRO counted() AS (SELECT count(*)::INT FROM loose)",
        "CREATE MACRO rows_of() AS TABLE SELECT n FROM loose",
        "CREATE VIEW of_macro AS SELECT counted() AS n",
        `CREATE VIEW of_file AS SELECT n FROM '${file}'`,
        "CREATE SEQUENCE turns"
      )
      for (
        const text of [
          "SELECT counted() AS n",
          "SELECT n FROM rows_of()",
          "SELECT n FROM of_macro",
          "SELECT n FROM of_file",
          "SELECT n FROM query_table('loose')",
          "SELECT n FROM query('SELECT n FROM loose')",
          `SELECT n FROM '${file}'`,
          `SELECT n FROM "${file}"`,
          `SELECT l.n FROM loose l, '${file}'`,
          `SELECT n FROM ('${file}' JOIN loose USING (n))`,
          `SELECT n FROM loose UNION ALL SELECT n FROM read_csv('${file}')`,
          "SELECT estimated_size::INT AS n FROM duckdb_tables() WHERE table_name = 'loose'"
        ]
      ) {
        assert.isTrue(yield* rereads(numbers(text), add("loose")), text)
        assert.isTrue(yield* rereads(numbers(text), add("unread")), text)
      }
    }).pipe(Effect.scoped))

  it.effect("may be all where a database is attached that others write to", () =>
    Effect.gen(function*() {
      yield* run("DETACH beside", "ATTACH ':memory:' AS beside", "CREATE TABLE beside.away (n INT)")
      assert.isFalse(yield* rereads(numbers("SELECT n FROM beside.away"), add("unread")))
      assert.isTrue(yield* rereads(numbers("SELECT n FROM beside.away"), add("beside.away")))
    }))
})
