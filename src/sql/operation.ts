/**
 * Changes of a database's structure, as plain values.
 *
 * @since 0.1.0
 */
import type { Table } from "../model/Table.ts"

/**
 * One change. Both leave alone what exists under the name already.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation =
  | { readonly _tag: "CreateTable"; readonly table: Table }
  | { readonly _tag: "CreateIndex"; readonly table: Table; readonly columns: ReadonlyArray<string> }

/**
 * What creates these tables and their indexes, a table after those that it refers to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const creation = (tables: ReadonlyArray<Table>): ReadonlyArray<Operation> =>
  inDependencyOrder(tables).flatMap((table) => [
    { _tag: "CreateTable", table } as const,
    ...table.indexes.map((columns) => ({ _tag: "CreateIndex", table, columns }) as const)
  ])

const inDependencyOrder = (tables: ReadonlyArray<Table>): ReadonlyArray<Table> => {
  const ordered = new Set<Table>()
  const visit = (table: Table, path: ReadonlyArray<Table>): void => {
    if (path.includes(table)) return
    const targets = new Set(table.columns.map(({ reference }) => reference?.model()))
    tables.filter(({ model }) => targets.has(model)).forEach((target) => visit(target, [...path, table]))
    ordered.add(table)
  }
  tables.forEach((table) => visit(table, []))
  return [...ordered]
}
