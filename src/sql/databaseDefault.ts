/**
 * Values that a database makes, as both of ours say it.
 *
 * @since 0.1.0
 */
import type { DatabaseDefault } from "../model/columnMark.ts"
import type { ColumnType } from "../model/ColumnType.ts"

/** The instant, in UTC where the type has no zone that says so. */
const instant = (isZoned: boolean) => isZoned ? "now()" : "timezone('UTC', now())"

/** The expressions of a database that makes a random uuid in this way. */
export const databaseDefaults = (uuid: string) => (kind: DatabaseDefault, type: ColumnType): string => {
  switch (kind) {
    case "now": {
      const isTimestamp = type._tag === "Timestamp"
      const now = instant(isTimestamp && type.zoned === true)
      // a `Date` holds whole milliseconds
      return isTimestamp && type.as === "Date" ? `date_trunc('milliseconds', ${now})` : now
    }
    case "today":
      return `CAST(${instant(false)} AS DATE)`
    case "uuid":
      return uuid
  }
}
