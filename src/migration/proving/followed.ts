/**
 * Tables and columns that were there before a plan, and what became of them.
 *
 * @since 0.1.0
 */
import type { ColumnType } from "../../model/ColumnType.ts"
import type { ColumnStructure, Place, TableStructure } from "../../sql/Structure.ts"

/** A table that was there before, and what became of it. */
export interface FollowedTable {
  readonly before: TableStructure
  /** Its name now; undefined after it is dropped. */
  readonly now: Place | undefined
  /** Whether an operation may have changed its rows. */
  readonly isTouched: boolean
  readonly columns: ReadonlyArray<FollowedColumn>
}

/** A column that was there before, and what became of it. */
export interface FollowedColumn {
  readonly before: ColumnStructure
  /** Its name now; undefined after it is dropped. */
  readonly now: string | undefined
  readonly type: ColumnType
  /** Whether its values became others by an expression. */
  readonly using: boolean
  /** Whether the database computes it now. */
  readonly isGenerated: boolean
}
