/**
 * What can go wrong with a database, and where.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"

/**
 * Something that goes wrong.
 *
 * @category models
 * @since 0.1.0
 */
export type Fault =
  /** Another transaction was faster: `Conflict`. */
  | { readonly _tag: "Conflict" }
  /** All connections are in use: `PoolTimeout`, after this long. */
  | { readonly _tag: "PoolExhausted"; readonly wait: Duration.Duration }
  /** It takes this long. */
  | { readonly _tag: "Slow"; readonly delay: Duration.Duration }
  /** There is no room: `QueryFailed`. */
  | { readonly _tag: "DiskFull" }
  /** The connection is gone: `ConnectionFailed`. */
  | { readonly _tag: "ConnectionLost" }
  /** The connection is gone before the answer came: `CommitOutcomeUnknown`, and what was to be stored is stored or not. */
  | { readonly _tag: "AnswerLost"; readonly stored: boolean }
  /** A stream ends after so many rows: `StreamBroken`. */
  | { readonly _tag: "StreamBroken"; readonly after: number }

/**
 * Where a program meets its database: where a transaction begins or commits, at a read, a write or a stream, and where the pool is
 * asked whether the database is there.
 *
 * @category models
 * @since 0.1.0
 */
export type Place = "begin" | "read" | "write" | "stream" | "commit" | "check"

/** A place that was come to. */
export interface Moment {
  readonly place: Place
  /** The full name of the table that a statement is about, where it is known. */
  readonly table: string | undefined
  /** The statement, or `BEGIN` and `COMMIT`. */
  readonly sql: string
  /** Whether a connection is held already. */
  readonly isInside: boolean
}

/** Whether something can go wrong there at all. */
export const canStrike = (fault: Fault, { isInside, place }: Moment): boolean => {
  switch (fault._tag) {
    case "Conflict":
    case "DiskFull":
      return place === "write" || place === "commit"
    case "PoolExhausted":
      return place === "begin" || !isInside
    case "Slow":
      return true
    case "ConnectionLost":
      return place !== "commit"
    case "AnswerLost":
      return place === "commit" || (place === "write" && !isInside)
    case "StreamBroken":
      return place === "stream" && !isInside
  }
}
