/**
 * Keeps changes away from rows that somebody else changed since they were read.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { TableColumn } from "../model/Table.ts"
import { describeKey } from "../sql/rowKey.ts"
import { type Given, refuseMissing } from "./keyedRows.ts"
import { type NotFound, StaleRow } from "./OrmError.ts"

/** A row as it is stored. */
export type Stored = Readonly<Record<string, unknown>>

/** Fails where a key has no row, or the row is not at the version that the change has read. */
export const refuseStale = (
  given: Given,
  counter: TableColumn,
  found: ReadonlyArray<Stored | undefined>
): Effect.Effect<void, NotFound | StaleRow> => {
  const stale = found.flatMap((stored, place) =>
    stored !== undefined && stored[counter.field] !== given.rows[place]?.[counter.field] ? [{ place, stored }] : []
  )
  const [first] = stale
  return Effect.andThen(
    refuseMissing(given, found),
    first === undefined
      ? Effect.void
      : Effect.fail(staleRow(given, counter, stale.map(({ place }) => place), first.stored))
  )
}

const staleRow = (
  { rows, table }: Given,
  { field }: TableColumn,
  places: ReadonlyArray<number>,
  stored: Stored
): StaleRow => {
  const change = rows[places[0] ?? 0] ?? {}
  return new StaleRow({
    model: table.model.identifier,
    key: describeKey(table.primaryKey, change),
    expected: Number(change[field]),
    stored: Number(stored[field]),
    rows: places
  })
}
