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

/** Whether a row has this primary key. */
export const keyIs = (alias: Alias, table: Table, key: unknown): Node => partsAre(alias, table, key).reduce(both)

/** Whether each part of a row's primary key is that of this one. */
const partsAre = (alias: Alias, table: Table, key: unknown): ReadonlyArray<Node> => {
  const values = keyFields(table, key)
  return table.primaryKey.map((column) => Expression.equal(fieldOf(alias, column), values[column.field]).node)
}

/** Makes the read of the row with a key, whose text is the same for all keys that are whole. */
export const readByKey = <A>(statement: Select<A>, table: Table) => {
  const kind = {}
  return (key: unknown): Select<A> => {
    const same = partsAre(statement.from.alias, table, key)
    const values = same.flatMap((node) => node._tag === "Comparison" && node.right._tag === "Value" ? [node.right] : [])
    const alike = values.length === same.length ? { kind, values } : undefined
    return { ...statement, where: same.reduce(both), alike }
  }
}

/** The failure of a key that no row has. */
export const missing = (table: Table, key: unknown): NotFound =>
  new NotFound({ model: table.model.identifier, criteria: describeKey(table.primaryKey, keyFields(table, key)) })
