/**
 * What a session answers to each kind of statement, and how that can fail.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Projection, Select } from "../sql/ast.ts"
import type {
  Delete,
  DeleteKeys,
  Insert,
  InsertFrom,
  Patch,
  RawWrite,
  Restore,
  Update,
  Upsert,
  Write
} from "../sql/write.ts"
import type {
  DeleteError,
  InsertError,
  Invalid,
  NotFound,
  ReadError,
  StaleRow,
  UpdateError,
  WriteError
} from "./OrmError.ts"

/** Any statement that is run. */
export type Statement =
  | Select<unknown>
  | Insert<unknown>
  | Upsert<unknown>
  | Patch<unknown>
  | Restore<unknown>
  | Write
  | DeleteKeys

/**
 * Runs a statement; what it answers and how it can fail follow from its kind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Run {
  /** The rows of a read. */
  <A>(select: Select<A>): Effect.Effect<ReadonlyArray<A>, ReadError>
  /** The inserted rows as instances of their model, in the order they were given. */
  <A>(insert: Insert<A>): Effect.Effect<ReadonlyArray<A>, InsertError>
  /** The stored rows as instances of their model, in the order they were given. */
  <A>(upsert: Upsert<A>): Effect.Effect<ReadonlyArray<A>, UpdateError>
  /** The changed rows as instances of their model, in the order of their changes. */
  <A>(patch: Patch<A>): Effect.Effect<ReadonlyArray<A>, UpdateError | NotFound | StaleRow>
  /** The rows that were brought back, as instances of their model, in the order of their keys. */
  <A>(restore: Restore<A>): Effect.Effect<ReadonlyArray<A>, UpdateError | NotFound>
  /** The number of deleted rows. */
  (deletion: Delete): Effect.Effect<number, DeleteError>
  /** The number of changed rows. */
  (update: Update): Effect.Effect<number, UpdateError>
  /** The number of inserted rows. */
  (insert: InsertFrom): Effect.Effect<number, InsertError>
  /** The number of rows that the statement changed. */
  (statement: RawWrite): Effect.Effect<number, WriteError>
  /** The number of deleted rows; a key that no row has is none, and one that is given twice counts once. */
  (deletion: DeleteKeys): Effect.Effect<number, DeleteError | Invalid>
}

/**
 * Runs a write, and gives back what the projection makes of each of its rows.
 *
 * @category models
 * @since 0.1.0
 */
export interface Returning {
  <A>(deletion: Delete, projection: Projection): Effect.Effect<ReadonlyArray<A>, DeleteError | ReadError>
  <A>(insert: InsertFrom, projection: Projection): Effect.Effect<ReadonlyArray<A>, InsertError>
  <A>(statement: RawWrite, projection: Projection): Effect.Effect<ReadonlyArray<A>, WriteError | ReadError>
  <A>(update: Update, projection: Projection): Effect.Effect<ReadonlyArray<A>, UpdateError>
}
