/**
 * What the repository of a model has beside where its rows are deleted softly.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Model from "../model/Model.ts"
import { tableOf } from "../model/Table.ts"
import { operation } from "../session/operation.ts"
import type { DeleteError, Invalid, NotFound } from "../session/OrmError.ts"
import type { Session } from "../session/Session.ts"
import type * as Expression from "../sql/Expression.ts"
import { keyFields } from "../sql/rowKey.ts"
import type { UpdateErrorOf } from "./failures.ts"
import type { From } from "./from.ts"
import { hooking } from "./hooking.ts"
import type { Hooks } from "./hooks.ts"
import { missing } from "./keyed.ts"
import { from } from "./Query.ts"

/**
 * What the repository of a model with `Mixin.softDelete` has beside. `E` is what its hooks fail with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Deleted<M extends Model.Any, E = never> {
  /**
   * Brings a deleted row back and returns it; fails where no deleted row has this primary key. It is a `UniqueViolation` where a row
   * has taken one of its unique keys since.
   */
  readonly restore: (
    key: Model.Key<M>
  ) => Effect.Effect<M["Type"], UpdateErrorOf<M> | NotFound | E, Model.WriteServices<M>>
  /** Removes the row with this primary key for good, deleted before or not; fails where there is none. */
  readonly purge: (
    key: Model.Key<M>
  ) => Effect.Effect<void, DeleteError | Invalid | NotFound | E, Model.WriteServices<M>>
  /** A query on the model that also finds its deleted rows. */
  readonly withDeleted: From<Expression.Columns<M>, never, M["Type"], Model.Services<M>>
}

/** Brings deleted rows of a model back, or removes them for good, with hooks around. */
export const restoring = <M extends Model.Any>(session: Session["Service"], model: M, hooks: Hooks<M>) => {
  const table = tableOf(model)
  const around = hooking(session, hooks)

  const restoreAll = around.touch((keys) =>
    session.run<M["Type"]>({ _tag: "Restore", table, keys: keys.map((key) => keyFields(table, key)) })
  )
  const purgeOne = around.remove(([key]) => {
    const purged = session.run({ _tag: "DeleteKeys", table, keys: [keyFields(table, key)], purge: true })
    return Effect.flatMap(purged, (count) => count === 0 ? Effect.fail(missing(table, key)) : Effect.void)
  })

  return {
    restore: operation("Repository.restore")((key: Model.Key<M>) => Effect.map(restoreAll([key]), ([row]) => row)),
    purge: operation("Repository.purge")((key: Model.Key<M>) => purgeOne([key])),
    withDeleted: from(model).withDeleted()
  }
}
