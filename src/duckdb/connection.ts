/**
 * One connection, which runs one statement at a time and knows whether its transaction still holds.
 *
 * @since 0.1.0
 */
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBResult
} from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Semaphore from "effect/Semaphore"
import { Failure, failureOf } from "./failure.ts"

/** A statement with the way its parameters are bound. */
export interface Statement {
  readonly sql: string
  readonly bind: (prepared: DuckDBPreparedStatement) => void
  /** Whether it is kept prepared for the next time. */
  readonly keep: boolean
}

/** A connection that is leased to one fiber, transaction or stream. */
export interface Connection {
  /** Runs a statement to its end, and then reads its result while nothing else runs here. */
  readonly run: <A, E>(
    statement: Statement,
    read: (result: DuckDBMaterializedResult) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | Failure>
  /** Starts a statement whose rows are fetched while it runs; until they are, the connection can't be used for anything else. */
  readonly start: (statement: Statement) => Effect.Effect<DuckDBResult, Failure>
  /** Waits for a promise of the binding; on interruption, interrupts the statement and waits until it is quiet. */
  readonly settled: <A>(sql: string, start: () => Promise<A>) => Effect.Effect<A, Failure>
  readonly begin: (statement: string | undefined) => Effect.Effect<void, Failure>
  /** Commits, or fails where the transaction can't be: then it is rolled back. */
  readonly commit: Effect.Effect<void, Failure>
  readonly rollback: Effect.Effect<void, Failure>
  /** Says that the transaction must not commit, and why. */
  readonly abandon: (reason: string) => Effect.Effect<void>
  readonly isInTransaction: () => boolean
  /** Ends a stream that nobody reads any more: as long as it could go on, the file would stay open. */
  readonly end: (stream: DuckDBResult) => Effect.Effect<void>
  readonly close: Effect.Effect<void>
}

/** Statements that are kept prepared on a connection. */
const capacity = 128

/** Makes a connection of the binding's. */
export const make = (native: DuckDBConnection): Connection => {
  const turn = Semaphore.makeUnsafe(1)
  const prepared = new Map<string, DuckDBPreparedStatement>()
  let transaction: { broken?: Failure; abandoned?: Failure } | undefined

  const settled = <A>(sql: string, start: () => Promise<A>) => waitFor(native, sql, start)

  const prepare = Effect.fnUntraced(function*({ keep, sql }: Statement) {
    const known = prepared.get(sql)
    if (known !== undefined) {
      prepared.delete(sql)
      prepared.set(sql, known)
      return known
    }
    // the binding would cut the text off there
    if (sql.includes("\0")) {
      return yield* new Failure({ kind: "Statement", reason: "the SQL text holds a NUL character", sql })
    }
    const made = yield* settled(sql, () => native.prepare(sql))
    if (keep) remember(sql, made)
    return made
  })

  const remember = (sql: string, made: DuckDBPreparedStatement) => {
    prepared.set(sql, made)
    const [oldest] = prepared
    if (prepared.size <= capacity || oldest === undefined) return
    prepared.delete(oldest[0])
    oldest[1].destroySync()
  }

  /** A failure while a statement ran has ended the transaction, whatever happens to the failure. */
  const noteFailure = (failure: Failure) =>
    Effect.sync(() => {
      if (transaction !== undefined && failure.kind !== "Statement") transaction.broken ??= failure
    })

  const execute = <A extends DuckDBResult>(
    statement: Statement,
    begin: (prepared: DuckDBPreparedStatement) => Promise<A>
  ): Effect.Effect<A, Failure> =>
    Effect.flatMap(prepare(statement), (made) => {
      const { bind, keep, sql } = statement
      const running = settled(sql, () => {
        bind(made)
        return begin(made)
      })
      return keep ? running : Effect.ensuring(running, Effect.sync(() => made.destroySync()))
    }).pipe(Effect.tapError(noteFailure), Effect.onInterrupt(() => noteFailure(interrupted(statement.sql))))

  const run: Connection["run"] = (statement, read) =>
    turn.withPermit(Effect.flatMap(execute(statement, (made) => made.run()), read))

  const drain = Effect.fnUntraced(function*(stream: DuckDBResult) {
    let chunk: DuckDBDataChunk | null
    do {
      native.interrupt()
      chunk = yield* settled("", () => stream.fetchChunk())
    } while (chunk !== null && chunk.rowCount > 0)
  })

  const control = (sql: string) =>
    Effect.asVoid(execute({ sql, bind: () => undefined, keep: true }, (made) => made.run()))

  const rollback = turn.withPermit(Effect.suspend(() => {
    transaction = undefined
    return control("ROLLBACK")
  }))

  const commit = turn.withPermit(Effect.gen(function*() {
    const { abandoned, broken } = transaction ?? {}
    // DuckDB answers COMMIT of an aborted transaction with success, and rolls back: only another statement tells
    const isLost = abandoned !== undefined ||
      (broken !== undefined && Exit.isFailure(yield* Effect.exit(control("SELECT 1"))))
    transaction = undefined
    if (!isLost) return yield* control("COMMIT")
    yield* control("ROLLBACK")
    const { cause, reason, sql } = abandoned ?? broken ?? interrupted("")
    return yield* new Failure({ kind: "Aborted", reason, sql, cause })
  }))

  return {
    run,
    start: (statement) => turn.withPermit(execute(statement, (made) => made.stream())),
    settled,
    begin: (sql = "BEGIN TRANSACTION") =>
      turn.withPermit(Effect.map(control(sql), () => {
        transaction = {}
      })),
    commit,
    rollback,
    abandon: (reason) =>
      Effect.sync(() => {
        if (transaction !== undefined) transaction.abandoned ??= new Failure({ kind: "Aborted", reason, sql: "" })
      }),
    isInTransaction: () => transaction !== undefined,
    end: (stream) => turn.withPermit(Effect.ignore(drain(stream))),
    close: Effect.sync(() => {
      for (const statement of prepared.values()) statement.destroySync()
      prepared.clear()
      native.closeSync()
    })
  }
}

const interrupted = (sql: string) => new Failure({ kind: "Interrupted", reason: "the statement was interrupted", sql })

/**
 * Waits for a promise of the binding. An interrupt that comes before the statement has started is lost, so it is repeated until
 * the promise has settled: only then may anything else be done with the connection.
 */
const waitFor = <A>(native: DuckDBConnection, sql: string, start: () => Promise<A>): Effect.Effect<A, Failure> =>
  Effect.callback<A, Failure>((resume) => {
    let isQuiet = false
    const settle = (result: Effect.Effect<A, Failure>) => {
      isQuiet = true
      resume(result)
    }
    // a promise of its own, so that what `start` throws is a rejection too
    new Promise<A>((resolve) => resolve(start())).then(
      (value) => settle(Effect.succeed(value)),
      (error: unknown) => settle(Effect.fail(failureOf(error, sql)))
    )
    return Effect.callback<void>((quiet) => {
      const insist = () => {
        if (isQuiet) return quiet(Effect.void)
        native.interrupt()
        setTimeout(insist, 1)
      }
      insist()
    })
  })
