/**
 * Prepares statements on a connection, and keeps those that will come again.
 *
 * @since 0.1.0
 */
import {
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBPreparedStatement,
  StatementType
} from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { phase } from "../../session/phase.ts"
import { Failure } from "../failure/failure.ts"
import { settled } from "./settled.ts"
import { isOneStatement } from "../../sql/words.ts"

/** A statement with the way its parameters are bound. */
export interface Statement {
  readonly sql: string
  readonly bind: (prepared: DuckDBPreparedStatement) => void
  /** Whether it is kept prepared for the next time, if it can be. */
  readonly keep: boolean
  /** Whether the connection is leased for this statement only. */
  readonly isAlone?: boolean
  /** Whether another answer does as well where a transaction is done again. */
  readonly mayVary?: boolean
  /** Rows of the program that the statement reads. */
  readonly source?: FedRows
}

/** Rows of the program, which statements can read from when they are offered until they are withdrawn. */
export interface FedRows {
  readonly count: number
  readonly offer: () => void
  readonly withdraw: () => void
}

/** A statement that DuckDB has understood. */
export interface Prepared {
  readonly native: DuckDBPreparedStatement
  readonly type: StatementType
  /** Whether it can't harm a file, and leaves nothing on the connection. */
  readonly isOrdinary: boolean
  /** Whether it stays for the next time; if not, it is to be discarded. */
  readonly isKept: boolean
}

/** The prepared statements of a connection. */
export interface Preparation {
  readonly prepare: (statement: Statement) => Effect.Effect<Prepared, Failure>
  /** Lets go of one that isn't kept. */
  readonly discard: (prepared: Prepared) => void
  readonly close: () => void
}

/**
 * What most statements are. Any other may leave something on the connection: a setting, a temporary table, a prepared statement,
 * a transaction, the type that a `PIVOT` makes for itself.
 */
const ordinary = new Set([
  StatementType.SELECT,
  StatementType.INSERT,
  StatementType.UPDATE,
  StatementType.DELETE,
  StatementType.MERGE_INTO
])

/** Functions that leave something too: the seed of `random()`, or profiling. */
const leaving = /\bsetseed\b|\b(?:en|dis)able_/i

/** Statements that are kept prepared on a connection. */
const capacity = 128

/**
 * Functions that look at their files when a statement is prepared. Run a second time, `glob` gives what it found the first time,
 * and those of Parquet's metadata bring the whole instance down.
 */
const lookingOnce = /\bglob\b|\bparquet_/i

/**
 * Prepares statements, of which the last used are kept. Nothing may run on the connection meanwhile.
 *
 * DuckDB puts views, macros and settings into a statement when it is prepared, and does not look again: after a change of any,
 * on whichever connection, what was kept would answer as before.
 */
export const make = (native: DuckDBConnection, changes: () => number): Preparation => {
  const kept = new Map<string, Prepared>()
  let changesSeen = changes()

  const remember = (sql: string, made: Prepared) => {
    kept.set(sql, made)
    const [oldest] = kept
    if (kept.size <= capacity || oldest === undefined) return
    kept.delete(oldest[0])
    oldest[1].native.destroySync()
  }

  const forget = () => {
    for (const prepared of kept.values()) prepared.native.destroySync()
    kept.clear()
    changesSeen = changes()
  }

  const prepareNew = Effect.fnUntraced(function*({ keep, sql }: Statement) {
    // the binding would cut the text off there
    if (sql.includes("\0")) {
      return yield* new Failure({ kind: "Statement", reason: "the SQL text holds a NUL character", sql })
    }
    const made = yield* settled(native, sql, () => native.prepare(sql))
    const type = made.statementType
    const prepared = {
      native: made,
      type,
      isOrdinary: ordinary.has(type) && !leaving.test(sql),
      isKept: keep && !lookingOnce.test(sql)
    }
    if (prepared.isKept) remember(sql, prepared)
    return prepared
  })

  return {
    prepare: (statement) =>
      Effect.suspend(() => {
        if (changes() !== changesSeen) forget()
        const known = kept.get(statement.sql)
        if (known === undefined) return phase("prepare")(prepareNew(statement))
        kept.delete(statement.sql)
        kept.set(statement.sql, known)
        return Effect.succeed(known)
      }),
    discard: (prepared) => prepared.native.destroySync(),
    close: forget
  }
}

/** Whether DuckDB has made several statements of one, and so did not prepare it: a default that calls a function, a `PIVOT`. */
export const isSplit = (failure: Failure): boolean =>
  failure.reason.startsWith("Invalid Input Error: Cannot prepare multiple statements") && isOneStatement(failure.sql)

/** Runs such a statement part by part; each can be prepared only when those before have run. */
export const runSplit = (
  native: DuckDBConnection,
  { bind, sql }: Statement
): Effect.Effect<DuckDBMaterializedResult, Failure> =>
  settled(native, sql, async () => {
    const parts = await native.extractStatements(sql)
    for (let index = 0; index < parts.count - 1; index++) await (await parts.prepare(index)).run()
    const last = await parts.prepare(parts.count - 1)
    bind(last)
    return last.run()
  })
