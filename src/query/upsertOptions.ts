/**
 * How rows are told that an upsert overwrites, and what of them.
 *
 * @since 0.1.0
 */
import type * as Model from "../model/Model.ts"

/**
 * What an upsert asks for and overwrites.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpsertOptions<M extends Model.Any, On extends Model.ConflictKey<M>> extends UpsertUpdate<M, On> {
  /** The key that tells whether a row is stored: a field, or the fields of a unique index. The primary key by default. */
  readonly on?: On
}

interface UpsertUpdate<M extends Model.Any, On> {
  /** The fields of a stored row to overwrite; all that can change by default, and none with `[]`. */
  readonly update?: ReadonlyArray<
    Exclude<keyof Model.Insert<M> & string, Model.PrimaryKeyField<M> | FieldOf<On>>
  >
}

/** The fields of a key. */
type FieldOf<On> = On extends ReadonlyArray<unknown> ? On[number] : On

/**
 * The options of an upsert, which have to name the key where the primary key is numbered by the database, or there is none.
 *
 * @category models
 * @since 0.1.0
 */
export type UpsertArguments<M extends Model.Any, On extends Model.ConflictKey<M>> = [Model.ConflictKey<M>] extends
  [never] ? HasPrimaryKey<M> extends true ? [options?: UpsertOptions<M, On>]
  : [
    options: { readonly on: "The model has no key that inserts give: Column.primaryKey, Column.unique or Index.unique" }
  ]
  : HasPrimaryKey<M> extends true ? [options?: UpsertOptions<M, On>]
  : [options: UpsertOptionsWithKey<M, On>]

/** The options where the primary key does not do. */
interface UpsertOptionsWithKey<M extends Model.Any, On> extends UpsertUpdate<M, On> {
  readonly on: On
}

/** Whether a model has a primary key that inserts give. */
type HasPrimaryKey<M extends Model.Any> = [Model.PrimaryKeyField<M>] extends [never] ? false
  : Model.PrimaryKeyField<M> extends keyof Model.Insert<M> ? true
  : false
