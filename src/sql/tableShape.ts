/**
 * The shape of a table's own rows, with its columns in the model's order.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { ModelColumn, RowShape } from "./CompiledQuery.ts"

type InstanceShape = RowShape & { readonly _tag: "Instance" }

const trustedShapes = new WeakMap<Table, InstanceShape>()
const strictShapes = new WeakMap<Table, InstanceShape>()

/** There is one shape for each table, and one whose rows are `checked`, so that its rows are built by one function. */
export const tableShape = (table: Table, checked = false): InstanceShape => {
  const shapes = checked ? strictShapes : trustedShapes
  const columns = () => table.columns.map((column, index) => resultColumn(column, index, column.name, checked))
  return getOrInsert(shapes, table, () => ({ _tag: "Instance", table, optional: false, columns: columns() }))
}

/** A column of a table in a result. */
export const resultColumn = (field: TableColumn, index: number, name: string, checked: boolean): ModelColumn => ({
  index,
  name,
  type: field.type,
  nullable: field.nullable,
  field,
  checked
})
