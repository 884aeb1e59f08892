/**
 * Parquet files: their columns have types, and their folders may have values.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Table } from "../../model/Table.ts"
import { quoted } from "../../sql/quoted.ts"
import { dialect } from "../dialect.ts"
import { fromText } from "./fileColumn.ts"
import { literals, partitionKeys } from "./fileFormat.ts"
import { columnNamed, type Compare, compared, type ReadOptions } from "./filePart.ts"
import { ask, describe } from "./fileQuery.ts"
import { hashKey, hashOf } from "./fileSchema.ts"
import { fitOf } from "./fileType.ts"

const { identifier } = dialect

/** Files with the same columns are read together. */
export const compareParquet: Compare = Effect.fnUntraced(function*(table, path, all, options) {
  const groups = yield* ask<{ files: ReadonlyArray<string> }>(
    path,
    `SELECT list(file ORDER BY file) AS files FROM (
       SELECT file_name AS file, md5(string_agg(concat_ws('|', name, type, type_length, repetition_type, num_children, converted_type,
         logical_type, scale, "precision"), chr(10))) AS shape
       FROM parquet_schema(${literals(all)}) GROUP BY file_name
     ) GROUP BY shape ORDER BY min(file)`,
    { files: { _tag: "List", element: { type: { _tag: "Text" }, nullable: false } } }
  )
  return yield* Effect.forEach(groups, ({ files }) => compareGroup(table, path, files, options))
})

const compareGroup = Effect.fnUntraced(function*(
  table: Table,
  path: string,
  files: ReadonlyArray<string>,
  options: ReadOptions
) {
  const [first = ""] = files
  const own = yield* describe(path, `SELECT * FROM read_parquet(${quoted(first)}, hive_partitioning = false) LIMIT 0`)
  const keys = new Set(
    partitionKeys(first).filter((key) => own.every(({ name }) => name !== key) && columnNamed(table, key) !== undefined)
  )
  const columns = own.map(({ name, type }) => {
    const column = columnNamed(table, name)
    const fit = column && fitOf(column.type, type, identifier(name))
    return { name, type: type.alias ?? type.toString(), made: fit && { ...fit, found: identifier(name) } }
  })
  const folders = table.columns.filter(({ name }) => keys.has(name)).map(({ name, type }) => {
    const found = identifier(name)
    return { name, type: "the name of a folder", made: { ...fromText(type, found), found, always: true } }
  })
  const from = `read_parquet(${literals(files)}, ${hive(keys)}, filename = 'andamios_file', file_row_number = true)`
  const place = { files, from, file: "andamios_file", row: "file_row_number", noRow: "FALSE" }
  return compared(
    table,
    place,
    [...columns, ...folders],
    options,
    ({ nullable }) => nullable && options.unionByName === true
  )
})

/** How DuckDB takes values out of the names of folders: as the texts that they are. */
export const hive = (keys: ReadonlySet<string>): string =>
  `hive_partitioning = ${keys.size > 0}, hive_types_autocast = false`

/** How many of the files say in their metadata that this model, as it is now, wrote them. */
export const countOwn = Effect.fnUntraced(function*(table: Table, path: string, files: ReadonlyArray<string>) {
  const [own] = yield* ask<{ files: number }>(
    path,
    `SELECT count(DISTINCT file_name) AS files FROM parquet_kv_metadata(${literals(files)})
     WHERE key = encode(${quoted(hashKey)}) AND value = encode(${quoted(hashOf(table))})`,
    { files: { _tag: "Int64", as: "number" } }
  )
  return own?.files ?? 0
})
