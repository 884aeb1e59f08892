/**
 * A row that is told by its primary key.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"
import { NotFound } from "../session/OrmError.ts"
import type { Alike } from "../sql/alike.ts"
import type { Select } from "../sql/ast.ts"
import { type Alias, both, fieldOf, type Node, type Value } from "../sql/node.ts"
import { operandOf } from "../sql/operand.ts"
import { describeKey, keyFields } from "../sql/rowKey.ts"
import type { Delete } from "../sql/write.ts"

/** Whether a row has this primary key. */
export const keyIs = (alias: Alias, table: Table, key: unknown): Node => partsOf(alias, table)(key).reduce(both)

/** Tells of each part of a row's primary key that it is that of a key. */
const partsOf = (alias: Alias, table: Table): (key: unknown) => ReadonlyArray<Node> => {
  const [only, ...more] = table.primaryKey
  if (only !== undefined && more.length === 0) {
    const field = fieldOf(alias, only)
    return (key) => [same(field, key)]
  }
  return (key) => {
    const values = keyFields(table, key)
    return table.primaryKey.map((column) => same(fieldOf(alias, column), values[column.field]))
  }
}

const same = (field: Node, value: unknown): Node => ({
  _tag: "Comparison",
  operator: "=",
  left: field,
  right: operandOf(field, value)
})

/** What tells the row with a key in statements whose text is the same for all keys that are whole. */
const byKey = (alias: Alias, table: Table) => {
  const kind = {}
  const partsAre = partsOf(alias, table)
  return (key: unknown): { readonly where: Node; readonly alike: Alike | undefined } => {
    const parts = partsAre(key)
    const values: Array<Value> = []
    for (const part of parts) {
      if (part._tag === "Comparison" && part.right._tag === "Value") values.push(part.right)
    }
    return { where: parts.reduce(both), alike: values.length === parts.length ? { kind, values } : undefined }
  }
}

/** Makes the read of the row with a key. */
export const readByKey = <A>(statement: Select<A>, table: Table) => {
  const told = byKey(statement.from.alias, table)
  return (key: unknown): Select<A> => {
    const { alike, where } = told(key)
    return { ...statement, where, alike }
  }
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
