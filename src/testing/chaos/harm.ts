/**
 * Makes things go wrong: where the database can do it by itself it is asked to, and else it is told as the database would.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ConnectionError, SerializationError, SqlError, StatementTimeoutError, UnknownError } from "effect/sql/SqlError"
import type { ConnectionPool } from "../../session/ConnectionPool.ts"
import type { Database } from "../../session/Database.ts"
import {
  CommitOutcomeUnknown,
  Conflict,
  ConnectionFailed,
  PoolTimeout,
  QueryFailed,
  TimedOut
} from "../../session/OrmError.ts"
import { StatementTimeout } from "../../session/StatementTimeout.ts"
import type { CompiledQuery } from "../../sql/CompiledQuery.ts"
import type { Fault } from "./faults.ts"

/** What a fault is to the program that meets it. */
export type Harm = Conflict | ConnectionFailed | PoolTimeout | QueryFailed | TimedOut

/** What makes a fault happen. */
export type Harming = (fault: Fault, sql: string) => Effect.Effect<void, Harm>

/**
 * Makes a fault happen to a statement before it is sent. One that comes later, to a stream or a commit, is none yet. `lose` loses the
 * connection.
 */
export const harming =
  (database: Database["Service"], pool: ConnectionPool["Service"], lose = lost(database)): Harming => (fault, sql) => {
    switch (fault._tag) {
      case "Conflict":
        return Effect.fail(new Conflict({ reason: `Chaos made one at ${sql}` }))
      case "PoolExhausted":
        return exhausted(database, pool, fault.wait)
      case "Slow":
        return slow(fault.delay, sql)
      case "DiskFull":
        return Effect.fail(
          new QueryFailed({
            sql,
            reason: "No space left on device, says Chaos",
            hint: "Make room on the disk, and run the transaction again."
          })
        )
      case "ConnectionLost":
        return lose
      case "AnswerLost":
      case "StreamBroken":
        return Effect.void
    }
  }

/** Ends the transaction that asks as a failed statement does: whatever becomes of the failure, it can't commit. */
export const abort = (database: Database["Service"]): Effect.Effect<void> =>
  Effect.ignore(
    database.read(plain("SELECT CAST(max(made) AS INTEGER) FROM (VALUES ('a failure by Chaos')) AS t (made)"))
  )

/** What is told where no database tells it. */
export const connectionLost = (database: string): ConnectionFailed =>
  new ConnectionFailed({ database, reason: "the connection was lost, says Chaos" })

/** The same of what may be stored. */
export const answerLost = (database: string, sql: string): CommitOutcomeUnknown =>
  new CommitOutcomeUnknown({ database, sql, reason: connectionLost(database).reason })

/** Loses the connection before something is stored, in such a way that it might have been. */
export const lostUnheard = (database: Database["Service"], sql: string): Effect.Effect<never, CommitOutcomeUnknown> =>
  Effect.mapError(lost(database), () => answerLost(database.name, sql))

/** What plain SQL fails with for it. */
export const plainError = (cause: Harm | CommitOutcomeUnknown): SqlError => {
  const properties = { cause, message: cause.message, operation: "execute" }
  switch (cause._tag) {
    case "Conflict":
      return new SqlError({ reason: new SerializationError(properties) })
    case "ConnectionFailed":
    case "PoolTimeout":
      return new SqlError({ reason: new ConnectionError(properties) })
    case "TimedOut":
      return new SqlError({ reason: new StatementTimeoutError(properties) })
    case "CommitOutcomeUnknown":
    case "QueryFailed":
      return new SqlError({ reason: new UnknownError(properties) })
  }
}

/** Where the server can end its own connection it does, so that the pool and the transaction find it gone. */
export const lost = (database: Database["Service"]): Effect.Effect<never, ConnectionFailed> =>
  Effect.andThen(
    database.read(plain("SELECT pg_terminate_backend(pg_backend_pid())")),
    connectionLost(database.name)
  ).pipe(Effect.mapError((error) => error._tag === "ConnectionFailed" ? error : connectionLost(database.name)))

const exhausted = Effect.fnUntraced(function*(
  database: Database["Service"],
  pool: ConnectionPool["Service"],
  wait: Duration.Duration
) {
  yield* Effect.sleep(wait)
  const { size, waiting } = yield* pool.stats
  return yield* new PoolTimeout({
    database: database.name,
    size,
    inUse: size,
    waiting,
    milliseconds: Duration.toMillis(wait)
  })
})

/** A statement is ended when its time is over, as the database would; a commit never is. */
const slow = Effect.fnUntraced(function*(delay: Duration.Duration, sql: string) {
  const given = yield* StatementTimeout
  const isEnded = sql !== "BEGIN" && sql !== "COMMIT" && Duration.isLessThan(given, delay)
  yield* Effect.sleep(isEnded ? given : delay)
  if (isEnded) return yield* new TimedOut({ what: "statement", milliseconds: Duration.toMillis(given), sql })
})

const plain = (sql: string): CompiledQuery<never> => ({ sql, parameters: [], columns: [], shape: undefined })
