/**
 * A row that is told by its primary key.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import { NotFound } from "../session/OrmError.ts"
import * as Expression from "../sql/Expression.ts"
import type { Select } from "../sql/ast.ts"
import { type Alias, both, fieldOf, type Node } from "../sql/node.ts"
import { describeKey, keyFields } from "../sql/rowKey.ts"
import type { Delete } from "../sql/write.ts"

/** Whether a row has this primary key. */
export const keyIs = (alias: Alias, table: Table, key: unknown): Node => partsAre(alias, table, key).reduce(both)

/** Whether each part of a row's primary key is that of this one. */
const partsAre = (alias: Alias, table: Table, key: unknown): ReadonlyArray<Node> => {
  const values = keyFields(table, key)
  return table.primaryKey.map((column) => Expression.equal(fieldOf(alias, column), values[column.field]).node)
}

/** What tells the row with a key in statements whose text is the same for all keys that are whole. */
const byKey = (alias: Alias, table: Table) => {
  const kind = {}
  return (key: unknown) => {
    const same = partsAre(alias, table, key)
    const values = same.flatMap((node) => node._tag === "Comparison" && node.right._tag === "Value" ? [node.right] : [])
    const alike = values.length === same.length ? { kind, values } : undefined
    return { where: same.reduce(both), alike }
  }
}

/** Makes the read of the row with a key. */
export const readByKey = <A>(statement: Select<A>, table: Table) => {
  const told = byKey(statement.from.alias, table)
  return (key: unknown): Select<A> => ({ ...statement, ...told(key) })
}

/** Makes the delete of the row with a key. */
export const deleteByKey = (table: Table) => {
  const alias = { name: table.name }
  const told = byKey(alias, table)
  return (key: unknown): Delete => ({ _tag: "Delete", table, alias, ...told(key) })
}

/** The failure of a key that no row has. */
export const missing = (table: Table, key: unknown): NotFound =>
  new NotFound({ model: table.model.identifier, criteria: describeKey(table.primaryKey, keyFields(table, key)) })
