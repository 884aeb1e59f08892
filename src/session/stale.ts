/**
 * Keeps changes away from rows that somebody else changed since they were read.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Table, TableColumn } from "../model/Table.ts"
import { describeKey } from "../sql/rowKey.ts"
import { type Given, refuseMissing } from "./keyedRows.ts"
import { type NotFound, StaleRow } from "./OrmError.ts"

/** A row as it is stored. */
export type Stored = Readonly<Record<string, unknown>>

/** A change that came too late, and the row as it is stored. */
export interface Late {
  readonly place: number
  readonly change: Stored
  readonly stored: Stored
}

/** Fails where a key has no row, or the row is not at the version that the change has read. */
export const refuseStale = (
  given: Given,
  counter: TableColumn,
  found: ReadonlyArray<Stored | undefined>
): Effect.Effect<void, NotFound | StaleRow> => {
  const late = Arr.zip(given.rows, found).flatMap(([change, stored], place): ReadonlyArray<Late> =>
    stored !== undefined && stored[counter.field] !== change[counter.field] ? [{ place, change, stored }] : []
  )
  return Effect.andThen(
    refuseMissing(given, found),
    Arr.isReadonlyArrayNonEmpty(late) ? Effect.fail(staleRow(given.table, counter, late)) : Effect.void
  )
}

/** The failure of changes that came too late. */
export const staleRow = (
  { model, primaryKey }: Table,
  { field }: TableColumn,
  late: Arr.NonEmptyReadonlyArray<Late>
): StaleRow => {
  const [{ change, stored }] = late
  return new StaleRow({
    model: model.identifier,
    key: describeKey(primaryKey, change),
    expected: Number(change[field]),
    stored: Number(stored[field]),
    rows: late.map(({ place }) => place)
  })
}
