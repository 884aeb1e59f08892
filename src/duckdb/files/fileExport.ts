/**
 * Writes rows to files, each under another name first: what has the final name is whole.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import type { ColumnType, Slot } from "../../model/ColumnType.ts"
import type { Table, TableColumn } from "../../model/Table.ts"
import { uuidV7 } from "../../model/uuidV7.ts"
import { Database } from "../../session/Database.ts"
import { FileFailed } from "../../session/FileError.ts"
import { type ReadError, Unsupported } from "../../session/OrmError.ts"
import type { CompiledQuery, ResultColumn } from "../../sql/CompiledQuery.ts"
import { quoted } from "../../sql/quoted.ts"
import { dialect } from "../dialect.ts"
import { type Compression, compressionOf, type Format, formatOf } from "./fileFormat.ts"
import { metadata } from "./fileSchema.ts"
import { fileFailure } from "./fileQuery.ts"
import { csvText, jsonValue } from "./fileText.ts"
import { columnType } from "../types.ts"

const { identifier } = dialect

/** How files are written. */
export interface WriteOptions {
  readonly format?: Format
  readonly compression?: Compression
  readonly partitionBy?: ReadonlyArray<string>
  readonly overwrite?: boolean
  readonly rowGroupSize?: number
}

/**
 * What an export has written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exported {
  readonly rows: number
  /** How many files there are: one, or those of all partitions. */
  readonly files: number
}

/** Writes the rows of a query to a file, or in partitions to a folder. With a table they are its rows, and a Parquet file tells so. */
export const write = Effect.fnUntraced(function*(
  query: CompiledQuery<unknown>,
  table: Table | undefined,
  path: string,
  options: WriteOptions
): Effect.fn.Return<Exported, FileFailed | ReadError, Database> {
  const { overwrite = false, partitionBy = [] } = options
  const format = options.format ?? formatOf(path) ?? (partitionBy.length > 0 ? "parquet" : undefined)
  if (format === undefined) {
    return yield* new FileFailed({ path, reason: "its ending names no format that is known; say which with `format`" })
  }
  const keys = yield* partitionKeys(query, partitionBy, format)
  const compression = options.compression ?? compressionOf(path, format)
  if (compression === "snappy" && format !== "parquet") {
    return yield* unsupported("snappy outside of Parquet", "Compress with gzip or zstd.")
  }
  if (path.includes("\0")) return yield* new FileFailed({ path, reason: "no path holds a NUL character" })
  const target = resolve(path)
  const isThere = yield* exists(target)
  if (isThere && !overwrite) {
    return yield* new FileFailed({ path, reason: "it exists; replace it with `overwrite: true`" })
  }

  const id = yield* uuidV7
  const beside = (what: string) => join(dirname(target), `.${basename(target).slice(0, 100)}.${id}.${what}`)
  const made = beside("new")
  const settings = [
    ...formatSettings(format, compression),
    ...(format === "parquet" && table !== undefined ? [metadata(table)] : []),
    ...(keys.length === 0 ? [] : [`PARTITION_BY (${keys.map(({ name }) => identifier(name)).join(", ")})`]),
    ...(options.rowGroupSize === undefined ? [] : [`ROW_GROUP_SIZE ${Math.max(1, Math.trunc(options.rowGroupSize))}`])
  ]
  const copy = copying(query, format, made, settings)
  const move = isThere && keys.length > 0 ? swap(made, target, beside("old")) : files(path, () => rename(made, target))
  return yield* Effect.ensuring(
    // once it is written, the file gets its name or is removed, but is not left in between
    Effect.tap(Effect.mapError(copy, (error) => fileFailure(path, error)), () => Effect.uninterruptible(move)),
    Effect.ignore(files(path, () => rm(made, { recursive: true, force: true })))
  )
})

const unsupported = (feature: string, instead: string) => new Unsupported({ database: "DuckDB", feature, instead })

const files = <A>(path: string, run: () => Promise<A>): Effect.Effect<A, FileFailed> =>
  Effect.tryPromise({ try: run, catch: (error) => new FileFailed({ path, reason: String(error) }) })

const exists = (path: string): Effect.Effect<boolean> =>
  Effect.match(files(path, () => stat(path)), { onFailure: () => false, onSuccess: () => true })

/** Puts a folder in the place of another, which is brought back where that fails. */
const swap = (made: string, target: string, old: string): Effect.Effect<void, FileFailed> =>
  files(target, () => rename(target, old)).pipe(
    Effect.andThen(
      Effect.tapError(
        files(target, () => rename(made, target)),
        () => Effect.ignore(files(target, () => rename(old, target)))
      )
    ),
    Effect.andThen(files(target, () => rm(old, { recursive: true, force: true })))
  )

const formatSettings = (format: Format, compression: Compression): ReadonlyArray<string> => {
  switch (format) {
    case "parquet":
      return ["FORMAT parquet", `COMPRESSION ${quoted(compression === "none" ? "uncompressed" : compression)}`]
    case "csv":
      return ["FORMAT csv", "HEADER true", `COMPRESSION ${quoted(compression)}`]
    case "json":
      return ["FORMAT json", `COMPRESSION ${quoted(compression)}`]
  }
}

const count: ResultColumn = {
  index: 0,
  name: "Count",
  type: { _tag: "Int64", as: "number" },
  nullable: false,
  field: undefined,
  checked: false
}
const names: ResultColumn = {
  index: 1,
  name: "Files",
  type: { _tag: "List", element: { type: { _tag: "Text" }, nullable: true } },
  nullable: true,
  field: undefined,
  checked: false
}

const copying = Effect.fnUntraced(function*(
  query: CompiledQuery<unknown>,
  format: Format,
  path: string,
  settings: ReadonlyArray<string>
) {
  const database = yield* Database
  const list = query.columns.map((column) => `${written(format, column)} AS ${identifier(column.name)}`).join(", ")
  const [copied] = yield* database.read<{ readonly rows: number; readonly files: ReadonlyArray<string> | null }>({
    sql: `COPY (SELECT ${list} FROM (${query.sql}) AS andamios_rows) TO ${quoted(path)} (${
      [...settings, "RETURN_FILES true"].join(", ")
    })`,
    parameters: query.parameters,
    columns: [count, names],
    shape: {
      _tag: "Record",
      fields: [["rows", { _tag: "Value", column: count }], ["files", { _tag: "Value", column: names }]]
    }
  })
  return { rows: copied?.rows ?? 0, files: copied?.files?.length ?? 0 }
})

/** A value as its file has it; a sum or an average in the type that the query says it has. */
const written = (format: Format, { name, type }: ResultColumn): string => {
  switch (format) {
    case "parquet":
      return `CAST(${identifier(name)} AS ${columnType(parquetType(type))})`
    case "csv":
      return csvText(type, identifier(name))
    case "json":
      return jsonValue(type, identifier(name), 0)
  }
}

/** Parquet makes doubles of integers of 128 bits, and milliseconds of an interval's microseconds: they are written as texts. */
const parquetType = (type: ColumnType): ColumnType => {
  switch (type._tag) {
    case "Int128":
    case "UInt128":
    case "Interval":
      return { _tag: "Text" }
    case "List":
      return { ...type, element: parquetSlot(type.element) }
    case "Struct":
      return { ...type, fields: type.fields.map(parquetSlot) }
    case "Map":
      return { ...type, key: parquetType(type.key), value: parquetSlot(type.value) }
    case "Custom":
      return parquetType(type.base)
    case "Text":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "UInt64":
    case "Float":
    case "Double":
    case "Decimal":
    case "Boolean":
    case "Date":
    case "Time":
    case "Timestamp":
    case "Uuid":
    case "Blob":
    case "Json":
    case "Enum":
      return type
  }
}

const parquetSlot = <S extends Slot>(slot: S): S => ({ ...slot, type: parquetType(slot.type) })

/** The columns that name the folders of a dataset; refused where DuckDB would read back something else than it wrote. */
/** The field of an instance that a column is, or else the name that a query gives it. */
const fieldOf = ({ shape }: CompiledQuery<unknown>, { field, name }: ResultColumn): string =>
  shape?._tag === "Instance" && field !== undefined ? field.field : name

const partitionKeys = Effect.fnUntraced(function*(
  query: CompiledQuery<unknown>,
  fields: ReadonlyArray<string>,
  format: Format
) {
  if (fields.length > 0 && format !== "parquet") {
    return yield* unsupported(`partitions of ${format} files`, "Write the dataset as Parquet.")
  }
  const keys = yield* Effect.forEach(fields, (field) => {
    const column = query.columns.find((one) => fieldOf(query, one) === field)
    return column === undefined
      ? unsupported(`a partition by ${field}, which is no column of the rows`, "Name a column.")
      : Effect.succeed(column)
  })
  const unfit = keys.find(({ name, type }) => !namesFolders(type) || encodeURIComponent(name) !== name)
  if (unfit !== undefined) {
    return yield* unsupported(
      `a partition by ${unfit.name}`,
      "Partition by a text, an integer, a boolean, a date or a uuid whose name has only letters, digits and underscores."
    )
  }
  const texts = keys.filter(({ type }) => type._tag === "Text" || type._tag === "Enum").map(({ name }) =>
    identifier(name)
  )
  if (texts.length === 0) return keys
  const database = yield* Database
  // in the name of a folder these are null, and DuckDB overwrites the files of one with those of the other
  const taken = texts.map((name) => `lower(${name}) IN ('null', '__hive_default_partition__')`).join(" OR ")
  const sql = `SELECT count(*) AS "Count" FROM (${query.sql}) AS andamios_rows WHERE ${taken}`
  const [found] = yield* database.read<number>({
    sql,
    parameters: query.parameters,
    columns: [count],
    shape: { _tag: "Value", column: count }
  })
  if (found === undefined || found === 0) return keys
  return yield* unsupported(
    `a partition whose value is the text "null" or "__HIVE_DEFAULT_PARTITION__"`,
    "Such a folder stands for no value at all: leave those rows out, or partition by another column."
  )
})

const namesFolders = (type: TableColumn["type"]): boolean => {
  switch (type._tag) {
    case "Text":
    case "Enum":
    case "Int8":
    case "Int16":
    case "Int32":
    case "Int64":
    case "UInt8":
    case "UInt16":
    case "UInt32":
    case "Boolean":
    case "Date":
    case "Uuid":
      return true
    case "Custom":
      return namesFolders(type.base)
    case "Int128":
    case "UInt64":
    case "UInt128":
    case "Float":
    case "Double":
    case "Decimal":
    case "Time":
    case "Timestamp":
    case "Interval":
    case "Blob":
    case "Json":
    case "List":
    case "Struct":
    case "Map":
      return false
  }
}
