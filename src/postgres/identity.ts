/**
 * What a database is known by, whatever the name or address that it is reached by.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Database } from "../session/Database.ts"
import { asking } from "../sql/asking.ts"

/**
 * A server has a number of its own from its making, and so has each of its databases; rows may depend on the role and its schemas, and those
 * of a standby, which has the numbers of its primary, may be older.
 */
const question = asking(
  `SELECT system.system_identifier || '/' || database.oid AS "database",
    current_user || ' ' || array_to_string(current_schemas(true), ',') ||
      CASE WHEN pg_is_in_recovery() THEN ' standby' ELSE '' END AS "reader"
  FROM pg_control_system() AS system, pg_database AS database
  WHERE database.datname = current_database()`,
  { database: { _tag: "Text" }, reader: { _tag: "Text" } }
)

/** Asks a database what it is known by. */
export const identifying = (read: Database["Service"]["read"]): Database["Service"]["identity"] =>
  Effect.map(read(question), ([row]) => ({ database: String(row?.database), reader: String(row?.reader) }))
