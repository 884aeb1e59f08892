/**
 * What a repository does with many rows at once, told by their keys.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { type Table, type TableColumn, tableOf } from "../model/Table.ts"
import type { Session } from "../session/Session.ts"
import { validator } from "../session/validate.ts"
import { patchValidator } from "../session/validatePatch.ts"

/** The options of an upsert, as they are for any model. */
export interface Options {
  readonly on?: string | ReadonlyArray<string>
  readonly update?: ReadonlyArray<string>
}

/** Upserts and changes of a model's rows, which their keys tell. */
export const bulk = <M extends Model.Any>(session: Session["Service"], model: M) => {
  const table = tableOf(model)
  const validate = validator(model)
  const validateChanges = patchValidator(model)

  const upsertAll = (inputs: ReadonlyArray<Model.Insert<M>>, { on, update }: Options = {}) =>
    Effect.flatMap(Effect.suspend(() => validate(inputs)), (rows) => {
      const key = on === undefined ? table.primaryKey : columnsNamed(table, typeof on === "string" ? [on] : on)
      const changed = update === undefined ? overwritten(table, key) : columnsNamed(table, update)
      return session.run<M["Type"]>({ _tag: "Upsert", table, rows, key, update: changed })
    })

  const patchAll = (changes: ReadonlyArray<Model.Patch<M>>) =>
    Effect.flatMap(
      Effect.suspend(() => validateChanges(changes)),
      (valid) => session.run<M["Type"]>({ _tag: "Patch", table, changes: valid })
    )

  return { upsertAll, patchAll }
}

const columnsNamed = ({ columns }: Table, fields: ReadonlyArray<string>): ReadonlyArray<TableColumn> =>
  columns.filter(({ field }) => fields.includes(field))

/** What an upsert overwrites by itself: whatever can change, but neither the key it asks for nor the one that others refer to. */
const overwritten = (table: Table, key: ReadonlyArray<TableColumn>): ReadonlyArray<TableColumn> =>
  table.columns.filter((column) =>
    !key.includes(column) && !table.primaryKey.includes(column) &&
    Object.hasOwn(table.model.update.fields, column.field) && Object.hasOwn(table.model.insert.fields, column.field)
  )
