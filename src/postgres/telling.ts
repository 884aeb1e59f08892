/**
 * Tells other programs what is written, in the transaction that writes it: so it is told where that is committed, and only there.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { Names } from "../session/versions.ts"
import { BeingWritten } from "../session/writing.ts"
import { type Driver, shared, timed } from "./connection.ts"
import { isAborted, isForNone, isForOne, isUnanswered } from "./failure.ts"
import { committing, isControl, withoutControl } from "./plainControl.ts"
import type { Transacting } from "./transacting.ts"
import { channel, payloadOf } from "./writtenNotice.ts"

/** The connections of a Layer, by how they tell what is written on them. */
export interface Telling {
  /** For a statement by itself. */
  readonly alone: (connection: PgConnection) => Driver
  /** For several fibers, who may begin and end transactions by hand. */
  readonly shared: (connection: PgConnection) => Driver
  /** For a transaction. */
  readonly lent: (transacting: Transacting) => Transacting
  /** The last that a transaction does before it is committed. */
  readonly last: (transaction: Transacting, written: Names) => Effect.Effect<void>
}

/** Connections that tell nothing. */
export const silent: Telling = {
  alone: (connection) => timed(connection),
  shared,
  lent: (transacting) => transacting,
  last: () => Effect.void
}

/**
 * Connections that tell nothing, on which whatever writes by itself is a transaction: what fails before its commit has stored nothing on
 * any shard, and what fails then is known to be open.
 */
export const whole = (commit: Commit): Telling => ({
  ...silent,
  alone: (connection) =>
    timed(connection, {
      statement: (sql, running) =>
        withoutControl(
          sql,
          whereWriting(
            running,
            () => Effect.catchIf(inTransaction(connection, running, commit(connection, sql)), isForNone, () => running)
          )
        ),
      stream: (_, rows) => rows
    })
})

/** How a transaction is committed. */
type Commit = (connection: PgConnection, sql: string) => Effect.Effect<unknown, SqlError>

const notify = "SELECT pg_notify($1, $2)"

/** Connections that tell what is written in the name of a Layer. */
export const telling = (from: string, commit: Commit): Telling => {
  const tell = (connection: PgConnection, written: Names) =>
    connection.queryValues(notify, [channel, payloadOf(from, written)])

  /** Runs what writes in a transaction of its own; what refuses to be in one is told when it is done. */
  const own = <A>(connection: PgConnection, sql: string, written: Names, running: Effect.Effect<A, SqlError>) => {
    const told = Effect.tap(running, () => tell(connection, written))
    // such as it may have committed a part before it fails
    const toldAfter = Effect.onExit(running, () => Effect.ignore(tell(connection, written)))
    return Effect.catchIf(inTransaction(connection, told, commit(connection, sql)), isForNone, () => toldAfter)
  }

  /**
   * As `own`, of rows that come one by one: whoever leaves before the last has written all the same, unless what still ran had to be
   * cancelled. What isn't committed is rolled back, so that nobody is lent a connection in a transaction.
   */
  const ownStream = <A>(
    connection: PgConnection,
    sql: string,
    written: Names,
    rows: Stream.Stream<A, SqlError>
  ) => {
    let isOver = false
    const committed = Effect.andThen(tell(connection, written), commit(connection, sql)).pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          isOver = true
        })
      )
    )
    const rollback = rolledBack(connection)
    const end = (exit: Exit.Exit<unknown, unknown>) =>
      isOver
        ? Effect.void
        : Exit.isSuccess(exit)
        ? Effect.asVoid(committed).pipe(Effect.catch(() => rollback))
        : rollback
    const begun = Effect.andThen(Effect.addFinalizer(end), connection.query("BEGIN"))
    return Stream.unwrap(Effect.as(begun, Stream.concat(rows, Stream.drain(Stream.fromEffect(committed)))))
  }

  return {
    alone: (connection) =>
      timed(connection, {
        statement: (sql, running) =>
          withoutControl(sql, whereWriting(running, (written) => own(connection, sql, written, running))),
        stream: (sql, rows) => whereStreaming(rows, (written) => ownStream(connection, sql, written, rows))
      }),
    shared: (connection) => {
      const turn = Semaphore.makeUnsafe(1)
      const statement = <A>(sql: string, running: Effect.Effect<A, SqlError>) => {
        // what was written in a transaction by hand is not known by name
        const commits = committing(sql)
        if (commits === "own") {
          return Effect.andThen(Effect.catchIf(tell(connection, []), isAborted, () => Effect.void), running)
        }
        if (isControl(sql) && commits !== "prepared") return running
        return whereWriting(
          running,
          (written) =>
            Effect.flatMap(isInside(connection), (inside) => inside ? running : own(connection, sql, written, running))
        )
      }
      return timed(connection, {
        statement: (sql, running) => turn.withPermit(statement(sql, running)),
        stream: (sql, rows) =>
          whereStreaming(rows, (written) =>
            Stream.unwrap(
              Effect.map(
                Effect.andThen(Semaphore.takeScoped(turn, 1), isInside(connection)),
                (inside) => inside ? rows : ownStream(connection, sql, written, rows)
              )
            ))
      })
    },
    lent: silent.lent,
    last: (transaction, written) =>
      written.length === 0 ? Effect.void : transaction.last(notify, [channel, payloadOf(from, written)])
  }
}

/** Runs a statement in another way where it writes. */
const whereWriting = <A>(
  running: Effect.Effect<A, SqlError>,
  run: (written: Names) => Effect.Effect<A, SqlError>
): Effect.Effect<A, SqlError> =>
  Effect.withFiber((fiber) => {
    const written = fiber.getRef(BeingWritten)
    return written.length === 0 ? running : run(written)
  })

const whereStreaming = <A>(
  rows: Stream.Stream<A, SqlError>,
  run: (written: Names) => Stream.Stream<A, SqlError>
): Stream.Stream<A, SqlError> =>
  Stream.unwrap(Effect.map(BeingWritten, (written) => written.length === 0 ? rows : run(written)))

const inTransaction = <A>(
  connection: PgConnection,
  run: Effect.Effect<A, SqlError>,
  commit: Effect.Effect<unknown, SqlError>
): Effect.Effect<A, SqlError> =>
  Effect.onExit(
    Effect.andThen(connection.query("BEGIN"), run).pipe(
      Effect.mapError(unsent),
      Effect.tap(() => commit)
    ),
    (exit) => Exit.isSuccess(exit) ? Effect.void : rolledBack(connection)
  )

/** Where a cancelled statement is on its way still, that may hit a rollback, which is then asked for again. */
const rolledBack = (connection: PgConnection): Effect.Effect<void> =>
  Effect.ignore(Effect.retry(connection.query("ROLLBACK"), { times: 2 }))

/** A connection that is lost before the commit has stored nothing. */
const unsent = (error: SqlError): SqlError => {
  if (!isUnanswered(error)) return error
  const { message, reason: { cause } } = error
  return new SqlError({ reason: new ConnectionError({ cause, message, operation: "execute" }) })
}

/** Whether somebody has begun a transaction by hand: only there is a place to go back to. */
const isInside = (connection: PgConnection): Effect.Effect<boolean, SqlError> =>
  Effect.matchEffect(connection.query("SAVEPOINT andamios"), {
    onSuccess: () => Effect.as(connection.query("RELEASE SAVEPOINT andamios"), true),
    onFailure: (error) =>
      isForOne(error) ? Effect.succeed(false) : isAborted(error) ? Effect.succeed(true) : Effect.fail(error)
  })
