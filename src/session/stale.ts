/**
 * Keeps changes away from rows that somebody else changed since they were read.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
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
  const stale = Arr.zip(given.rows, found).flatMap(([change, stored], place) =>
    stored !== undefined && stored[counter.field] !== change[counter.field] ? [{ change, place, stored }] : []
  )
  const [first] = stale
  return Effect.andThen(
    refuseMissing(given, found),
    first === undefined
      ? Effect.void
      : Effect.fail(
        new StaleRow({
          model: given.table.model.identifier,
          key: describeKey(given.table.primaryKey, first.change),
          expected: Number(first.change[counter.field]),
          stored: Number(first.stored[counter.field]),
          rows: stale.map(({ place }) => place)
        })
      )
  )
}
