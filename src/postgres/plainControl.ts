/**
 * Refuses statements by themselves that begin or end a transaction, or that the driver can't carry out.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import { Unsupported } from "../session/OrmError.ts"

/** A savepoint, and the way back to it, stay inside of a transaction. */
export const control =
  /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|PREPARE\s+TRANSACTION|ROLLBACK(?!.*\bTO\b))\b/is

/** What the driver gives up its connection for. */
const copy = /^\s*COPY\b.*\b(?:FROM\s+STDIN|TO\s+STDOUT)\s*(?:$|;|\(|(?:WITH|WHERE|BINARY|CSV|DELIMITER)\b)/is

/** Runs a statement, unless it would begin or end a transaction behind the back of the connection's own, or talk to the client. */
export const withoutControl = <A>(sql: string, running: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  control.test(sql) ? refused(transactional) : copy.test(sql) ? refused(copying) : running

const transactional = new Unsupported({
  database: "PostgreSQL",
  feature: "a plain BEGIN, COMMIT or ROLLBACK",
  instead:
    "Statements by themselves run on any connection of the pool. Session.transaction and sql.withTransaction keep them on " +
    "one, and begin, commit and roll back; nest them for a part of a transaction."
})

const copying = new Unsupported({
  database: "PostgreSQL",
  feature: "COPY from or to the program, which the driver doesn't know",
  instead: "Write many rows by insertMany or importFrom, and read them as a stream; psql has \\copy for files."
})

const refused = (cause: Unsupported) =>
  Effect.fail(new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "execute" }) }))
