/**
 * Turns the change of a column into the clauses that all databases have for it.
 *
 * @since 0.1.0
 */
import { commentOn, sqlFor } from "./compileTable.ts"
import type { Dialect } from "./Dialect.ts"
import type { ChangeColumn } from "./operation.ts"
import { tableName } from "./tableName.ts"

/**
 * The statements that change a column's type, default, nullability and comment in place, in an order in which each of them is possible.
 *
 * @category compiling
 * @since 0.1.0
 */
export const alterColumn = (change: ChangeColumn, dialect: Dialect): ReadonlyArray<string> => {
  const { from, table, to, using } = change
  const alter = (text: string) => alteredColumn(change, text, dialect)
  const isRetyped = retypes(change, dialect)
  const value = using === undefined ? dialect.cast(dialect.identifier(to.name), to.type) : sqlFor(using, dialect)
  return [
    // a default of the old type may not fit the new one
    ...(from.default !== undefined && (isRetyped || to.default === undefined) ? [alter("DROP DEFAULT")] : []),
    // the new values may be null where they may be, and have to be there where they may not
    ...(to.nullable && !from.nullable ? [alter("DROP NOT NULL")] : []),
    ...(isRetyped ? [alter(`TYPE ${dialect.columnType(to.type)} USING ${value}`)] : []),
    ...(to.default !== undefined && (isRetyped || to.default !== from.default)
      ? [alter(`SET DEFAULT ${sqlFor(to.default, dialect)}`)]
      : []),
    ...(from.nullable && !to.nullable ? [alter("SET NOT NULL")] : []),
    ...(from.comment === to.comment ? [] : [commentOn(table, to.name, to.comment, dialect)])
  ]
}

/**
 * Whether a change makes other values of those in the column.
 *
 * @category predicates
 * @since 0.1.0
 */
export const retypes = ({ from, to, using }: ChangeColumn, { columnType }: Dialect): boolean =>
  using !== undefined || columnType(from.type) !== columnType(to.type)

/**
 * The statement that alters the column.
 *
 * @category compiling
 * @since 0.1.0
 */
export const alteredColumn = ({ table, to }: ChangeColumn, text: string, dialect: Dialect): string =>
  `ALTER TABLE ${tableName(table, dialect)} ALTER COLUMN ${dialect.identifier(to.name)} ${text}`
