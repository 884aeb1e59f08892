/**
 * A file that brings the engine down: DuckDB invalidates the whole instance on a change of its table `countries`.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { join } from "node:path"
import { temporaryDirectory } from "../temporaryDirectory.ts"

/** The statement that does it. */
export const breaking = (database: string) => `DELETE FROM ${database}.countries WHERE code = 'BR'`

/** Makes such a file, with a table of notes that is well; it is gone afterwards. */
export const brokenFile = Effect.gen(function*() {
  const path = join(yield* temporaryDirectory, "broken.duckdb")
  yield* Effect.promise(async () => {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    await connection.run("CREATE TABLE notes (text VARCHAR)")
    await connection.run("CREATE TABLE countries (code VARCHAR PRIMARY KEY)")
    await connection.run("CREATE TABLE cities (name VARCHAR, country VARCHAR REFERENCES countries (code))")
    await connection.run("INSERT INTO countries VALUES ('AR'), ('BR')")
    await connection.run("CREATE OR REPLACE TABLE cities (name VARCHAR)")
    connection.closeSync()
    instance.closeSync()
  })
  return path
})
