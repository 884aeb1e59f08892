/**
 * Brings rows from elsewhere into a model's table, and tells which of them were no such rows.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { inRow, invalid } from "../session/invalid.ts"
import { type InsertError, Invalid } from "../session/OrmError.ts"
import { issuesOf, type Row, rowDecoder } from "../session/validate.ts"

/**
 * How far an import is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Imported {
  /** Rows that are stored. */
  readonly inserted: number
  /** Rows that don't fit the model, and are not stored. */
  readonly rejected: number
  /** Why the first hundred of them were rejected; `row` counts all rows from 0. */
  readonly reasons: ReadonlyArray<Invalid>
}

/**
 * How rows are imported.
 *
 * @category models
 * @since 0.1.0
 */
export interface ImportOptions {
  /** Rows that are inserted at a time, all or none; 65,536 by default. */
  readonly batch?: number
  /** Runs after each batch. */
  readonly onProgress?: (progress: Imported) => Effect.Effect<void>
}

/** The most reasons that are kept. */
const mostReasons = 100

/** Decodes rows by the model's insert schema and stores those that fit, batch by batch. */
export const importRows = <M extends Model.Any>(
  model: M,
  store: (rows: ReadonlyArray<Row>) => Effect.Effect<unknown, InsertError>
) => {
  const decode = rowDecoder(model)

  return Effect.fn("Repository.importFrom")(function*<E, R>(
    rows: Stream.Stream<unknown, E, R>,
    { batch = 65_536, onProgress = () => Effect.void }: ImportOptions = {}
  ): Effect.fn.Return<Imported, E | InsertError, R> {
    let progress: Imported = { inserted: 0, rejected: 0, reasons: [] }

    const insertBatch = Effect.fnUntraced(function*(decoded: ReadonlyArray<Decoded>) {
      const first = progress.inserted + progress.rejected
      const fitting = decoded.flatMap((exit, index) =>
        Exit.isSuccess(exit) ? [{ row: first + index, value: exit.value }] : []
      )
      const wanted = mostReasons - progress.reasons.length
      const rejected = decoded.flatMap((exit, index) =>
        Exit.isFailure(exit) ? [{ row: first + index, cause: exit.cause }] : []
      )
      const reasons = rejected.slice(0, wanted).map(({ cause, row }) => rejection(model, row, cause))
      yield* store(fitting.map(({ value }) => value)).pipe(
        Effect.catchTag("Invalid", (unstorable) => {
          const issues = unstorable.issues.map((issue) => ({ ...issue, row: fitting[issue.row]?.row ?? issue.row }))
          return Effect.fail(new Invalid({ model: model.identifier, rows: unstorable.rows, issues }))
        })
      )
      progress = {
        inserted: progress.inserted + fitting.length,
        rejected: progress.rejected + rejected.length,
        reasons: [...progress.reasons, ...reasons]
      }
      yield* onProgress(progress)
    })

    // the next rows are read and decoded while the database stores those before
    yield* rows.pipe(
      Stream.map(decode),
      Stream.grouped(batch),
      Stream.buffer({ capacity: 1 }),
      Stream.runForEach(insertBatch)
    )
    return progress
  })
}

type Decoded = Exit.Exit<Row, Schema.SchemaError>

const rejection = (model: Model.Any, row: number, cause: Cause.Cause<Schema.SchemaError>): Invalid => {
  const error = Cause.squash(cause)
  const issues = Schema.isSchemaError(error) ? issuesOf(error.issue) : [{ path: [], message: String(error) }]
  return invalid(model, [issues], (found) => inRow(row, found))
}
