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
  foreignKeyText,
  primaryKeyText,
  sqlFor,
  uniqueText
} from "./compileTable.ts"
import type { Around, Dialect, Existing } from "./Dialect.ts"
import { isSameKey, tableAt } from "./evolve.ts"
import type { Operation } from "./operation.ts"
import { quoted } from "./quoted.ts"
import {
  type CheckStructure,
  type ColumnStructure,
  empty,
  fullName,
  isSamePlace,
  type KeyStructure,
  type Place,
  type TableStructure,
  type ViewStructure
} from "./Structure.ts"
import { beside, tableName } from "./tableName.ts"

/**
 * What is known around a change, as far as it is, and what happens where something of the name exists already: it is in the way, unless
 * it is told to be kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Partial<Around> {
  readonly existing?: Existing
}

/**
 * The statements of a change that is made in place, to be run in order.
 *
 * @category compiling
 * @since 0.1.0
 */
export const compileOperation = (
  operation: Operation,
  dialect: Dialect,
  { before = empty, existing = "refuse", following = [] }: Options = {}
): ReadonlyArray<string> => {
  const around = { before, following }
  const alone = (change: Operation) => onOneServer(change, dialect, around, existing)
  return dialect.sharding === undefined
    ? alone(operation)
    : dialect.sharding.change(operation, { ...around, existing }, alone)
}

const onOneServer = (
  operation: Operation,
  dialect: Dialect,
  around: Around,
  existing: Existing
): ReadonlyArray<string> => {
  const { before } = around
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
      return dialect.alterations.changeEnum(operation.from, operation.to, around)
    case "CreateSequence": {
      const { increment, start } = operation.sequence
      return [`CREATE SEQUENCE ${name(operation.sequence)} START WITH ${start} INCREMENT BY ${increment}`]
    }
    case "DropSequence":
      return [`DROP SEQUENCE ${name(operation.sequence)}`]
    case "CreateTable":
      return createTable(operation.table, dialect, existing)
    case "DropTable":
      return [`DROP TABLE ${name(operation.table)}`, ...after(operation.table, operation.table.columns, dialect)]
    case "RenameTable":
      return alter(operation.table, `RENAME TO ${dialect.identifier(operation.to)}`)
    case "AddColumn":
      return [
        ...(operation.column.identity ? dialect.identity.before(operation.table, operation.column.name) : []),
        ...addColumn(operation.table, operation.column, dialect),
        ...(operation.column.comment === undefined
          ? []
          : [commentOn(operation.table, operation.column.name, operation.column.comment, dialect)])
      ]
    case "DropColumn":
      return [
        ...alter(operation.table, `DROP COLUMN ${column(operation.column.name)}`),
        ...after(operation.table, [operation.column], dialect)
      ]
    case "RenameColumn":
      return alter(operation.table, `RENAME COLUMN ${column(operation.from)} TO ${column(operation.to)}`)
    case "ChangeColumn":
      return dialect.alterations.changeColumn(operation, around)
    case "AddPrimaryKey":
      return alter(operation.table, `ADD ${primaryKeyText(operation.key, dialect)}`)
    case "AddUnique":
      return alter(operation.table, `ADD ${uniqueText(operation.key, dialect)}`)
    case "AddCheck":
      return alter(operation.table, `ADD ${checkText(operation.check, dialect)}`)
    case "AddForeignKey":
      return alter(operation.table, `ADD ${foreignKeyText(operation.key, dialect)}`)
    case "DropPrimaryKey": {
      const { primaryKey } = tableAt(before, operation.table) ?? {}
      return [dropKey(operation.table, "primary", operation.key, primaryKey === undefined ? [] : [primaryKey], dialect)]
    }
    case "DropUnique":
      return [
        dropKey(operation.table, "unique", operation.key, tableAt(before, operation.table)?.uniques ?? [], dialect)
      ]
    case "DropForeignKey": {
      const keys = tableAt(before, operation.table)?.foreignKeys ?? []
      const same = keys.filter(({ references }) => isSamePlace(references, operation.key.references))
      return [dropKey(operation.table, "foreign", operation.key, same, dialect)]
    }
    case "DropCheck":
      return [dropCheck(operation.table, operation.check, tableAt(before, operation.table), dialect)]
    case "CreateIndex":
      return [createIndex(operation.table, operation.index, dialect, existing)]
    case "DropIndex":
      return [`DROP INDEX ${beside(operation.table, operation.index.name, dialect)}`]
    case "Comment":
      return [commentOn(operation.table, operation.column, operation.to, dialect)]
    case "Distribute":
      return []
    case "CreateView":
      return createView(operation.view, dialect)
    case "DropView":
      return [`DROP VIEW ${name(operation.view)}`]
    case "Execute":
      return [sqlFor(operation.sql, dialect)]
  }
}

/** What numbered columns leave behind. */
const after = (table: Place, columns: ReadonlyArray<ColumnStructure>, dialect: Dialect): ReadonlyArray<string> =>
  columns.filter(({ identity }) => identity).flatMap(({ name }) => dialect.identity.after(table, name))

const schemaName = ({ database, name }: Place, dialect: Dialect): string =>
  [...(database === undefined ? [] : [database]), name].map(dialect.identifier).join(".")

/** A database that adds no column that is never null is told so afterwards. */
const addColumn = (table: Place, column: ColumnStructure, dialect: Dialect): ReadonlyArray<string> => {
  const alter = `ALTER TABLE ${tableName(table, dialect)}`
  return column.nullable || dialect.features.addsNotNull
    ? [`${alter} ADD COLUMN ${columnText(table, column, dialect)}`]
    : [
      `${alter} ADD COLUMN ${columnText(table, { ...column, nullable: true }, dialect)}`,
      `${alter} ALTER COLUMN ${dialect.identifier(column.name)} SET NOT NULL`
    ]
}

const createView = (view: ViewStructure, dialect: Dialect): ReadonlyArray<string> => {
  const name = tableName(view, dialect)
  return [
    `CREATE VIEW ${name} AS ${sqlFor(view.sql, dialect)}`,
    ...(view.comment === undefined ? [] : [`COMMENT ON VIEW ${name} IS ${quoted(view.comment)}`])
  ]
}

/** Keys are known by their columns, and the name of their constraint is the database's own matter. */
const dropKey = (
  table: Place,
  kind: "primary" | "unique" | "foreign",
  key: KeyStructure,
  known: ReadonlyArray<KeyStructure>,
  dialect: Dialect
): string => {
  const name = key.name ?? known.find((other) => isSameKey(other, key))?.name
  if (name !== undefined) return dropConstraint(table, name, dialect)
  const { dropUnnamed } = dialect.alterations
  if (dropUnnamed === undefined) throw nameless(table)
  return dropUnnamed(table, kind, key)
}

const dropCheck = (
  table: Place,
  check: CheckStructure,
  before: TableStructure | undefined,
  dialect: Dialect
): string => {
  const text = sqlFor(check.condition, dialect)
  const name = check.name ?? before?.checks.find(({ condition }) => sqlFor(condition, dialect) === text)?.name
  if (name === undefined) throw nameless(table)
  return dropConstraint(table, name, dialect)
}

const dropConstraint = (table: Place, name: string, dialect: Dialect): string =>
  `ALTER TABLE ${tableName(table, dialect)} DROP CONSTRAINT ${dialect.identifier(name)}`

const nameless = (table: Place) =>
  new Inexpressible(
    `dropping a constraint of ${fullName(table)} that has no name`,
    "Give the name that the database has for it."
  )
