/**
 * What a unit of work is about to write: at most one thing for each row, however often it was changed.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import { concerns, type Tables } from "../sql/readSet.ts"
import type { RowKey } from "../sql/rowKey.ts"
import type { Services } from "./mixedIn.ts"
import type { Row } from "./validate.ts"

/** What is to be done with a row. */
export type Pending = PendingInsert | PendingUpdate | PendingDelete

interface OfRow {
  readonly table: Table
  readonly key: RowKey
  /** What the services were that have to be known when it is written. */
  readonly services: Services
}

/** A row that is not stored yet. */
export interface PendingInsert extends OfRow {
  readonly _tag: "Insert"
  readonly after: Row
}

/** A row to change. */
export interface PendingUpdate extends OfRow {
  readonly _tag: "Update"
  /** As it is stored. */
  readonly before: Row
  readonly after: Row
  /** The columns that the program has changed. */
  readonly dirty: ReadonlyArray<TableColumn>
  /** These, and the columns that change with every change. */
  readonly set: ReadonlyArray<TableColumn>
}

/** A row to remove. */
export interface PendingDelete extends OfRow {
  readonly _tag: "Delete"
  readonly before: Row
  /** What stays of a row that is only marked, and the columns that mark it. */
  readonly marked: { readonly after: Row; readonly set: ReadonlyArray<TableColumn> } | undefined
}

/** All that is to be written, in the order in which rows came up first. */
export interface PendingWork {
  readonly get: (table: Table, key: RowKey) => Pending | undefined
  readonly set: (pending: Pending) => void
  readonly drop: (table: Table, key: RowKey) => void
  readonly clear: () => void
  readonly isEmpty: () => boolean
  /** Whether something is to be written to one of these tables. */
  readonly concerns: (tables: Tables) => boolean
  readonly all: () => ReadonlyArray<Pending>
}

/** Nothing to be written. */
export const make = (): PendingWork => {
  const rows = new Map<Table, Map<RowKey, Pending>>()

  const drop = (table: Table, key: RowKey) => {
    const ofTable = rows.get(table)
    ofTable?.delete(key)
    if (ofTable?.size === 0) rows.delete(table)
  }

  return {
    get: (table, key) => rows.get(table)?.get(key),
    set: (pending) => {
      const ofTable = rows.get(pending.table)
      if (ofTable === undefined) rows.set(pending.table, new Map([[pending.key, pending]]))
      else ofTable.set(pending.key, pending)
    },
    drop,
    clear: () => rows.clear(),
    isEmpty: () => rows.size === 0,
    concerns: (tables) => [...rows.keys()].some((table) => concerns(tables, table)),
    all: () => Array.from(rows.values(), (ofTable) => [...ofTable.values()]).flat()
  }
}

/**
 * What is to be done with a row that is changed: an insert is of the row as it is then, and an update sets what differs from what is
 * stored. Nothing where it is as it is stored again.
 */
export const changed = (
  known: PendingInsert | PendingUpdate | undefined,
  { after, automatic, before, given, isDirty, key, services, table }: OfRow & {
    /** The row that was known, which is the stored one where nothing is pending. */
    readonly before: Row
    readonly after: Row
    /** Whether a column differs from what is stored. */
    readonly isDirty: (column: TableColumn, stored: Row) => boolean
    readonly given: ReadonlyArray<TableColumn>
    readonly automatic: ReadonlyArray<TableColumn>
  }
): Pending | undefined => {
  if (known?._tag === "Insert") return { ...known, after, services }
  const stored = known?.before ?? before
  const touched = known === undefined ? given : [...new Set([...known.dirty, ...given])]
  const dirty = touched.filter((column) => isDirty(column, stored))
  if (dirty.length === 0) return undefined
  return { _tag: "Update", table, key, services, before: stored, after, dirty, set: columnsIn(table, dirty, automatic) }
}

const sets = new WeakMap<Table, Map<string, ReadonlyArray<TableColumn>>>()

/** The columns in their table's order: always the same array of the same ones, by which rows are told that change in the same. */
export const columnsIn = (
  table: Table,
  some: ReadonlyArray<TableColumn>,
  others: ReadonlyArray<TableColumn>
): ReadonlyArray<TableColumn> => {
  const known = getOrInsert(sets, table, () => new Map<string, ReadonlyArray<TableColumn>>())
  let name = ""
  for (const { field } of some) name += `${field}\n`
  for (const { field } of others) name += `${field}\n`
  const found = known.get(name)
  if (found !== undefined) return found
  const made = table.columns.filter((column) => some.includes(column) || others.includes(column))
  const same = [...known.values()].find((set) =>
    set.length === made.length && set.every((column) => made.includes(column))
  )
  known.set(name, same ?? made)
  return same ?? made
}
