/**
 * Locks of a PostgreSQL server that stand for whatever programs agree on: a report that only one makes, a customer's turn.
 *
 * @since 0.1.0
 */
import type { PgClient } from "@effect/sql-pg/PgClient"
import type { PgConnection } from "@effect/sql-pg/PgConnection"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import { type StatementError, Unsupported } from "../session/OrmError.ts"
import { StatementTimeout } from "../session/StatementTimeout.ts"
import { timed } from "./connection.ts"
import { readFailure } from "./failure.ts"
import type { CountedPool } from "./pool.ts"

/**
 * What a lock is for: a text, which the server makes a number of (`hashtextextended(key, 0)`), or a number of 64 bits.
 *
 * @category models
 * @since 0.1.0
 */
export type LockKey = string | bigint

/**
 * How a lock is taken.
 *
 * @category models
 * @since 0.1.0
 */
export interface LockOptions {
  /** Whether others who say so, too, may have it at the same time: as readers do beside a writer, who doesn't. */
  readonly shared?: boolean
}

/**
 * A lock that is held.
 *
 * @category models
 * @since 0.1.0
 */
export interface HeldLock {
  /** Fails when the connection is lost, and the lock with it; it never succeeds. */
  readonly lost: Effect.Effect<never, StatementError>
}

/**
 * The locks of a database, which `Postgres.advisoryLock` and the other functions here take.
 *
 * @category services
 * @since 0.1.0
 */
export class AdvisoryLocks extends Context.Service<AdvisoryLocks, {
  /** Waits for a lock, and holds it for as long as the scope is open. */
  readonly lock: (key: LockKey, options: LockOptions) => Effect.Effect<HeldLock, StatementError, Scope.Scope>
  /** The same without waiting: none where others have it. */
  readonly tryLock: (
    key: LockKey,
    options: LockOptions
  ) => Effect.Effect<Option.Option<HeldLock>, StatementError, Scope.Scope>
  /** Takes a lock for the rest of the transaction, and says whether it got it, which one that waits always does. */
  readonly inTransaction: (
    key: LockKey,
    options: LockOptions & { readonly waits: boolean }
  ) => Effect.Effect<boolean, StatementError>
}>()("andamios/AdvisoryLocks") {}

/**
 * Takes a lock for as long as the scope is open, and waits for it as long as others have it. It is held on a connection of its own beside
 * the pool, so it goes when that is lost or the process ends, however it ends. Whoever asks again for what it has itself waits for itself.
 *
 * @errors StatementError
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect } from "effect"
 *
 * const nightly = Effect.scoped(Effect.gen(function*() {
 *   const lock = yield* Postgres.advisoryLock("nightly report")
 *   yield* Effect.raceFirst(Effect.log("making the report"), lock.lost)
 * }))
 * ```
 *
 * @category locks
 * @since 0.1.0
 */
export const advisoryLock = (
  key: LockKey,
  options: LockOptions = {}
): Effect.Effect<HeldLock, StatementError, Scope.Scope | AdvisoryLocks> =>
  Effect.flatMap(AdvisoryLocks, (locks) => locks.lock(key, options))

/**
 * As `advisoryLock`, and none where others have it.
 *
 * @errors StatementError
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect, Option } from "effect"
 *
 * // of several servers one makes the report, and the others go on
 * const nightly = Effect.scoped(Effect.gen(function*() {
 *   const lock = yield* Postgres.tryAdvisoryLock("nightly report")
 *   if (Option.isSome(lock)) yield* Effect.raceFirst(Effect.log("making the report"), lock.value.lost)
 * }))
 * ```
 *
 * @category locks
 * @since 0.1.0
 */
export const tryAdvisoryLock = (
  key: LockKey,
  options: LockOptions = {}
): Effect.Effect<Option.Option<HeldLock>, StatementError, Scope.Scope | AdvisoryLocks> =>
  Effect.flatMap(AdvisoryLocks, (locks) => locks.tryLock(key, options))

/**
 * Runs an effect while it has a lock, for which it waits. Where the lock is lost the effect is interrupted, and this fails.
 *
 * @errors StatementError
 *
 * @example
 * ```ts
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect } from "effect"
 *
 * const nightly = Effect.log("making the report").pipe(Postgres.withAdvisoryLock("nightly report"))
 * ```
 *
 * @category locks
 * @since 0.1.0
 */
export const withAdvisoryLock =
  (key: LockKey, options: LockOptions = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | StatementError, R | AdvisoryLocks> =>
    Effect.flatMap(AdvisoryLocks, (locks) =>
      Effect.scopedWith((scope) =>
        Effect.flatMap(
          Scope.provide(locks.lock(key, options), scope),
          ({ lost }) => Effect.raceFirst(effect, lost)
        )
      ))

/**
 * Takes a lock for the rest of the transaction that it is in, and waits for it. The transaction's own time holds for that, and it fails
 * with `Conflict` where a lock of rows or of this kind has both wait for each other. Outside of a transaction it is `Unsupported`.
 *
 * @errors StatementError
 *
 * @example
 * ```ts
 * import { Session } from "andamios-orm"
 * import { Postgres } from "andamios-orm/postgres"
 * import { Effect } from "effect"
 *
 * // one order of a customer after another, whichever server takes it
 * const order = (customer: string) =>
 *   Session.transaction(Effect.gen(function*() {
 *     yield* Postgres.transactionLock(`customer ${customer}`)
 *     yield* Effect.log("counting their parcels, and adding one")
 *   }))
 *
 * // and at once, or not at all
 * const orderAtOnce = (customer: string) =>
 *   Session.transaction(Effect.gen(function*() {
 *     if (!(yield* Postgres.tryTransactionLock(`customer ${customer}`))) return yield* Effect.fail("they order already")
 *     yield* Effect.log("counting their parcels, and adding one")
 *   }))
 * ```
 *
 * @category locks
 * @since 0.1.0
 */
export const transactionLock = (
  key: LockKey,
  options: LockOptions = {}
): Effect.Effect<void, StatementError, AdvisoryLocks> =>
  Effect.flatMap(AdvisoryLocks, (locks) => Effect.asVoid(locks.inTransaction(key, { ...options, waits: true })))

/**
 * As `transactionLock`, and `false` where others have it.
 *
 * @errors StatementError
 *
 * @category locks
 * @since 0.1.0
 */
export const tryTransactionLock = (
  key: LockKey,
  options: LockOptions = {}
): Effect.Effect<boolean, StatementError, AdvisoryLocks> =>
  Effect.flatMap(AdvisoryLocks, (locks) => locks.inTransaction(key, { ...options, waits: false }))

/** The locks of the database behind a client and its pool. */
export const make = (client: PgClient, pool: CountedPool, database: string): AdvisoryLocks["Service"] => {
  const failed = (sql: string) => Effect.mapError((error: SqlError) => readFailure(error, { database, sql }))

  /** Whether it got the lock, on a connection that is its own. */
  const taken = Effect.fnUntraced(function*(sql: string, key: LockKey, { shared }: LockOptions) {
    const connection = yield* pool.beside
    const driver = timed(connection)
    const asking = Effect.provideService(driver.queryValues(sql, [key]), StatementTimeout, Duration.infinity)
    const isTaken = yield* Effect.acquireRelease(
      Effect.map(asking, hasLock),
      (has) => has ? Effect.ignore(driver.queryValues(unlocking(key, shared), [key])) : Effect.void,
      { interruptible: true }
    )
    return isTaken ? Option.some({ lost: yield* losing(connection, failed(sql)) }) : Option.none<HeldLock>()
  })

  const asked = (function_: string, key: LockKey, options: LockOptions) => {
    const sql = calling(function_, key, options.shared)
    return keptIfSome(failed(sql)(taken(sql, key, options)))
  }

  return {
    lock: (key, options) =>
      Effect.flatMap(asked("pg_advisory_lock", key, options), Effect.fromOption).pipe(
        // only who tries may be left without
        Effect.catchTag("NoSuchElementError", Effect.die)
      ),
    tryLock: (key, options) => asked("pg_try_advisory_lock", key, options),
    inTransaction: Effect.fnUntraced(function*(key, { shared, waits }) {
      const current = yield* Effect.serviceOption(client.transactionService)
      if (Option.isNone(current)) return yield* outside
      const sql = calling(waits ? "pg_advisory_xact_lock" : "pg_try_advisory_xact_lock", key, shared)
      return hasLock(yield* failed(sql)(client.unsafe(sql, [key]).values))
    })
  }
}

/** Keeps what was taken as long as the scope is open, if it was of use: else nobody is to wait for the scope's end to be rid of it. */
const keptIfSome = <A, E>(taking: Effect.Effect<Option.Option<A>, E, Scope.Scope>) =>
  Effect.uninterruptibleMask(Effect.fnUntraced(function*(restore) {
    const own = yield* Scope.fork(yield* Effect.scope)
    const exit = yield* Effect.exit(restore(Scope.provide(taking, own)))
    if (Exit.isFailure(exit) || Option.isNone(exit.value)) yield* Scope.close(own, exit)
    return yield* exit
  }))

/** Fails when the connection does, of which only somebody who listens is told. */
const losing = Effect.fnUntraced(function*(
  connection: PgConnection,
  failed: <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, StatementError>
) {
  const notices = yield* connection.listen("andamios_lock")
  return failed(Effect.forever(Queue.take(notices)))
})

const outside = new Unsupported({
  database: "PostgreSQL",
  feature: "a lock of a transaction outside of one",
  instead: "Put it into Session.transaction, or take Postgres.advisoryLock for as long as a scope is open."
})

const calling = (function_: string, key: LockKey, shared = false): string =>
  `SELECT ${function_}${shared ? "_shared" : ""}(${typeof key === "string" ? "hashtextextended($1, 0)" : "$1"})`

const unlocking = (key: LockKey, shared: boolean | undefined): string => calling("pg_advisory_unlock", key, shared)

/** Who waits is answered nothing when it has the lock, and who tries is answered whether it has. */
const hasLock = (rows: ReadonlyArray<ReadonlyArray<unknown>>): boolean => rows[0]?.[0] !== false
