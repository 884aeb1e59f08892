/**
 * Turns a change of structure into the statements of a dialect.
 *
 * @since 0.1.0
 */
import { Inexpressible } from "./compilation.ts"
import {
  checkText,
  columnText,
  commentOn,
  createIndex,
  createTable,
  type Existing,
  foreignKeyText,
  primaryKeyText,
  sqlFor,
  uniqueText
} from "./compileTable.ts"
import type { Dialect } from "./Dialect.ts"
import type { ChangeColumn, Operation } from "./operation.ts"
import { quoted } from "./quoted.ts"
import { fullName, type KeyStructure, type Place } from "./Structure.ts"
import { beside, tableName } from "./tableName.ts"

/**
 * The statements of a change that is made in place, to be run in order. What exists already is in the way, unless it is told to be
 * kept.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileOperation = (
  operation: Operation,
  dialect: Dialect,
  existing: Existing = "refuse"
): ReadonlyArray<string> => {
  const name = (place: Place) => tableName(place, dialect)
  const alter = (table: Place, change: string) => [`ALTER TABLE ${name(table)} ${change}`]
  const column = (named: string) => dialect.identifier(named)
  switch (operation._tag) {
    case "CreateSchema":
      return [`CREATE SCHEMA ${existing === "keep" ? "IF NOT EXISTS " : ""}${schemaName(operation.schema, dialect)}`]
    case "DropSchema":
      return [`DROP SCHEMA ${schemaName(operation.schema, dialect)}`]
    case "CreateEnum":
      return [`CREATE TYPE ${name(operation.enum)} AS ENUM (${operation.enum.values.map(quoted).join(", ")})`]
    case "DropEnum":
      return [`DROP TYPE ${name(operation.enum)}`]
    case "ChangeEnum":
      return dialect.changeEnum(operation.from, operation.to)
    case "CreateSequence": {
      const { increment, start } = operation.sequence
      return [`CREATE SEQUENCE ${name(operation.sequence)} START WITH ${start} INCREMENT BY ${increment}`]
    }
    case "DropSequence":
      return [`DROP SEQUENCE ${name(operation.sequence)}`]
    case "CreateTable":
      return createTable(operation.table, dialect, existing)
    case "DropTable":
      return [`DROP TABLE ${name(operation.table)}`]
    case "RenameTable":
      return alter(operation.table, `RENAME TO ${dialect.identifier(operation.to)}`)
    case "AddColumn":
      return [
        ...(operation.column.identity ? dialect.identity.before(operation.table, operation.column.name) : []),
        ...alter(operation.table, `ADD COLUMN ${columnText(operation.table, operation.column, dialect)}`),
        ...(operation.column.comment === undefined
          ? []
          : [commentOn(operation.table, operation.column.name, operation.column.comment, dialect)])
      ]
    case "DropColumn":
      return alter(operation.table, `DROP COLUMN ${column(operation.column.name)}`)
    case "RenameColumn":
      return alter(operation.table, `RENAME COLUMN ${column(operation.from)} TO ${column(operation.to)}`)
    case "ChangeColumn":
      return changeColumn(operation, dialect)
    case "AddPrimaryKey":
      return alter(operation.table, `ADD ${primaryKeyText(operation.key, dialect)}`)
    case "AddUnique":
      return alter(operation.table, `ADD ${uniqueText(operation.key, dialect)}`)
    case "AddCheck":
      return alter(operation.table, `ADD ${checkText(operation.check, dialect)}`)
    case "AddForeignKey":
      return alter(operation.table, `ADD ${foreignKeyText(operation.key, dialect)}`)
    case "DropPrimaryKey":
    case "DropUnique":
    case "DropForeignKey":
      return alter(operation.table, `DROP CONSTRAINT ${constraintName(operation.table, operation.key, dialect)}`)
    case "DropCheck":
      return alter(
        operation.table,
        `DROP CONSTRAINT ${constraintName(operation.table, { ...operation.check, columns: [] }, dialect)}`
      )
    case "CreateIndex":
      return [createIndex(operation.table, operation.index, dialect, existing)]
    case "DropIndex":
      return [`DROP INDEX ${beside(operation.table, operation.index.name, dialect)}`]
    case "Comment":
      return [commentOn(operation.table, operation.column, operation.to, dialect)]
    case "CreateView":
      return [`CREATE VIEW ${name(operation.view)} AS ${sqlFor(operation.view.sql, dialect)}`]
    case "DropView":
      return [`DROP VIEW ${name(operation.view)}`]
    case "Execute":
      return [sqlFor(operation.sql, dialect)]
  }
}

const schemaName = ({ database, name }: Place, dialect: Dialect): string =>
  [...(database === undefined ? [] : [database]), name].map(dialect.identifier).join(".")

const changeColumn = ({ from, table, to, using }: ChangeColumn, dialect: Dialect): ReadonlyArray<string> => {
  const name = dialect.identifier(to.name)
  const change = (text: string) => `ALTER TABLE ${tableName(table, dialect)} ALTER COLUMN ${name} ${text}`
  const type = dialect.columnType(to.type)
  const isRetyped = type !== dialect.columnType(from.type) || using !== undefined
  const value = using === undefined ? dialect.cast(name, to.type) : sqlFor(using, dialect)
  return [
    // a default of the old type may not fit the new one
    ...(from.default !== undefined && (isRetyped || to.default === undefined) ? [change("DROP DEFAULT")] : []),
    ...(isRetyped ? [change(`TYPE ${type} USING ${value}`)] : []),
    ...(to.default !== undefined && (isRetyped || to.default !== from.default)
      ? [change(`SET DEFAULT ${sqlFor(to.default, dialect)}`)]
      : []),
    ...(from.nullable === to.nullable ? [] : [change(to.nullable ? "DROP NOT NULL" : "SET NOT NULL")]),
    ...(from.comment === to.comment ? [] : [commentOn(table, to.name, to.comment, dialect)])
  ]
}

const constraintName = (table: Place, { name }: KeyStructure, dialect: Dialect): string => {
  if (name !== undefined) return dialect.identifier(name)
  throw new Inexpressible(
    `dropping a constraint of ${fullName(table)} that has no name`,
    "Give the name that the database has for it."
  )
}
