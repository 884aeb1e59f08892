/**
 * What a strict database would refuse of an operation, so that the order of operations is tested without one.
 */
import type { ColumnType, Structure } from "andamios-orm"
import { mentions } from "../../src/sql/namesIn.ts"
import type { Operation } from "../../src/sql/operation.ts"
import { at, fullName, isSamePlace } from "../../src/sql/Structure.ts"

type Whole = Structure.Structure
type Table = Structure.TableStructure
type Found = string | false | undefined

/** Why an operation can't be done on a structure; nothing where it can. */
export const obstacle = (whole: Whole, operation: Operation): string | undefined =>
  reasons(whole, operation).find((reason) => typeof reason === "string")

const reasons = (whole: Whole, operation: Operation): ReadonlyArray<Found> => {
  switch (operation._tag) {
    case "CreateSchema":
      return [whole.schemas.includes(operation.schema.name) && "the schema is there"]
    case "DropSchema":
      return [whole.tables.some(({ schema }) => schema === operation.schema.name) && "a table is in the schema"]
    case "CreateEnum":
      return [at(whole.enums, operation.enum) && "the enum is there"]
    case "DropEnum":
      return [
        ...missing(at(whole.enums, operation.enum)),
        whole.tables.some(({ columns }) => columns.some(({ type }) => isEnum(type))) && "a column is of the enum"
      ]
    case "ChangeEnum":
      return missing(at(whole.enums, operation.from))
    case "CreateSequence":
      return [at(whole.sequences, operation.sequence) && "the sequence is there"]
    case "DropSequence":
      return missing(at(whole.sequences, operation.sequence))
    case "CreateTable":
      return tableObstacles(whole, operation.table)
    case "DropTable":
      return [
        ...missing(at(whole.tables, operation.table)),
        whole.tables.some((table) =>
          !isSamePlace(table, operation.table) &&
          table.foreignKeys.some(({ references }) => isSamePlace(references, operation.table))
        ) && "a table refers to it",
        isRead(whole, operation.table) && "a view reads it"
      ]
    case "RenameTable":
      return [
        ...missing(at(whole.tables, operation.table)),
        at(whole.tables, { ...operation.table, name: operation.to }) && "the name is taken"
      ]
    case "CreateView":
      return [
        (at(whole.views, operation.view) ?? at(whole.tables, operation.view)) && "the name is taken",
        operation.view.reads?.some((place) => !at(whole.tables, place) && !at(whole.views, place)) === true &&
        "what it reads is not there"
      ]
    case "DropView":
      return [...missing(at(whole.views, operation.view)), isRead(whole, operation.view) && "a view reads it"]
    case "Execute":
      return []
    case "AddColumn":
    case "DropColumn":
    case "RenameColumn":
    case "ChangeColumn":
    case "AddPrimaryKey":
    case "DropPrimaryKey":
    case "AddUnique":
    case "DropUnique":
    case "AddCheck":
    case "DropCheck":
    case "AddForeignKey":
    case "DropForeignKey":
    case "CreateIndex":
    case "DropIndex":
    case "Comment":
    case "Distribute": {
      const table = at(whole.tables, operation.table)
      return table === undefined ? ["the table is not there"] : inTable(whole, table, operation)
    }
  }
}

type OfTable = Extract<Operation, { readonly table: Structure.Place }>

const inTable = (
  whole: Whole,
  table: Table,
  operation: Exclude<OfTable, { readonly _tag: "CreateTable" | "DropTable" | "RenameTable" }>
): ReadonlyArray<Found> => {
  const column = (name: string) => table.columns.find((one) => one.name === name)
  switch (operation._tag) {
    case "AddColumn":
      return [
        column(operation.column.name) && "the column is there",
        isEnum(operation.column.type) && whole.enums.length === 0 && "the enum is not there"
      ]
    case "DropColumn":
      return [
        ...missing(column(operation.column.name)),
        table.columns.length === 1 && "it is the only column",
        ...hanging(whole, table, operation.column.name)
      ]
    case "RenameColumn":
      return [...missing(column(operation.from)), column(operation.to) && "the name is taken"]
    case "ChangeColumn": {
      const { from, to } = operation
      const isRetyped = JSON.stringify(from.type) !== JSON.stringify(to.type)
      const isComputed = from.generated === undefined && to.generated !== undefined
      return [
        ...missing(column(from.name)),
        ...(isRetyped || isComputed ? ties(whole, table, to.name) : []),
        ...(isComputed ? hanging(whole, table, to.name) : []),
        to.nullable && table.primaryKey?.columns.includes(to.name) === true && "a key is never null"
      ]
    }
    case "AddPrimaryKey":
      return [
        table.primaryKey && "there is one",
        operation.key.columns.some((name) => column(name)?.nullable !== false) && "a column may be null"
      ]
    case "AddUnique":
      return operation.key.columns.map((name) => column(name) === undefined && "a column is not there")
    case "DropPrimaryKey":
    case "DropUnique": {
      const isReferred = whole.tables.some(({ foreignKeys }) =>
        foreignKeys.some(({ references, targets }) =>
          isSamePlace(references, table) && targets.toSorted().join() === operation.key.columns.toSorted().join()
        )
      )
      return [isReferred && "a table refers to it"]
    }
    case "AddCheck":
      return [table.checks.some(({ name }) => name === operation.check.name) && "the name is taken"]
    case "DropCheck":
      return missing(table.checks.find(({ name }) => name === operation.check.name))
    case "AddForeignKey":
      return keyObstacles(whole, table, operation.key)
    case "DropForeignKey":
      return missing(table.foreignKeys.find(({ columns }) => columns.join() === operation.key.columns.join()))
    case "CreateIndex":
      return [isIndexNamed(whole, table, operation.index.name) && "the name is taken"]
    case "DropIndex":
      return missing(table.indexes.find(({ name }) => name === operation.index.name))
    case "Distribute":
      return []
    case "Comment":
      return operation.column === undefined ? [] : missing(column(operation.column))
  }
}

const missing = (thing: unknown): ReadonlyArray<Found> => [thing === undefined && "it is not there"]

const isEnum = ({ _tag }: ColumnType.ColumnType): boolean => _tag === "Custom"

const isRead = ({ views }: Whole, place: Structure.Place): boolean =>
  views.some(({ reads }) => reads?.some((one) => isSamePlace(one, place)) === true)

const isIndexNamed = ({ tables }: Whole, { schema }: Structure.Place, name: string): boolean =>
  tables.some((table) => table.schema === schema && table.indexes.some((index) => index.name === name))

const tableObstacles = (whole: Whole, table: Table): ReadonlyArray<Found> => [
  (at(whole.tables, table) ?? at(whole.views, table)) && "the name is taken",
  table.schema !== undefined && !whole.schemas.includes(table.schema) && "the schema is not there",
  table.columns.some(({ type }) => isEnum(type)) && whole.enums.length === 0 && "the enum is not there",
  ...table.indexes.map(({ name }) => isIndexNamed(whole, table, name) && "the name of an index is taken"),
  ...table.foreignKeys.flatMap((key) => keyObstacles({ ...whole, tables: [...whole.tables, table] }, table, key))
]

const keyObstacles = (whole: Whole, table: Table, key: Structure.ForeignKeyStructure): ReadonlyArray<Found> => {
  const target = at(whole.tables, key.references)
  const types = (of: Table | undefined, names: ReadonlyArray<string>) =>
    JSON.stringify(names.map((name) => of?.columns.find((column) => column.name === name)?.type))
  const isKey = [target?.primaryKey, ...target?.uniques ?? []].some((one) =>
    one?.columns.toSorted().join() === key.targets.toSorted().join()
  )
  return [
    target === undefined && `${fullName(key.references)} is not there`,
    !isKey && "what it refers to is no key",
    types(table, key.columns) !== types(target, key.targets) && "the types differ"
  ]
}

/** What would not be there without the column. */
const hanging = (whole: Whole, table: Table, name: string): ReadonlyArray<Found> => [
  [table.primaryKey, ...table.uniques].some((key) => key?.columns.includes(name) === true) && "a key is of it",
  table.checks.some(({ condition }) => mentions(condition, name)) && "a check is of it",
  table.indexes.some(({ on, where = "" }) => [...on, where].some((part) => mentions(part, name))) &&
  "an index is of it",
  ...ties(whole, table, name)
]

/** What has to go while the column is of another type. */
const ties = ({ tables }: Whole, table: Table, name: string): ReadonlyArray<Found> => [
  table.columns.some(({ generated }) => generated !== undefined && mentions(generated, name)) &&
  "a column is computed of it",
  table.foreignKeys.some(({ columns }) => columns.includes(name)) && "it refers",
  tables.some(({ foreignKeys }) =>
    foreignKeys.some(({ references, targets }) => isSamePlace(references, table) && targets.includes(name))
  ) && "a table refers to it"
]
