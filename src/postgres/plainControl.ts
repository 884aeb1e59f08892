/**
 * Refuses statements by themselves that begin or end a transaction.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import { Unsupported } from "../session/OrmError.ts"

/** A savepoint, and the way back to it, stay inside of a transaction. */
export const control =
  /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|PREPARE\s+TRANSACTION|ROLLBACK(?!.*\bTO\b))\b/is

/** Runs a statement, unless it would begin or end a transaction behind the back of the connection's own. */
export const withoutControl = <A>(sql: string, running: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  control.test(sql) ? refused : running

const refused = Effect.suspend(() => {
  const cause = new Unsupported({
    database: "PostgreSQL",
    feature: "a plain BEGIN, COMMIT or ROLLBACK",
    instead:
      "Statements by themselves run on any connection of the pool. Session.transaction and sql.withTransaction keep them on " +
      "one, and begin, commit and roll back; nest them for a part of a transaction."
  })
  return Effect.fail(
    new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "execute" }) })
  )
})
