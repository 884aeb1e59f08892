/**
 * Asks whether a table exists, and has some columns.
 *
 * @since 0.1.0
 */
import type { CompiledQuery, Parameter, ResultColumn } from "./CompiledQuery.ts"
import type { Dialect } from "./Dialect.ts"
import type { Place } from "./Structure.ts"

const name: ResultColumn = {
  index: 0,
  name: "name",
  type: { _tag: "Text" },
  nullable: false,
  field: undefined,
  checked: false
}

/** A read with one row where the table exists, with these columns if any are named, and none where it doesn't. */
export const compileTableExists = (
  table: Place,
  dialect: Dialect,
  columns: ReadonlyArray<string> = []
): CompiledQuery<string> => {
  const given: Array<Parameter> = []
  const is = (column: string, value: string | undefined, otherwise: string) => {
    if (value === undefined) return `${column} = ${otherwise}`
    given.push({ type: name.type, value })
    return `${column} = ${dialect.placeholder(given.length, name.type)}`
  }
  const schema = table.schema ?? (table.database === undefined ? undefined : dialect.attached?.schema)
  const conditions = [
    is("table_name", table.name, ""),
    is("table_schema", schema, "current_schema()"),
    is("table_catalog", table.database, "current_database()")
  ]
  const named = columns.map((column) => is("column_name", column, ""))
  const read = `SELECT table_name AS ${dialect.identifier(name.name)} FROM information_schema.`
  return {
    sql: named.length === 0
      ? `${read}tables WHERE ${conditions.join(" AND ")}`
      : `${read}columns WHERE ${conditions.join(" AND ")} AND (${named.join(" OR ")}) ` +
        `GROUP BY table_name HAVING count(*) = ${named.length}`,
    parameters: given,
    columns: [name],
    shape: { _tag: "Value", column: name }
  }
}
