/**
 * DuckDB, embedded in the process: names only.
 *
 * @since 0.1.0
 */
export * as DuckDb from "./duckdb/DuckDb.ts"
export * as DuckDbType from "./duckdb/DuckDbType.ts"
export * as Files from "./duckdb/Files.ts"
export * as PreciseDate from "./duckdb/PreciseDate.ts"
export * as SqliteCompatibility from "./duckdb/SqliteCompatibility.ts"
export * as FileError from "./session/FileError.ts"
