/**
 * Deletes rows that are told by their keys, and brings back those that a soft delete kept.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import { compileDeleteKeys, compileUpdate, type FedStatement, once } from "../sql/compileFed.ts"
import type { DeleteKeys, Restore } from "../sql/write.ts"
import { keyTexts } from "../sql/rowKey.ts"
import { cascading, hasDependents } from "./cascade.ts"
import type { Database, Rows } from "./Database.ts"
import { isRecorded, type Recorder } from "./history.ts"
import { allOf, columnsOf, keyedRows, notFound, type Storable } from "./keyedRows.ts"
import type { Strictness } from "./strictness.ts"
import { givenByDelete, givenByRestore, givenByTenant, tenantColumns } from "./mixedIn.ts"

/** The deletes of a session that are told by keys. */
export const keyedDeletes = (
  database: Database["Service"],
  storable: Storable,
  strictness: Strictness,
  record: Recorder
) => {
  const { dialect } = database
  const { find, rowsOf, withGiven } = keyedRows(database, storable, strictness)

  const cascade = cascading(database)

  const keyOf = (table: Table) => [...table.primaryKey, ...tenantColumns(table)]

  const deleteKeys = Effect.fnUntraced(function*({ keys, purge = false, table }: DeleteKeys) {
    if (keys.length === 0) return 0
    const key = keyOf(table)
    const own = yield* withGiven((services) => givenByTenant(table, services))
    const marks = yield* withGiven((services) => purge ? undefined : givenByDelete(table, services))
    if (marks === undefined) {
      const rows = yield* rowsOf({ table, rows: keys, values: own }, key)
      if (hasDependents(database, table)) yield* cascade(rows)
      return yield* removing(rows, rows, compileDeleteKeys(table, key, dialect), purge)
    }
    const set = [...marks.keys()]
    const rows = yield* rowsOf({ table, rows: keys, values: new Map([...own, ...marks]) }, [...key, ...set])
    return yield* removing(rows, columnsOf(rows, key), marking(table, key, set, false), false)
  })

  /** Removes rows, and writes down what they were: all that have the key, or with `deleted` also those that are hidden. */
  const removing = (rows: Rows, keys: Rows, statement: FedStatement<never>, deleted: boolean) => {
    const remove = database.executeFed(rows, statement)
    if (!isRecorded(rows.table)) return remove
    return database.transaction(Effect.gen(function*() {
      const before = yield* find(keys, { beforehand: true, deleted })
      const removed = yield* remove
      yield* record(rows.table, onceEach(keys, before), [])
      return removed
    }))
  }

  const restore = Effect.fnUntraced(function*<A>({ keys, table }: Restore<A>) {
    const key = keyOf(table)
    const own = yield* withGiven((services) => givenByTenant(table, services))
    const marks = yield* withGiven((services) => givenByRestore(table, services))
    const set = [...marks.keys()]
    const given = { table, rows: keys, values: new Map([...own, ...marks]) }
    const rows = yield* rowsOf(given, [...key, ...set])
    return yield* database.transaction(Effect.gen(function*() {
      const changed = yield* database.executeFed(rows, marking(table, key, set, true))
      if (changed < rows.count) return yield* notFound(given, keys.map((_, place) => place))
      const found = yield* allOf(yield* find<A>(columnsOf(rows, key)))
      yield* record(table, [], found)
      return found
    }))
  })

  /** Marks rows as deleted, or deleted ones as not deleted any more. */
  const marking = (
    table: Table,
    key: ReadonlyArray<TableColumn>,
    set: ReadonlyArray<TableColumn>,
    deleted: boolean
  ): FedStatement<never> => {
    const same = { key, living: columnWith(table, "DeletedAt"), deleted }
    const counter = columnWith(table, "Version")
    const statement = compileUpdate({ table, columns: [...key, ...set], same, set, counter }, dialect)
    return (feed) => statement(once(feed))
  }

  return { deleteKeys, restore }
}

/** What was found, where a key that is given twice has found its row once. */
const onceEach = (keys: Rows, found: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const texts = keyTexts(keys.values, keys.count)
  const places = new Map(texts.map((text, place) => [text, place]))
  return found.filter((_, place) => places.get(texts[place]) === place)
}
