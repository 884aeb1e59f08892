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
import type { Database, TransactionOptions } from "./Database.ts"
import { Conflict, type TransactionError, Unsupported } from "./OrmError.ts"

/** The connections that are lent to read-only transactions; each is an object of its own. */
const reading = new WeakSet<Connection>()

/** Runs effects in transactions of a client. */
export const transactionOf = (
  client: SqlClient,
  database: string,
  translate: (error: SqlError) => TransactionError
): Database["Service"]["transaction"] => {
  /** What an effect itself fails with is set apart meanwhile, so that only what the transaction fails with is translated. */
  const once = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | TransactionError, R> =>
    Effect.mapError(
      client.withTransaction(Effect.mapError(effect, (error) => new Inside(error))),
      (error) => error instanceof Inside ? error.error : translate(error)
    )

  const current = Effect.serviceOption(client.transactionService)

  const marked = Effect.map(current, Option.map(([connection]) => reading.add(connection)))

  /** What the effect itself begins, elsewhere or later, begins as it would outside. */
  const readOnly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(BeginTransaction, (statement) => {
      const inside = Effect.andThen(marked, Effect.provideService(effect, BeginTransaction, statement))
      return Effect.provideService(once(inside), BeginTransaction, `${statement ?? "BEGIN TRANSACTION"} READ ONLY`)
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

  return <A, E, R, E2 = never, R2 = never>(
    effect: Effect.Effect<A, E, R>,
    { readOnly: isReading = false, retry }: TransactionOptions<E2, R2> = {}
  ) =>
    Effect.flatMap(current, (outer): Effect.Effect<A, E | E2 | TransactionError, R | R2> => {
      if (Option.isNone(outer)) {
        const attempt = isReading ? readOnly(effect) : once(effect)
        return retry === undefined ? attempt : Effect.retry(attempt, onConflict(retry))
      }
      if (!isReading || reading.has(outer.value[0])) return once(effect)
      return new Unsupported({
        database,
        feature: "a read-only transaction inside one that may write",
        instead: "Leave out `readOnly` there, or begin it outside of the other."
      })
    })
}

/** A failure of the effect inside a transaction. */
class Inside<out E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}
