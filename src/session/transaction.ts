/**
 * A session's transaction, made of that of Effect's SQL client.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { BeginTransaction, type SqlClient } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError } from "effect/sql/SqlError"
import type { Dialect, Isolation } from "../sql/Dialect.ts"
import type { Database, TransactionOptions } from "./Database.ts"
import { type Once, within } from "./deadline.ts"
import { Conflict, type TransactionError, Unsupported } from "./OrmError.ts"

/** How transactions were begun, by the connections that are lent to them; each is an object of its own. */
const begun = new WeakMap<Connection, Begun>()

interface Begun {
  readonly isReading: boolean
  /** Nothing where nobody has said or asked it yet. */
  readonly isolation: unknown
}

/** From the least to the most strict; a level that a database has besides is less than all of them. */
const isolations: ReadonlyArray<unknown> = ["read committed", "repeatable read", "serializable"] satisfies Array<
  Isolation
>

/** Runs effects in transactions of a client. */
export const transactionOf = (
  client: SqlClient,
  { isolation: levels, name: database }: Dialect,
  translate: (error: SqlError) => TransactionError
): Database["Service"]["transaction"] => {
  /** What an effect itself fails with is set apart meanwhile, so that only what the transaction fails with is translated. */
  const once: Once = (effect) =>
    Effect.mapError(
      client.withTransaction(Effect.mapError(effect, (error) => new Inside(error))),
      (error) => error instanceof Inside ? error.error : translate(error)
    )

  const current = Effect.map(Effect.serviceOption(client.transactionService), Option.map(([connection]) => connection))

  const note = (how: Begun) => Effect.map(current, Option.map((connection) => begun.set(connection, how)))

  /** What the effect itself begins, elsewhere or later, begins as it would outside. */
  const beginning = (how: Begun, clauses: string, run: Once): Once => (effect) =>
    Effect.flatMap(BeginTransaction, (statement) => {
      const inside = Effect.andThen(note(how), Effect.provideService(effect, BeginTransaction, statement))
      return Effect.provideService(run(inside), BeginTransaction, `${statement ?? "BEGIN TRANSACTION"}${clauses}`)
    })

  /** The conflict that a failure is, also that of plain SQL. */
  const conflictOf = (error: unknown): Conflict | undefined => {
    const known = error instanceof SqlError ? translate(error) : error
    return known instanceof Conflict ? known : undefined
  }

  /** Goes on where the schedule does, and ends at anything but a conflict. */
  const onConflict = <E, R>(schedule: Schedule.Schedule<unknown, Conflict, E, R>) =>
    Schedule.fromStep(Effect.map(Schedule.toStep(schedule), (step) => (now: number, error: unknown) => {
      const conflict = conflictOf(error)
      return conflict === undefined ? Cause.done(undefined) : step(now, conflict)
    }))

  const unsupported = (feature: string, instead: string) => new Unsupported({ database, feature, instead })

  const outermost = <A, E, R, E2, R2>(
    effect: Effect.Effect<A, E, R>,
    { isolation, readOnly: isReading = false, retry }: TransactionOptions<E2, R2>,
    run: Once
  ): Effect.Effect<A, E | E2 | TransactionError, R | R2> => {
    const clause = isolation === undefined ? "" : levels.begin[isolation]
    if (typeof clause !== "string") return unsupported(`a transaction that is ${isolation}`, clause.instead)
    const clauses = `${clause}${isReading ? " READ ONLY" : ""}`
    // where there is nothing to say, it may be stricter than it has to be
    const how = { isReading, isolation: clause === "" ? undefined : isolation }
    const begin = clauses === "" ? run : beginning(how, clauses, run)
    return retry === undefined ? begin(effect) : Effect.retry(begin(effect), onConflict(retry))
  }

  /** How strict the transaction on a connection is; whoever has begun it otherwise may have said so, or the server's settings do. */
  const isolationOn = (connection: Connection) =>
    Effect.suspend(() => {
      const { isReading = false, isolation } = begun.get(connection) ?? {}
      if (isolation !== undefined) return Effect.succeed(isolation)
      return client.unsafe(levels.current).values.pipe(
        Effect.mapBoth({ onFailure: translate, onSuccess: ([row]) => row?.[0] }),
        Effect.tap((found) => note({ isReading, isolation: found }))
      )
    })

  const nested = Effect.fnUntraced(function*<A, E, R>(
    connection: Connection,
    effect: Effect.Effect<A, E, R>,
    { isolation, readOnly: isReading = false }: TransactionOptions<unknown, unknown>,
    run: Once
  ): Effect.fn.Return<A, E | TransactionError, R> {
    if (isReading && begun.get(connection)?.isReading !== true) {
      return yield* unsupported(
        "a read-only transaction inside one that may write",
        "Leave out `readOnly` there, or begin it outside of the other."
      )
    }
    const wanted = isolations.indexOf(isolation)
    if (wanted > 0) {
      const outer = yield* isolationOn(connection)
      if (isolations.indexOf(outer) < wanted) {
        return yield* unsupported(
          `a transaction that is ${isolation} inside one that is ${String(outer)}`,
          "Ask for it where the outermost begins, or begin this one outside of the other."
        )
      }
    }
    return yield* run(effect)
  })

  return (effect, options = {}) => {
    const runWith = (run: Once) =>
      Effect.flatMap(current, (outer) =>
        Option.isNone(outer)
          ? outermost(effect, options, run)
          : nested(outer.value, effect, options, run))
    return options.timeout === undefined ? runWith(once) : within(options.timeout, (limited) => runWith(limited(once)))
  }
}

/** A failure of the effect inside a transaction. */
class Inside<out E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}
