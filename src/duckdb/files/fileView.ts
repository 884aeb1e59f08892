/**
 * The view of a model's table over Parquet files.
 *
 * @since 0.1.0
 */
import type { Table } from "../../model/Table.ts"
import type { ColumnDifference } from "../../session/FileError.ts"
import { quoted } from "../../sql/quoted.ts"
import { dialect } from "../dialect.ts"
import { partitionKeys } from "./fileFormat.ts"
import type { Compared } from "./filePart.ts"
import type { Source } from "./fileSource.ts"
import { hive } from "./parquetFiles.ts"
import { columnType, travelType } from "../types.ts"

const { identifier } = dialect

/** The view's select, and where files have what can't be read without looking at each value. */
export const viewOf = (
  table: Table,
  { parts, pattern }: Source,
  unionByName: boolean
): { readonly sql: string; readonly differences: ReadonlyArray<ColumnDifference> } => {
  const [first] = parts
  const keys = new Set(partitionKeys(first?.part.files[0] ?? "").filter((key) => first?.part.columns.has(key)))
  const columns = table.columns.map(({ name, type }) => {
    const made = parts.map(({ part }) => part.columns.get(name)).find((one) => one !== undefined)
    // a filter on a cast of a folder's name is still answered by the names alone
    const value = keys.has(name) ? `CAST(${identifier(name)} AS ${travelType(type)})` : made?.value ?? "NULL"
    return `${value} AS ${identifier(name)}`
  })
  const read = `read_parquet(${quoted(pattern)}, ${hive(keys)}, union_by_name = ${unionByName})`
  return {
    sql: `SELECT ${columns.join(", ")} FROM ${read}`,
    differences: parts.flatMap((part) => [...unsure(table, part), ...(first === undefined ? [] : unlike(first, part))])
  }
}

/** Columns that fit only by luck: a view has no place to tell of a value that doesn't. */
const unsure = (table: Table, { found, part }: Compared): ReadonlyArray<ColumnDifference> => {
  const [file = ""] = part.files
  return table.columns.flatMap(({ name, type }) => {
    const there = found.find((other) => other.name === name)
    if (there?.made === undefined || there.made.always) return []
    return [{ file, column: name, expected: columnType(type), found: there.type }]
  })
}

/** Columns that some files have otherwise than the first: DuckDB would cast them, and round. */
const unlike = (first: Compared, { found, part }: Compared): ReadonlyArray<ColumnDifference> => {
  const [file = ""] = part.files
  return first.found.flatMap(({ made, name, type }) => {
    const there = found.find((other) => other.name === name)
    if (made === undefined || there === undefined || there.type === type) return []
    return [{ file, column: name, expected: type, found: there.type }]
  })
}
