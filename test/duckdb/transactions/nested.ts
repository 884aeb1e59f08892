/**
 * Nested transactions that end without success.
 */
import { Session } from "andamios-orm"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql"

/** Runs an effect that fails in a nested transaction, and forgets how it failed. */
export const undone = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.asVoid(Effect.exit(Session.transaction(effect)))

/** Ways to end: with the database's transaction alive, and with one that DuckDB has aborted. */
export const ended: Readonly<Record<string, Effect.Effect<unknown, unknown, SqlClient.SqlClient>>> = {
  "a failure": Effect.fail("refused"),
  "a defect": Effect.die("a bug"),
  "an error of the database": Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT error('on purpose')`)
}
