/**
 * Every way a file can fail an import, an export or a model that is bound to it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { FieldIssue } from "./OrmError.ts"

/**
 * A file can't be read or written: it isn't there, or is there already, or is not what its name says.
 *
 * @example
 * ```ts
 * import { Column, Model } from "andamios-orm"
 * import { Files } from "andamios-orm/duckdb"
 * import { Effect, Schema } from "effect"
 *
 * class Flight extends Model.Class<Flight>("Flight")({ date: Column.date, origin: Schema.String }, {
 *   table: "flights"
 * }) {}
 *
 * const imported = Files.importFrom(Flight, "incoming/flights.csv").pipe(
 *   Effect.catchTag("FileFailed", ({ path, reason }) => Effect.fail(`${path} can't be read: ${reason}`)),
 *   Effect.catchTag("FileMismatch", ({ differences }) =>
 *     Effect.fail(`other columns: ${differences.map(({ column }) => column).join(", ")}`)),
 *   Effect.catchTag("FileInvalid", ({ rows }) => Effect.fail(`rows that don't fit: ${rows.map(({ row }) => row).join(", ")}`))
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class FileFailed extends Schema.TaggedError<FileFailed>()("FileFailed", {
  path: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.reason}`
  }
}

/**
 * One column of a file that is not as its model has it: what the model expects, and what the file has, where either has it at all.
 *
 * @category models
 * @since 0.1.0
 */
export const ColumnDifference = Schema.Struct({
  file: Schema.String,
  column: Schema.String,
  expected: Schema.optionalKey(Schema.String),
  found: Schema.optionalKey(Schema.String)
})

/**
 * One column of a file that is not as its model has it: what the model expects, and what the file has, where either has it at all.
 *
 * @category models
 * @since 0.1.0
 */
export type ColumnDifference = typeof ColumnDifference.Type

/**
 * The columns of a file are not those of the model; nothing was read from it.
 *
 * @category errors
 * @since 0.1.0
 */
export class FileMismatch extends Schema.TaggedError<FileMismatch>()("FileMismatch", {
  model: Schema.String,
  path: Schema.String,
  differences: Schema.Array(ColumnDifference)
}) {
  override get message(): string {
    const differences = this.differences.map(({ column, expected, file, found }) => {
      if (found === undefined) return `  ${column}: missing, expected ${expected} (${file})`
      return `  ${column}: ${
        expected === undefined ? "not in the model" : `expected ${expected}`
      }, found ${found} (${file})`
    })
    return [`${this.path} has other columns than ${this.model}:`, ...differences].join("\n")
  }
}

/**
 * A row of a file that doesn't fit the model. `row` counts the rows of its file from 0.
 *
 * @category models
 * @since 0.1.0
 */
export const InvalidRow = Schema.Struct({ file: Schema.String, row: Schema.Int, issues: Schema.Array(FieldIssue) })

/**
 * A row of a file that doesn't fit the model. `row` counts the rows of its file from 0.
 *
 * @category models
 * @since 0.1.0
 */
export type InvalidRow = typeof InvalidRow.Type

/**
 * Rows of a file don't fit the model; none of its rows is stored. `rows` are the first of them, up to the limit that was asked for.
 *
 * @category errors
 * @since 0.1.0
 */
export class FileInvalid extends Schema.TaggedError<FileInvalid>()("FileInvalid", {
  model: Schema.String,
  path: Schema.String,
  rows: Schema.Array(InvalidRow)
}) {
  override get message(): string {
    const rows = this.rows.slice(0, 10).flatMap(({ file, issues, row }) =>
      issues.map(({ message, path }) => `  row ${row} of ${file}: ${[...path, ""].join(": ")}${message}`)
    )
    const more = this.rows.length > 10 ? [`  and ${this.rows.length - 10} rows more`] : []
    return [`${this.path} holds rows that are no ${this.model}, so none is stored:`, ...rows, ...more].join("\n")
  }
}
