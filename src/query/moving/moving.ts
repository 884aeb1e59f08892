/**
 * The way of a move: copies table after table, and compares them when all are copied.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { holdsCustom } from "../../model/ColumnType.ts"
import type * as Model from "../../model/Model.ts"
import { type Measure, measuring } from "./comparing.ts"
import { copying } from "./copying.ts"
import { emptying } from "./emptying.ts"
import { beginMarks, moveMark, nothing, type Progress as Mark } from "./marks.ts"
import type { MovedTable } from "./movedTables.ts"
import { type DifferentTable, MoveDiffers, type MoveError } from "./MoveError.ts"
import { preparing } from "./preparing.ts"
import type { Side } from "./sides.ts"
import { stopped } from "./stopped.ts"

/**
 * How far a move has come: rows of all tables, which are first copied, and then compared in both databases.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly doing: "copying" | "comparing"
  readonly table: string
  /** Rows that are copied; rows that are compared, each counted in both databases. */
  readonly done: number
  /** How many there are to be, as far as was known when the move began. */
  readonly total: number
}

/**
 * A table that is the same in both databases: its rows, how many of them were copied by earlier runs, and the fingerprint of each
 * column, which is `(sensitive)` where its values are told to nobody.
 *
 * @category models
 * @since 0.1.0
 */
export interface Moved {
  readonly table: string
  readonly rows: number
  readonly resumedAt: number
  readonly columns: ReadonlyArray<{ readonly column: string; readonly fingerprint: string }>
}

/** How a move is made. */
export interface Manner {
  readonly batchSize: number
  readonly createTables: boolean
  readonly restart: boolean
  readonly onProgress: (progress: Progress) => Effect.Effect<void>
}

/** A table on its way. */
interface Going {
  readonly moved: MovedTable
  readonly begun: Mark
  mark: Mark
}

/** Moves the rows of models, or goes on where an earlier run has ended. */
export const moving = Effect.fnUntraced(function*(
  models: ReadonlyArray<Model.Stored>,
  from: Side,
  to: Side,
  { batchSize, createTables, onProgress, restart }: Manner
): Effect.fn.Return<ReadonlyArray<Moved>, MoveError> {
  const { rows: total, tables } = yield* begin(models, from, to, { createTables, restart })
  const copy = copying(from, to, {
    batchSize,
    onMark: (moved, mark) => {
      for (const one of tables) if (one.moved === moved) one.mark = mark
      const done = tables.reduce((sum, { mark: { rows } }) => sum + rows, 0)
      return onProgress({ doing: "copying", table: moved.table.fullName, done, total })
    }
  })
  yield* Effect.forEach(
    tables.filter(({ mark }) => mark.state === "moving"),
    (going) => at(going, copy(going.moved, going.mark)),
    { discard: true }
  )
  const measures = yield* compare(
    from,
    to,
    tables,
    (table, done) => onProgress({ doing: "comparing", table, done, total: total * 2 })
  )
  const different = measures.flatMap(({ going, here, there }) => differences(going.moved, there, here))
  if (different.length > 0) return yield* new MoveDiffers({ tables: different })
  yield* Effect.forEach(
    tables.filter(({ mark }) => mark.state === "moved"),
    (going) => at(going, moveMark(to, going.moved.table.fullName, going.mark, { ...going.mark, state: "compared" })),
    { discard: true }
  )
  return measures.map(({ going: { begun, moved }, here }) => ({
    table: moved.table.fullName,
    rows: here.rows,
    resumedAt: begun.rows,
    columns: here.columns.map(({ column, fingerprint }) => ({ column, fingerprint: shown(moved, column, fingerprint) }))
  }))
})

/** Makes what is lacking, empties what is to begin anew, and marks where each table is. */
const begin = Effect.fnUntraced(function*(
  models: ReadonlyArray<Model.Stored>,
  from: Side,
  to: Side,
  wanted: Pick<Manner, "createTables" | "restart">
) {
  const { source, tables } = yield* preparing(models, from, to, wanted)
  if (wanted.createTables) yield* to.session.createTables(models)
  yield* emptying(to)(tables.filter(({ mark }) => mark?.state === "emptying").map(({ moved }) => moved))
  const unmarked = tables.filter(({ mark }) => mark === undefined)
  yield* beginMarks(to, source, unmarked.map(({ moved }) => moved.table.fullName))
  return {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    tables: tables.map(({ mark, moved }): Going => {
      const begun = mark === undefined || mark.state === "emptying" ? nothing : mark
      return { moved, begun, mark: begun }
    })
  }
}, Effect.mapError(stopped()))

/** What of a move fails at a table. */
const at = <A, E extends Error>(going: Going, effect: Effect.Effect<A, E>) =>
  Effect.mapError(effect, (cause) => stopped({ table: going.moved.table.fullName, rows: going.mark.rows })(cause))

/** Measures each table in both databases, at the same time. */
const compare = (
  from: Side,
  to: Side,
  tables: ReadonlyArray<Going>,
  onRows: (table: string, done: number) => Effect.Effect<void>
) => {
  let done = 0
  return Effect.forEach(tables, (going) => {
    const measured = (side: Side) =>
      measuring(side, going.moved, (rows) => {
        done += rows
        return onRows(going.moved.table.fullName, done)
      })
    return Effect.map(
      at(going, Effect.all([measured(from), measured(to)], { concurrency: 2 })),
      ([there, here]) => ({ going, there, here })
    )
  })
}

/** What a table does not have alike. */
const differences = (moved: MovedTable, from: Measure, to: Measure): ReadonlyArray<typeof DifferentTable.Type> => {
  const columns = from.columns.flatMap(({ column, fingerprint }, index) => {
    const other = to.columns[index]?.fingerprint ?? ""
    return fingerprint === other
      ? []
      : [{
        column,
        from: shown(moved, column, fingerprint),
        to: shown(moved, column, other),
        isCustom: moved.columns.some(({ name, type }) => name === column && holdsCustom(type))
      }]
  })
  return columns.length === 0 && from.rows === to.rows
    ? []
    : [{ table: moved.table.fullName, from: from.rows, to: to.rows, columns }]
}

/** Who knows a fingerprint can find out which values have it, where there are few. */
const shown = ({ columns }: MovedTable, column: string, fingerprint: string): string =>
  columns.some(({ name, sensitive }) => name === column && sensitive) ? "(sensitive)" : fingerprint
