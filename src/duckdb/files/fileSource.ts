/**
 * Finds the files behind a path, and how their columns become those of a model.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { Table } from "../../model/Table.ts"
import type { Database } from "../../session/Database.ts"
import { FileFailed, FileMismatch } from "../../session/FileError.ts"
import type { ReadError } from "../../session/OrmError.ts"
import { quoted } from "../../sql/quoted.ts"
import { compareCsv } from "./csvFiles.ts"
import { type Format, formatOf, patternOf } from "./fileFormat.ts"
import type { Compare, Compared, ReadOptions } from "./filePart.ts"
import { ask } from "./fileQuery.ts"
import { compareJson } from "./jsonFiles.ts"
import { compareParquet, countOwn } from "./parquetFiles.ts"

/** The files behind a path. */
export interface Source {
  readonly path: string
  /** What DuckDB finds the files by. */
  readonly pattern: string
  readonly parts: ReadonlyArray<Compared>
  /** Whether all of them were written by this very model. */
  readonly isOwn: boolean
}

/** The most differences that are told. */
const mostDifferences = 100

const compare: Readonly<Record<Format, Compare>> = { parquet: compareParquet, csv: compareCsv, json: compareJson }

/** Opens the files behind a path for a model; its columns are compared, and no row is read yet. */
export const open = Effect.fnUntraced(function*(
  table: Table,
  path: string,
  options: ReadOptions
): Effect.fn.Return<Source, FileFailed | FileMismatch | ReadError, Database | SqlClient> {
  if (path.includes("\0")) return yield* new FileFailed({ path, reason: "no path holds a NUL character" })
  const format = options.format ?? formatOf(path) ?? "parquet"
  const pattern = patternOf(path, format)
  const listed = yield* ask<{ file: string }>(path, `SELECT file FROM glob(${quoted(pattern)}) ORDER BY file`, {
    file: { _tag: "Text" }
  })
  if (listed.length === 0) return yield* new FileFailed({ path, reason: "there is no such file" })
  const files = listed.map(({ file }) => file)

  const parts = yield* compare[format](table, path, files, options)
  const all = parts.flatMap(({ differences }) => differences)
  if (all.length > 0) {
    return yield* new FileMismatch({
      model: table.model.identifier,
      path,
      differences: all.slice(0, mostDifferences)
    })
  }
  const isOwn = format === "parquet" && (yield* countOwn(table, path, files)) === files.length
  return { path, pattern, parts, isOwn }
})
