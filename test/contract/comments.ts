/**
 * What a model says of its table and columns is read in the database.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import type { Database, Facts } from "./Subject.ts"

const hostile = "it's; DROP TABLE \"comments\"; -- \\ $1 /* ü 🤦\nand a line"

class Commented extends Model.Class<Commented>("Commented")({
  id: Column.comment(Column.primaryKey(Schema.Int), hostile),
  homeCity: Column.named("home \"city\"", Column.comment(Schema.String, "where they live")),
  note: Schema.String
}, { table: "comments \"of\" all", schema: "comments", comment: hostile }) {}

/** The same table as a later program would describe it. */
class Recommented extends Model.Class<Recommented>("Recommented")({
  id: Column.comment(Column.primaryKey(Schema.Int), "the key"),
  homeCity: Column.named("home \"city\"", Schema.String)
}, { table: "comments \"of\" all", schema: "comments" }) {}

class Impossible extends Model.Class<Impossible>("Impossible")({ id: Column.primaryKey(Schema.Int) }, {
  table: "comments_impossible",
  comment: "nul \0 in it"
}) {}

/** The comments of the table and of its columns, in order. */
const selects: Readonly<Record<Facts["dialect"], string>> = {
  duckdb: "SELECT comment FROM (SELECT 0 AS n, comment FROM duckdb_tables() WHERE table_name LIKE 'comments %' " +
    "UNION ALL SELECT column_index, comment FROM duckdb_columns() WHERE table_name LIKE 'comments %') ORDER BY n",
  postgres:
    "SELECT CASE WHEN n = 0 THEN obj_description(oid, 'pg_class') ELSE col_description(oid, n) END AS comment " +
    "FROM pg_class, generate_series(0, 3) AS n WHERE relname LIKE 'comments %' AND relkind IN ('r', 'p') ORDER BY n"
}

export const comments = (name: string, database: Database, { dialect }: Facts) =>
  layer(TestDatabase.layerOn(database, [Commented]), { timeout: "60 seconds" })(`${name}: comments`, (it) => {
    const stored = Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql.unsafe<{ readonly comment: string | null }>(selects[dialect])
      return rows.map(({ comment }) => comment)
    })

    it.effect("are there, whatever is in them, and a later model replaces its own", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* stored, [hostile, hostile, "where they live", null])
        yield* Session.createTables([Recommented])
        assert.deepStrictEqual(yield* stored, [hostile, "the key", "where they live", null])
      }))

    it.effect("that no statement can hold are refused", () =>
      Effect.gen(function*() {
        const refused = yield* Effect.flip(Session.createTables([Impossible]))
        assert.strictEqual(refused._tag, "Unsupported")
        assert.include(refused.message, "U+0000")
      }))
  })
