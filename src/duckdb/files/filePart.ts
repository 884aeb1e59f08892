/**
 * Files with the same columns, compared with a model's.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { Table, TableColumn } from "../../model/Table.ts"
import type { Database } from "../../session/Database.ts"
import type { ColumnDifference, FileFailed } from "../../session/FileError.ts"
import type { ReadError } from "../../session/OrmError.ts"
import type { Conversion } from "./fileColumn.ts"
import type { Format } from "./fileFormat.ts"
import { columnType } from "../types.ts"

/**
 * How files are read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadOptions {
  /** The format, where the path's ending doesn't name it. */
  readonly format?: Format
  /** What stands between the cells of a CSV file; a comma by default. */
  readonly delimiter?: string
  /** What is done with columns that the model doesn't have; they are refused by default. */
  readonly extraColumns?: "refuse" | "ignore"
  /** Whether columns that may be null may be missing in some Parquet files, where they are null then. */
  readonly unionByName?: boolean
}

/** Files whose columns are alike: what is selected from, and how each column of the model is made of theirs. */
export interface Part {
  readonly files: ReadonlyArray<string>
  readonly from: string
  /** The expression of the file that a row is from. */
  readonly file: string
  /** The expression of a row's number in its file. */
  readonly row: string
  /** The condition of a row that is none at all. */
  readonly noRow: string
  readonly columns: ReadonlyMap<string, PartColumn>
}

/** A column of the model, as it is made of what files have. */
interface PartColumn extends Conversion {
  /** The expression of what the file has. */
  readonly found: string
  /** Whether the conversion holds for every value of the file's type. */
  readonly always: boolean
}

/** A column of a file. */
interface FoundColumn {
  readonly name: string
  /** Its type, for people. */
  readonly type: string
  /** Nothing where its type has nothing in common with the model's. */
  readonly made: PartColumn | undefined
}

/** Files, and in what they differ from the model. */
export interface Compared {
  readonly part: Part
  readonly found: ReadonlyArray<FoundColumn>
  readonly differences: ReadonlyArray<ColumnDifference>
}

/** Compares the columns of files with the model's, in the way of their format. */
export type Compare = (
  table: Table,
  path: string,
  files: ReadonlyArray<string>,
  options: ReadOptions
) => Effect.Effect<ReadonlyArray<Compared>, FileFailed | ReadError, Database | SqlClient>

/** What files have, beside what the model has; `mayLack` says which of its columns may be missing. */
export const compared = (
  table: Table,
  place: Omit<Part, "columns">,
  found: ReadonlyArray<FoundColumn>,
  { extraColumns = "refuse" }: ReadOptions,
  mayLack: (column: TableColumn) => boolean
): Compared => {
  const [file = ""] = place.files
  const missing = table.columns.flatMap((column): ReadonlyArray<ColumnDifference> => {
    const { name, type } = column
    const there = found.find((other) => other.name === name)
    if (there?.made !== undefined) return []
    if (there !== undefined) return [{ file, column: name, expected: columnType(type), found: there.type }]
    return column.generated || column.computed || mayLack(column)
      ? []
      : [{ file, column: name, expected: columnType(type) }]
  })
  const extra = found
    .filter(({ name }) => extraColumns === "refuse" && columnNamed(table, name) === undefined)
    .map(({ name, type }) => ({ file, column: name, found: type }))
  const columns = new Map(found.flatMap(({ made, name }) => made === undefined ? [] : [[name, made] as const]))
  return { part: { ...place, columns }, found, differences: [...missing, ...extra] }
}

/** The column of this name, if the table has one. */
export const columnNamed = (table: Table, name: string): TableColumn | undefined =>
  table.columns.find((column) => column.name === name)
