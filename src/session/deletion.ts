/**
 * Deletes the rows that a condition holds for, and sees to those that refer to them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { referrersOf } from "../model/referrers.ts"
import { type Table, type TableColumn, targetsOf } from "../model/Table.ts"
import { selectFrom, selectTable } from "../sql/ast.ts"
import { compileDelete, compileSelect } from "../sql/compile.ts"
import { fieldOf } from "../sql/node.ts"
import type { Delete } from "../sql/write.ts"
import { cascading, hasDependents } from "./cascade.ts"
import { type compiling, withServices } from "./compiling.ts"
import type { Database, Rows } from "./Database.ts"
import { isRecorded, type Recorder } from "./history.ts"
import { setByDelete } from "./mixedIn.ts"

/** The deletion of a session. */
export const deletion = (
  database: Database["Service"],
  compiled: ReturnType<typeof compiling>,
  record: Recorder
) => {
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

  return Effect.fnUntraced(function*(statement: Delete) {
    const { alias, table, where } = statement
    const marks = yield* withServices(dialect.name, (services) => setByDelete(statement, services))
    const query = yield* compiled((circumstances) => compileDelete(statement, dialect, circumstances, marks))
    // rows that are only marked are still there for those that refer to them
    if (marks.length === 0 && hasDependents(database, table)) yield* cascade(yield* doomed(statement))
    const remove = database.execute(query, table)
    if (!isRecorded(table)) return yield* remove
    const lock = dialect.features.rowLocks === true ? { strength: "update", wait: "wait" } as const : undefined
    return yield* database.transaction(Effect.gen(function*() {
      const rows = { ...selectTable(table, alias), where, lock }
      const before = yield* Effect.flatMap(
        compiled((circumstances) => compileSelect(rows, dialect, circumstances)),
        database.read
      )
      const removed = yield* remove
      yield* record(table, before, [])
      return removed
    }))
  })
}

/** The columns by which other tables refer to the rows of one. */
const referredTo = (table: Table): ReadonlyArray<TableColumn> => {
  const names = new Set(referrersOf(table).flatMap(({ key }) => targetsOf(key).map(({ name }) => name)))
  return table.columns.filter(({ name }) => names.has(name))
}
