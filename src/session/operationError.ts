/**
 * What each kind of operation can fail with.
 *
 * @since 0.1.0
 */
import type {
  CheckViolation,
  CommitOutcomeUnknown,
  Conflict,
  ConnectionFailed,
  ForeignKeyViolation,
  Invalid,
  PoolTimeout,
  QueryFailed,
  ReadOnly,
  SavepointLost,
  StillReferenced,
  StreamBroken,
  TimedOut,
  TransactionAborted,
  Undecodable,
  UniqueViolation,
  Unsupported
} from "./OrmError.ts"

/**
 * What any statement can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type StatementError =
  | ConnectionFailed
  | PoolTimeout
  | QueryFailed
  | TransactionAborted
  | SavepointLost
  | Conflict
  | TimedOut
  | Unsupported

/**
 * What a read can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadError = StatementError | Undecodable

/**
 * What a stream of rows can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type StreamError = ReadError | StreamBroken

/**
 * What a row that breaks a declared constraint fails with.
 *
 * @category models
 * @since 0.1.0
 */
export type ConstraintViolation = UniqueViolation | ForeignKeyViolation | CheckViolation

/**
 * What a statement that writes can fail with, whatever it does.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteError =
  | StatementError
  | ReadOnly
  | ConstraintViolation
  | StillReferenced
  | CommitOutcomeUnknown

/**
 * What an insert can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type InsertError = ReadError | Invalid | ReadOnly | ConstraintViolation | CommitOutcomeUnknown

/**
 * What an upsert or a patch can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type UpdateError = InsertError | StillReferenced

/**
 * What a delete can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type DeleteError = StatementError | ReadOnly | StillReferenced | CommitOutcomeUnknown

/**
 * What beginning and committing a transaction can fail with, beside what runs inside: constraints may be deferred until then.
 *
 * @category models
 * @since 0.1.0
 */
export type TransactionError =
  | StatementError
  | UniqueViolation
  | ForeignKeyViolation
  | StillReferenced
  | CommitOutcomeUnknown
