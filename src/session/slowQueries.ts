/**
 * Which statements are told as slow.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"

/**
 * From when on a statement is slow, and what is told of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface SlowQueryOptions {
  /** A statement that takes as long or longer is slow; the wait for a connection counts, too. */
  readonly threshold: Duration.Input
  /** Whether the values of its placeholders are logged, those of sensitive columns as `<redacted>`; not by default. */
  readonly parameters?: boolean
}

/** What a fiber wants to know of slow statements. */
export interface SlowQueries {
  readonly nanoseconds: bigint
  readonly parameters: boolean
}

/** Off, unless somebody asks. */
export const SlowQueries: Context.Reference<SlowQueries | undefined> = Context.Reference(
  "andamios/Session/SlowQueries",
  { defaultValue: (): SlowQueries | undefined => undefined }
)

/**
 * Logs each statement that takes longer than a threshold as a warning, and counts it in the metric `db.client.operation.slow`. The
 * warning's annotations are the attributes of the statement's span, `milliseconds`, `rows` and `by`, the work that it was a part of.
 * It holds for the program or the effect that it is provided to, or for the database that is made with it.
 *
 * The values of plain SQL are never logged, because nothing tells which of them are secret, and a stream is never slow, because it is
 * the program that says how fast it goes.
 *
 * @example
 * ```ts
 * import { Session } from "andamios-orm"
 * import { DuckDb } from "andamios-orm/duckdb"
 * import { Layer } from "effect"
 *
 * const Live = Layer.merge(
 *   DuckDb.layer({ path: "shop.duckdb" }),
 *   Session.slowQueries({ threshold: "200 millis" })
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const slowQueries = ({ parameters = false, threshold }: SlowQueryOptions): Layer.Layer<never> =>
  Layer.succeed(SlowQueries, {
    nanoseconds: BigInt(Math.round(Duration.toMillis(Duration.fromInputUnsafe(threshold)) * 1e6)),
    parameters
  })
