/**
 * Statements over rows of a table, each made once for the columns that it is about.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"

/** Remembers statements that differ in nothing but their table and these columns of it. */
export const knownStatements = <S extends object>() => {
  const known = new WeakMap<Table, Map<string, S>>()
  return (table: Table, about: ReadonlyArray<ReadonlyArray<TableColumn>>, make: () => S): S => {
    const name = JSON.stringify(about.map((columns) => columns.map(({ field }) => field)))
    return getOrInsert(getOrInsert(known, table, () => new Map<string, S>()), name, make)
  }
}
