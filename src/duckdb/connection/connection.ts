/**
 * One connection, which runs one statement at a time and knows whether its transaction still holds.
 *
 * @since 0.1.0
 */
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBMaterializedResult,
  type DuckDBResult,
  StatementType
} from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { inTime } from "../../session/inTime.ts"
import { StreamBroken } from "../../session/OrmError.ts"
import { phase } from "../../session/phase.ts"
import { Failure } from "../failure/failure.ts"
import type { Instance } from "./instance.ts"
import { type Described, describePrepared } from "./describing.ts"
import { needsSnapshot, runPlanned, streamPlanned } from "./planning.ts"
import {
  type FedRows,
  isSplit,
  make as makePreparation,
  type Prepared,
  runSplit,
  type Statement
} from "./preparation.ts"
import { foreignKeysOf, refusalOf } from "./refusal.ts"
import { settled as settledOn } from "./settled.ts"
import { begin as beginTransaction, type Means, type Savepoints, type Transaction } from "./transaction.ts"

export type { Statement } from "./preparation.ts"

/** A connection that is leased to one fiber, transaction or stream. */
export interface Connection {
  /** Runs a statement to its end, and then reads its result while nothing else runs here. */
  readonly run: <A, E>(
    statement: Statement,
    read: (result: DuckDBMaterializedResult) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E | Failure>
  /** Tells what DuckDB makes of a statement, without running it. */
  readonly describe: (statement: Statement) => Effect.Effect<Described, Failure>
  /** Starts a statement whose rows are fetched while it runs; until they are, the connection can't be used for anything else. */
  readonly start: (statement: Statement) => Effect.Effect<DuckDBResult, Failure>
  /** Waits for a promise of the binding; on interruption, interrupts the statement and waits until it is quiet. */
  readonly settled: <A>(sql: string, start: () => Promise<A>) => Effect.Effect<A, Failure>
  /** Runs a statement, or fetches a part of its rows, in the time that it is given. */
  readonly inTime: <A, E>(sql: string, running: Effect.Effect<A, E>) => Effect.Effect<A, E | Failure>
  /** Ends a stream that nobody reads any more: as long as it could go on, the file would stay open. */
  readonly end: (stream: DuckDBResult) => Effect.Effect<void>
  readonly begin: (statement: string | undefined) => Effect.Effect<void, Failure>
  /** Commits, or fails where the transaction can't be: then it is rolled back. */
  readonly commit: Effect.Effect<void, Failure>
  readonly rollback: Effect.Effect<void>
  /** Remembers this place of the transaction under a number. */
  readonly savepoint: (id: number) => Effect.Effect<void, Failure>
  /** Undoes what was done since then, or loses the transaction. */
  readonly rollbackTo: (id: number) => Effect.Effect<void>
  readonly isInTransaction: () => boolean
  /** Whether somebody has left something behind on it, or it is broken: then it is not to be lent again. */
  readonly isSpent: () => boolean
  /** Lets go of everything that was prepared, before the connection itself is closed. */
  readonly close: Effect.Effect<void>
}

/** Makes a connection of the binding's. */
export const make = (native: DuckDBConnection, instance: Instance, savepoints: Savepoints): Connection => {
  const turn = Semaphore.makeUnsafe(1)
  const preparation = makePreparation(native, instance.changes)
  let transaction: Transaction | undefined
  let isSpent = false
  /** Whether a stream has a transaction of its own. */
  let isHolding = false

  const settled = <A>(sql: string, start: () => Promise<A>) => settledOn(native, sql, start)

  const interrupt = Effect.sync(() => native.interrupt())
  const timed: Connection["inTime"] = (sql, running) =>
    inTime(running, {
      end: interrupt,
      isEnded: (error) => error instanceof StreamBroken || (error instanceof Failure && error.kind === "Interrupted"),
      failure: (milliseconds) =>
        new Failure({ kind: "TimedOut", reason: `it took longer than ${milliseconds} ms`, sql, milliseconds })
    })

  const failed = (failure: Failure): Effect.Effect<never, Failure> => {
    if (failure.kind === "Statement" || failure.kind === "Unsupported") return Effect.fail(failure)
    const told = transaction?.failed(failure) ?? failure
    isSpent ||= failure.kind === "Invalidated" || failure.kind === "Connection"
    return failure.kind === "Invalidated" ? Effect.andThen(instance.lose, Effect.fail(told)) : Effect.fail(told)
  }

  const noted = <A>(sql: string, effect: Effect.Effect<A, Failure>) =>
    effect.pipe(
      Effect.catch(failed),
      Effect.onInterrupt(() => Effect.ignore(failed(interrupted(sql))))
    )

  /** Runs a statement whose turn it is. */
  const execute = <A extends DuckDBResult>(
    statement: Statement,
    prepared: Prepared,
    begin: (prepared: Prepared["native"]) => Promise<A>
  ): Effect.Effect<A, Failure> => {
    const running = phase("execute")(settled(statement.sql, () => {
      statement.bind(prepared.native)
      return begin(prepared.native)
    }))
    return prepared.isKept ? running : Effect.ensuring(running, Effect.sync(() => preparation.discard(prepared)))
  }

  /** Runs a statement of ours over rows of the program, which are there meanwhile. */
  const executeFed = (sql: string, source: FedRows) =>
    Effect.acquireUseRelease(
      Effect.sync(source.offer),
      () => phase("execute")(settled(sql, () => native.run(sql))),
      () => Effect.sync(source.withdraw)
    )

  /** Runs a statement that may leave something behind, or harm the file. */
  const executeWithCare = <A>(statement: Statement, type: StatementType, effect: Effect.Effect<A, Failure>) =>
    Effect.gen(function*() {
      yield* refuse(statement, type)
      isSpent = true
      const changing = Effect.ensuring(effect, Effect.sync(instance.changed))
      if (type !== StatementType.ALTER && type !== StatementType.MULTI) return yield* changing
      transaction?.changedStructure()
      return yield* transaction === undefined ? instance.checkpointed(native, changing) : changing
    })

  const refuse = Effect.fnUntraced(function*({ isAlone, sql }: Statement, type: StatementType) {
    if (type === StatementType.TRANSACTION && (isAlone === true || transaction !== undefined)) {
      return yield* new Failure({ kind: "Unsupported", sql, ...plainControl })
    }
    const refusal = refusalOf(sql)
    if (refusal === undefined) return
    const { feature, instead, table } = refusal
    const query = table === undefined ? undefined : foreignKeysOf(table)
    if (query !== undefined && (yield* settled(query, () => native.runAndReadAll(query))).currentRowCount === 0) return
    return yield* new Failure({ kind: "Unsupported", reason: feature, hint: instead, sql })
  })

  /** The answer of a statement, and what kind of statement it was. */
  const answer = Effect.fnUntraced(function*<A extends DuckDBResult>(
    statement: Statement,
    begin: (prepared: Prepared["native"]) => Promise<A>
  ) {
    const prepared = yield* Effect.catchIf(
      preparation.prepare(statement),
      isSplit,
      () => Effect.undefined
    )
    if (prepared === undefined) {
      const type = /^\s*ALTER\b/i.test(statement.sql) ? StatementType.ALTER : StatementType.MULTI
      return { type, answer: yield* executeWithCare(statement, type, phase("execute")(runSplit(native, statement))) }
    }
    const { type } = prepared
    const running = execute(statement, prepared, begin)
    return { type, answer: yield* prepared.isOrdinary ? running : executeWithCare(statement, type, running) }
  })

  const whole = (statement: Statement) => {
    const { source, sql } = statement
    return source === undefined
      ? answer(statement, (prepared) => runPlanned(native, sql, prepared))
      : Effect.map(executeFed(sql, source), (result) => ({ type: StatementType.INSERT, answer: result }))
  }

  const run: Connection["run"] = (statement, read) => {
    const current = transaction
    const found = noted(statement.sql, timed(statement.sql, whole(statement)))
    if (current === undefined) return turn.withPermit(Effect.flatMap(found, (entry) => decode(read(entry.answer))))
    return turn.withPermit(
      Effect.andThen(
        current.check,
        Effect.flatMap(found, (entry) => {
          current.ran({ statement, ...entry })
          return decode(read(entry.answer))
        })
      )
    )
  }

  const describe = Effect.fnUntraced(function*(statement: Statement) {
    const prepared = yield* preparation.prepare(statement)
    const described = describePrepared(prepared.native)
    if (!prepared.isKept) preparation.discard(prepared)
    return described
  })

  const control = (sql: string) => {
    const statement: Statement = { sql, bind: () => undefined, keep: true }
    return noted(
      sql,
      Effect.flatMap(preparation.prepare(statement), (made) => execute(statement, made, (prepared) => prepared.run()))
    ).pipe(Effect.asVoid)
  }

  const means: Means = {
    control,
    commitStructure: Effect.suspend(() => instance.checkpointed(native, control("COMMIT"))),
    repeat: ({ statement }) => Effect.map(noted(statement.sql, whole(statement)), (again) => again.answer)
  }

  const begin = (statement = "BEGIN TRANSACTION") =>
    turn.withPermit(Effect.map(beginTransaction(means, statement, savepoints), (begun) => {
      transaction = begun
    }))

  /** Does something in the transaction, if there is one. */
  const inTransaction = <E>(use: (current: Transaction) => Effect.Effect<void, E>): Effect.Effect<void, E> =>
    turn.withPermit(Effect.suspend(() => transaction === undefined ? Effect.void : use(transaction)))

  const ended = <E>(end: (current: Transaction) => Effect.Effect<void, E>) =>
    inTransaction((current) =>
      Effect.ensuring(
        end(current),
        Effect.sync(() => {
          transaction = undefined
          // what it changed holds for others from now on
          if (isSpent) instance.changed()
        })
      )
    )

  const drain = Effect.fnUntraced(function*(stream: DuckDBResult) {
    let chunk: DuckDBDataChunk | null
    do {
      native.interrupt()
      chunk = yield* settled("", () => stream.fetchChunk())
    } while (chunk !== null && chunk.rowCount > 0)
  })

  /** Ends what a stream has left behind, when nobody gets its rows any more. */
  const endStream = (stream: DuckDBResult | undefined) =>
    Effect.gen(function*() {
      if (stream !== undefined) yield* Effect.ignore(drain(stream))
      if (!isHolding) return
      isHolding = false
      yield* settled("COMMIT", () => native.run("COMMIT")).pipe(Effect.catch(() => Effect.sync(() => isSpent = true)))
    })

  const start = (statement: Statement) =>
    Effect.suspend(() => {
      let begun: DuckDBResult | undefined
      const started = answer(statement, async (prepared) => {
        if (transaction === undefined && needsSnapshot(prepared)) {
          isHolding = true
          await native.run("BEGIN TRANSACTION")
        }
        begun = await streamPlanned(native, statement.sql, prepared)
        return begun
      })
      // an interrupt may come when the stream has just begun, and nobody gets it any more
      return Effect.onError(Effect.map(started, (entry) => entry.answer), () => endStream(begun))
    })

  return {
    run,
    describe: (statement) => turn.withPermit(noted(statement.sql, describe(statement))),
    start: (statement) => turn.withPermit(noted(statement.sql, timed(statement.sql, start(statement)))),
    settled,
    inTime: timed,
    end: (stream) => turn.withPermit(endStream(stream)),
    begin,
    commit: ended((current) => current.commit),
    // where that fails, the connection is closed, and the transaction with it
    rollback: ended((current) => current.rollback.pipe(Effect.catch(() => Effect.sync(() => isSpent = true)))),
    savepoint: (id) => inTransaction((current) => current.savepoint(id)),
    rollbackTo: (id) => inTransaction((current) => current.rollbackTo(id)),
    isInTransaction: () => transaction !== undefined,
    isSpent: () => isSpent,
    close: Effect.sync(preparation.close)
  }
}

const decode = phase("decode")

const plainControl = {
  reason: "a plain BEGIN, COMMIT or ROLLBACK",
  hint:
    "Statements by themselves run on any connection of the pool. Session.transaction and sql.withTransaction keep them on " +
    "one, and begin, commit and roll back; nest them for a part of a transaction."
}

const interrupted = (sql: string) => new Failure({ kind: "Interrupted", reason: "the statement was interrupted", sql })
