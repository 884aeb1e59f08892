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

/** The violation of a key: of one that the model declares, and where it declares no such key, what nobody expects. */
export const uniqueViolation = ({ columns, reason, sql, table, written }: Broken): UniqueViolation | QueryFailed => {
  if (written === undefined) return new UniqueViolation({ table, columns, reason })
  const keys = keysOf(written)
  const [only, ...more] = keys
  const isTold = columns.length > 0
  const key = !isTold && more.length === 0 ? only : keys.find(({ fields }) => isSame(fields, columns))
  if (key === undefined && (isTold || only === undefined)) {
    return undeclared(sql, reason, "a key", "Column.unique or Index.unique")
  }
  return new UniqueViolation({ table, columns: key?.fields ?? columns, reason, ...(key && { key: key.name }) })
}

/** The violation of a foreign key: of one that the model declares, and where it declares no such one, what nobody expects. */
export const foreignKeyViolation = (
  { columns, reason, sql, table, written }: Broken,
  key: string
): ForeignKeyViolation | QueryFailed => {
  const isKnown = written === undefined ||
    written.foreignKeys.some((known) =>
      columns.length === 0 || isSame(known.columns.map(({ field }) => field), columns)
    )
  return isKnown
    ? new ForeignKeyViolation({ table, columns, key, reason })
    : undeclared(sql, reason, "a foreign key", "Column.references or Reference.to")
}

const undeclared = (sql: string, reason: string, what: string, how: string) =>
  new QueryFailed({ sql, reason, hint: `The table has ${what} that its model doesn't declare: declare it, by ${how}.` })

/** The keys of a table, by their names: a field, or fields; a primary key of several is the `primary key`. */
const keysOf = (table: Table) => {
  const primary = table.primaryKey.map(({ field }) => field)
  const uniques = table.uniques.map((names) => fieldsNamed(table, names))
  return [
    ...(primary.length === 0 ? [] : [{ name: primary.length === 1 ? primary.join() : "primary key", fields: primary }]),
    ...uniques.map((fields) => ({ name: fields.join(", "), fields }))
  ]
}

const isSame = (one: ReadonlyArray<string>, other: ReadonlyArray<string>): boolean =>
  one.length === other.length && one.every((field) => other.includes(field))
