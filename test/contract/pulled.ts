/**
 * Models that are read from a database want exactly what is there, but for what they say they can't say.
 */
import { assert, it } from "@effect/vitest"
import { Structure, Table } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"
import { diff } from "../../src/migration/diff.ts"
import { ignoring } from "../../src/migration/ignoring.ts"
import { withViews } from "../../src/migration/pulling/pull.ts"
import { renderModels } from "../../src/migration/pulling/renderModels.ts"
import { Database as LiveDatabase } from "../../src/session/Database.ts"
import { compileOperation } from "../../src/sql/compileOperation.ts"
import { tableStructure } from "../../src/sql/tableStructure.ts"
import type { Database } from "../databases.ts"
import { compilerOutput, importModels, projectDirectory, writeFiles } from "../migration/modelFiles.ts"
import { type Dataset, datasets } from "./pulledDatasets.ts"

/** Each made in a database of its own, and what its models make in another. */
export const pulled = (name: string, database: () => Database, key: "duckdb" | "postgres") => {
  for (const dataset of datasets) {
    it.live(
      `${name}: models of ${dataset.name} compile, and differ in nothing from the database`,
      () => roundTrip(dataset, database, key),
      120_000
    )
  }
}

const roundTrip = Effect.fnUntraced(function*(dataset: Dataset, database: () => Database, key: "duckdb" | "postgres") {
  const directory = yield* projectDirectory
  const { live, pulled: models } = yield* Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    for (const statement of dataset[key]) yield* sql.unsafe(statement)
    const { structure, views } = yield* withViews()
    const { dialect } = yield* LiveDatabase
    return { live: structure, pulled: renderModels(structure, dialect, { views }) }
  }).pipe(Effect.provide(database()))
  writeFiles(directory, models.files)
  assert.strictEqual(compilerOutput(directory), "")
  const { models: imported, module } = yield* Effect.promise(() => importModels(directory))
  const differences = yield* Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const { dialect, introspect } = yield* LiveDatabase
    const tables = imported.map((model) => tableStructure(Table.tableOf(model), dialect))
    for (const operation of diff(Structure.empty, { ...live, tables, views: [] }, { dialect })) {
      for (const statement of compileOperation(operation, dialect)) yield* sql.unsafe(statement)
    }
    const desired = { ...(yield* introspect), views: live.views }
    return diff(live, ignoring(live, desired, { ignore: ignoredIn(module) }), { dialect })
  }).pipe(Effect.provide(database()))
  assert.deepStrictEqual(differences, [])
  assert.deepStrictEqual(ignoredIn(module).toSorted(), (dataset.ignored?.[key] ?? []).toSorted())
})

const ignoredIn = ({ ignore }: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Array.isArray(ignore) ? ignore.map(String) : []
