/**
 * A row that is told by its primary key.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import { NotFound } from "../session/OrmError.ts"
import * as Expression from "../sql/Expression.ts"
import { type Alias, both, fieldOf, type Node } from "../sql/node.ts"
import { describeKey, keyFields } from "../sql/rowKey.ts"

/** Whether a row has this primary key. */
export const keyIs = (alias: Alias, table: Table, key: unknown): Node => {
  const values = keyFields(table, key)
  return table.primaryKey
    .map((column) => Expression.equal(fieldOf(alias, column), values[column.field]).node)
    .reduce(both)
}

/** The failure of a key that no row has. */
export const missing = (table: Table, key: unknown): NotFound =>
  new NotFound({ model: table.model.identifier, criteria: describeKey(table.primaryKey, keyFields(table, key)) })
