/**
 * Values that a database makes, as both of ours say it.
 *
 * @since 0.1.0
 */
import type { DatabaseDefault } from "../model/columnMark.ts"
import type { ColumnType } from "../model/ColumnType.ts"

const now = "timezone('UTC', now())"

/** The expressions of a database that makes a random uuid in this way. */
export const databaseDefaults = (uuid: string) => (kind: DatabaseDefault, type: ColumnType): string => {
  switch (kind) {
    case "now":
      // a `Date` holds whole milliseconds
      return type._tag === "Timestamp" && type.as === "Date" ? `date_trunc('milliseconds', ${now})` : now
    case "today":
      return `CAST(${now} AS DATE)`
    case "uuid":
      return uuid
  }
}
