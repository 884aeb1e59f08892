/**
 * Sees to the rows that refer to those which a delete is about to remove.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { referrersOf } from "../model/referrers.ts"
import { columnWith, type Table, type TableColumn, targetsOf } from "../model/Table.ts"
import { selectFrom } from "../sql/ast.ts"
import { compileSelect } from "../sql/compile.ts"
import { fieldOf } from "../sql/node.ts"
import type { Delete } from "../sql/write.ts"
import { cascading, hasDependents } from "./cascade.ts"
import type { compiling } from "./compiling.ts"
import type { Database, Rows } from "./Database.ts"

/** Whether a delete only marks rows, which are still there for those that refer to them. */
export const isMarked = (table: Table): boolean => columnWith(table, "DeletedAt") !== undefined

/** What sees to the rows that refer to others, before these are deleted. */
export const deletion = (database: Database["Service"], compiled: ReturnType<typeof compiling>) => {
  const { dialect } = database
  const cascade = cascading(database)

  /** The rows that are to go, told by their keys. */
  const doomed = Effect.fnUntraced(function*({ alias, table, where }: Delete) {
    const columns = table.primaryKey.length > 0 ? table.primaryKey : referredTo(table)
    const fields = columns.map((column) =>
      [column.field, { _tag: "Value", node: fieldOf(alias, { ...column, codec: undefined }) }] as const
    )
    const rows = {
      ...selectFrom<Readonly<Record<string, unknown>>>({ _tag: "TableSource", table, alias }, {
        _tag: "Record",
        fields
      }),
      where
    }
    const found = yield* Effect.flatMap(
      compiled((circumstances) => compileSelect(rows, dialect, circumstances)),
      database.read
    )
    return {
      table,
      columns,
      values: columns.map(({ field }) => found.map((row) => row[field])),
      count: found.length
    } satisfies Rows
  })

  return (statement: Delete) =>
    !isMarked(statement.table) && hasDependents(database, statement.table)
      ? Effect.flatMap(doomed(statement), cascade)
      : undefined
}

/** The columns by which other tables refer to the rows of one. */
const referredTo = (table: Table): ReadonlyArray<TableColumn> => {
  const names = new Set(referrersOf(table).flatMap(({ key }) => targetsOf(key).map(({ name }) => name)))
  return table.columns.filter(({ name }) => names.has(name))
}
