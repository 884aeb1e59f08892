/**
 * Asks DuckDB about files, and tells what it can't read or write as a failure of the file.
 *
 * @since 0.1.0
 */
import type { DuckDBResult } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { ColumnType } from "../../model/ColumnType.ts"
import { Database } from "../../session/Database.ts"
import { FileFailed } from "../../session/FileError.ts"
import type { ResultColumn } from "../../sql/CompiledQuery.ts"
import { toOrmError } from "../failure/failure.ts"

/** The rows of a statement of ours about the files of a path. */
export const ask = <A>(path: string, sql: string, types: Readonly<Record<keyof A & string, ColumnType>>) => {
  const columns = Object.entries<ColumnType>(types).map(([name, type], index): ResultColumn => ({
    index,
    name,
    type,
    nullable: true,
    field: undefined,
    checked: false
  }))
  const fields = columns.map((column) => [column.name, { _tag: "Value", column }] as const)
  return Effect.flatMap(
    Database,
    (database) => database.read<A>({ sql, parameters: [], columns, shape: { _tag: "Record", fields } })
  ).pipe(Effect.mapError((error) => fileFailure(path, error)))
}

/** The columns of a statement's result, with DuckDB's own types. */
export const describe = Effect.fnUntraced(function*(path: string, text: string) {
  const sql = yield* SqlClient
  const raw = yield* Effect.mapError(sql.unsafe(text).raw, (error) => fileFailure(path, toOrmError(error)))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the raw result of this client is the binding's
  const result = raw as DuckDBResult
  return result.columnNames().map((name, index) => ({ name, type: result.columnType(index) }))
})

/** A statement about files fails where one of them can't be read or written. */
export const fileFailure = <E extends { readonly _tag: string }>(path: string, error: E): E | FileFailed => {
  const isFile = error._tag === "QueryFailed" || error._tag === "ConnectionFailed"
  if (!isFile || !("reason" in error) || typeof error.reason !== "string") return error
  // DuckDB goes on with its settings and its own advice
  const [reason = ""] = error.reason.split(/\n\s*\n|\nPossible fixes/)
  return new FileFailed({ path, reason: reason.replace(/^(IO|Invalid Input) Error: /, "").trim() })
}
