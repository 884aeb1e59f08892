/**
 * Writes rows that are known to be there: each of them, or none.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { TableColumn } from "../model/Table.ts"
import type { FedStatement } from "../sql/compileFed.ts"
import type { Database, Rows } from "./Database.ts"
import { columnsOf, type keyedRows } from "./keyedRows.ts"
import { QueryFailed } from "./OrmError.ts"
import { type Attempted, whyUnwritten } from "./unwritten.ts"
import type { Row } from "./validate.ts"

/**
 * What runs a statement by which each of the rows has to be written, which are found `by` these columns. Where one is not, it fails with
 * what is wrong: the row is gone, or was changed since it was read.
 */
export const writingAll = (database: Database["Service"], find: ReturnType<typeof keyedRows>["find"]) =>
  Effect.fnUntraced(function*(
    rows: Rows,
    statement: FedStatement<never>,
    { by, ...attempted }: Omit<Attempted, "table" | "changed"> & { readonly by: ReadonlyArray<TableColumn> }
  ) {
    const changed = yield* database.executeFed(rows, statement)
    if (changed === rows.count) return
    const found = yield* find<Row>(columnsOf(rows, by), { deleted: true })
    return yield* whyUnwritten({ ...attempted, table: rows.table, changed }, found) ?? new QueryFailed({
      sql: statement({ _tag: "Query", sql: "…" }).sql,
      reason: `the database changed ${changed} rows, and not ${rows.count}`
    })
  })
