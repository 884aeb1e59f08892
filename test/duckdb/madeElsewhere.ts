/**
 * A file as another program leaves it: made by the bare binding, which does what this library refuses to.
 */
import { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"

export const madeElsewhere = (path: string, statements: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(path)
    const connection = await instance.connect()
    for (const statement of statements) await connection.run(statement)
    connection.closeSync()
    instance.closeSync()
  })
