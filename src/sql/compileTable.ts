/**
 * Turns the structure of a table into the statements that create it.
 *
 * @since 0.1.0
 */
import type { OnDelete } from "../model/columnMark.ts"
import { Inexpressible } from "./compilation.ts"
import type { Dialect, Existing } from "./Dialect.ts"
import { quoted } from "./quoted.ts"
import type {
  CheckStructure,
  ColumnStructure,
  ForeignKeyStructure,
  IndexStructure,
  KeyStructure,
  Place,
  SqlText,
  TableStructure
} from "./Structure.ts"
import { tableName } from "./tableName.ts"

/**
 * The statements that create a table with its indexes and comments; a clause may follow what the table is made of.
 *
 * @category compiling
 * @since 0.1.0
 */
export const createTable = (
  table: TableStructure,
  dialect: Dialect,
  existing: Existing,
  clause = ""
): ReadonlyArray<string> => {
  const parts = [
    ...table.columns.map((column) => columnText(table, column, dialect)),
    ...(table.primaryKey === undefined ? [] : [primaryKeyText(table.primaryKey, dialect)]),
    ...table.uniques.map((key) => uniqueText(key, dialect)),
    ...table.checks.map((check) => checkText(check, dialect)),
    ...table.foreignKeys.map((key) => foreignKeyText(key, dialect))
  ]
  return [
    ...sequencesOf(table, dialect),
    `CREATE TABLE ${ifMissing(existing)}${tableName(table, dialect)} (${parts.join(", ")})${clause}`,
    ...table.indexes.map((index) => createIndex(table, index, dialect, existing)),
    ...commentsOf(table, dialect)
  ]
}

/** The sequences that have to be there before a table's numbered columns. */
const sequencesOf = (table: TableStructure, dialect: Dialect): ReadonlyArray<string> =>
  table.columns.filter(({ identity }) => identity).flatMap(({ name }) => dialect.identity.before(table, name))

/**
 * The statement that creates an index.
 *
 * @category compiling
 * @since 0.1.0
 */
export const createIndex = (table: Place, index: IndexStructure, dialect: Dialect, existing: Existing): string => {
  const parts = index.on.map((part) => sqlFor(part, dialect)).join(", ")
  const where = index.where === undefined ? "" : ` WHERE ${sqlFor(index.where, dialect)}`
  const name = dialect.identifier(index.name)
  const using = index.using === undefined ? "" : ` USING ${index.using}`
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${ifMissing(existing)}${name} ON ${
    tableName(table, dialect)
  }${using} (${parts})${where}`
}

/**
 * The statement that comments on a table or a column, or takes the comment away.
 *
 * @category compiling
 * @since 0.1.0
 */
export const commentOn = (
  table: Place,
  column: string | undefined,
  comment: string | undefined,
  dialect: Dialect
): string => {
  const name = tableName(table, dialect)
  const thing = column === undefined ? `TABLE ${name}` : `COLUMN ${name}.${dialect.identifier(column)}`
  return `COMMENT ON ${thing} IS ${comment === undefined ? "NULL" : quoted(comment)}`
}

const commentsOf = (table: TableStructure, dialect: Dialect): ReadonlyArray<string> => [
  ...(table.comment === undefined ? [] : [commentOn(table, undefined, table.comment, dialect)]),
  ...table.columns.flatMap(({ comment, name }) =>
    comment === undefined ? [] : [commentOn(table, name, comment, dialect)]
  )
]

/**
 * A column as a table is created with it, or gets it later.
 *
 * @category compiling
 * @since 0.1.0
 */
export const columnText = (table: Place, column: ColumnStructure, dialect: Dialect): string =>
  [
    dialect.identifier(column.name),
    dialect.columnType(column.type),
    ...(column.generated === undefined ? [] : [dialect.generated.clause(sqlFor(column.generated, dialect))]),
    ...(column.nullable ? [] : ["NOT NULL"]),
    ...(column.identity ? [dialect.identity.clause(table, column.name)] : []),
    ...(column.default === undefined ? [] : [`DEFAULT ${sqlFor(column.default, dialect)}`])
  ].join(" ")

/**
 * A primary key as a part of a table.
 *
 * @category compiling
 * @since 0.1.0
 */
export const primaryKeyText = (key: KeyStructure, dialect: Dialect): string =>
  `${named(key, dialect)}PRIMARY KEY (${names(key.columns, dialect)})`

/**
 * A unique key as a part of a table.
 *
 * @category compiling
 * @since 0.1.0
 */
export const uniqueText = (key: KeyStructure, dialect: Dialect): string =>
  `${named(key, dialect)}UNIQUE (${names(key.columns, dialect)})`

/**
 * A check as a part of a table.
 *
 * @category compiling
 * @since 0.1.0
 */
export const checkText = ({ condition, name }: CheckStructure, dialect: Dialect): string => {
  const text = sqlFor(condition, dialect)
  return name === undefined ? `CHECK (${text})` : dialect.constraint(name, text)
}

/**
 * A foreign key as a part of a table.
 *
 * @category compiling
 * @since 0.1.0
 */
export const foreignKeyText = (key: ForeignKeyStructure, dialect: Dialect): string =>
  `${named(key, dialect)}FOREIGN KEY (${names(key.columns, dialect)}) ` +
  `REFERENCES ${tableName(key.references, dialect)} (${names(key.targets, dialect)})` +
  (dialect.features.onDelete && key.onDelete !== undefined ? ` ON DELETE ${deletions[key.onDelete]}` : "")

const deletions: Readonly<Record<OnDelete, string>> = { cascade: "CASCADE", setNull: "SET NULL", restrict: "RESTRICT" }

const named = ({ name }: KeyStructure, dialect: Dialect): string =>
  name === undefined ? "" : `CONSTRAINT ${dialect.identifier(name)} `

const names = (columns: ReadonlyArray<string>, dialect: Dialect): string => columns.map(dialect.identifier).join(", ")

const ifMissing = (existing: Existing): string => existing === "keep" ? "IF NOT EXISTS " : ""

/**
 * The text for this database; throws `Inexpressible` where there is none.
 *
 * @category compiling
 * @since 0.1.0
 */
export const sqlFor = (sql: SqlText, { key, name }: Pick<Dialect, "key" | "name">): string => {
  if (typeof sql === "string") return sql
  const text = sql[key]
  if (text !== undefined) return text
  throw new Inexpressible(
    `SQL that is written for ${Object.keys(sql).join(", ")} alone`,
    `Give a text for ${name} too, under the name ${key}.`
  )
}
