/**
 * Turns a change of structure into the statements of a dialect.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../model/ColumnType.ts"
import { type Table, type TableColumn, tableOf } from "../model/Table.ts"
import type { Dialect } from "./Dialect.ts"
import type { Operation } from "./operation.ts"

/**
 * The statements of a change, to be run in order.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileOperation = (operation: Operation, dialect: Dialect): ReadonlyArray<string> => {
  switch (operation._tag) {
    case "CreateTable":
      return createTable(operation.table, dialect)
    case "CreateIndex": {
      const name = [operation.table.name, ...operation.columns, "index"].join("_")
      const on = `${dialect.identifier(operation.table.name)} (${names(operation.columns, dialect)})`
      return [`CREATE INDEX IF NOT EXISTS ${dialect.identifier(name)} ON ${on}`]
    }
  }
}

const createTable = (table: Table, dialect: Dialect): ReadonlyArray<string> => {
  const key = table.primaryKey.map(({ name }) => name)
  const parts = [
    ...table.columns.map((column) => columnText(table, column, dialect)),
    ...(key.length === 0 ? [] : [`PRIMARY KEY (${names(key, dialect)})`]),
    ...table.uniques.map((unique) => `UNIQUE (${names(unique, dialect)})`),
    ...table.columns.flatMap((column) => foreignKey(column, dialect))
  ]
  const sequences = table.columns
    .filter(({ generated }) => generated)
    .flatMap(({ name }) => dialect.identity.before(table.name, name))
  return [...sequences, `CREATE TABLE IF NOT EXISTS ${dialect.identifier(table.name)} (${parts.join(", ")})`]
}

const columnText = (table: Table, column: TableColumn, dialect: Dialect): string =>
  [
    dialect.identifier(column.name),
    dialect.columnType(column.type),
    ...(column.nullable ? [] : ["NOT NULL"]),
    ...(column.generated ? [dialect.identity.clause(table.name, column.name)] : []),
    ...defaultClause(column),
    ...checkClause(column, dialect)
  ].join(" ")

const names = (columns: ReadonlyArray<string>, dialect: Dialect): string => columns.map(dialect.identifier).join(", ")

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A default that a database can hold as a literal; others the application fills in alone. */
const defaultClause = ({ default: value, type }: TableColumn): ReadonlyArray<string> => {
  const literal = literalOf(type, value)
  return literal === undefined ? [] : [`DEFAULT ${literal}`]
}

const literalOf = (type: ColumnType, value: unknown): string | undefined => {
  if (value === undefined) return undefined
  if (type._tag === "Json") return quoted(JSON.stringify(value))
  if (typeof value === "string") return quoted(value)
  if (typeof value === "bigint" || typeof value === "boolean") return String(value)
  return typeof value === "number" && Number.isFinite(value) ? String(value) : undefined
}

/** The values of an enum are kept as text, so that adding one later needs no rewrite of the table. */
const checkClause = ({ name, type }: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  if (type._tag === "Enum") return [`CHECK (${dialect.identifier(name)} IN (${type.values.map(quoted).join(", ")}))`]
  const check = dialect.check(type, dialect.identifier(name))
  return check === undefined ? [] : [`CHECK (${check})`]
}

const foreignKey = ({ name, reference }: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  if (reference === undefined) return []
  const target = tableOf(reference.model())
  const column = target.columns.find(({ field }) => field === reference.field)?.name ?? reference.field
  return [
    `FOREIGN KEY (${names([name], dialect)}) REFERENCES ${dialect.identifier(target.name)} (${
      names([column], dialect)
    })`
  ]
}
