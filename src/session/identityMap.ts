/**
 * One instance for each row: whoever asks for a row gets the instance that anybody else has of it.
 *
 * The instances that were used last are kept alive; of the others only those are known that somebody still holds. Nested
 * transactions are undone by a journal of what each key had before.
 *
 * @since 0.1.0
 */
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table } from "../model/Table.ts"
import { concerns, type Tables } from "../sql/readSet.ts"
import type { RowKey } from "../sql/rowKey.ts"

/** A row's instance, and its neighbours among those that are kept, in the order of their last use. */
interface Entry {
  kept: object | undefined
  held: WeakRef<object> | undefined
  older: Entry | undefined
  newer: Entry | undefined
}

type Entries = Map<RowKey, Entry>

/** The instances of rows by their tables and keys. */
export interface IdentityMap {
  readonly get: (table: Table, key: RowKey) => object | undefined
  readonly set: (table: Table, key: RowKey, instance: object) => void
  readonly forget: (table: Table, key: RowKey) => void
  /** Forgets the instances of some tables. */
  readonly forgetAll: (tables: Tables) => void
  /** A place to return to: from then on what changes is noted. */
  readonly begin: () => number
  /** Undoes what has changed since. */
  readonly returnTo: (place: number) => void
  /** What has changed since will not be undone, unless an outer place is returned to. */
  readonly end: () => void
  /** How many rows are known, with those whose instances may be gone. */
  readonly size: () => number
}

/** Below this number of rows it isn't worth looking for those that are gone. */
const few = 1_000

/** A map that keeps as many instances alive as it is told. */
export const make = (keep: number): IdentityMap => {
  const tables = new Map<Table, Entries>()
  const recent = recency(keep)
  const journal: Array<{ readonly entries: Entries; readonly key: RowKey; readonly before: Entry | undefined }> = []
  let places = 0
  let size = 0
  let sizeAfterSweep = few

  const use = (entry: Entry, instance: object) => {
    entry.kept = instance
    entry.held = undefined
    recent.use(entry)
    const surplus = recent.takeSurplus()
    if (surplus?.kept === undefined) return
    surplus.held = new WeakRef(surplus.kept)
    surplus.kept = undefined
  }

  const put = (entries: Entries, key: RowKey, entry: Entry | undefined) => {
    const before = entries.get(key)
    if (places > 0) journal.push({ entries, key, before })
    replace(entries, key, before, entry)
  }

  const replace = (entries: Entries, key: RowKey, before: Entry | undefined, entry: Entry | undefined) => {
    if (before !== undefined) recent.leave(before)
    if (entry === undefined) entries.delete(key)
    else entries.set(key, entry)
    size += (entry === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
    if (entry?.kept !== undefined) use(entry, entry.kept)
  }

  const entriesOf = (table: Table): Entries => getOrInsert(tables, table, () => new Map())

  /** Forgets rows whose instances nobody holds any more. */
  const sweep = () => {
    for (const entries of tables.values()) {
      for (const [key, { held, kept }] of entries) {
        if (kept === undefined && held?.deref() === undefined) entries.delete(key)
      }
    }
    size = Array.from(tables.values(), (entries) => entries.size).reduce((sum, count) => sum + count, 0)
    sizeAfterSweep = Math.max(few, size)
  }

  return {
    get: (table, key) => {
      const entry = tables.get(table)?.get(key)
      const instance = entry?.kept ?? entry?.held?.deref()
      if (entry !== undefined && instance !== undefined) use(entry, instance)
      return instance
    },
    set: (table, key, instance) => {
      const entries = entriesOf(table)
      const entry = entries.get(key)
      if (entry !== undefined && places === 0) return use(entry, instance)
      put(entries, key, { kept: instance, held: undefined, older: undefined, newer: undefined })
      if (size > 2 * sizeAfterSweep) sweep()
    },
    forget: (table, key) => put(entriesOf(table), key, undefined),
    forgetAll: (some) => {
      for (const [table, entries] of tables) {
        for (const key of concerns(some, table) ? entries.keys() : []) put(entries, key, undefined)
      }
    },
    begin: () => {
      places += 1
      return journal.length
    },
    returnTo: (place) => {
      for (const { before, entries, key } of journal.splice(place).toReversed()) {
        replace(entries, key, entries.get(key), before)
      }
    },
    end: () => {
      places -= 1
      if (places === 0) journal.length = 0
    },
    size: () => size
  }
}

/** Entries in the order of their last use: each knows its neighbours, so that any can leave at once. */
const recency = (keep: number) => {
  let newest: Entry | undefined
  let oldest: Entry | undefined
  let size = 0

  const leave = (entry: Entry) => {
    const { newer, older } = entry
    if (older === undefined && newer === undefined && oldest !== entry) return
    if (older === undefined) oldest = newer
    else older.newer = newer
    if (newer === undefined) newest = older
    else newer.older = older
    entry.older = undefined
    entry.newer = undefined
    size -= 1
  }

  return {
    leave,
    use: (entry: Entry) => {
      if (newest === entry) return
      leave(entry)
      entry.older = newest
      if (newest !== undefined) newest.newer = entry
      newest = entry
      oldest ??= entry
      size += 1
    },
    /** The entry that was used longest ago, where there are more than are kept: it leaves. */
    takeSurplus: () => {
      const entry = oldest
      if (size <= keep || entry === undefined) return undefined
      leave(entry)
      return entry
    }
  }
}
