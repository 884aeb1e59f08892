/**
 * Constraints that a row breaks, told by what its model declares.
 *
 * @since 0.1.0
 */
import { fieldsNamed, type Table } from "../model/Table.ts"
import { ForeignKeyViolation, QueryFailed, UniqueViolation } from "./OrmError.ts"

/** What a database says of a constraint that a row broke. */
export interface Broken {
  /** The table's name, for people. */
  readonly table: string
  /** The table, where a statement tells it. */
  readonly written: Table | undefined
  /** The fields of the constraint, as far as they are known. */
  readonly columns: ReadonlyArray<string>
  readonly reason: string
  readonly sql: string
}

/** The violation of a key: of one that the model declares, and where it declares none at all, what nobody expects. */
export const uniqueViolation = ({ columns, reason, sql, table, written }: Broken): UniqueViolation | QueryFailed => {
  const isKeyless = written !== undefined && written.primaryKey.length === 0 && written.uniques.length === 0
  if (isKeyless) return undeclared(sql, reason, "a key", "Column.unique or Index.unique")
  const key = written && keyNamed(written, columns)
  return new UniqueViolation({ table, columns, reason, ...(key !== undefined && { key }) })
}

/** The violation of a foreign key; where the model declares none at all, what nobody expects. */
export const foreignKeyViolation = (
  { columns, reason, sql, table, written }: Broken,
  key: string
): ForeignKeyViolation | QueryFailed =>
  written?.foreignKeys.length === 0
    ? undeclared(sql, reason, "a foreign key", "Column.references or Reference.to")
    : new ForeignKeyViolation({ table, columns, key, reason })

const undeclared = (sql: string, reason: string, what: string, how: string) =>
  new QueryFailed({ sql, reason, hint: `The table has ${what} that its model doesn't declare: declare it, by ${how}.` })

/** What a key of these fields is called: by its field, or its fields; a primary key of several is the `primary key`. */
const keyNamed = (table: Table, fields: ReadonlyArray<string>): string | undefined => {
  const isMeant = (key: ReadonlyArray<string>) =>
    key.length === fields.length && key.every((field) => fields.includes(field))
  const primary = table.primaryKey.map(({ field }) => field)
  if (fields.length > 0 && isMeant(primary)) return primary.length === 1 ? primary[0] : "primary key"
  return table.uniques.map((key) => fieldsNamed(table, key)).find(isMeant)?.join(", ")
}
