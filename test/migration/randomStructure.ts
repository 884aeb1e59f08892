/**
 * Random structures that a database can have, and rows for them.
 */
import type { Structure } from "andamios-orm"
import * as Arbitrary from "effect/Arbitrary"
import { withoutCircles } from "../../src/sql/creation.ts"
import type { Dialect } from "../../src/sql/Dialect.ts"
import { nameIn } from "../../src/sql/namesIn.ts"
import { empty, fullName, isSamePlace, placeOf } from "../../src/sql/Structure.ts"
import { tableName } from "../../src/sql/tableName.ts"
import { type Chooser, chooser, tapes } from "./chooser.ts"
import { about, computedColumn, isDistinct, isWhole, keyColumn, randomColumn, randomComment } from "./randomColumn.ts"

type Table = Structure.TableStructure

const tableNames = ["books", "authors", "order", "Two Words", "shelves"] as const
const columnNames = ["title", "price", "user", "Big One", "it\"s", "note", "count"] as const

/** Structures that this database can have. */
export const structures = (dialect: Dialect): Arbitrary.Arbitrary<Structure.Structure> =>
  Arbitrary.map(tapes(400), (tape) => randomStructure(chooser(tape), dialect))

/** A structure that this database can have. */
export const randomStructure = (choose: Chooser, dialect: Dialect): Structure.Structure => {
  const enums = choose.oneIn(3)
    ? [{ name: "mood", values: ["so-so", ...choose.someOf(["it's ok", "bad", "Good"])] }]
    : []
  const sequences = choose.oneIn(3)
    ? [{ name: "numbers", start: choose.upTo(5) + 1, increment: choose.upTo(2) + 1 }]
    : []
  const schemas = choose.oneIn(3) ? ["sales"] : []
  const begun: Structure.Structure = { ...empty, enums, sequences, schemas }
  const full = Array.from({ length: choose.upTo(3) + 1 }).reduce<Structure.Structure>(
    (structure) => withTable(structure, choose, dialect),
    begun
  )
  return withViews(dialect.features.onDelete ? withCircle(full, choose) : full, choose)
}

/** The structure with one more table, if there is a name left for it. */
export const withTable = (structure: Structure.Structure, choose: Chooser, dialect: Dialect): Structure.Structure => {
  const schema = choose.oneIn(3) ? choose.anyOf(structure.schemas) : undefined
  const name = choose.anyOf(tableNames.filter((free) => structure.tables.every((table) => table.name !== free)))
  if (name === undefined) return structure
  const key = keyColumn(choose, "id")
  const others = choose.someOf(columnNames).map((column) => randomColumn(choose, column, structure.enums))
  const base = others.find(isWhole)
  const computed = base !== undefined && choose.oneIn(3) ? [computedColumn(choose, "computed", base, dialect)] : []
  const bare: Table = {
    ...placeOf({ schema, name }),
    columns: [key, ...others, ...computed],
    ...(choose.oneIn(5) ? {} : { primaryKey: { columns: ["id"] } }),
    uniques: [],
    checks: [],
    foreignKeys: [],
    indexes: [],
    ...(choose.oneIn(4) ? { comment: randomComment(choose) } : {})
  }
  const steps = [withUnique, withCheck, withIndex(dialect), withReference(dialect), withReference(dialect)]
  return steps.reduce<Structure.Structure>(
    (all, step) => choose.oneIn(2) ? inTable(all, bare, (table) => step(table, choose, all)) : all,
    { ...structure, tables: [...structure.tables, bare] }
  )
}

/** The structure with a change of one of its tables. */
export const inTable = (
  structure: Structure.Structure,
  place: Structure.Place,
  change: (table: Table) => Table
): Structure.Structure => ({
  ...structure,
  tables: structure.tables.map((table) => isSamePlace(table, place) ? change(table) : table)
})

/** A unique key over one or two columns, none of which refers to another table: rows of references may have no values. */
export const withUnique = (table: Table, choose: Chooser): Table => {
  const [one, other] = table.columns.filter((column) =>
    isDistinct(column) && !refers(table, column.name) && choose.oneIn(2)
  )
  const columns = [one, choose.oneIn(3) ? other : undefined].flatMap((column) =>
    column === undefined ? [] : [column.name]
  )
  const isThere = [table.primaryKey, ...table.uniques].some((key) => key?.columns.join() === columns.join())
  return columns.length === 0 || isThere ? table : { ...table, uniques: [...table.uniques, { columns }] }
}

export const refers = ({ foreignKeys }: Table, column: string): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(column))

/** A check of one of its columns, or of two. */
export const withCheck = (table: Table, choose: Chooser): Table => {
  const column = choose.anyOf(table.columns.filter(({ generated }) => generated === undefined))
  if (column === undefined) return table
  const name = nameIn(column.name)
  const condition = about(column.type).check?.(name) ??
    `${name} IS NULL OR ${nameIn(table.columns[0]?.name ?? "")} IS NOT NULL`
  return { ...table, checks: [...table.checks, { name: fresh(table.checks, `${table.name}_check`), condition }] }
}

/** An index on a column or two, or on an expression, with names that no other index has. */
export const withIndex = (dialect: Dialect) => (table: Table, choose: Chooser, all: Structure.Structure): Table => {
  const [one, other] = table.columns.filter((column) => isDistinct(column) && choose.oneIn(2))
  if (one === undefined) return table
  const part = one.type._tag === "Text" && choose.oneIn(2) ? `lower(${nameIn(one.name)})` : nameIn(one.name)
  const isPartial = dialect.features.partialIndexes && choose.oneIn(3)
  const index: Structure.IndexStructure = {
    name: fresh(all.tables.flatMap(({ indexes }) => indexes), "an index"),
    on: [part, ...(other === undefined || choose.oneIn(2) ? [] : [nameIn(other.name)])],
    unique: choose.oneIn(3) && !refers(table, one.name),
    ...(isPartial ? { where: `${nameIn(one.name)} IS NOT NULL` } : {})
  }
  return { ...table, indexes: [...table.indexes, index] }
}

/** A reference to another table of the same schema or to itself, by columns of its own. */
export const withReference = (dialect: Dialect) => (table: Table, choose: Chooser, all: Structure.Structure): Table => {
  const place = all.tables.findIndex((one) => isSamePlace(one, table))
  const target = choose.anyOf(all.tables.slice(0, place + 1).filter(({ schema }) => schema === table.schema))
  return target === undefined ? table : referring(table, target, choose, dialect.features.onDelete)
}

const referring = (table: Table, target: Table, choose: Chooser, canDelete: boolean): Table => {
  const isNull = (column: string) => target.columns.some(({ name, nullable }) => name === column && nullable)
  const key = choose.anyOf(
    [...(target.primaryKey === undefined ? [] : [target.primaryKey]), ...target.uniques].filter(({ columns }) =>
      !columns.some(isNull)
    )
  )
  const prefix = `to ${target.name} `
  if (key === undefined || table.columns.some(({ name }) => name.startsWith(prefix))) return table
  const isLate = !canDelete || isSamePlace(table, target) || choose.oneIn(2)
  const columns = key.columns.flatMap((name) => target.columns.filter((column) => column.name === name)).map((
    { name, type }
  ) => ({ name: `${prefix}${name}`, type, nullable: isLate }))
  const onDelete = choose.oneOf([undefined, "cascade", "restrict", ...(isLate ? ["setNull"] as const : [])] as const)
  return {
    ...table,
    columns: [...table.columns, ...columns],
    foreignKeys: [...table.foreignKeys, {
      columns: columns.map(({ name }) => name),
      references: placeOf(target),
      targets: key.columns,
      ...(onDelete === undefined || !canDelete ? {} : { onDelete })
    }]
  }
}

/** The first table refers to the last one of its schema, which closes a circle where that one refers to it. */
const withCircle = (structure: Structure.Structure, choose: Chooser): Structure.Structure => {
  const [first] = structure.tables
  const last = structure.tables.findLast(({ schema }) => schema === first?.schema)
  if (first === undefined || last === undefined || choose.oneIn(2)) return structure
  const closed = inTable(structure, first, () => referring(first, last, choose, true))
  // rows come before those that they refer to, so that they refer to none at first
  const tables = closed.tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, nullable: column.nullable || refers(table, column.name) }))
  }))
  return { ...closed, tables }
}

/** Perhaps a view of a table's columns, and a view of that one. */
export const withViews = (structure: Structure.Structure, choose: Chooser): Structure.Structure => {
  const table = choose.anyOf(structure.tables)
  if (table === undefined || structure.views.length > 0 || choose.oneIn(2)) return structure
  const columns = table.columns.filter((_, index) => index === 0 || choose.oneIn(2)).map(({ name }) => nameIn(name))
  const from = [...(table.schema === undefined ? [] : [table.schema]), table.name].map(nameIn).join(".")
  const first: Structure.ViewStructure = {
    name: "a_view",
    sql: `SELECT ${columns.join(", ")} FROM ${from}`,
    ...(choose.oneIn(3) ? { comment: randomComment(choose) } : {}),
    reads: [placeOf(table)]
  }
  const second = { name: "Another view", sql: `SELECT ${columns[0]} FROM a_view`, reads: [{ name: "a_view" }] }
  return { ...structure, views: choose.oneIn(2) ? [second, first] : [first] }
}

/** A name that nothing here has. */
export const fresh = (things: ReadonlyArray<{ readonly name?: string | undefined }>, start: string): string => {
  const free = (number: number): string =>
    things.every(({ name }) => name !== `${start} ${number}`) ? `${start} ${number}` : free(number + 1)
  return free(1)
}

/** Statements that insert so many rows into each table of a structure, each after those that it refers to. */
export const inserts = (structure: Structure.Structure, dialect: Dialect, count: number): ReadonlyArray<string> => {
  if (count === 0) return []
  const { late, tables } = withoutCircles(structure.tables)
  return tables.map((table) => {
    const columns = table.columns.filter(({ generated }) => generated === undefined)
    const isEmpty = (column: string) =>
      [...late, ...table.foreignKeys.map((key) => ({ table, key }))].some((one) =>
        fullName(one.table) === fullName(table) && one.key.columns.includes(column) &&
        (late.includes(one) || isSamePlace(one.key.references, table))
      )
    const rows = Array.from({ length: count }, (_, index) => index + 1).map((row) =>
      columns.map(({ name, nullable, type }) => {
        const isNull = isEmpty(name) || (nullable && row % 3 === 2 && !refers(table, name))
        return isNull ? "NULL" : about(type).value(row)
      })
    )
    return `INSERT INTO ${tableName(table, dialect)} (${
      columns.map(({ name }) => dialect.identifier(name)).join(", ")
    }) ` +
      `VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")}`
  })
}
