/**
 * What creates tables.
 *
 * @since 0.1.0
 */
import type { Operation } from "./operation.ts"
import { isSamePlace, placeOf, type TableStructure } from "./Structure.ts"

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
    if (path.includes(table)) return
    tables
      .filter((other) => table.foreignKeys.some((key) => isSamePlace(key.references, other)))
      .forEach((target) => visit(target, [...path, table]))
    ordered.add(table)
  }
  tables.forEach((table) => visit(table, []))
  return [...ordered]
}
