/**
 * Refuses statements by themselves that begin or end a transaction, or that the driver can't carry out.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import { Unsupported } from "../session/OrmError.ts"
import { type Token, tokenFrom, tokensOf } from "../sql/sqlTokens.ts"

/** Whether a statement begins or ends a transaction; a savepoint, and the way back to it, stay inside of one. */
export const isControl = (sql: string, first = firstWord(sql)): boolean => {
  if (first === undefined || !controlling.has(first.key)) return false
  const follows = (word: string) => tokenFrom(sql, first.end)?.key === word
  if (first.key === "START" || first.key === "PREPARE") return follows("TRANSACTION")
  return first.key !== "ROLLBACK" || tokensOf(sql).every(({ key }) => key !== "TO")
}

const controlling = new Set(["BEGIN", "START", "COMMIT", "END", "ABORT", "PREPARE", "ROLLBACK"])

/** Whether a statement commits what was done on its own connection, or what another has prepared. */
export const committing = (sql: string): "own" | "prepared" | undefined => {
  const first = firstWord(sql)
  if (first?.key !== "COMMIT" && first?.key !== "END") return undefined
  return tokenFrom(sql, first.end)?.key === "PREPARED" ? "prepared" : "own"
}

/** What a statement begins with, behind comments and statements that are empty. */
const firstWord = (sql: string, place = 0): Token | undefined => {
  const token = tokenFrom(sql, place)
  return token?.key === ";" ? firstWord(sql, token.end) : token
}

/** What the driver gives up its connection for. */
const copies = (sql: string, first: Token | undefined): boolean => first?.key === "COPY" && withProgram.test(sql)

const withProgram = /\b(?:FROM\s+STDIN|TO\s+STDOUT)\s*(?:$|;|\(|(?:WITH|WHERE|BINARY|CSV|DELIMITER)\b)/i

/** Runs a statement, unless it would begin or end a transaction behind the back of the connection's own, or talk to the client. */
export const withoutControl = <A>(sql: string, running: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> => {
  if (isPlain.test(sql)) return running
  const first = firstWord(sql)
  return isControl(sql, first) ? refused(transactional) : copies(sql, first) ? refused(copying) : running
}

/** How nearly all statements begin, and none of those that are refused. */
const isPlain = /^(?:SELECT|WITH|VALUES|INSERT|UPDATE|DELETE|MERGE)\b/

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
