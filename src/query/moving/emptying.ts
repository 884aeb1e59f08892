/**
 * Empties tables of a move that did not come to its end, so that they can begin anew.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { telling } from "../../sql/asking.ts"
import type { Dialect } from "../../sql/Dialect.ts"
import { tableName } from "../../sql/tableName.ts"
import { emptied, markEmptied, moveMark, nothing } from "./marks.ts"
import type { MovedTable } from "./movedTables.ts"
import { compilingFor } from "./preparing.ts"
import type { Side } from "./sides.ts"

/**
 * Deletes all rows, those that refer to others first. The marks say so from before the first row goes: whoever is cut off goes on with
 * that.
 */
export const emptying = (to: Side) => {
  const { database } = to
  const compiled = compilingFor(to)

  const deleteSome = (moved: MovedTable) =>
    Effect.flatMap(
      compiled(() => deletion(moved, database.dialect)),
      (sql) => database.transaction(database.execute(telling(sql), moved.table))
    )

  /** Rows that others of the same table refer to go behind those, in transactions of their own. */
  const deleteAll = Effect.fnUntraced(function*(moved: MovedTable) {
    let deleted = yield* deleteSome(moved)
    while (moved.own.length > 0 && deleted > 0) deleted = yield* deleteSome(moved)
  })

  const empty = (moved: MovedTable) =>
    Effect.andThen(deleteAll(moved), moveMark(to, moved.table.fullName, emptied, nothing))

  return Effect.fnUntraced(function*(tables: ReadonlyArray<MovedTable>) {
    if (tables.length === 0) return
    yield* markEmptied(to, tables.map(({ table }) => table.fullName))
    yield* Effect.forEach(tables.toReversed(), empty, { discard: true })
  })
}

const deletion = ({ own, table }: MovedTable, dialect: Dialect): string => {
  const name = tableName(table, dialect)
  const of = (place: string, column: string) => `${place}.${dialect.identifier(column)}`
  const referring = own.map(({ columns, targets }) => {
    const same = columns.map((column, index) => `${of("referring", column)} = ${of("moved", targets[index] ?? "")}`)
    const other = columns.map((column, index) =>
      `${of("referring", column)} = ${of("referring", targets[index] ?? "")}`
    )
    return `NOT EXISTS (SELECT 1 FROM ${name} AS referring WHERE ${same.join(" AND ")} AND NOT (${
      other.join(" AND ")
    }))`
  })
  return `DELETE FROM ${name} AS moved${referring.length === 0 ? "" : ` WHERE ${referring.join(" AND ")}`}`
}
