/**
 * A connection of the driver, as Effect's SQL modules know them; its statements end when their time is up.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, StatementTimeoutError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { type Ending, inTime } from "../session/inTime.ts"
import { TimedOut } from "../session/OrmError.ts"
import { isCancelled } from "./failure.ts"

/** What is done around statements beside running them. */
export interface Around {
  readonly statement: <A>(sql: string, running: Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>
  readonly stream: <A>(sql: string, rows: Stream.Stream<A, SqlError>) => Stream.Stream<A, SqlError>
}

const nothing: Around = { statement: (_, running) => running, stream: (_, rows) => rows }

/** A connection of the driver, lent to one use at a time. */
export const connectionOf = (connection: PgConnection, around = nothing): Connection => {
  const ending = (sql: string): Ending<unknown, SqlError> => ({
    end: connection.interrupt,
    isEnded: (error) => error instanceof SqlError && isCancelled(error),
    failure: (milliseconds) => timedOut(sql, milliseconds)
  })

  const run = <A>(sql: string, query: Effect.Effect<A, SqlError>) => around.statement(sql, inTime(query, ending(sql)))

  const rows = (prepare: boolean): Connection["execute"] => (sql, params, transform) =>
    Effect.map(
      run(sql, connection.query(sql, params, prepare)),
      (result) => transform === undefined ? result.rows : transform(result.rows)
    )

  return {
    execute: rows(true),
    executeUnprepared: rows(false),
    executeRaw: (sql, params) => run(sql, connection.query(sql, params)),
    executeValues: (sql, params) => run(sql, connection.queryValues(sql, params)),
    executeValuesUnprepared: (sql, params) => run(sql, connection.queryValues(sql, params, false)),
    executeStream: (sql, params) =>
      around.stream(
        sql,
        Stream.transformPull(connection.stream(sql, params), (pull) => Effect.succeed(inTime(pull, ending(sql))))
      )
  }
}

/** A connection that several fibers may use: each of their statements waits for its turn before its time begins. */
export const shared = (connection: PgConnection): Connection => {
  const turn = Semaphore.makeUnsafe(1)
  return connectionOf(connection, { ...nothing, statement: (_, running) => turn.withPermit(running) })
}

const timedOut = (sql: string, milliseconds: number) => {
  const cause = new TimedOut({ what: "statement", milliseconds, sql })
  return new SqlError({ reason: new StatementTimeoutError({ cause, message: cause.message, operation: "execute" }) })
}
