/**
 * A database of which some things go wrong.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Around } from "../../session/aroundPlain.ts"
import type { ConnectionPool } from "../../session/ConnectionPool.ts"
import { Database, type NewRows, type TransactionOptions } from "../../session/Database.ts"
import { type Observed, observedFed, observedInsert, observedQuery } from "../../session/observed.ts"
import { type CommitOutcomeUnknown, ConnectionFailed, StreamBroken, type StreamError } from "../../session/OrmError.ts"
import type { CompiledQuery } from "../../sql/CompiledQuery.ts"
import { textWrites } from "../../sql/writtenTables.ts"
import type { Fault, Moment, Place } from "./faults.ts"
import {
  abort,
  answerLost,
  connectionLost,
  type Harm,
  type Harming,
  harming,
  lost,
  lostUnheard,
  plainError
} from "./harm.ts"

/** Says what goes wrong now; whoever asks makes it happen. */
export type Ask = (moment: Moment) => Effect.Effect<ReadonlyArray<Fault>>

/** What has become of a transaction beyond what the database knows of it. */
interface Fate {
  readonly isInside: boolean
  /** Why no statement reaches the database any more. */
  lost?: ConnectionFailed
  /** Whether nobody hears of its commit. */
  isUnanswered?: boolean
}

/** The database with what goes wrong of it, and what goes wrong of its plain SQL. */
export const harmed = (
  inner: Database["Service"],
  pool: ConnectionPool["Service"],
  ask: Ask
): { readonly database: Database["Service"]; readonly aroundPlain: Around } => {
  const harm = harming(inner, pool)
  const fates = new WeakMap<object, Fate>()

  /** That of the transaction that asks; outside of one it is forgotten. */
  const fateNow = Effect.contextWith((services: Context.Context<never>) =>
    Effect.sync((): Fate => {
      const transaction = inner.transactionIn(services)
      if (transaction === undefined) return { isInside: false }
      const fate = fates.get(transaction) ?? { isInside: true }
      fates.set(transaction, fate)
      return fate
    })
  )

  /** Makes happen what goes wrong at a place, and gives it back, because some of it comes later. */
  const come = Effect.fnUntraced(function*(place: Place, sql: string, table: string | undefined, strike: Harming) {
    const fate = yield* fateNow
    if (fate.lost !== undefined) return yield* fate.lost
    const faults = yield* ask({ place, sql, table, isInside: fate.isInside })
    yield* Effect.forEach(faults, (fault) => strike(fault, sql), { discard: true }).pipe(
      Effect.tapError((error) => {
        if (error._tag === "ConnectionFailed") fate.lost = error
        return fate.isInside ? abort(inner) : Effect.void
      })
    )
    return faults
  })

  const before = (place: Place, observed: Observed) => come(place, observed.text() ?? "", observed.collection, harm)

  /** Runs a write, of whose end nobody may hear. */
  const writing = Effect.fnUntraced(function*<A, E>(observed: Observed, run: Effect.Effect<A, E>) {
    const unheard = (yield* before("write", observed)).find(isAnswerLost)
    if (unheard === undefined) return yield* run
    const sql = observed.text() ?? ""
    if (!unheard.stored) return yield* lostUnheard(inner, sql)
    yield* run
    return yield* answerLost(inner.name, sql)
  })

  /** The connection of plain SQL is there already. Outside of a transaction it is kept: another one would have to end it. */
  const aroundPlain: Around = (sql, run) =>
    Effect.gen(function*() {
      const { isInside } = yield* fateNow
      const place = textWrites(sql)._tag === "Nothing" ? "read" : "write"
      const gone = Effect.fail(connectionLost(inner.name))
      const faults = yield* Effect.mapError(
        come(place, sql, undefined, harming(inner, pool, isInside ? lost(inner) : gone)),
        plainError
      )
      const unheard = faults.find(isAnswerLost)
      if (unheard === undefined) return yield* run
      if (unheard.stored) yield* run
      return yield* plainError(answerLost(inner.name, sql))
    })

  /** The beginning is within the transaction, so that its time counts, and each further run has one, too. */
  const outermost: Database["Service"]["transaction"] = <A, E, R, E2, R2>(
    effect: Effect.Effect<A, E, R>,
    options?: TransactionOptions<E2, R2>
  ) =>
    Effect.suspend(() => {
      let isUnanswered = false
      const run: Effect.Effect<A, E | Harm | CommitOutcomeUnknown, R> = Effect.gen(function*() {
        isUnanswered = false
        yield* come("begin", "BEGIN", undefined, harm)
        const value = yield* effect
        const faults = yield* come("commit", "COMMIT", undefined, harm)
        const unheard = faults.find(isAnswerLost)
        if (unheard?.stored === false) yield* lostUnheard(inner, "COMMIT")
        isUnanswered = unheard !== undefined
        const fate = yield* fateNow
        fate.isUnanswered = isUnanswered
        return value
      })
      return Effect.tap(
        inner.transaction(run, options),
        () => isUnanswered ? Effect.fail(answerLost(inner.name, "COMMIT")) : Effect.void
      )
    })

  const transaction: Database["Service"]["transaction"] = (effect, options) =>
    Effect.flatMap(
      inner.inTransaction,
      (isInside) => isInside ? inner.transaction(effect, options) : outermost(effect, options)
    )

  const stream = <A>(query: CompiledQuery<A>): Stream.Stream<A, StreamError> =>
    Stream.unwrap(Effect.map(before("stream", observedQuery(query)), (faults) => {
      const found = inner.stream(query)
      const [end] = faults.flatMap((fault) => fault._tag === "StreamBroken" ? [fault.after] : [])
      return end === undefined
        ? found
        : Stream.concat(
          Stream.take(found, end),
          Stream.fail(new StreamBroken({ sql: query.sql, reason: connectionLost(inner.name).reason }))
        )
    }))

  const database = Database.of({
    ...inner,
    read: (query) => Effect.andThen(before("read", observedQuery(query)), inner.read(query)),
    columns: (query) => Effect.andThen(before("read", observedQuery(query)), inner.columns(query)),
    stream,
    execute: (statement, table) => writing(observedQuery(statement, table), inner.execute(statement, table)),
    write: (query, table) => writing(observedQuery(query, table), inner.write(query, table)),
    insert: <A>(rows: NewRows) => writing(observedInsert(rows, inner.dialect), inner.insert<A>(rows)),
    executeFed: (rows, statement) =>
      writing(observedFed(rows, statement, inner.dialect), inner.executeFed(rows, statement)),
    readFed: (rows, query) =>
      Effect.andThen(before("read", observedFed(rows, query, inner.dialect)), inner.readFed(rows, query)),
    transaction,
    // whoever hears of no commit takes it for none
    afterCommit: (effect) =>
      Effect.flatMap(
        fateNow,
        (fate) =>
          inner.afterCommit(Effect.suspend(() => fate.isUnanswered === true ? Effect.void : Effect.asVoid(effect)))
      ),
    afterRollback: (effect) =>
      Effect.flatMap(fateNow, (fate) => {
        const unheard = Effect.suspend(() => fate.isUnanswered === true ? Effect.asVoid(effect) : Effect.void)
        return fate.isInside ? Effect.andThen(inner.afterRollback(effect), inner.afterCommit(unheard)) : Effect.void
      })
  })
  return { database, aroundPlain }
}

const isAnswerLost = (fault: Fault) => fault._tag === "AnswerLost"

/** A pool of which some things go wrong. */
export const harmedPool = (
  inner: Database["Service"],
  pool: ConnectionPool["Service"],
  ask: Ask
): ConnectionPool["Service"] => {
  const harm = harming(inner, pool)
  return {
    stats: pool.stats,
    check: Effect.gen(function*() {
      const faults = yield* ask({ place: "check", sql: "SELECT 1", table: undefined, isInside: false })
      yield* Effect.forEach(faults, (fault) => harm(fault, "SELECT 1"), { discard: true }).pipe(
        Effect.catchTag(
          ["Conflict", "QueryFailed", "TimedOut"],
          (error) => new ConnectionFailed({ database: inner.name, reason: error.message })
        )
      )
      yield* pool.check
    })
  }
}
