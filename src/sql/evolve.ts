/**
 * What a structure becomes by operations, without a database.
 *
 * @since 0.1.0
 */
import { withColumnRenamed, withTableRenamed } from "./namesIn.ts"
import type { Operation } from "./operation.ts"
import {
  at,
  type CheckStructure,
  type ColumnStructure,
  type DistributionStructure,
  isSamePlace,
  type KeyStructure,
  type Place,
  placeOf,
  type SqlText,
  type Structure,
  type TableStructure
} from "./Structure.ts"

/**
 * The structure after operations, one after the other. What SQL by hand does to it is not known, and left out.
 *
 * @category conversions
 * @since 0.1.0
 */
export const evolve = (structure: Structure, operations: ReadonlyArray<Operation>): Structure =>
  operations.reduce(evolved, structure)

/**
 * Operations in order, each with the structure that those before it leave.
 *
 * @category conversions
 * @since 0.1.0
 */
export const inOrder = <O extends Operation>(
  structure: Structure,
  operations: ReadonlyArray<O>
): ReadonlyArray<{ readonly operation: O; readonly before: Structure }> => {
  let before = structure
  return operations.map((operation) => {
    const moment = { operation, before }
    before = evolved(before, operation)
    return moment
  })
}

const evolved = (structure: Structure, operation: Operation): Structure => {
  switch (operation._tag) {
    case "CreateSchema":
      return { ...structure, schemas: [...structure.schemas, operation.schema.name] }
    case "DropSchema":
      return { ...structure, schemas: structure.schemas.filter((name) => name !== operation.schema.name) }
    case "CreateEnum":
      return { ...structure, enums: [...structure.enums, operation.enum] }
    case "DropEnum":
      return { ...structure, enums: without(structure.enums, operation.enum) }
    case "ChangeEnum":
      return { ...structure, enums: instead(structure.enums, operation.from, () => operation.to) }
    case "CreateSequence":
      return { ...structure, sequences: [...structure.sequences, operation.sequence] }
    case "DropSequence":
      return { ...structure, sequences: without(structure.sequences, operation.sequence) }
    case "CreateTable":
      return { ...structure, tables: [...structure.tables, operation.table] }
    case "DropTable":
      return { ...structure, tables: without(structure.tables, operation.table) }
    case "RenameTable":
      return renamed(structure, operation.table, operation.to)
    case "AddColumn":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        columns: [...table.columns, operation.column]
      }))
    case "DropColumn":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        columns: table.columns.filter(({ name }) => name !== operation.column.name)
      }))
    case "RenameColumn":
      return columnRenamed(structure, operation.table, operation.from, operation.to)
    case "ChangeColumn":
      return ofColumn(structure, operation.table, operation.from.name, () => operation.to)
    case "AddPrimaryKey":
      return ofTable(structure, operation.table, (table) => ({ ...table, primaryKey: operation.key }))
    case "DropPrimaryKey":
      return ofTable(structure, operation.table, ({ primaryKey: _, ...table }) => table)
    case "AddUnique":
      return ofTable(structure, operation.table, (table) => ({ ...table, uniques: [...table.uniques, operation.key] }))
    case "DropUnique":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        uniques: table.uniques.filter((key) => !isSameKey(key, operation.key))
      }))
    case "AddCheck":
      return ofTable(structure, operation.table, (table) => ({ ...table, checks: [...table.checks, operation.check] }))
    case "DropCheck":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        checks: table.checks.filter((check) => !isSameCheck(check, operation.check))
      }))
    case "AddForeignKey":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        foreignKeys: [...table.foreignKeys, operation.key]
      }))
    case "DropForeignKey":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        foreignKeys: table.foreignKeys.filter((key) =>
          !(isSameKey(key, operation.key) && isSamePlace(key.references, operation.key.references))
        )
      }))
    case "CreateIndex":
      return ofTable(
        structure,
        operation.table,
        (table) => ({ ...table, indexes: [...table.indexes, operation.index] })
      )
    case "DropIndex":
      return ofTable(structure, operation.table, (table) => ({
        ...table,
        indexes: table.indexes.filter(({ name }) => name !== operation.index.name)
      }))
    case "Comment": {
      const { column, to } = operation
      return column === undefined
        ? ofTable(structure, operation.table, (table) => commented(table, to))
        : ofColumn(structure, operation.table, column, (old) => commented(old, to))
    }
    case "Distribute":
      return ofTable(structure, operation.table, ({ distribution: _, ...table }) => ({
        ...table,
        ...(operation.to === undefined ? {} : { distribution: operation.to })
      }))
    case "CreateView":
      return { ...structure, views: [...structure.views, operation.view] }
    case "DropView":
      return { ...structure, views: without(structure.views, operation.view) }
    case "Execute":
      return structure
  }
}

const without = <P extends Place>(things: ReadonlyArray<P>, place: Place): ReadonlyArray<P> =>
  things.filter((thing) => !isSamePlace(thing, place))

const instead = <P extends Place>(things: ReadonlyArray<P>, place: Place, change: (thing: P) => P): ReadonlyArray<P> =>
  things.map((thing) => isSamePlace(thing, place) ? change(thing) : thing)

const ofTable = (
  structure: Structure,
  place: Place,
  change: (table: TableStructure) => TableStructure
): Structure => ({ ...structure, tables: instead(structure.tables, place, change) })

const ofColumn = (
  structure: Structure,
  place: Place,
  column: string,
  change: (column: ColumnStructure) => ColumnStructure
): Structure =>
  ofTable(structure, place, (table) => ({
    ...table,
    columns: table.columns.map((one) => one.name === column ? change(one) : one)
  }))

const commented = <A extends { readonly comment?: string | undefined }>(
  { comment: _, ...thing }: A,
  comment: string | undefined
) => ({ ...thing, ...(comment === undefined ? {} : { comment }) })

/** The table goes under another name, and whoever refers to it follows. */
const renamed = (structure: Structure, place: Place, name: string): Structure => {
  const moved = placeOf({ ...place, name })
  const followed = (other: Place) => isSamePlace(other, place) ? moved : other
  const tables = structure.tables.map((table) => ({
    ...table,
    ...(isSamePlace(table, place) ? { name } : {}),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, references: followed(key.references) }))
  }))
  const views = structure.views.map((view) => ({
    ...view,
    sql: withTableRenamed(view.sql, place, name),
    ...(view.reads === undefined ? {} : { reads: view.reads.map(followed) })
  }))
  return { ...structure, tables, views }
}

/** The column goes under another name, also in the expressions of its table; views say by themselves what their columns are called. */
const columnRenamed = (structure: Structure, place: Place, from: string, to: string): Structure => {
  const name = (column: string) => column === from ? to : column
  const names = <K extends KeyStructure>(key: K): K => ({ ...key, columns: key.columns.map(name) })
  const text = (sql: SqlText) => withColumnRenamed(sql, from, to)
  const spread = (distribution: DistributionStructure): DistributionStructure =>
    distribution === "reference" ? distribution : { by: name(distribution.by) }
  const own = ofTable(structure, place, ({ distribution, primaryKey, ...table }) => ({
    ...table,
    ...(distribution === undefined ? {} : { distribution: spread(distribution) }),
    columns: table.columns.map((column) => ({
      ...column,
      name: name(column.name),
      ...(column.generated === undefined ? {} : { generated: text(column.generated) })
    })),
    ...(primaryKey === undefined ? {} : { primaryKey: names(primaryKey) }),
    uniques: table.uniques.map(names),
    checks: table.checks.map((check) => ({ ...check, condition: text(check.condition) })),
    foreignKeys: table.foreignKeys.map(names),
    indexes: table.indexes.map((index) => ({
      ...index,
      on: index.on.map(text),
      ...(index.where === undefined ? {} : { where: text(index.where) })
    }))
  }))
  const tables = own.tables.map((table) => ({
    ...table,
    foreignKeys: table.foreignKeys.map((key) =>
      isSamePlace(key.references, place) ? { ...key, targets: key.targets.map(name) } : key
    )
  }))
  return { ...own, tables }
}

/** A check is meant by its name, and one without a name by what it says. */
const isSameCheck = (one: CheckStructure, meant: CheckStructure): boolean =>
  meant.name === undefined ? isSameText(one.condition, meant.condition) : one.name === meant.name

const isSameText = (one: SqlText, other: SqlText): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * Whether two keys are the same: by their columns, because names of constraints differ between databases.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSameKey = (one: KeyStructure, other: KeyStructure): boolean =>
  one.columns.length === other.columns.length && one.columns.every((column, index) => column === other.columns[index])

/**
 * The table of a structure, if it is there.
 *
 * @category conversions
 * @since 0.1.0
 */
export const tableAt = ({ tables }: Structure, place: Place): TableStructure | undefined => at(tables, place)
