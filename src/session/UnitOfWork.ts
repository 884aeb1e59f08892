/**
 * A unit of work: rows are read, added, changed and removed as instances, and written together.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Model from "../model/Model.ts"
import type { Change } from "./Change.ts"
import type { TransactionOptions } from "./Database.ts"
import type { FlushError } from "./flush.ts"
import type { Invalid, NotFound, ReadError } from "./OrmError.ts"

export { Change } from "./Change.ts"
export type { FlushError } from "./flush.ts"

/**
 * How a unit of work runs: as a transaction does, and with how much kept of what it has read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<E = never, R = never> extends TransactionOptions<E, R> {
  /** How many instances it keeps that nobody else holds, so that they are not read again; 10,000 by default. */
  readonly keep?: number
}

/**
 * Says of a model whether its rows can be told apart.
 *
 * @category models
 * @since 0.1.0
 */
export type Keyed<M extends Model.Any> = [Model.PrimaryKeyField<M>] extends [never]
  ? { readonly "a primary key, which this model lacks": never }
  : unknown

/**
 * New values of fields of a row: any that can change but its version, which is counted by itself.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields<M extends Model.Any> = {
  readonly [K in Exclude<Model.ChangeableField<M>, Model.VersionField<M>>]?: Required<M["update"]["Type"]>[K]
}

/**
 * What would be written to a row: `fields` are those of a new row, and of a changed one those that the program has changed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pending {
  readonly model: string
  readonly operation: Change["operation"]
  readonly key: Readonly<Record<string, unknown>>
  readonly fields: ReadonlyArray<string>
}

/**
 * The unit of work that an effect is in; `Session.unitOfWork` provides it.
 *
 * Within it there is one instance of each row. What a query finds are the rows as they are stored, with all that was pending on their
 * tables written before; a whole row that is known already comes as the instance that is known, which is the row as this unit of work
 * has read or changed it. `refresh` asks the database again.
 *
 * @example
 * ```ts
 * import { Column, Model, Session, UnitOfWork } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Account extends Model.Class<Account>("Account")({
 *   id: Column.serial(Schema.Int),
 *   owner: Schema.NonEmptyString,
 *   balance: Column.int32
 * }, { table: "accounts" }) {}
 *
 * const opened = Session.unitOfWork(Effect.gen(function*() {
 *   const work = yield* UnitOfWork.UnitOfWork
 *   const account = yield* work.add(Account, { owner: "Ada", balance: 0 })
 *   return yield* work.change(Account, account, { balance: 100 })
 * }))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class UnitOfWork extends Context.Service<UnitOfWork, {
  /** The row with this primary key, from the database where it isn't known; fails where there is none. */
  readonly get: <M extends Model.Any>(
    model: M & Keyed<M>,
    key: Model.Key<M>
  ) => Effect.Effect<M["Type"], ReadError | NotFound, Model.Services<M>>
  /** The row with this primary key, if there is one. */
  readonly find: <M extends Model.Any>(
    model: M & Keyed<M>,
    key: Model.Key<M>
  ) => Effect.Effect<Option.Option<M["Type"]>, ReadError, Model.Services<M>>
  /** A new row, whole at once: its defaults are made, and its number is drawn. A row whose key is pending already is `Invalid`. */
  readonly add: <M extends Model.Stored>(
    model: M & Keyed<M>,
    input: Model.Insert<M>
  ) => Effect.Effect<M["Type"], ReadError | Invalid, Model.WriteServices<M>>
  /** New rows, all or none, in the order given. */
  readonly addMany: <M extends Model.Stored>(
    model: M & Keyed<M>,
    inputs: ReadonlyArray<Model.Insert<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, ReadError | Invalid, Model.WriteServices<M>>
  /**
   * Changes fields of a row, and returns it as it is then; the given instance stays as it is. What changes is the row as it is known,
   * however old the instance is. Fields that are set to what is stored are no change.
   */
  readonly change: <M extends Model.Stored>(
    model: M & Keyed<M>,
    row: M["Type"],
    fields: Fields<M>
  ) => Effect.Effect<M["Type"], ReadError | Invalid | NotFound, Model.WriteServices<M>>
  /** Removes a row; a new one that was not written yet never is. With `Mixin.softDelete` the row stays, and is hidden. */
  readonly remove: <M extends Model.Stored>(
    model: M & Keyed<M>,
    row: M["Type"]
  ) => Effect.Effect<void, ReadError | Invalid | NotFound, Model.WriteServices<M>>
  /** Writes all that is pending: new rows after those that they refer to, then changes, then what is removed. */
  readonly flush: Effect.Effect<void, FlushError>
  /** Reads a row again, and forgets its pending changes; fails where it is not there any more. */
  readonly refresh: <M extends Model.Any>(
    model: M & Keyed<M>,
    row: M["Type"]
  ) => Effect.Effect<M["Type"], ReadError | NotFound, Model.Services<M>>
  /** Forgets a row and its pending changes. */
  readonly detach: <M extends Model.Any>(model: M & Keyed<M>, row: M["Type"]) => Effect.Effect<void>
  /** What would be written now, in the order in which rows came up. */
  readonly pending: Effect.Effect<ReadonlyArray<Pending>>
  /** All that this unit of work has written through itself, once it has written what is pending; see `Session.replay`. */
  readonly changes: Effect.Effect<ReadonlyArray<Change>, FlushError>
}>()("andamios/UnitOfWork") {}
