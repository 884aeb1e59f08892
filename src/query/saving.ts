/**
 * Stores a row, whether it was read before or is new.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"

type Row = Readonly<Record<string, unknown>>

/** Changes the row that an instance of a model was read from, and inserts anything else. */
export const saving = <M extends Model.Any, E, E2, R>(
  model: M,
  insert: (input: Model.Insert<M>) => Effect.Effect<M["Type"], E, R>,
  patch: (change: Model.Patch<M>) => Effect.Effect<M["Type"], E2, R>
) => {
  const written = new Set([...tableOf(model).primaryKey.map(({ field }) => field), ...changedFields(model)])
  const isInstance = (row: unknown): row is Row => Object.prototype.isPrototypeOf.call(model.prototype, Object(row))

  return (row: M["Type"] | Model.Insert<M>): Effect.Effect<M["Type"], E | E2, R> => {
    if (!isInstance(row)) return insert(row)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the primary key of an instance, and what can change of it
    return patch(Object.fromEntries(Object.entries(row).filter(([field]) => written.has(field))) as Model.Patch<M>)
  }
}

/** The fields that a change takes from an instance: all that can change, but those that have a new value with every change. */
const changedFields = ({ update }: Model.Any): ReadonlyArray<string> =>
  Object.entries(update.fields).flatMap(([field, { ast }]) =>
    ast.context?.constructorDefault === undefined ? [field] : []
  )
