/**
 * The name of a table in the text of a statement.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "./compilation.ts"
import type { Dialect } from "./Dialect.ts"
import { fullName, type Place } from "./Structure.ts"

/**
 * The table, named with its schema and database; it throws `Inexpressible` where there can be no such database.
 *
 * @category compiling
 * @since 0.1.0
 */
export const tableName = (table: Place, dialect: Pick<Dialect, "identifier" | "attached">): string =>
  beside(table, table.name, dialect)

/**
 * Something else with a name, beside the table: in its schema and database.
 *
 * @category compiling
 * @since 0.1.0
 */
export const beside = (
  table: Place,
  name: string,
  dialect: Pick<Dialect, "identifier" | "attached">
): string => [...place(table, dialect), name].map(dialect.identifier).join(".")

const place = (table: Place, { attached }: Pick<Dialect, "attached">): ReadonlyArray<string> => {
  const { database, schema } = table
  if (database === undefined) return schema === undefined ? [] : [schema]
  if (attached !== undefined) return [database, schema ?? attached.schema]
  throw new Inexpressible(
    `the table ${fullName(table)}, which is in an attached database`,
    "Leave out the model's option `database`, or name a schema of the session's own database instead."
  )
}
