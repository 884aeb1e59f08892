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
import * as Catalog from "./catalog.ts"
import { Failure } from "./failure.ts"
import { settled } from "./settled.ts"
import { isOneStatement } from "./words.ts"

/** A statement with the way its parameters are bound. */
export interface Statement {
  readonly sql: string
  readonly bind: (prepared: DuckDBPreparedStatement) => void
  /** Whether it is kept prepared for the next time, if it can be. */
  readonly keep: boolean
  /** Whether the connection is leased for this statement only. */
  readonly isAlone?: boolean
  /** Rows that the statement reads from the program: there while it runs. */
  readonly source?: {
    readonly count: number
    readonly offer: () => void
    readonly withdraw: () => void
  }
}

/** A statement that DuckDB has understood. */
export interface Prepared {
  readonly native: DuckDBPreparedStatement
  readonly type: StatementType
  /** Whether it stays for the next time. */
  readonly isKept: boolean
}

/** The prepared statements of a connection. */
export interface Preparation {
  readonly prepare: (statement: Statement) => Effect.Effect<Prepared, Failure>
  /** Takes note of a statement that has run and that may have changed what others refer to. */
  readonly ran: (type: StatementType) => void
  readonly close: () => void
}

/** Statements that are kept prepared on a connection. */
const capacity = 128

/** Prepares statements, of which the last used are kept. Nothing may run on the connection meanwhile. */
export const make = (native: DuckDBConnection): Preparation => {
  const kept = new Map<string, Prepared>()
  const watch = Catalog.watch()
  let catalog = Catalog.version()

  const remember = (sql: string, made: Prepared) => {
    kept.set(sql, made)
    const [oldest] = kept
    if (kept.size <= capacity || oldest === undefined) return
    kept.delete(oldest[0])
    oldest[1].native.destroySync()
  }

  const forgetAll = () => {
    for (const prepared of kept.values()) prepared.native.destroySync()
    kept.clear()
  }

  const prepareNew = Effect.fnUntraced(function*({ keep, sql }: Statement) {
    // the binding would cut the text off there
    if (sql.includes("\0")) {
      return yield* new Failure({ kind: "Statement", reason: "the SQL text holds a NUL character", sql })
    }
    const made = yield* settled(native, sql, () => native.prepare(sql))
    const prepared = { native: made, type: made.statementType, isKept: keep && canBeKept(made) && !runsOnce.test(sql) }
    if (prepared.isKept) remember(sql, prepared)
    return prepared
  })

  return {
    prepare: (statement) =>
      Effect.suspend(() => {
        if (catalog !== Catalog.version()) {
          forgetAll()
          catalog = Catalog.version()
        }
        const known = kept.get(statement.sql)
        if (known === undefined) return prepareNew(statement)
        kept.delete(statement.sql)
        kept.set(statement.sql, known)
        return Effect.succeed(known)
      }),
    ran: watch.note,
    close: forgetAll
  }
}

/**
 * DuckDB plans a statement with parameters each time it runs, and one without when it is prepared, by what its tables hold then:
 * run again when they hold more, it leaves rows out. `BEGIN`, `COMMIT` and `ROLLBACK` have no plan.
 */
const canBeKept = ({ parameterCount, statementType }: DuckDBPreparedStatement): boolean =>
  parameterCount > 0 || statementType === StatementType.TRANSACTION

/** Run a second time, a prepared statement over one of these functions takes the whole instance with it (DuckDB 1.5.6). */
const runsOnce = /\bparquet_\w+/i

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
    for (let index = 0; index < parts.count - 1; index++) {
      const part = await parts.prepare(index)
      await part.run()
      part.destroySync()
    }
    const last = await parts.prepare(parts.count - 1)
    bind(last)
    const result = await last.run()
    last.destroySync()
    return result
  })
