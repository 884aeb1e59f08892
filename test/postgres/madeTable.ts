/**
 * Tables without a model of their own, for what is asked of PostgreSQL below the session.
 */
import * as Schema from "effect/Schema"
import type { ColumnType } from "../../src/model/ColumnType.ts"
import * as Model from "../../src/model/Model.ts"
import { type Table, type TableColumn, tableOf as tableOfModel } from "../../src/model/Table.ts"

class Value extends Model.Class<Value>("Value")({ value: Schema.NullOr(Schema.String) }, { table: "values" }) {}

const values = tableOfModel(Value)

/** A column that may be null. */
export const columnOf = (name: string, type: ColumnType): TableColumn => {
  const [column] = values.columns
  if (column === undefined) throw new Error("the model has a column")
  return { ...column, field: name, name, type }
}

/** The names of the columns that are keys of a table, and that refer to other tables. */
export interface Keys {
  readonly unique?: ReadonlyArray<string>
  readonly references?: string
}

/** A table with these keys, if it has any. */
export const tableOf = (
  name: string,
  columns: ReadonlyArray<TableColumn> = [],
  { references, unique }: Keys = {}
): Table => ({
  ...values,
  name,
  fullName: name,
  columns,
  uniques: unique === undefined ? [] : [unique],
  foreignKeys: references === undefined ? [] : [{
    columns: [columnOf(references, { _tag: "Int32" })],
    model: () => Value,
    targets: [],
    onDelete: undefined
  }]
})
