/**
 * A connection for the time of a transaction: it tells the server on whose behalf each statement runs, and remembers the first that
 * failed.
 *
 * @since 0.1.0
 */
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Fiber from "effect/Fiber"
import * as Semaphore from "effect/Semaphore"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { SavepointLost, TimedOut, TransactionAborted } from "../session/OrmError.ts"
import { SessionContext, setting } from "../session/SessionContext.ts"
import { type Driver, timed, Unheard } from "./connection.ts"
import {
  isAborted,
  isCancelled,
  isConnectionLost,
  isUnanswered,
  type Origin,
  outcomeUnknown,
  serverMessage
} from "./failure.ts"
import { withoutControl } from "./plainControl.ts"
import { isRefusedWhole, isShardLost, isShardStuck } from "./remote.ts"

/** A connection that is lent to a transaction. */
export interface Transacting extends Driver {
  readonly begin: (statement: string | undefined) => Effect.Effect<void, SqlError>
  /** Runs a last statement of ours before the commit, which fails where that has failed. */
  readonly last: (sql: string, parameters: ReadonlyArray<string>) => Effect.Effect<void>
  /** Commits, or fails where the transaction can't be: then it is rolled back. */
  readonly commit: Effect.Effect<void, SqlError>
  readonly rollback: Effect.Effect<void, SqlError>
  readonly savepoint: (id: number) => Effect.Effect<void, SqlError>
  readonly release: (id: number) => Effect.Effect<void, SqlError>
  readonly rollbackTo: (id: number) => Effect.Effect<void, SqlError>
}

/** The database as its errors tell it. */
export interface Home extends Pick<Origin, "database" | "sharding"> {
  /** A query of no rows that fails where a shard can do nothing more for a transaction. */
  readonly shardsAsked?: string | undefined
}

/** What has ended a transaction. */
interface First {
  readonly reason: string
  readonly statement?: string
  /** Whether nobody has waited for its end, so that the server may not know of it. */
  readonly isLeft: boolean
  /** Whether the server was told to end it before it was done. */
  readonly isCut: boolean
}

/** Makes a connection of the driver one for a transaction of a database. */
export const transacting = (connection: PgConnection, database: Home): Transacting => {
  const turn = Semaphore.makeUnsafe(1)
  const places = new Map<number, Readonly<Record<string, string>>>()
  let told = SessionContext.defaultValue()
  let first: First | undefined
  /** What was cut off in a nested transaction that is over: a shard that was about to begin that is of no more use to the outer one. */
  let cut: First | undefined
  /** That a shard was lost: what it had done is gone, and going back to a savepoint brings it not back. */
  let lost: TransactionAborted | SavepointLost | undefined
  let isReading = false

  /** A statement that was interrupted may be done or not, so nothing may follow it. */
  const holds = Effect.suspend(() => {
    const end = lost ?? (first?.isLeft === true ? abortedBy(first) : undefined)
    return end === undefined ? Effect.void : Effect.fail(over(end))
  })

  const tell = Effect.flatMap(SessionContext, (context) => {
    if (context === told || Equal.equals(context, told)) return Effect.void
    const names = Object.keys({ ...told, ...context })
    const calls = names.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`)
    const values = names.flatMap((name) => [setting(name), context[name] ?? ""])
    return Effect.map(connection.queryValues(`SELECT ${calls.join(", ")}`, values), () => {
      told = context
    })
  })
  const before = Effect.andThen(holds, tell)

  const failed = (statement: string) => (error: SqlError): SqlError => {
    if (isAborted(error) && first !== undefined) return over(abortedBy(first))
    const { cause } = error.reason
    const isLeft = cause instanceof Unheard
    const reason = cause instanceof TimedOut
      ? `it took longer than ${cause.milliseconds} ms`
      : isLeft
      ? cause.message
      : serverMessage(statement, error)
    if (reason === undefined) return error
    first ??= { reason, statement, isLeft, isCut: isLeft || cause instanceof TimedOut || isCancelled(error) }
    if (database.shardsAsked === undefined || !isShardLost(error)) return error
    if (!isShardStuck(error)) {
      lost ??= abortedBy(first)
      return error
    }
    lost ??= new SavepointLost({ reason, ...(cut?.statement !== undefined && { statement: cut.statement }) })
    return over(lost)
  }
  const left = (statement: string) =>
    Effect.sync(() => {
      first ??= { reason: "the statement was interrupted", statement, isLeft: true, isCut: true }
    })

  const alone = timed(connection, {
    statement: (sql, running) =>
      turn.withPermit(
        Effect.andThen(before, withoutControl(sql, running)).pipe(
          Effect.mapError(failed(sql)),
          Effect.onInterrupt(() => left(sql))
        )
      ),
    stream: (sql, rows) =>
      Stream.unwrap(Effect.as(Effect.andThen(Semaphore.takeScoped(turn, 1), before), rows)).pipe(
        Stream.mapError(failed(sql))
      )
  })

  const control = (sql: string, prepare = true) => turn.withPermit(connection.query(sql, [], prepare))

  /** Asks the shards before a commit where one of them may do nothing more: the others would have stored their part by then. */
  const shardsHold = Effect.suspend(() =>
    cut === undefined || database.shardsAsked === undefined
      ? Effect.void
      : Effect.mapError(control(database.shardsAsked), failed("COMMIT"))
  )

  /** What has failed at once was never sent, because the connection was gone before. */
  const commit = turn.withPermit(Effect.gen(function*() {
    const running = yield* Effect.forkChild(connection.query("COMMIT"), { startImmediately: true })
    const isSent = running.pollUnsafe() === undefined
    const isTorn = (error: SqlError) => database.sharding?.commitsTogether === false && !isRefusedWhole(error)
    return yield* Effect.mapError(Fiber.join(running), (error) => {
      const isOpen = isUnanswered(error) ? isSent : isTorn(error)
      return isOpen && !isReading ? unknownTo(error, { ...database, sql: "COMMIT" }) : error
    })
  }))

  return {
    ...alone,
    begin: (statement) => {
      isReading = statement?.endsWith(" READ ONLY") === true
      return Effect.asVoid(statement === undefined ? control("BEGIN") : control(statement, false))
    },
    last: (sql, parameters) =>
      Effect.andThen(holds, turn.withPermit(connection.queryValues(sql, parameters))).pipe(
        Effect.mapError((error) => isAborted(error) ? error : failed(sql)(error)),
        Effect.ignore
      ),
    // a commit after a failed statement rolls back, and only its command tag says so
    commit: Effect.tapError(Effect.andThen(holds, shardsHold), () => Effect.ignore(control("ROLLBACK"))).pipe(
      Effect.andThen(commit),
      Effect.flatMap(({ command }) =>
        command === "ROLLBACK" ? Effect.fail(over(abortedBy(first ?? unknown))) : Effect.void
      )
    ),
    rollback: forgiving(control("ROLLBACK")),
    savepoint: (id) =>
      Effect.andThen(holds, Effect.mapError(control(`SAVEPOINT ${savepoint(id)}`), failed("SAVEPOINT"))).pipe(
        Effect.map(() => void places.set(id, told))
      ),
    release: (id) => forgiving(control(`RELEASE SAVEPOINT ${savepoint(id)}`)),
    rollbackTo: (id) =>
      Effect.map(forgiving(control(`ROLLBACK TO SAVEPOINT ${savepoint(id)}`)), () => {
        told = places.get(id) ?? told
        if (first?.isCut === true) cut ??= first
        first = undefined
      })
  }
}

/** Effect would run again what fails with a lost connection. */
export const unknownTo = (error: SqlError, origin: Origin): SqlError => {
  const cause = outcomeUnknown(error, origin)
  return new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "commit" }) })
}

/** Commits a statement; what shards have not refused before any of them was told may be stored in parts. */
export const committing =
  (database: Home) => (connection: PgConnection, sql: string): Effect.Effect<unknown, SqlError> => {
    const commit = connection.query("COMMIT")
    return database.sharding?.commitsTogether === false
      ? Effect.mapError(
        commit,
        (error) => isRefusedWhole(error) ? error : unknownTo(error, { ...database, sql })
      )
      : commit
  }

const unknown: First = { reason: "a statement in it failed before it was committed", isLeft: false, isCut: false }

const abortedBy = ({ reason, statement }: First) =>
  new TransactionAborted({ reason, ...(statement !== undefined && { statement }) })

const savepoint = (id: number) => `effect_sql_${id}`

/** A connection that is lost has rolled back already, and one that is aborted is told so by the outer transaction's commit. */
const forgiving = <A>(effect: Effect.Effect<A, SqlError>): Effect.Effect<void, SqlError> =>
  Effect.catchIf(Effect.asVoid(effect), (error) => isConnectionLost(error) || isAborted(error), () => Effect.void)

const over = (cause: TransactionAborted | SavepointLost) =>
  new SqlError({ reason: new UnknownError({ cause, message: cause.message, operation: "execute" }) })
