/**
 * What PostgreSQL can do of what databases differ in. It is asked without the driver, too.
 *
 * @since 0.1.0
 */
import type { Dialect } from "../sql/Dialect.ts"

/** What a database of PostgreSQL can do, whatever its Layer is. */
export const features: Dialect["features"] = {
  nulInText: false,
  qualify: false,
  asofJoin: false,
  updateReturns: true,
  upsertReturns: true,
  returnsExpressions: true,
  rowLocks: true,
  onDelete: true,
  freesRows: true,
  addsNotNull: true,
  parquet: false,
  takesThreads: false,
  partialIndexes: true
}
