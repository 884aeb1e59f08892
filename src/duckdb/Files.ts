/**
 * Files with models: typed exports and imports of Parquet, CSV and JSON, and Parquet files as read-only tables.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { columnWith, tableOf } from "../model/Table.ts"
import { Database } from "../session/Database.ts"
import { type FileFailed, type FileInvalid, FileMismatch } from "../session/FileError.ts"
import {
  type QueryFailed,
  type ReadError,
  type StatementError,
  type TransactionError,
  Unsupported,
  type WriteError
} from "../session/OrmError.ts"
import { Session } from "../session/Session.ts"
import { type Select, selectTable } from "../sql/ast.ts"
import { tableName } from "../sql/tableName.ts"
import { dialect } from "./dialect.ts"
import { type Exported, write } from "./files/fileExport.ts"
import type { Compression, Format } from "./files/fileFormat.ts"
import { storeChecked, storeOwn } from "./files/fileImport.ts"
import type { ReadOptions } from "./files/filePart.ts"
import { rowStream } from "./files/fileRows.ts"
import { open } from "./files/fileSource.ts"
import { viewOf } from "./files/fileView.ts"

export type { Exported } from "./files/fileExport.ts"
export type { Compression, Format } from "./files/fileFormat.ts"
export type { ReadOptions } from "./files/filePart.ts"

/**
 * What can be exported: the table of a model, or a query.
 *
 * @category models
 * @since 0.1.0
 */
export type Exportable = Model.Any | { readonly statement: Select<unknown> }

/**
 * The names of the columns that an export has.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldOf<S extends Exportable> = S extends Model.Any ? keyof S["fields"] & string
  : S extends { readonly statement: Select<infer A> } ? keyof A & string
  : never

/** The services that reading what is exported needs, such as the one that knows the tenant. */
type NeededBy<S extends Exportable> = S extends Model.Any ? Model.Services<S>
  : S extends Effect.Effect<unknown, unknown, infer R> ? R
  : never

/**
 * How rows are exported.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExportOptions<Field extends string = string> {
  /** The format, where the path's ending doesn't name it. */
  readonly format?: Format
  /** How the file is compressed: `snappy` for Parquet by default, else what the path's ending names. */
  readonly compression?: Compression
  /** Fields whose values name the folders of a dataset of Parquet files; the path is that of the whole. */
  readonly partitionBy?: ReadonlyArray<Field>
  /** Whether what is there under this path is replaced, once the new is whole; refused by default. */
  readonly overwrite?: boolean
  /** Rows of a Parquet file that are compressed together, and that a query can skip together; 122,880 by default. */
  readonly rowGroupSize?: number
}

/**
 * How files are imported.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImportOptions extends ReadOptions {
  /** Whether rows go through the schema also where the file says that this model wrote them. */
  readonly check?: boolean
  /** The most rows that a `FileInvalid` tells of; 100 by default. */
  readonly mostInvalid?: number
}

/**
 * How a model is bound to files.
 *
 * @category models
 * @since 0.1.0
 */
export type BindOptions = Pick<ReadOptions, "extraColumns" | "unionByName">

/**
 * Writes the rows of a model's table, or of a query, to a file; in partitions, to a folder. The rows never pass through JavaScript.
 *
 * The file gets its name when it is whole: an export that fails or is interrupted leaves nothing under it. A transaction that is rolled
 * back doesn't take the file back. A Parquet file of a model's rows carries the model's columns, and a hash of them, in its metadata.
 *
 * Fails with `FileFailed` where the file can't be written or is there already, and as any read does: `ReadError`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Files } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   date: Column.date,
 *   origin: Schema.String,
 *   delay: Schema.Int
 * }, { table: "flights" }) {}
 *
 * const exported = Effect.gen(function*() {
 *   yield* Files.exportTo(Flight, "flights", { partitionBy: ["origin"] })
 *   return yield* Files.exportTo(Query.from(Flight).where((flight) => flight.delay.gt(60)), "late.csv.gz")
 * })
 * ```
 *
 * @category exporting
 * @since 0.1.0
 */
export const exportTo = Effect.fn("Files.exportTo")(function*<S extends Exportable>(
  source: S,
  path: string,
  options: ExportOptions<FieldOf<S>> = {}
): Effect.fn.Return<Exported, FileFailed | ReadError | QueryFailed, Database | Session | NeededBy<S>> {
  const session = yield* Session
  const statement = statementOf(source)
  const query = yield* session.compile(statement)
  const { from, projection } = statement
  const table = projection._tag === "Instance" && from._tag === "TableSource" ? projection.table : undefined
  // rows that nobody has checked are not vouched for
  const isVouched = table !== undefined && !(yield* Database).outside.has(table.fullName)
  return yield* write(query, isVouched ? table : undefined, path, options)
})

const statementOf = (source: Exportable): Select<unknown> => {
  if ("statement" in source) return source.statement
  const table = tableOf(source)
  return selectTable(table, { name: table.name })
}

/**
 * Stores the rows of a file, of all files that a pattern names, or of a folder, in a model's table: all of them or none. Answers how
 * many they are.
 *
 * Columns are found by their names, and cells are read as the model's types, never guessed. Rows of a Parquet file that this model wrote,
 * as it is now, are stored as they are; all others are checked by its schema first.
 *
 * Fails with `FileMismatch` where the columns are others, `FileInvalid` where rows don't fit, `FileFailed` where a file can't be read,
 * and as reads, writes and transactions do: `ReadError`, `WriteError`, `TransactionError`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Files } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   date: Column.date,
 *   origin: Schema.String,
 *   delay: Schema.Int
 * }, { table: "flights" }) {}
 *
 * const imported = Files.importFrom(Flight, "incoming/*.csv").pipe(
 *   Effect.catchTag("FileInvalid", ({ rows }) => Effect.log(`${rows.length} rows don't fit`))
 * )
 * ```
 *
 * @category importing
 * @since 0.1.0
 */
export const importFrom = Effect.fn("Files.importFrom")(function*(
  model: Model.Stored,
  path: string,
  options: ImportOptions = {}
): Effect.fn.Return<
  number,
  FileFailed | FileMismatch | FileInvalid | ReadError | WriteError | TransactionError,
  Database | SqlClient
> {
  const { check = false, mostInvalid = 100 } = options
  const table = tableOf(model)
  if (columnWith(table, "Tenant") !== undefined) return yield* withoutTenant(model)
  return yield* together(Effect.gen(function*() {
    const source = yield* open(table, path, options)
    return source.isOwn && !check
      ? yield* storeOwn(table, source)
      : yield* storeChecked(table, source, Math.max(1, mostInvalid))
  }))
})

/** The rows would be those of whatever tenant the file names. */
const withoutTenant = ({ identifier }: Model.Any) =>
  new Unsupported({
    database: "DuckDB",
    feature: `an import into ${identifier}, whose rows are a tenant's, past its repository`,
    instead: "Give the rows to the repository's importFrom, which stores them as the tenant's own."
  })

/** In one transaction: the one that there is, or else a new one. */
const together = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TransactionError, R | Database | SqlClient> =>
  Effect.gen(function*() {
    const database = yield* Database
    const client = yield* SqlClient
    const current = yield* Effect.serviceOption(client.transactionService)
    return yield* Option.isSome(current) ? effect : database.transaction(effect)
  })

/**
 * The rows of files as `Repository.importFrom` takes them, which stores those that fit and tells of the others. A cell that is no value
 * of its column stays as it is, so that the schema says what is wrong with it. Fails with `FileFailed` where a file can't be read, with
 * `FileMismatch` where its columns are others, and as any read does: `ReadError`.
 *
 * @example
 * ```ts
 * import { Model, Repository } from "andamios-orm"
 * import { Files } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   origin: Schema.String,
 *   delay: Schema.Int
 * }, { table: "flights" }) {}
 *
 * const imported = Effect.gen(function*() {
 *   const flights = yield* Repository.make(Flight)
 *   const { rejected } = yield* flights.importFrom(Files.rows(Flight, "flights.csv"))
 *   yield* Effect.log(`${rejected} rows don't fit`)
 * })
 * ```
 *
 * @category importing
 * @since 0.1.0
 */
export const rows = (
  model: Model.Any,
  path: string,
  options: ReadOptions = {}
): Stream.Stream<
  Readonly<Record<string, unknown>>,
  FileFailed | FileMismatch | ReadError | StatementError,
  Database | SqlClient
> => {
  const table = tableOf(model)
  return Stream.unwrap(Effect.map(open(table, path, options), (source) => rowStream(table, source)))
}

/**
 * Makes the table of a model a view over Parquet files: a file, all that a pattern names, or a folder in partitions. Queries, joins and
 * plain SQL read the files, and open only those whose partition can hold what is asked for. What writes to it fails with `Unsupported`.
 *
 * The columns are compared with the model's now, and fail with `FileMismatch` where a value might not be one of the model. The view
 * stays in the database; bind the model again whenever a program starts, as its tables are created.
 *
 * Fails with `FileFailed` where a file can't be read, and as reads and writes do: `ReadError`, `WriteError`.
 *
 * @example
 * ```ts
 * import { Column, Model, Query } from "andamios-orm"
 * import { Files } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({
 *   date: Column.date,
 *   origin: Schema.String,
 *   delay: Schema.Int
 * }, { table: "flights" }) {}
 *
 * const late = Effect.gen(function*() {
 *   yield* Files.bind(Flight, "flights")
 *   return yield* Query.from(Flight).where((flight) => flight.origin.eq("SFO").and(flight.delay.gt(60)))
 * })
 * ```
 *
 * @category binding
 * @since 0.1.0
 */
export const bind = Effect.fn("Files.bind")(function*(
  model: Model.Any,
  path: string,
  options: BindOptions = {}
): Effect.fn.Return<
  void,
  FileFailed | FileMismatch | ReadError | WriteError,
  Database | SqlClient
> {
  const database = yield* Database
  const table = tableOf(model)
  const source = yield* open(table, path, { ...options, format: "parquet" })
  const { differences, sql } = viewOf(table, source, options.unionByName ?? false)
  if (differences.length > 0) return yield* new FileMismatch({ model: model.identifier, path, differences })
  yield* database.execute(
    {
      sql: `CREATE OR REPLACE VIEW ${tableName(table, dialect)} AS ${sql}`,
      parameters: [],
      columns: [],
      shape: undefined
    },
    table
  )
  database.outside.add(table.fullName)
})

/**
 * A Layer that binds a model to Parquet files when it is built; see `bind`, which says when it fails with `FileFailed`, `FileMismatch`,
 * `ReadError` or `WriteError`.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { DuckDb, Files } from "andamios-orm/duckdb"
 * import { Layer, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({ date: Column.date, origin: Schema.String }, {
 *   table: "flights"
 * }) {}
 *
 * const Live = Files.layer(Flight, "flights").pipe(Layer.provideMerge(DuckDb.layer({ path: ":memory:" })))
 * ```
 *
 * @category binding
 * @since 0.1.0
 */
export const layer = (
  model: Model.Any,
  path: string,
  options?: BindOptions
): Layer.Layer<never, FileFailed | FileMismatch | ReadError | WriteError, Database | SqlClient> =>
  Layer.effectDiscard(bind(model, path, options))
