/**
 * What a path says about a file, and what DuckDB is told about it.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import { quoted } from "../../sql/quoted.ts"

/**
 * A format that files are written and read in. JSON is one object on a line; arrays of objects are read too.
 *
 * @category models
 * @since 0.1.0
 */
export type Format = "parquet" | "csv" | "json"

/**
 * How a file is compressed. Only Parquet knows `snappy`.
 *
 * @category models
 * @since 0.1.0
 */
export type Compression = "none" | "gzip" | "zstd" | "snappy"

const endings: ReadonlyArray<readonly [ending: RegExp, format: Format]> = [
  [/\.parquet$/i, "parquet"],
  [/\.csv(\.gz|\.zst)?$/i, "csv"],
  [/\.(json|jsonl|ndjson)(\.gz|\.zst)?$/i, "json"]
]

/** The format that a path's ending names. A path without an ending of ours is a folder of Parquet files. */
export const formatOf = (path: string): Format | undefined => endings.find(([ending]) => ending.test(path))?.[1]

/** What compresses a file of this name, where nothing else is said. */
export const compressionOf = (path: string, format: Format): Compression => {
  if (format === "parquet") return "snappy"
  if (/\.gz$/i.test(path)) return "gzip"
  return /\.zst$/i.test(path) ? "zstd" : "none"
}

/** Where a path leads, so that DuckDB and Node mean the same file; a folder is all files in it. */
export const patternOf = (path: string, format: Format): string =>
  formatOf(path) === undefined && !/[*?[]/.test(path) ? `${resolve(path)}/**/*.${format}` : resolve(path)

/** The values of a path's `key=value` folders, as they are written there. */
export const partitionKeys = (file: string): ReadonlyArray<string> =>
  file.split("/").slice(0, -1).flatMap((folder) => folder.includes("=") ? [folder.slice(0, folder.indexOf("="))] : [])

/** Texts as a list in SQL. */
export const literals = (texts: ReadonlyArray<string>): string => `[${texts.map(quoted).join(", ")}]`
