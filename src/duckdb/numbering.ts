/**
 * How DuckDB numbers rows: by a sequence, which has to exist before the table and outlives it.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "../sql/compilation.ts"
import type { Dialect, Rebuilding } from "../sql/Dialect.ts"
import { identifier, quoted } from "../sql/quoted.ts"
import { type ColumnStructure, fullName, type Place, placeOf } from "../sql/Structure.ts"
import { tokensOf } from "../sql/sqlTokens.ts"
import { beside } from "../sql/tableName.ts"
import { unquoted } from "./storedType.ts"

/** The schema that is meant in another database where none is named. */
export const attached = { schema: "main" }

/** The name of a numbered column's sequence. It goes without quotes, which `nextval` can't read in a name. */
export const sequenceName = (table: Place, column: string): string => `${table.name}_${column}_seq`.replaceAll("\"", "")

/** The sequence as a statement names it; it throws `Inexpressible` where `nextval` could not read the names before its own. */
export const sequence = (table: Place, column: string): string => {
  if ([table.database, table.schema].some((name) => name?.includes("\""))) {
    throw new Inexpressible(
      `a numbered column in ${fullName(table)}`,
      "Name the schema and the database without quotes."
    )
  }
  return beside(table, sequenceName(table, column), { identifier, attached })
}

const sequencePlace = (table: Place, column: string): Place => placeOf({ ...table, name: sequenceName(table, column) })

/** The sequence of a column, if the database numbers its rows. */
export const numberedBy = (table: Place, { identity, name }: ColumnStructure): ReadonlyArray<Place> =>
  identity === true ? [sequencePlace(table, name)] : []

/** Whether a default is the next number of the column's own sequence. */
export const isNumbering = (table: Place, column: string, value: string): boolean => {
  const named = /^nextval\('((?:[^']|'')*)'\)$/.exec(value)?.[1]?.replaceAll("''", "'")
  if (named === undefined) return false
  const parts = tokensOf(named).filter(({ key }) => key !== ".").map(({ end, start }) =>
    unquoted(named.slice(start, end))
  )
  const place = sequencePlace(table, column)
  return parts.join("\0") === [...(place.schema === undefined ? [] : [place.schema]), place.name].join("\0")
}

/** The numbers of a column that go on behind those of another. */
export const continued: Rebuilding["continued"] = (from, to) => {
  const { database, name, schema } = sequencePlace(from.table, from.column)
  const owner = database === undefined ? "current_database()" : quoted(database)
  const within = schema === undefined
    ? (database === undefined ? "current_schema()" : quoted(attached.schema))
    : quoted(schema)
  return {
    ask: "SELECT coalesce(last_value + increment_by, start_value) FROM duckdb_sequences() " +
      `WHERE database_name = ${owner} AND schema_name = ${within} AND sequence_name = ${quoted(name)}`,
    sql: `CREATE SEQUENCE ${sequence(to.table, to.column)} START WITH {answer}`
  }
}

/** The numbers of a column that begin behind those that are among rows. */
export const behind: Rebuilding["behind"] = (rows, { column, table }) => ({
  ask: `SELECT greatest(coalesce(max(${identifier(column)}), 0), 0) + 1 FROM ${rows}`,
  sql: `CREATE SEQUENCE ${sequence(table, column)} START WITH {answer}`
})

/** DuckDB's answers about numbered columns. */
export const identity: Dialect["identity"] = {
  before: (table, column) => [`CREATE SEQUENCE IF NOT EXISTS ${sequence(table, column)}`],
  clause: (table, column) => `DEFAULT nextval(${quoted(sequence(table, column))})`,
  next: (table, column) => `nextval(${quoted(sequence(table, column))})`,
  after: (table, column) => [`DROP SEQUENCE IF EXISTS ${sequence(table, column)}`]
}
