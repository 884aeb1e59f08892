/**
 * Models that are read from a database compile, want exactly what is there but for what they say they can't say, and read its rows.
 */
import { assert, it } from "@effect/vitest"
import { Query, Session } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { differences } from "../../../src/migration/comparing/differences.ts"
import { withViews } from "../../../src/migration/pulling/pull.ts"
import { renderModels } from "../../../src/migration/pulling/renderModels.ts"
import * as Live from "../../../src/session/Database.ts"
import { creation } from "../../../src/sql/creation.ts"
import { tableName } from "../../../src/sql/tableName.ts"
import type { Database } from "../../contract/Subject.ts"
import { compilerOutput, ignoredIn, importModels, projectDirectory, writeFiles } from "../modelFiles.ts"
import { type Dataset, datasets } from "./pulledDatasets.ts"

/** Each in a database of its own. */
export const pulled = (name: string, database: () => Database, key: "duckdb" | "postgres") => {
  for (const dataset of datasets) {
    it.live(
      `${name}: models of ${dataset.name} compile, differ in nothing from the database, and read its rows`,
      () => Effect.provide(roundTrip(dataset, key), database()),
      120_000
    )
  }
}

const roundTrip = Effect.fnUntraced(function*(dataset: Dataset, key: "duckdb" | "postgres") {
  yield* made(dataset, key)
  const sql = yield* SqlClient.SqlClient
  const { dialect } = yield* Live.Database
  const { structure, views } = yield* withViews()
  const directory = yield* projectDirectory
  writeFiles(directory, renderModels(structure, dialect, { views }).files)
  assert.strictEqual(compilerOutput(directory), "")

  const { models, module } = yield* Effect.promise(() => importModels(directory))
  const ignore = ignoredIn(module)
  const { enums, sequences } = structure
  assert.deepStrictEqual(yield* differences(models, { enums, sequences, views: structure.views, ignore }), [])
  assert.deepStrictEqual(ignore.toSorted(), (dataset.ignored?.[key] ?? []).toSorted())

  assert.strictEqual(models.length, structure.tables.length)
  for (const [index, model] of models.entries()) {
    const table = structure.tables[index] ?? { name: "" }
    const rows = yield* sql<{ readonly count: number | bigint }>`SELECT count(*) AS count FROM ${
      sql.literal(tableName(table, dialect))
    }`
    const read = yield* Query.from(model).all
    assert.strictEqual(read.length, Number(rows[0]?.count), table.name)
    assert.strictEqual(read.length > 0, (dataset.fill ?? []).length > 0, table.name)
  }
})

/** Makes the tables and fills them. */
const made = Effect.fnUntraced(
  function*({ fill = [], models = [], ...statements }: Dataset, key: "duckdb" | "postgres") {
    const sql = yield* SqlClient.SqlClient
    yield* Session.createTables(models)
    for (const statement of statements[key]) yield* sql.unsafe(statement)
    if (key === "duckdb") {
      for (const statement of fill) yield* sql.unsafe(statement)
      return
    }
    const { tables } = yield* Effect.flatMap(Live.Database, ({ introspect }) => introspect)
    const ordered = creation(tables).flatMap((operation) =>
      operation._tag === "CreateTable" ? [operation.table.name] : []
    )
    const rows = yield* Effect.gen(function*() {
      const duckdb = yield* SqlClient.SqlClient
      yield* Session.createTables(models)
      for (const statement of [...statements.duckdb, ...fill]) yield* duckdb.unsafe(statement)
      return yield* Effect.forEach(
        ordered,
        (table) => duckdb<{ readonly rows: string | null }>`SELECT to_json(list(t)) AS rows FROM ${duckdb(table)} AS t`
      )
    }).pipe(Effect.provide(TestDatabase.layer([])), Effect.when(Effect.succeed(fill.length > 0)))
    for (const [index, [row]] of (rows._tag === "Some" ? rows.value : []).entries()) {
      const table = sql(ordered[index] ?? "")
      yield* sql`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, ${row?.rows}::json)`
    }
  }
)
