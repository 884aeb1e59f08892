/**
 * Rows that leave out what the database makes: those that leave out the same are written by one statement.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { isMadeByDatabase } from "../model/columnMark.ts"
import { getOrInsert } from "../model/getOrInsert.ts"
import type { Table, TableColumn } from "../model/Table.ts"
import type { Database } from "./Database.ts"
import { Invalid, type TransactionError } from "./OrmError.ts"

type Row = Readonly<Record<string, unknown>>

/** Rows that give the same columns, and their places among all. */
interface Alike {
  readonly columns: ReadonlyArray<TableColumn>
  readonly places: ReadonlyArray<number>
  readonly rows: ReadonlyArray<Row>
}

/** The columns that an insert of the model may fill, or the session for it; the database makes the values of all others. */
const insertedColumns = (table: Table): ReadonlyArray<TableColumn> => {
  const { columns, model, roles } = table
  return getOrInsert(inserted, table, () =>
    columns.filter((column) =>
      !column.generated &&
      (Object.hasOwn(model.insert.fields, column.field) || roles.some((one) => one.column === column))
    ))
}

/** Those of each table; an array of its own is what statements know them by. */
const inserted = new WeakMap<Table, ReadonlyArray<TableColumn>>()

/** Writes rows in groups of those that give the same columns: all or none, and tells of each at its place. */
export const inGroups = <A, E>(
  { transaction }: Pick<Database["Service"], "transaction">,
  { rows, table }: { readonly table: Table; readonly rows: ReadonlyArray<Row> },
  write: (group: Alike) => Effect.Effect<ReadonlyArray<A>, E>
): Effect.Effect<ReadonlyArray<A>, E | Invalid | TransactionError> => {
  const groups = alike(table, rows)
  const [only, ...more] = groups
  if (only === undefined) return Effect.succeed([])
  if (more.length === 0) return write(only)
  const all = Effect.forEach(groups, (group) =>
    Effect.map(
      Effect.mapError(write(group), (error) => error instanceof Invalid ? atPlaces(error, group.places) : error),
      (written) => Arr.zip(group.places, written)
    ))
  return Effect.map(transaction(all), (written) => {
    const inOrder = written.flat().toSorted(([a], [b]) => a - b)
    return inOrder.map(([, row]) => row)
  })
}

const alike = (table: Table, rows: ReadonlyArray<Row>): ReadonlyArray<Alike> => {
  const columns = insertedColumns(table)
  const made = columns.filter(isMadeByDatabase)
  if (made.length === 0) return rows.length === 0 ? [] : [{ columns, rows, places: [] }]
  const groups = new Map<
    string,
    { readonly columns: ReadonlyArray<TableColumn>; readonly places: Array<number>; readonly rows: Array<Row> }
  >()
  for (const [place, row] of rows.entries()) {
    const leftOut = made.filter(({ field }) => !Object.hasOwn(row, field))
    const name = JSON.stringify(leftOut.map(({ field }) => field))
    const group = getOrInsert(
      groups,
      name,
      () => ({ columns: columns.filter((column) => !leftOut.includes(column)), places: [], rows: [] })
    )
    group.places.push(place)
    group.rows.push(row)
  }
  return [...groups.values()]
}

/** What is wrong with some of the rows, told by their places among all. */
export const atPlaces = ({ issues, model, rows }: Invalid, places: ReadonlyArray<number>): Invalid =>
  new Invalid({
    model,
    rows,
    issues: places.flatMap((place, row) =>
      issues.flatMap((issue) => issue.row === row ? [{ ...issue, row: place }] : [])
    )
  })
