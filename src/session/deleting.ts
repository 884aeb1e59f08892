/**
 * Whether rows can be deleted in the transaction in which those that referred to them are deleted or changed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { type Referrer, referrersOf } from "../model/referrers.ts"
import type { Table } from "../model/Table.ts"
import { encodeRows } from "../sql/encode.ts"
import type { DeleteKeys } from "../sql/write.ts"
import { referring } from "./cascade.ts"
import type { Database } from "./Database.ts"
import { type ReadError, type ReadOnly, type StillReferenced, Unsupported } from "./OrmError.ts"

/**
 * How rows are deleted together with those that refer to them: in one transaction, or each distance in a transaction of its own, which
 * is `Refused` where one has begun already.
 *
 * @category models
 * @since 0.1.0
 */
export type Deleting =
  | { readonly _tag: "Together" }
  | { readonly _tag: "Apart"; readonly refuseReferred: RefuseReferred }
  | { readonly _tag: "Refused"; readonly why: (table: Table) => Unsupported }

/**
 * Fails where rows that have to stay refer to some that are to be deleted, so that nothing is deleted. Keys that are said to be `known`
 * are those of rows that go too.
 */
type RefuseReferred = (
  deletion: DeleteKeys,
  known: (referrer: Referrer) => boolean
) => Effect.Effect<void, ReadError | ReadOnly | StillReferenced>

/** How a database deletes rows together with those that refer to them, where this is asked. */
export const deleting = (
  database: Pick<Database["Service"], "dialect" | "inTransaction" | "read" | "readFed">
): Effect.Effect<Deleting> => {
  const { dialect: { features, name }, inTransaction } = database
  const { referringTo, refuse } = referring(database)

  const refuseReferred: RefuseReferred = Effect.fnUntraced(function*({ keys, table }, known) {
    const columns = table.primaryKey
    const rows = { table, columns, values: encodeRows(columns, keys, features, new Map()), count: keys.length }
    for (const referrer of referrersOf(table)) {
      const { onDelete } = referrer.key
      if (known(referrer) || onDelete === "cascade" || onDelete === "setNull") continue
      const found = yield* referringTo(rows, referrer)
      if (found !== undefined) return yield* refuse(rows, referrer, found)
    }
  })

  return features.onDelete
    ? Effect.succeed({ _tag: "Together" })
    : Effect.map(
      inTransaction,
      (begun) => begun ? { _tag: "Refused", why: refusal(name) } : { _tag: "Apart", refuseReferred }
    )
}

const refusal = (database: string) => ({ fullName }: Table) =>
  new Unsupported({
    database,
    feature: `deleting rows of ${fullName} in the transaction in which those that refer to them are deleted or changed`,
    instead:
      "Do it outside of a transaction: then those that refer to them go first, and they in a transaction after. " +
      "Or delete or change those yourself in a transaction before."
  })
