/**
 * Changes of a database's structure, as plain values.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"

/**
 * One change. All that create something leave alone what exists under the name already.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation =
  /** Creates the schema that the table is in. */
  | { readonly _tag: "CreateSchema"; readonly table: Table }
  | { readonly _tag: "CreateTable"; readonly table: Table }
  | { readonly _tag: "CreateIndex"; readonly table: Table; readonly columns: ReadonlyArray<string> }
  /** Comments on the table and its columns, in place of what comments they have. */
  | { readonly _tag: "Comment"; readonly table: Table }

/**
 * What creates these tables, their schemas and their indexes, a table after those that it refers to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const creation = (tables: ReadonlyArray<Table>): ReadonlyArray<Operation> => [
  ...schemasOf(tables),
  ...inDependencyOrder(tables).flatMap((table) => [
    { _tag: "CreateTable", table } as const,
    ...table.indexes.map((columns) => ({ _tag: "CreateIndex", table, columns }) as const),
    { _tag: "Comment", table } as const
  ])
]

/** The schemas that tables name, each once. */
const schemasOf = (tables: ReadonlyArray<Table>): ReadonlyArray<Operation> => {
  const schemas = new Map(tables.map((table) => [JSON.stringify([table.database, table.schema]), table]))
  return [...schemas.values()]
    .filter(({ schema }) => schema !== undefined)
    .map((table) => ({ _tag: "CreateSchema", table }))
}

const inDependencyOrder = (tables: ReadonlyArray<Table>): ReadonlyArray<Table> => {
  const ordered = new Set<Table>()
  const visit = (table: Table, path: ReadonlyArray<Table>): void => {
    if (path.includes(table)) return
    const targets = new Set(table.foreignKeys.map((key) => key.model()))
    tables.filter(({ model }) => targets.has(model)).forEach((target) => visit(target, [...path, table]))
    ordered.add(table)
  }
  tables.forEach((table) => visit(table, []))
  return [...ordered]
}
