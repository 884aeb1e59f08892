/**
 * Copies the rows of one table, batch by batch, each in one transaction with the mark of how far the table has come.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { drawingUpTo } from "../../session/numbers.ts"
import type { CommitOutcomeUnknown, InvalidCursor, StreamError, WriteError } from "../../session/OrmError.ts"
import { asking } from "../../sql/asking.ts"
import { tableName } from "../../sql/tableName.ts"
import * as Cursor from "../cursor.ts"
import { moveMark, type Progress } from "./marks.ts"
import type { MovedTable } from "./movedTables.ts"
import { compilingFor } from "./preparing.ts"
import type { Side } from "./sides.ts"
import { levelName, nameAt, reading, type SourceRow } from "./sourceRows.ts"

/** What copying a table can fail with. */
export type CopyError = StreamError | WriteError | CommitOutcomeUnknown | InvalidCursor

/** What copies tables between two databases. `onMark` hears how far a table has come. */
export const copying = (
  from: Side,
  to: Side,
  { batchSize, onMark }: {
    readonly batchSize: number
    readonly onMark: (moved: MovedTable, mark: Progress) => Effect.Effect<void>
  }
) => {
  const compiled = compilingFor(to)
  const drawUpTo = drawingUpTo(to.database, compiled)

  const rowsBehind = (moved: MovedTable, behind: ReadonlyArray<unknown> | undefined) =>
    Stream.unwrap(Effect.map(
      compilingFor(from)(() => reading(moved, behind, from.database.dialect)),
      from.database.stream
    ))

  /** A database may want to have a row before another of the same statement refers to it. */
  const insert = ({ columns, table }: MovedTable, rows: ReadonlyArray<SourceRow>) =>
    Effect.forEach(levelsOf(rows), (level) =>
      to.database.insert({
        table,
        columns,
        values: columns.map((_, index) => level.map((row) => row[nameAt(index)])),
        count: level.length,
        returning: undefined
      }), { discard: true })

  /** The rows of a table whose keys tell how far it has come. */
  const copyKeyed = Effect.fnUntraced(function*(moved: MovedTable, begun: Progress) {
    const { table } = moved
    let mark = begun
    const behind = begun.lastKey === null ? undefined : yield* Cursor.decode(shapeOf(moved), begun.lastKey)
    yield* rowsBehind(moved, behind).pipe(
      Stream.grouped(batchSize),
      // the next rows are read while the database stores those before
      Stream.buffer({ capacity: 1 }),
      Stream.runForEach(Effect.fnUntraced(function*(rows) {
        const after: Progress = { state: "moving", rows: mark.rows + rows.length, lastKey: keyText(moved, rows.at(-1)) }
        yield* to.database.transaction(
          Effect.andThen(insert(moved, rows), moveMark(to, table.fullName, mark, after))
        )
        mark = after
        yield* onMark(moved, mark)
      }))
    )
    return mark
  })

  /** Rows that nothing tells apart: all of them in one transaction. */
  const copyWhole = Effect.fnUntraced(function*(moved: MovedTable, begun: Progress) {
    let count = begun.rows
    return yield* to.database.transaction(Effect.gen(function*() {
      yield* rowsBehind(moved, undefined).pipe(
        Stream.grouped(batchSize),
        Stream.buffer({ capacity: 1 }),
        Stream.runForEach((rows) => {
          count += rows.length
          return Effect.andThen(insert(moved, rows), onMark(moved, { ...begun, rows: count }))
        })
      )
      const after: Progress = { ...begun, rows: count, state: "moved" }
      yield* moveMark(to, moved.table.fullName, begun, after)
      return after
    }))
  })

  /** The numbers that the database gives to new rows go on behind the highest of those that came. */
  const count = ({ columns, table }: MovedTable) =>
    Effect.forEach(
      columns.filter(({ generated }) => generated),
      Effect.fnUntraced(function*(column) {
        const { dialect, read } = to.database
        const highest = `max(${dialect.identifier(column.name)})`
        const name = yield* compiled(() => tableName(table, dialect))
        const found = yield* read(asking(`SELECT ${highest} FROM ${name}`, { highest: column.type }))
        const given = found.flatMap((row) => row.highest === null ? [] : [row.highest])
        if (given.length > 0) yield* drawUpTo(table, column, given)
      }),
      { discard: true }
    )

  return Effect.fnUntraced(function*(moved: MovedTable, begun: Progress): Effect.fn.Return<void, CopyError> {
    const mark = yield* moved.key.length === 0 ? copyWhole(moved, begun) : copyKeyed(moved, begun)
    yield* count(moved)
    const done: Progress = { ...mark, state: "moved" }
    if (mark.state === "moving") yield* moveMark(to, moved.table.fullName, mark, done)
    yield* onMark(moved, done)
  })
}

/** The text of a row's level and key. */
const keyText = (moved: MovedTable, row: SourceRow | undefined): string => {
  const { columns, key, own } = moved
  const values = key.map((column) => row?.[nameAt(columns.indexOf(column))])
  return Cursor.encode(shapeOf(moved), own.length === 0 ? values : [row?.[levelName], ...values])
}

/** What rows are ordered by: a mark is only good for the same. */
const shapeOf = ({ key, own, table }: MovedTable): string =>
  JSON.stringify([table.fullName, own.length > 0, key.map(({ name }) => name)])

/** Rows by their levels, which they come in the order of. */
const levelsOf = (rows: ReadonlyArray<SourceRow>): ReadonlyArray<ReadonlyArray<SourceRow>> => {
  const levels: Array<Array<SourceRow>> = []
  let current: Array<SourceRow> = []
  for (const row of rows) {
    if (current.length > 0 && row[levelName] !== current[0]?.[levelName]) {
      levels.push(current)
      current = []
    }
    current.push(row)
  }
  return current.length === 0 ? levels : [...levels, current]
}
