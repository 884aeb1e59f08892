/**
 * Turns a change of structure into the statements of a dialect.
 *
 * @since 0.1.0
 */
import type { OnDelete } from "../model/columnMark.ts"
import { checkName } from "../model/naming.ts"
import { rethrow } from "../model/rethrow.ts"
import { columnWith, type ForeignKey, type Table, type TableColumn, tableOf, targetsOf } from "../model/Table.ts"
import { Inexpressible } from "./compilation.ts"
import { checksOf } from "./Check.ts"
import { checkCondition } from "./compileCheck.ts"
import type { Dialect } from "./Dialect.ts"
import { encodeValue } from "./encode.ts"
import { generatedOf } from "./Generated.ts"
import { hasLiteral, literal } from "./literal.ts"
import type { Operation } from "./operation.ts"
import { quoted } from "./quoted.ts"
import { NotStorable } from "./storable.ts"
import { structureText } from "./structureText.ts"
import { schemaName, tableName } from "./tableName.ts"

/**
 * The statements of a change, to be run in order.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileOperation = (operation: Operation, dialect: Dialect): ReadonlyArray<string> => {
  switch (operation._tag) {
    case "CreateSchema":
      return [`CREATE SCHEMA IF NOT EXISTS ${schemaName(operation.table, dialect)}`]
    case "CreateTable":
      return createTable(operation.table, dialect)
    case "Comment":
      return comments(operation.table, dialect)
    case "CreateIndex": {
      const name = [operation.table.name, ...operation.columns, "index"].join("_")
      const on = `${tableName(operation.table, dialect)} (${names(operation.columns, dialect)})`
      return [`CREATE INDEX IF NOT EXISTS ${dialect.identifier(name)} ON ${on}`]
    }
  }
}

const comments = (table: Table, dialect: Dialect): ReadonlyArray<string> => {
  const name = tableName(table, dialect)
  const on = (thing: string, text: string | undefined) =>
    text === undefined ? [] : [`COMMENT ON ${thing} IS ${quoted(text)}`]
  return [
    ...on(`TABLE ${name}`, table.comment),
    ...table.columns.flatMap((column) => on(`COLUMN ${name}.${dialect.identifier(column.name)}`, column.comment))
  ]
}

const createTable = (table: Table, dialect: Dialect): ReadonlyArray<string> => {
  if (table.isView) {
    throw new Inexpressible(`creating ${table.fullName}, which is a view`, "Create it by a migration or by plain SQL.")
  }
  const key = table.primaryKey.map(({ name }) => name)
  const living = columnWith(table, "DeletedAt")
  const parts = [
    ...table.columns.map((column) => columnText(table, column, dialect)),
    ...(key.length === 0 ? [] : [`PRIMARY KEY (${names(key, dialect)})`]),
    ...(living === undefined ? table.uniques.map((unique) => `UNIQUE (${names(unique, dialect)})`) : []),
    ...checksOf(table).map(([name, condition]) => dialect.constraint(name, structureText(condition, dialect))),
    ...table.foreignKeys.map((reference) => foreignKey(table, reference, dialect))
  ]
  const sequences = table.columns
    .filter(({ generated }) => generated)
    .flatMap(({ name }) => dialect.identity.before(table, name))
  return [
    ...sequences,
    `CREATE TABLE IF NOT EXISTS ${tableName(table, dialect)} (${parts.join(", ")})`,
    ...(living === undefined ? [] : table.uniques.map((unique) => uniqueAmong(living, table, unique, dialect)))
  ]
}

/**
 * A key of the rows in which a column is null. An index of a part of the rows is also found by queries for these; where there is
 * none, the index holds nulls for the others, which are all different.
 */
const uniqueAmong = (
  living: TableColumn,
  table: Table,
  unique: ReadonlyArray<string>,
  dialect: Dialect
): string => {
  const isLiving = `${dialect.identifier(living.name)} IS NULL`
  const name = dialect.identifier([table.name, ...unique, "living"].join("_"))
  const index = `CREATE UNIQUE INDEX IF NOT EXISTS ${name} ON ${tableName(table, dialect)}`
  if (dialect.features.partialIndexes) return `${index} (${names(unique, dialect)}) WHERE ${isLiving}`
  const parts = unique.map((column) => `(CASE WHEN ${isLiving} THEN ${dialect.identifier(column)} END)`)
  return `${index} (${parts.join(", ")})`
}

const columnText = (table: Table, column: TableColumn, dialect: Dialect): string =>
  column.computed ? computedText(table, column, dialect) : plainText(table, column, dialect)

const computedText = (table: Table, column: TableColumn, dialect: Dialect): string => {
  const node = generatedOf(table)[column.field]
  if (node === undefined) {
    throw new Inexpressible(
      `the column of ${table.model.identifier}.${column.field}, which nothing says how to compute`,
      "Say it in the class of the model: static readonly generated = () => Generated.of(…)."
    )
  }
  const expression = dialect.cast(structureText(node, dialect), column.type)
  const { clause, notNull } = dialect.generated
  const required = notNull
    ? " NOT NULL"
    : `, ${dialect.constraint(checkName(table.name, column.name), `${expression} IS NOT NULL`)}`
  return `${dialect.identifier(column.name)} ${dialect.columnType(column.type)} ${clause(expression)}${
    column.nullable ? "" : required
  }`
}

const plainText = (table: Table, column: TableColumn, dialect: Dialect): string =>
  [
    dialect.identifier(column.name),
    dialect.columnType(column.type),
    ...(column.nullable ? [] : ["NOT NULL"]),
    ...(column.generated ? [dialect.identity.clause(table, column.name)] : []),
    ...defaultClause(table, column, dialect),
    ...checkClause(table, column, dialect)
  ].join(" ")

const names = (columns: ReadonlyArray<string>, dialect: Dialect): string => columns.map(dialect.identifier).join(", ")

const defaultClause = (table: Table, column: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  switch (column.default?._tag) {
    case undefined:
      return []
    case "Made":
      return [`DEFAULT ${dialect.databaseDefault(column.default.kind, column.type)}`]
    case "Value":
      // others the application fills in alone
      return hasLiteral(column.type) ? [`DEFAULT ${defaultLiteral(table, column, column.default.value, dialect)}`] : []
  }
}

const defaultLiteral = (table: Table, column: TableColumn, value: unknown, dialect: Dialect): string => {
  const stored = rethrow(
    () => encodeValue({ _tag: "Value", value, slot: column, column }, dialect.features),
    NotStorable,
    ({ message }) =>
      new Inexpressible(
        `the default of ${table.model.identifier}.${column.field}`,
        `Give it another value: ${message}.`
      )
  )
  return literal(column.type, stored, dialect)
}

/** What the type alone does not keep out, and what the schema says besides. */
const checkClause = (table: Table, column: TableColumn, dialect: Dialect): ReadonlyArray<string> => {
  const conditions = [
    dialect.check(column.type, dialect.identifier(column.name)),
    checkCondition(column, dialect)
  ].filter((condition) => condition !== undefined)
  return conditions.length === 0
    ? []
    : [dialect.constraint(checkName(table.name, column.name), conditions.join(" AND "))]
}

const foreignKey = (table: Table, key: ForeignKey, dialect: Dialect): string => {
  const target = tableOf(key.model())
  if (table.database !== undefined) throw crossing(table, target)
  const columns = (of: ReadonlyArray<TableColumn>) => names(of.map(({ name }) => name), dialect)
  return `FOREIGN KEY (${columns(key.columns)}) REFERENCES ${tableName(target, dialect)} (${columns(targetsOf(key))})` +
    (dialect.features.onDelete && key.onDelete !== undefined ? ` ON DELETE ${deletions[key.onDelete]}` : "")
}

const deletions: Readonly<Record<OnDelete, string>> = { cascade: "CASCADE", setNull: "SET NULL", restrict: "RESTRICT" }

/** DuckDB has no way to say so, not even where both tables are in the same of its attached databases. */
const crossing = (table: Table, target: Table): Inexpressible =>
  new Inexpressible(
    `a reference from ${table.fullName} to ${target.fullName} in an attached database`,
    "Make the field a plain one of the same type."
  )
