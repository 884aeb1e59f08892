/**
 * How exact DuckDB's types of time are.
 *
 * @since 0.1.0
 */
import { DuckDBTypeId } from "@duckdb/node-api"
import type { Places } from "./calendar.ts"

/** Decimal places of a second that each type of timestamp keeps. */
export const instantPlaces: ReadonlyMap<DuckDBTypeId, Places> = new Map([
  [DuckDBTypeId.TIMESTAMP_S, 0],
  [DuckDBTypeId.TIMESTAMP_MS, 3],
  [DuckDBTypeId.TIMESTAMP, 6],
  [DuckDBTypeId.TIMESTAMP_TZ, 6],
  [DuckDBTypeId.TIMESTAMP_NS, 9]
])

/** Decimal places of a second that each type of a time of day keeps. */
export const clockPlaces: ReadonlyMap<DuckDBTypeId, Places> = new Map([
  [DuckDBTypeId.TIME, 6],
  [DuckDBTypeId.TIME_TZ, 6],
  [DuckDBTypeId.TIME_NS, 9]
])
