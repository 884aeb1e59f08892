/**
 * What a session does by itself with a column, because a mixin brought it.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import { InvalidModel } from "./InvalidModel.ts"
import type * as Model from "./Model.ts"

/**
 * The part that a column plays in every read and write of its table.
 *
 * @category models
 * @since 0.1.0
 */
export type Role =
  /** The instant at which the row was inserted. */
  | { readonly _tag: "CreatedAt" }
  /** The instant of the row's last change. */
  | { readonly _tag: "UpdatedAt" }
  /** The instant at which the row was deleted; reads leave out the rows that have one. */
  | { readonly _tag: "DeletedAt" }
  /** How often the row has been stored; a change has to know it. */
  | { readonly _tag: "Version" }
  /** Whose the row is; every statement is limited to the rows of the one that the service tells. */
  | { readonly _tag: "Tenant"; readonly service: Service }
  /** Who inserted the row, as the service tells. */
  | { readonly _tag: "CreatedBy"; readonly service: Service }
  /** Who changed the row last, as the service tells; with a `history`, in which every change is written down. */
  | { readonly _tag: "UpdatedBy"; readonly service: Service; readonly history: (() => Model.Any) | undefined }

/**
 * A service whose value is that of a column.
 *
 * @category models
 * @since 0.1.0
 */
export type Service = Context.Key<unknown, unknown>

/** Parts that only one column of a table can play. */
const single = new Set<Role["_tag"]>(["DeletedAt", "Version"])

/** Refuses a second column in a part that only one can play. */
export const refuseSecond = (
  model: string,
  roles: ReadonlyArray<{ readonly role: Role; readonly column: { readonly field: string } }>
): void => {
  const found = new Map<Role["_tag"], string>()
  for (const { column: { field }, role: { _tag } } of roles) {
    const first = single.has(_tag) ? found.get(_tag) : undefined
    if (first !== undefined) {
      throw new InvalidModel({ model, field, reason: `it has the part of ${first}, which only one column can have` })
    }
    found.set(_tag, field)
  }
}
