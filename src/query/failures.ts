/**
 * What operations of a repository can fail with, as far as their model lets it happen.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"
import type {
  CheckViolation,
  CommitOutcomeUnknown,
  ForeignKeyViolation,
  Invalid,
  NotFound,
  ReadError,
  ReadOnly,
  StaleRow,
  StillReferenced,
  UniqueViolation
} from "../session/OrmError.ts"

/** A key of the model that is taken, if it has any; messages of the compiler spell the keys out. */
type Taken<M extends Model.Any> = [Model.KeyName<M>] extends [never] ? never
  : UniqueViolation<Exclude<Model.KeyName<M>, never>>

/** A row that a model names and that does not exist, if it names any. */
type Unknown<M extends Model.Any> = Model.HasReferences<M> extends true ? ForeignKeyViolation : never

/** A row that was changed since it was read, if the model tells. */
type Stale<M extends Model.Any> = [Model.VersionField<M>] extends [never] ? never : StaleRow

/**
 * What inserting rows of a model can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type InsertErrorOf<M extends Model.Any> =
  | ReadError
  | ReadOnly
  | Invalid
  | CheckViolation
  | CommitOutcomeUnknown
  | Taken<M>
  | Unknown<M>

/**
 * What storing rows of a model can fail with, new or not.
 *
 * @category errors
 * @since 0.1.0
 */
export type UpdateErrorOf<M extends Model.Any> = InsertErrorOf<M> | StillReferenced

/**
 * What changing rows of a model can fail with, which have to be there, and to be as they were read where the model tells.
 *
 * @category errors
 * @since 0.1.0
 */
export type ChangeErrorOf<M extends Model.Any> = UpdateErrorOf<M> | NotFound | Stale<M>
