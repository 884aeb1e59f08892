/**
 * What a repository writes: rows of its model, told by their keys.
 *
 * @since 0.1.0
 */
import type * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { operation } from "../session/operation.ts"
import type { DeleteError, Invalid, NotFound } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import { type Row, validator } from "../session/validate.ts"
import { keyFields } from "../sql/rowKey.ts"
import { bulk, type Options as UpsertOf } from "./bulk.ts"
import type { ChangeErrorOf, InsertErrorOf, UpdateErrorOf } from "./failures.ts"
import { hooking } from "./hooking.ts"
import type { Hooks } from "./hooks.ts"
import { type Imported, type ImportOptions, importRows } from "./importRows.ts"
import { incrementing } from "./incrementing.ts"
import { deleteByKey, missing } from "./keyed.ts"
import { saving } from "./saving.ts"
import type { UpsertArguments } from "./upsertOptions.ts"

/** The fields of a model that hold numbers and can change. */
type NumberField<M extends Model.Any> = {
  readonly [K in Exclude<Model.ChangeableField<M>, Model.VersionField<M>>]: NonNullable<M["update"]["Type"][K]> extends
    number | bigint | BigDecimal.BigDecimal ? K : never
}[Exclude<Model.ChangeableField<M>, Model.VersionField<M>>]

/**
 * By how much the numbers of a row grow, or shrink where it is negative.
 *
 * @category models
 * @since 0.1.0
 */
export type Amounts<M extends Model.Any> = Readonly<
  Partial<{ [K in NumberField<M>]: NonNullable<M["update"]["Type"][K]> }>
>

/**
 * Writes of rows of one model. `E` is what its hooks fail with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Writing<M extends Model.Any, E = never> {
  /** Inserts a row and returns it as it is stored. */
  readonly insert: (
    input: Model.Insert<M>
  ) => Effect.Effect<M["Type"], InsertErrorOf<M> | E, Model.WriteServices<M>>
  /** Inserts rows, all or none, and returns them in the order given. */
  readonly insertMany: (
    inputs: ReadonlyArray<Model.Insert<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, InsertErrorOf<M> | E, Model.WriteServices<M>>
  /**
   * Inserts a row, or overwrites the one that has its key, and returns it as it is stored; see `upsertMany`.
   */
  readonly upsert: <const On extends Model.ConflictKey<M> = never>(
    input: Model.Insert<M>,
    ...options: UpsertArguments<M, On>
  ) => Effect.Effect<M["Type"], UpdateErrorOf<M> | E, Model.WriteServices<M>>
  /**
   * Inserts rows, or overwrites those that have their key, all or none, and returns them in the order given, as they are stored.
   *
   * `on` is the key: the primary key unless it says another. `update` are the fields to overwrite: all that can change unless it
   * says which; with `[]` a stored row stays as it is, and is what is returned. The primary key of a stored row never changes.
   * Two inputs with the same key are `Invalid`, and so is one whose key is null. Where another transaction stores the same key
   * at the same time it is a `Conflict`.
   */
  readonly upsertMany: <const On extends Model.ConflictKey<M> = never>(
    inputs: ReadonlyArray<Model.Insert<M>>,
    ...options: UpsertArguments<M, On>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, UpdateErrorOf<M> | E, Model.WriteServices<M>>
  /** Changes all fields of the row with this primary key that can change, and returns it as it is stored. */
  readonly update: (
    row: Model.Update<M>
  ) => Effect.Effect<M["Type"], ChangeErrorOf<M> | E, Model.WriteServices<M>>
  /** Changes fields of the row with this primary key and returns it as it is stored; fails where there is none. */
  readonly patch: (
    change: Model.Patch<M>
  ) => Effect.Effect<M["Type"], ChangeErrorOf<M> | E, Model.WriteServices<M>>
  /**
   * Changes fields of rows, each its own, all or none, and returns the rows in the order of their changes, as they are stored.
   * A field that is left out keeps its value. Keys that no row has are `NotFound`, which names them; two changes of one row are
   * `Invalid`. With `Mixin.version` a row that was changed since its version was read is a `StaleRow`.
   */
  readonly patchMany: (
    changes: ReadonlyArray<Model.Patch<M>>
  ) => Effect.Effect<ReadonlyArray<M["Type"]>, ChangeErrorOf<M> | E, Model.WriteServices<M>>
  /**
   * Adds to numbers of the row with this primary key, whatever they are by then, and returns it as it is stored: of increments that are
   * made at the same time none is lost, and no version is asked for. What is null stays null.
   */
  readonly increment: (
    key: Model.Key<M>,
    amounts: Amounts<M>
  ) => Effect.Effect<M["Type"], Exclude<ChangeErrorOf<M>, { readonly _tag: "StaleRow" }> | E, Model.WriteServices<M>>
  /**
   * Stores a row: an instance of the model, which was read, overwrites the row with its primary key as `update` does, and anything else
   * is inserted. It never looks whether a row is there; for that see `upsert`.
   */
  readonly save: (
    row: M["Type"] | Model.Insert<M>
  ) => Effect.Effect<M["Type"], ChangeErrorOf<M> | E, Model.WriteServices<M>>
  /** Deletes the row with this primary key; fails where there is none. With `Mixin.softDelete` the row stays, and is hidden. */
  readonly delete: (key: Model.Key<M>) => Effect.Effect<void, DeleteError | NotFound | E, Model.WriteServices<M>>
  /** Deletes the rows with these primary keys, all or none, and returns how many there were. */
  readonly deleteMany: (
    keys: ReadonlyArray<Model.Key<M>>
  ) => Effect.Effect<number, DeleteError | Invalid | E, Model.WriteServices<M>>
  /**
   * Inserts rows from elsewhere, such as a file, batch by batch. Each is decoded by the model's insert schema; those that don't
   * fit are counted and told, never stored and never dropped in silence. A row that its schema accepts and the database can't
   * hold ends the import with `Invalid`, and a batch with a broken constraint with that; the batches before stay.
   */
  readonly importFrom: <E2, R>(
    rows: Stream.Stream<unknown, E2, R>,
    options?: ImportOptions
  ) => Effect.Effect<Imported, InsertErrorOf<M> | E | E2, R | Model.WriteServices<M>>
}

/** Writes rows of a model in a session, with hooks around. */
export const writing = <M extends Model.Any>(session: Session["Service"], model: M, hooks: Hooks<M>) => {
  const table = tableOf(model)
  const validate = validator(model)
  const around = hooking(session, hooks)
  const deleteOf = deleteByKey(table)
  const { patchAll, upsertAll } = bulk(session, model)

  type Input = Model.Insert<M>

  const insertMany = around.insert((inputs: ReadonlyArray<Input>) =>
    Effect.flatMap(
      Effect.suspend(() => validate(inputs)),
      (rows) => session.run<M["Type"]>({ _tag: "Insert", table, rows, returning: true })
    )
  )
  const upsertMany = around.upsert(upsertAll)
  const patchMany = around.change(patchAll)
  const incrementMany = around.touch(incrementing(session, model))
  const removeMany = around.remove((keys) =>
    session.run({ _tag: "DeleteKeys", table, keys: keys.map((key) => keyFields(table, key)) })
  )
  const removeOne = around.remove(([key]) =>
    Effect.flatMap(
      Effect.suspend(() => session.run(deleteOf(key))),
      (count) => count === 0 ? Effect.fail(missing(table, key)) : Effect.void
    )
  )

  const insert = (input: Input) => only(insertMany([input]))
  const patch = (change: Model.Patch<M>) => only(patchMany([change]))

  const storeRows = (rows: ReadonlyArray<Row>) =>
    hooks.beforeInsert === undefined && hooks.afterInsert === undefined
      ? session.run({ _tag: "Insert", table, rows, returning: false })
      : insertMany(rows)

  return {
    insert: operation("Repository.insert")(insert),
    insertMany: operation("Repository.insertMany")(insertMany),
    upsert: operation("Repository.upsert")((input: Input, options?: UpsertOf) => only(upsertMany([input], options))),
    upsertMany: operation("Repository.upsertMany")(upsertMany),
    update: operation("Repository.update")(patch),
    patch: operation("Repository.patch")(patch),
    patchMany: operation("Repository.patchMany")(patchMany),
    increment: operation("Repository.increment")((key: Model.Key<M>, amounts: Row) =>
      only(incrementMany([key], amounts))
    ),
    save: operation("Repository.save")(saving(model, insert, patch)),
    delete: operation("Repository.delete")((key: Model.Key<M>) => removeOne([key])),
    deleteMany: operation("Repository.deleteMany")(removeMany),
    importFrom: importRows(model, storeRows)
  }
}

/** The row of a write of one. */
const only = <A, E, R>(rows: Effect.Effect<ReadonlyArray<A>, E, R>) => Effect.map(rows, ([row]) => row)
