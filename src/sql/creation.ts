/**
 * What creates tables.
 *
 * @since 0.1.0
 */
import type { Operation } from "./operation.ts"
import { type ForeignKeyStructure, isSamePlace, placeOf, type TableStructure } from "./Structure.ts"

/**
 * What creates these tables, their schemas and their indexes, a table after those that it refers to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const creation = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<Operation> => [
  ...schemasOf(tables),
  ...inDependencyOrder(tables).map((table) => ({ _tag: "CreateTable", table }) as const)
]

/** The schemas that tables name, each once. */
const schemasOf = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<Operation> => {
  const named = tables.flatMap(({ database, schema }) =>
    schema === undefined ? [] : [{ schema: placeOf({ database, name: schema }) }]
  )
  const schemas = new Map(named.map(({ schema }) => [JSON.stringify(schema), schema]))
  return [...schemas.values()].map((schema) => ({ _tag: "CreateSchema", schema }))
}

/**
 * The tables, each behind those that it refers to, as far as they don't refer to each other in a circle.
 *
 * @category conversions
 * @since 0.1.0
 */
export const inDependencyOrder = (tables: ReadonlyArray<TableStructure>): ReadonlyArray<TableStructure> => {
  const ordered = new Set<TableStructure>()
  const visit = (table: TableStructure, path: ReadonlyArray<TableStructure>): void => {
    if (ordered.has(table) || path.includes(table)) return
    tables
      .filter((other) => table.foreignKeys.some((key) => isSamePlace(key.references, other)))
      .forEach((target) => visit(target, [...path, table]))
    ordered.add(table)
  }
  tables.forEach((table) => visit(table, []))
  return [...ordered]
}

/**
 * A reference with the table that refers.
 *
 * @category models
 * @since 0.1.0
 */
export interface LateKey {
  readonly table: TableStructure
  readonly key: ForeignKeyStructure
}

/**
 * The tables, each behind all others that it refers to, and the references that are added when all are there, because they close a
 * circle.
 *
 * @category conversions
 * @since 0.1.0
 */
export const withoutCircles = (
  tables: ReadonlyArray<TableStructure>
): { readonly tables: ReadonlyArray<TableStructure>; readonly late: ReadonlyArray<LateKey> } => {
  const ordered = inDependencyOrder(tables)
  const isLate = (key: ForeignKeyStructure, place: number) =>
    ordered.slice(place + 1).some((later) => isSamePlace(later, key.references))
  return {
    tables: ordered.map((table, place) => ({
      ...table,
      foreignKeys: table.foreignKeys.filter((key) => !isLate(key, place))
    })),
    late: ordered.flatMap((table, place) =>
      table.foreignKeys.filter((key) => isLate(key, place)).map((key) => ({ table, key }))
    )
  }
}
