/**
 * A connection of the driver, whose statements end when their time is up, and as Effect's SQL modules know it.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Connection } from "effect/sql/SqlConnection"
import { ConnectionError, SqlError, StatementTimeoutError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { type Ending, inTime, patience } from "../session/inTime.ts"
import { type Observer, returned } from "../session/observer.ts"
import { TimedOut } from "../session/OrmError.ts"
import { writingStream } from "../session/writing.ts"
import { insistently, insistentlyStreamed } from "./cancelling.ts"
import { isCancelled, plainFailure } from "./failure.ts"
import { withoutControl } from "./plainControl.ts"
import { readable, readableRows } from "./unread.ts"

/** What runs statements: the driver's connection, or one with something around it. */
export type Driver = Pick<PgConnection, "query" | "queryValues" | "stream">

/** What is done around statements beside running them. */
interface Around {
  readonly statement: <A>(sql: string, running: Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>
  readonly stream: <A>(sql: string, rows: Stream.Stream<A, SqlError>) => Stream.Stream<A, SqlError>
}

const alone: Around = { statement: withoutControl, stream: (_, rows) => rows }

/** A connection of the driver whose statements end when their time is up. */
export const timed = (connection: PgConnection, around = alone): Driver => {
  const ending = (sql: string): Ending<unknown, SqlError> => ({
    end: connection.interrupt,
    isEnded: (error) => error instanceof SqlError && isCancelled(error),
    failure: (milliseconds) => timedOut(sql, milliseconds),
    unheard
  })
  const run = <A>(sql: string, query: Effect.Effect<A, SqlError>) =>
    around.statement(sql, inTime(insistently(query, connection), ending(sql)))

  return {
    query: (sql, parameters, prepare) => run(sql, connection.query(sql, parameters, prepare)),
    queryValues: (sql, parameters, prepare) => run(sql, connection.queryValues(sql, parameters, prepare)),
    stream: (sql, parameters) =>
      around.stream(
        sql,
        Stream.transformPull(
          insistentlyStreamed(connection.stream(sql, parameters), connection),
          (pull) => Effect.succeed(inTime(pull, ending(sql)))
        )
      )
  }
}

/** A connection that several fibers may use: each of their statements waits for its turn before its time begins. */
export const shared = (connection: PgConnection): Driver => {
  const turn = Semaphore.makeUnsafe(1)
  return timed(connection, { ...alone, statement: (_, running) => turn.withPermit(running) })
}

/** A connection of Effect's SQL modules, with what it runs statements on; those of plain SQL are watched here. */
export interface Watched extends Connection {
  readonly driver: Driver
}

type Transform = Parameters<Connection["execute"]>[2]

/** A connection for plain SQL. */
export const connectionOf =
  ({ observePlain, versions }: Observer) => (driver: Driver, failed = plainFailure): Watched => {
    const query = (sql: string, params: ReadonlyArray<unknown>, prepare?: boolean) =>
      Effect.flatMap(
        Effect.mapError(driver.query(sql, params, prepare), failed(sql)),
        (result) => readable(sql, result)
      )
    const rows = (prepare: boolean) => (sql: string, params: ReadonlyArray<unknown>, transform: Transform) =>
      Effect.map(
        observePlain(client, sql, query(sql, params, prepare), (result) => returned(result.rows)),
        (result) => transform === undefined ? result.rows : transform(result.rows)
      )
    const values = (prepare: boolean) => (sql: string, params: ReadonlyArray<unknown>) =>
      observePlain(
        client,
        sql,
        Effect.flatMap(
          Effect.mapError(driver.queryValues(sql, params, prepare), failed(sql)),
          (found) => readableRows(sql, found, (row) => row, found)
        ),
        returned
      )
    const client: Watched = {
      driver,
      execute: rows(true),
      executeUnprepared: rows(false),
      executeRaw: (sql, params) => observePlain(client, sql, query(sql, params), () => undefined),
      executeValues: values(true),
      executeValuesUnprepared: values(false),
      executeStream: (sql, params) =>
        writingStream(
          versions,
          client,
          sql,
          Stream.mapError(driver.stream(sql, params), failed(sql)).pipe(
            Stream.mapArrayEffect((found) => readableRows(sql, found, Object.values, found))
          )
        )
    }
    return client
  }

/** The server has not ended a statement. Whoever asked is told that the connection is lost, and so it is: the driver closes it. */
export class Unheard extends Error {}

/** As the driver reports a connection that is lost when a statement had been sent. */
const unheard = (milliseconds: number) => {
  const message =
    `the statement took longer than ${milliseconds} ms, and the server did not end it in ${patience} ms more`
  return new SqlError({ reason: new ConnectionError({ cause: new Unheard(message), message, operation: "query" }) })
}

const timedOut = (sql: string, milliseconds: number) => {
  const cause = new TimedOut({ what: "statement", milliseconds, sql })
  return new SqlError({ reason: new StatementTimeoutError({ cause, message: cause.message, operation: "execute" }) })
}
