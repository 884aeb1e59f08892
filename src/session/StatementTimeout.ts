/**
 * How long a statement may take.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * The time that each statement is given; without end by default.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Session } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Duration, Layer, Schema, Stream } from "effect"
 *
 * class Visit extends Model.Class<Visit>("Visit")({ id: Column.serial(Schema.Int) }, { table: "visits" }) {}
 *
 * // for a whole program
 * const Live = DuckDb.layer({ path: "visits.duckdb" }).pipe(
 *   Layer.provideMerge(Layer.succeed(Session.StatementTimeout, Duration.seconds(30)))
 * )
 *
 * // for a stream
 * const visits = Query.from(Visit).stream.pipe(
 *   Stream.provideService(Session.StatementTimeout, Duration.seconds(5))
 * )
 * ```
 *
 * @category references
 * @since 0.1.0
 */
export const StatementTimeout: Context.Reference<Duration.Duration> = Context.Reference("andamios/StatementTimeout", {
  defaultValue: () => Duration.infinity
})

/**
 * Gives each statement that the effect runs so much time, also those of plain SQL. One that takes longer is ended by the database
 * and fails with `TimedOut`; in a transaction it has failed like any other, so the transaction is over.
 *
 * The time is that of the database's work alone: waiting for a connection, or for a statement before it in the same transaction, does
 * not count, nor does making objects of rows. Of a stream it is the time to each next part of its rows. `COMMIT` is never ended.
 *
 * @example
 * ```ts
 * import { Column, Model, Query, Session } from "andamios-orm"
 * import { Effect, Schema } from "effect"
 *
 * class Visit extends Model.Class<Visit>("Visit")({
 *   id: Column.serial(Schema.Int),
 *   page: Schema.String
 * }, { table: "visits" }) {}
 *
 * const count = Query.from(Visit).count.pipe(
 *   Session.statementTimeout("2 seconds"),
 *   Effect.catchTag("TimedOut", ({ milliseconds }) => Effect.as(Effect.log(`no answer in ${milliseconds} ms`), 0))
 * )
 * ```
 *
 * @category policies
 * @since 0.1.0
 */
export const statementTimeout =
  (timeout: Duration.Input) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, StatementTimeout, Duration.fromInputUnsafe(timeout))
