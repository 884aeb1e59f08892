/**
 * What a repository does around its writes and reads, as its maker says.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { databaseOf } from "../session/databaseOf.ts"

/**
 * Effects around the operations of a repository. Each is given all rows of an operation at once, where there are any, and runs in its transaction: what one
 * fails with undoes the operation, and is in the types of the repository's methods. Effects that are to happen only once all is
 * committed belong into `Session.afterCommit`.
 *
 * They are the repository's: writes by `Query`, by a unit of work, or by SQL go past them, and so does its `query`.
 *
 * @example
 * ```ts
 * import { Column, Model, Repository } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Reader extends Model.Class<Reader>("Reader")({
 *   id: Column.serial(Schema.Int),
 *   email: Column.unique(Schema.NonEmptyString)
 * }, { table: "readers" }) {}
 *
 * class Visit extends Model.Class<Visit>("Visit")({ reader: Schema.Int, what: Schema.String }, { table: "visits" }) {}
 *
 * const program = Effect.gen(function*() {
 *   const visits = yield* Repository.make(Visit)
 *   const readers = yield* Repository.make(Reader, {
 *     hooks: {
 *       beforeInsert: (inputs) => Effect.succeed(inputs.map(({ email }) => ({ email: email.trim().toLowerCase() }))),
 *       // in the transaction of the insert: both are stored, or neither
 *       afterInsert: (rows) => visits.insertMany(rows.map(({ id }) => ({ reader: id, what: "signed up" })))
 *     }
 *   })
 *   return yield* readers.insert({ email: " Ada@Example.com" })
 * })
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Hooks<M extends Model.Any> {
  /** Before rows are inserted, upserted or imported; what it answers is checked and inserted instead, one for each. */
  readonly beforeInsert?: (
    inputs: ReadonlyArray<Model.Insert<M>>
  ) => Effect.Effect<ReadonlyArray<Model.Insert<M>>, unknown, unknown>
  /** After rows were inserted or imported. */
  readonly afterInsert?: (rows: ReadonlyArray<M["Type"]>) => Effect.Effect<unknown, unknown, unknown>
  /** After rows were upserted, be they new or not. */
  readonly afterUpsert?: (rows: ReadonlyArray<M["Type"]>) => Effect.Effect<unknown, unknown, unknown>
  /** Before rows are changed by `update`, `patch`, `patchMany` or `save`; what it answers is checked and done instead, one for each. */
  readonly beforeUpdate?: (
    changes: ReadonlyArray<Model.Patch<M>>
  ) => Effect.Effect<ReadonlyArray<Model.Patch<M>>, unknown, unknown>
  /** After rows were changed, incremented or restored. */
  readonly afterUpdate?: (rows: ReadonlyArray<M["Type"]>) => Effect.Effect<unknown, unknown, unknown>
  /** Before rows are deleted or purged, by their primary keys. */
  readonly beforeDelete?: (keys: ReadonlyArray<Model.Key<M>>) => Effect.Effect<unknown, unknown, unknown>
  /** After rows were deleted or purged, by the primary keys that were given. */
  readonly afterDelete?: (keys: ReadonlyArray<Model.Key<M>>) => Effect.Effect<unknown, unknown, unknown>
  /** After rows were read, by any method but `query`; what it answers is returned instead, one for each. */
  readonly afterLoad?: (rows: ReadonlyArray<M["Type"]>) => Effect.Effect<ReadonlyArray<M["Type"]>, never, unknown>
}

/** Any function that is a hook. */
type AnyHook<E, R> = (input: never) => Effect.Effect<unknown, E, R>

/**
 * What hooks can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type HookError<H> = H[keyof H] extends infer F ? F extends AnyHook<infer E, unknown> ? E : never : never

/**
 * What hooks need.
 *
 * @category models
 * @since 0.1.0
 */
export type HookServices<H> = H[keyof H] extends infer F ? F extends AnyHook<unknown, infer R> ? R : never : never

/**
 * Gives hooks what was there when their repository was made. What an operation has itself, such as its transaction, goes first; but the
 * database is the repository's, also inside of another one's `run`.
 */
export const equipped = <M extends Model.Any>(hooks: Hooks<M>, services: Context.Context<never>): Hooks<M> => {
  const database = databaseOf(services)
  const within = <A, E>(hook: Effect.Effect<A, E, unknown>): Effect.Effect<A, E, unknown> =>
    Effect.updateContext(hook, (own: Context.Context<unknown>) => Context.mergeAll(services, own, database))
  return Object.fromEntries(
    Object.entries(hooks).map(([name, hook]: [string, AnyHook<unknown, unknown>]) => [
      name,
      (input: never) => within(hook(input))
    ])
  )
}
