/**
 * The error of a row that its model can't hold, as those who asked for it get it.
 *
 * @since 0.1.0
 */
import type { Unreadable } from "../sql/decodeCell.ts"
import { Undecodable } from "./OrmError.ts"

/** The error that tells what was thrown while a row was made. */
export const undecodable = ({ column, message, row }: Unreadable): Undecodable =>
  new Undecodable({ column, reason: message, ...(row !== undefined && { row }) })
