/**
 * Inserts rows, and writes down that they were where their model asks for it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { TableColumn } from "../model/Table.ts"
import { decodeRows } from "../sql/decode.ts"
import { tableShape } from "../sql/tableShape.ts"
import type { Insert } from "../sql/write.ts"
import { withServices } from "./compiling.ts"
import type { Database, NewRows, Rows } from "./Database.ts"
import { isRecorded, type Recorder, recorder } from "./history.ts"
import type { Storable } from "./keyedRows.ts"
import { inGroups } from "./leftOut.ts"
import { givenByInsert } from "./mixedIn.ts"

/** The inserts of a session, and what writes down the changes of its rows by them. */
export const inserting = (database: Database["Service"], storable: Storable) => {
  const { dialect } = database

  /** What is stored is known without asking, unless the database makes some of it. */
  const insertAlike = <A>({ returning, rows, table }: Insert<A>, columns: ReadonlyArray<TableColumn>) => {
    const shape = tableShape(table)
    const isKnown = columns.length === table.columns.length
    const recorded = isRecorded(table)
    const isWanted = returning || recorded
    const store = (values: Rows["values"]) => {
      const stored: NewRows = {
        table,
        columns,
        values,
        count: rows.length,
        returning: isKnown || !isWanted ? undefined : shape
      }
      const inserted = isKnown && isWanted
        // each value that was stored is the one that a read would give
        ? Effect.map(database.insert<A>(stored), () => decodeRows<A>(shape, values, rows.length))
        : database.insert<A>(stored)
      return recorded
        ? database.transaction(Effect.tap(inserted, (found) => record(table, [], found)))
        : inserted
    }
    const given = withServices(dialect.name, (services) => givenByInsert(table, services))
    return Effect.flatMap(given, (values) => Effect.flatMap(storable({ table, rows, values }, columns), store))
  }

  const insert = <A>(statement: Insert<A>) =>
    inGroups(database, statement, ({ columns, rows }) => insertAlike<A>({ ...statement, rows }, columns))

  const record: Recorder = recorder(dialect.name, (statement) => insert(statement))

  return { insert, record }
}
