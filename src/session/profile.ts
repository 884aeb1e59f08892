/**
 * What a profile tells: plain data, which can be written as JSON and read again.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { Plan } from "../sql/Plan.ts"

/**
 * What the statements of one shape have done: those that do the same by the same text, with placeholders for their values. All times
 * are milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export const StatementProfile = Schema.Struct({
  /** The text with its placeholders; what begins or ends a transaction is told by its name. */
  sql: Schema.String,
  /** What it does, such as `SELECT`; `BATCH INSERT` where it is given several rows. */
  operation: Schema.String,
  /** The table that it is about, where that is known. */
  table: Schema.NullOr(Schema.String),
  calls: Schema.Int,
  /** The rows that were returned or changed. */
  rows: Schema.Int,
  /** The calls that returned or changed one row at most. */
  single: Schema.Int,
  /** The calls that have failed or were interrupted. */
  failures: Schema.Int,
  total: Schema.Number,
  /** This and the percentiles are a hundredth off at most. */
  median: Schema.Number,
  p95: Schema.Number,
  p99: Schema.Number,
  max: Schema.Number,
  /** The parts of `total`: waiting for a connection, preparing, executing and decoding. */
  phases: Schema.Struct({
    acquire: Schema.Number,
    prepare: Schema.Number,
    execute: Schema.Number,
    decode: Schema.Number
  })
})

/**
 * What the statements of one shape have done.
 *
 * @category models
 * @since 0.1.0
 */
export type StatementProfile = typeof StatementProfile.Type

/**
 * What a program has asked its databases, and how long that took. All times are milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export const Profile = Schema.Struct({
  /** When it began, in ISO 8601. */
  began: Schema.String,
  /** How long it went on. */
  milliseconds: Schema.Number,
  /** By their total time, the longest first. */
  statements: Schema.Array(StatementProfile),
  /** The calls that were counted as `(other statements)`, because there were too many shapes. */
  callsLeftOut: Schema.Int,
  /** How transactions have ended. */
  transactions: Schema.Struct({ committed: Schema.Int, rolledBack: Schema.Int }),
  /** How often a connection was asked for, and how long it took to get one. */
  pool: Schema.Struct({ waits: Schema.Int, total: Schema.Number, longest: Schema.Number })
})

/**
 * What a program has asked its databases, and how long that took.
 *
 * @category models
 * @since 0.1.0
 */
export type Profile = typeof Profile.Type

/**
 * A statement that was slow.
 *
 * @category models
 * @since 0.1.0
 */
export interface SlowStatement {
  readonly sql: string
  /** What it does, such as `SELECT`. */
  readonly operation: string
  readonly table: string | null
  /** The values of its placeholders, those of sensitive columns as `<redacted>`; of plain SQL and of several rows, none. */
  readonly parameters: ReadonlyArray<unknown>
  readonly milliseconds: number
  /** How the database carries it out, of reads whose values may all be told. */
  readonly plan: Plan | undefined
}
