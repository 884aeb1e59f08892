/**
 * A statement that DuckDB refuses: how it says so, and what a user of plain SQL gets.
 */
import type { OrmError } from "andamios-orm"
import type { DuckDb } from "andamios-orm/duckdb"
import type { SqlErrorReason } from "effect/sql/SqlError"

/** What comes out. */
export interface Outcome {
  /** How DuckDB's message begins. */
  readonly says: string
  readonly reason: SqlErrorReason["_tag"]
  /** The ORM's error behind it, with the fields that matter. */
  readonly cause: { readonly _tag: OrmError.WriteError["_tag"]; readonly [field: string]: unknown }
  /** A part of the hint; none where there is none. */
  readonly hint?: string
  /** The constraint that a `UniqueViolation` names. */
  readonly constraint?: string
}

/** A statement that fails. */
export interface FailingStatement extends Outcome {
  readonly name: string
  /** What another program did to the file before, which this library would not do; in memory, where it isn't told. */
  readonly found?: ReadonlyArray<string>
  readonly before?: ReadonlyArray<string>
  readonly sql: string
  readonly parameters?: ReadonlyArray<unknown>
  readonly options?: Omit<DuckDb.Options, "path">
}

/** Found before it ran. */
export const wrongStatement = { reason: "SqlSyntaxError", cause: { _tag: "QueryFailed" } } as const

/** Found while it ran. */
export const failed = { reason: "UnknownError", cause: { _tag: "QueryFailed" } } as const
