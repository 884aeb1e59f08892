/**
 * Writes rows that are known to be there: each of them, or none.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { columnWith, type TableColumn } from "../model/Table.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { Database, Rows } from "./Database.ts"
import { columnsOf, type keyedRows, refuseMissing } from "./keyedRows.ts"
import { QueryFailed } from "./OrmError.ts"
import { refuseStale, type Stored } from "./stale.ts"
import type { Row } from "./validate.ts"

/**
 * What runs a statement by which each of the rows has to be written, which are found `by` these columns, also those that are hidden where
 * they count. Where one is not, it fails with what is wrong: the row is gone, or was changed since it was read.
 */
export const writingAll = (database: Database["Service"], find: ReturnType<typeof keyedRows>["find"]) =>
  Effect.fnUntraced(function*(
    rows: Rows,
    statement: FedStatement<never>,
    before: ReadonlyArray<Row>,
    { by, hidden = false }: { readonly by: ReadonlyArray<TableColumn>; readonly hidden?: boolean }
  ) {
    const changed = yield* database.executeFed(rows, statement)
    if (changed === rows.count) return
    const { table } = rows
    const counter = columnWith(table, "Version")
    const isCounted = counter !== undefined && rows.columns.includes(counter)
    const found = yield* find<Stored>(columnsOf(rows, by), { deleted: hidden })
    const given = { table, rows: before, values: new Map() }
    yield* isCounted ? refuseStale(given, counter, found) : refuseMissing(given, found)
    return yield* new QueryFailed({
      sql: statement({ _tag: "Query", sql: "…" }).sql,
      reason: `the database changed ${changed} rows, and not ${rows.count}`
    })
  })
