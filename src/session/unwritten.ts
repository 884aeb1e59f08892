/**
 * Tells why a statement has not written each of its rows. It is asked afterwards, when the statement has written some of them.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Equal from "effect/Equal"
import { columnWith, type Table, type TableColumn } from "../model/Table.ts"
import { notFound } from "./keyedRows.ts"
import { NotFound, type StaleRow } from "./OrmError.ts"
import { type Late, staleRow } from "./stale.ts"
import type { Row } from "./validate.ts"

/** What a statement was to do. */
export interface Attempted {
  readonly table: Table
  /** The rows as they were read. */
  readonly before: ReadonlyArray<Row>
  /** What they become, by these columns; nothing where they are removed. */
  readonly after: { readonly rows: ReadonlyArray<Row>; readonly set: ReadonlyArray<TableColumn> } | undefined
  /** The column that tells whether a row is as it was read, if one does. */
  readonly counter: TableColumn | undefined
  /** How many rows it has written. */
  readonly changed: number
}

/** A row that was to be written, and what is there now. */
interface Seen {
  readonly place: number
  readonly change: Row
  readonly stored: Row | undefined
}

/** The failure of a statement that has not written each of its rows, by the rows that are there now; nothing where these don't tell. */
export const whyUnwritten = (
  attempted: Attempted,
  found: ReadonlyArray<Row | undefined>
): NotFound | StaleRow | undefined => {
  const { after, before } = attempted
  const seen = Arr.zipWith(before, found, (change, stored) => ({ change, stored }))
    .map((pair, place): Seen => ({ ...pair, place }))
  return after === undefined ? whyLeft(attempted, seen) : whyUnchanged(attempted, after, seen)
}

/** Rows that are still there were not removed, so they are at another version. Of those that are not, some were gone before. */
const whyLeft = ({ before, changed, counter, table }: Attempted, seen: ReadonlyArray<Seen>) => {
  if (seen.some(({ stored }) => stored !== undefined)) return stale(table, counter, seen)
  const gone = notFound({ table, rows: before }, seen.map(({ place }) => place))
  if (changed === 0) return gone
  return new NotFound({ model: gone.model, criteria: `${before.length - changed} of these keys: ${gone.criteria}` })
}

/** A row that has been changed has what was set, and is one version on. */
const whyUnchanged = (
  { before, counter, table }: Attempted,
  { rows, set }: NonNullable<Attempted["after"]>,
  seen: ReadonlyArray<Seen>
) => {
  const deletedAt = columnWith(table, "DeletedAt")
  const isChanged = ({ change, stored }: Seen, wanted: Row) =>
    stored !== undefined && (counter === undefined || stored[counter.field] === Number(change[counter.field]) + 1) &&
    set.every(({ field }) => Equal.equals(stored[field], wanted[field]))
  const isGone = ({ stored }: Seen) =>
    stored === undefined || (deletedAt !== undefined && stored[deletedAt.field] !== null)
  const unchanged = Arr.zip(seen, rows).flatMap(([row, wanted]) => isChanged(row, wanted) ? [] : [row])
  const gone = unchanged.filter(isGone)
  return gone.length > 0
    ? notFound({ table, rows: before }, gone.map(({ place }) => place))
    : stale(table, counter, unchanged)
}

const stale = (table: Table, counter: TableColumn | undefined, seen: ReadonlyArray<Seen>): StaleRow | undefined => {
  const late = seen.flatMap(({ change, place, stored }): ReadonlyArray<Late> =>
    stored === undefined ? [] : [{ change, place, stored }]
  )
  return counter !== undefined && Arr.isReadonlyArrayNonEmpty(late) ? staleRow(table, counter, late) : undefined
}
