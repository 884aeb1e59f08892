/**
 * Questions to a database in SQL by hand, whose answers are records of plain values.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import type { CompiledQuery, Parameter, ResultColumn } from "./CompiledQuery.ts"

/**
 * A read of these columns, in the order in which the text selects them; any of them may be null.
 *
 * @category constructors
 * @since 0.1.0
 */
export const asking = <const Columns extends Readonly<Record<string, ColumnType>>>(
  sql: string,
  columns: Columns,
  parameters: ReadonlyArray<Parameter> = []
): CompiledQuery<{ readonly [K in keyof Columns]: unknown }> => {
  const found = Object.entries(columns).map(([name, type], index): ResultColumn => ({
    index,
    name,
    type,
    nullable: true,
    field: undefined,
    checked: false
  }))
  return {
    sql,
    parameters,
    columns: found,
    shape: { _tag: "Record", fields: found.map((column) => [column.name, { _tag: "Value", column }]) }
  }
}

/**
 * A statement that answers with nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const telling = (sql: string): CompiledQuery<never> => ({
  sql,
  parameters: [],
  columns: [],
  shape: undefined,
  holdsSql: true
})
