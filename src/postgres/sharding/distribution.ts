/**
 * How the rows of a table are spread, whether its model says so or not.
 *
 * @since 0.1.0
 */
import type { TableDistribution } from "../../model/Distribution.ts"
import { referrersOf } from "../../model/referrers.ts"
import { type Table, tableOf } from "../../model/Table.ts"
import type { Sharding } from "./options.ts"

/** What the model says, or what becomes of models that say nothing. */
export const distributing =
  ({ undeclared = "alone" }: Pick<Sharding, "undeclared">) => (table: Table): TableDistribution | undefined =>
    table.distribution ?? (undeclared === "alone" || staysAlone(table) ? undefined : automatic(table))

/** A view, what migrators keep for themselves, a table whose copies have no key to be found by, and whatever refers to such a one. */
const staysAlone = (table: Table, path: ReadonlyArray<Table> = []): boolean =>
  table.isView || table.primaryKey.length === 0 || table.model.identifier.startsWith("andamios/") ||
  table.foreignKeys.map(({ model }) => tableOf(model())).some((target) =>
    !path.includes(target) && target !== table && staysAlone(target, [...path, table])
  )

/** By its key where that is all that has to be kept apart, or else everywhere. */
const automatic = (table: Table): TableDistribution => {
  const [by] = table.primaryKey
  const isKept = by !== undefined && table.foreignKeys.length === 0 && referrersOf(table).length === 0 &&
    table.uniques.every((names) => names.includes(by.name))
  return isKept ? { by } : "reference"
}
