/**
 * The error of a value, or a whole column, that can't be read as what it was declared to be.
 *
 * @since 0.1.0
 */
import { rethrow } from "../../model/rethrow.ts"

/** Thrown by readers; the column's index is known once the whole chunk is read. */
export class Unreadable extends Error {
  readonly columnIndex: number | undefined
  readonly reason: string
  constructor(columnIndex: number | undefined, reason: string) {
    super(reason)
    this.name = "Unreadable"
    this.columnIndex = columnIndex
    this.reason = reason
  }
}

/** Does some reading for a column, so that what it throws tells the column. */
export const forColumn = <A>(columnIndex: number, read: () => A): A =>
  rethrow(read, Unreadable, ({ reason }) => new Unreadable(columnIndex, reason))
