/**
 * A row that is told by its primary key.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type { Table } from "../model/Table.ts"
import { NotFound } from "../session/OrmError.ts"
import * as Expression from "../sql/Expression.ts"
import { type Alias, both, fieldOf, type Node } from "../sql/node.ts"
import { describeKey } from "../sql/rowKey.ts"

/** The fields of the primary key with their values in a key. */
export const keyFields = ({ primaryKey }: Table, key: unknown): Readonly<Record<string, unknown>> => {
  const isComposite = primaryKey.length > 1 && Predicate.isObject(key)
  const values = new Map(isComposite ? Object.entries(key) : [])
  return Object.fromEntries(primaryKey.map(({ field }) => [field, isComposite ? values.get(field) : key]))
}

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
