/**
 * Carries out the steps of a flush: one statement for each, with the values that the rows are known to have.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import { compileDeleteKeys, compileUpdate } from "../sql/compileFed.ts"
import { tableName } from "../sql/tableName.ts"
import { cascading, hasDependents } from "./cascade.ts"
import type { compiling } from "./compiling.ts"
import type { Database } from "./Database.ts"
import type { DeleteStep, InsertStep, Step, UpdateStep } from "./flushPlan.ts"
import { isRecorded, type Recorder } from "./history.ts"
import { instancesOf } from "./instances.ts"
import { allOf, columnsOf, keyedRows, type Storable } from "./keyedRows.ts"
import type { Strictness } from "./strictness.ts"
import type { DeleteError, NotFound, StaleRow, UpdateError } from "./OrmError.ts"
import type { Row } from "./validate.ts"
import { writingAll } from "./writeAll.ts"

/**
 * What writing all that a unit of work holds back can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type FlushError = UpdateError | DeleteError | NotFound | StaleRow

/** What a session writes with. */
export interface Means {
  readonly database: Database["Service"]
  readonly compiled: ReturnType<typeof compiling>
  readonly storable: Storable
  readonly strictness: Strictness
  readonly record: Recorder
}

/** What carries out steps. */
export const flushing = ({ compiled, database, record, storable, strictness }: Means) => {
  const { dialect } = database
  const { find, rowsOf } = keyedRows(database, storable, strictness)
  const cascade = cascading(database)
  const writeAll = writingAll(database, find)
  const keyOf = (table: Table) => instancesOf(table, dialect.features).key
  const cellsOf = (table: Table, rows: ReadonlyArray<Row>, columns: ReadonlyArray<TableColumn>) =>
    rowsOf({ table, rows, values: new Map() }, columns)

  const insert = Effect.fnUntraced(function*({ after, table }: InsertStep) {
    const rows = yield* cellsOf(table, after, instancesOf(table, dialect.features).columns)
    yield* database.insert({ ...rows, returning: undefined })
    yield* record(table, [], after)
  })

  /** The columns that tell the rows as they were read: with a version, no other one of theirs. */
  const knownBy = (table: Table): ReadonlyArray<TableColumn> => {
    const counter = columnWith(table, "Version")
    return counter === undefined ? keyOf(table) : [...keyOf(table), counter]
  }

  const update = Effect.fnUntraced(function*({ after, before, counted, set, table }: UpdateStep) {
    const counter = counted ? columnWith(table, "Version") : undefined
    const key = counted ? knownBy(table) : keyOf(table)
    const changes = set.filter((column) => column !== counter)
    const keys = yield* cellsOf(table, before, key)
    const values = yield* cellsOf(table, after, changes)
    const columns = [...key, ...changes]
    const rows = { ...keys, columns, values: [...keys.values, ...values.values] }
    const same = { key, living: columnWith(table, "DeletedAt") }
    const recorded = counted && isRecorded(table)
    const stored = recorded ? yield* find(columnsOf(keys, keyOf(table)), { beforehand: true }) : []
    yield* writeAll(rows, compileUpdate({ table, columns, same, set: changes, counter }, dialect), {
      by: keyOf(table),
      before,
      after: { rows: after, set: changes },
      counter
    })
    if (!recorded) return
    const isGone = after.some((row) => !instancesOf(table, dialect.features).isLiving(row))
    const now = isGone ? [] : yield* allOf(yield* find(columnsOf(keys, keyOf(table))))
    yield* record(table, stored, now)
  })

  const remove = Effect.fnUntraced(function*({ before, table }: DeleteStep) {
    const key = knownBy(table)
    const rows = yield* cellsOf(table, before, key)
    if (hasDependents(database, table)) yield* cascade(columnsOf(rows, table.primaryKey))
    const recorded = isRecorded(table)
    const stored = recorded ? yield* find(columnsOf(rows, keyOf(table)), { beforehand: true }) : []
    yield* writeAll(rows, compileDeleteKeys(table, key, dialect), {
      by: keyOf(table),
      before,
      after: undefined,
      counter: columnWith(table, "Version")
    })
    if (recorded) yield* record(table, stored, [])
  })

  const carryOut = (step: Step): Effect.Effect<void, FlushError> => {
    switch (step._tag) {
      case "Insert":
        return insert(step)
      case "Update":
        return update(step)
      case "Delete":
        return remove(step)
    }
  }

  return (step: Step): Effect.Effect<void, FlushError> =>
    Effect.provideContext(Effect.andThen(compiled(() => tableName(step.table, dialect)), carryOut(step)), step.services)
}
