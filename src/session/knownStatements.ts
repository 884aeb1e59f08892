/**
 * Statements over rows of a table, each made once for the columns that it is about.
 *
 * @since 0.1.0
 */
import type { Table, TableColumn } from "../model/Table.ts"
import type { FedStatement } from "../sql/compileFed.ts"

/** Remembers statements that differ in nothing but their table and these columns of it. */
export const knownStatements = () => {
  const known = new WeakMap<Table, Map<string, FedStatement<never>>>()
  return (
    table: Table,
    about: ReadonlyArray<ReadonlyArray<TableColumn>>,
    make: () => FedStatement<never>
  ): FedStatement<never> => {
    const name = JSON.stringify(about.map((columns) => columns.map(({ field }) => field)))
    const all = known.get(table) ?? new Map<string, FedStatement<never>>()
    known.set(table, all)
    const statement = all.get(name) ?? make()
    all.set(name, statement)
    return statement
  }
}
