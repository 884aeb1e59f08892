/**
 * The column by which the rows of a table are spread over several servers.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "../model/Table.ts"
import { Inexpressible } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"

/**
 * The column that tells on which server a row is; undefined where the rows are not spread.
 *
 * @category conversions
 * @since 0.1.0
 */
export const shardKeyOf = (table: Table, { sharding }: Pick<Dialect, "sharding">): TableColumn | undefined => {
  const distribution = sharding?.distributionOf(table)
  return distribution === undefined || distribution === "reference" ? undefined : distribution.by
}

/**
 * Throws `Inexpressible` where the shard key is among columns that are to be changed: a row would have to move to another server.
 *
 * @category conversions
 * @since 0.1.0
 */
export const refuseShardKey = (table: Table, changed: ReadonlyArray<TableColumn>, dialect: Dialect): void => {
  const key = shardKeyOf(table, dialect)
  if (key === undefined || !changed.includes(key)) return
  throw new Inexpressible(
    `changing ${table.model.identifier}.${key.field}, by which its rows are distributed`,
    "Delete the row, and insert it with the other value."
  )
}
