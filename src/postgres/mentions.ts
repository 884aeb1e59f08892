/**
 * Whether a piece of SQL speaks of a column.
 *
 * @since 0.1.0
 */
import { identifier } from "../sql/quoted.ts"
import type { SqlText } from "../sql/Structure.ts"

/** Whether the name stands in the text, be it as that of something else: then more is made again than has to be. */
export const mentions = (sql: SqlText, name: string): boolean =>
  (typeof sql === "string" ? [sql] : Object.values(sql)).some((text) =>
    text.includes(identifier(name)) || [...text.toLowerCase().matchAll(words)].some(([word]) => word === name)
  )

/** Names without quotes, and the star that stands for all columns. */
const words = /[\p{L}_][\p{L}\p{N}_$]*|\*/gu
