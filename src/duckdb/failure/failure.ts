/**
 * What DuckDB says of a failure, as an error of ours and as one of Effect's SQL modules.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as SqlError from "effect/sql/SqlError"
import { hasSensitive, hasSensitiveKey, hidden, mayBeSensitive, namesSensitiveTable } from "../../model/sensitive.ts"
import { checkedFields, fieldsNamed, type Table } from "../../model/Table.ts"
import type { Rows } from "../../session/Database.ts"
import {
  CheckViolation,
  CommitOutcomeUnknown,
  Conflict,
  ConnectionFailed,
  DatabaseLocked,
  PoolTimeout,
  QueryFailed,
  ReadOnly,
  SavepointLost,
  type StatementError,
  StillReferenced,
  TimedOut,
  TransactionAborted,
  Unsupported,
  type WriteError
} from "../../session/OrmError.ts"
import { foreignKeyViolation, uniqueViolation } from "../../session/violation.ts"
import { duplicateColumns, firstColumn, referencedKey, referringColumns } from "./brokenKey.ts"
import { type Kind, kindOf } from "./failureKind.ts"
import { hintOf } from "./hint.ts"

/** What went wrong, in DuckDB's words. */
export class Failure extends Data.TaggedError("Failure")<{
  readonly kind: Kind
  readonly reason: string
  readonly sql: string
  /** What to do instead, where we know it ourselves. */
  readonly hint?: string
  /** The time that it was given, where that was too short. */
  readonly milliseconds?: number
  readonly cause?: unknown
}> {}

/** The failure that an error of the binding stands for. */
export const failureOf = (error: unknown, sql: string): Failure => {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? error.message.trim() : String(error)
  const kind = kindOf(message)
  // an internal error tells its stack, which is kept in the cause
  const [told = ""] = kind === "Invalidated" ? message.split("\n\nStack Trace:") : [message]
  return new Failure({ kind, reason: told, sql, cause: error })
}

/**
 * The failure of what is to be stored: where DuckDB breaks down meanwhile, nobody knows whether it was. After it has, it answers that
 * it did, and does nothing.
 */
export const storing = (failure: Failure): Failure => {
  const { cause, kind, reason, sql } = failure
  const isLate = reason.startsWith("FATAL Error: Failed: database has been invalidated")
  return kind === "Invalidated" && !isLate ? new Failure({ kind: "Unanswered", reason, sql, cause }) : failure
}

/** Why a database can't be opened. */
export const toOpenError = (error: unknown, database: string): ConnectionFailed | DatabaseLocked => {
  const { cause, kind, reason } = failureOf(error, "")
  return kind === "Locked"
    ? new DatabaseLocked({ database, reason, ...holderOf(reason) })
    : new ConnectionFailed({ database, reason, ...hintOf(reason), cause })
}

/** The process that holds the lock; the path before it may look like one. */
const holderOf = (reason: string): { readonly pid?: number } => {
  const pid = /.* \(PID (\d+)\)\. /s.exec(reason)?.[1]
  return pid === undefined ? {} : { pid: Number(pid) }
}

/** The failure of a statement that breaks no constraint of a table that we know; the table may be known that it is about. */
export const toStatementError = (failure: Failure, database: string, about?: Table): StatementError => {
  const { cause, kind, sql } = failure
  const reason = shownReason(failure, about)
  switch (kind) {
    case "Conflict":
      // at commit nobody knows any more whose key it was
      return new Conflict({ reason: reason.replace(/(: duplicate key) ".*"$/s, "$1"), ...hintOf(reason) })
    case "Aborted":
      // DuckDB says of every later statement that it came too late, which is not what ended the transaction
      return new TransactionAborted({ reason, ...(sql !== "" && kindOf(reason) !== "Aborted" && { statement: sql }) })
    case "SavepointLost":
      return new SavepointLost({ reason, ...(sql !== "" && { statement: sql }) })
    case "TimedOut":
      return new TimedOut({ what: "statement", milliseconds: failure.milliseconds ?? 0, sql })
    case "Unsupported":
      return new Unsupported({ database: "DuckDB", feature: reason, instead: failure.hint ?? "" })
    case "Invalidated":
    case "Unanswered":
      return new ConnectionFailed({ database, reason: brokeDown(reason), hint: reopening, cause })
    case "Locked":
      return new ConnectionFailed({ database, reason: toOpenError(failure, database).message, cause })
    case "WalUnreadable":
    case "Connection":
      return new ConnectionFailed({ database, reason, ...hintOf(reason), cause })
    case "Statement":
    case "Unique":
    case "ForeignKey":
    case "StillReferenced":
    case "NotNull":
    case "Check":
    case "ReadOnly":
    case "OutOfMemory":
    case "Interrupted":
      return new QueryFailed({ sql, reason, ...hintOf(reason), cause })
    case "Execution":
      return new QueryFailed({ sql, reason, ...hintOf(reason), ...(reason === failure.reason && { cause }) })
  }
}

/** The message of a failure, without values that may be sensitive. What has ended a transaction is of any table. */
const shownReason = ({ kind, reason, sql }: Failure, about: Table | undefined): string => {
  const isLate = kind === "Aborted" || kind === "SavepointLost"
  const first = isLate ? kindOf(reason) : kind
  const isAboutKey = isLate && quotesKey.includes(first) || first === "Conflict" && / duplicate key "/.test(reason)
  if (isAboutKey && mayBeSensitive(keyIn(reason))) return hideKey(reason)
  // a value that can't be converted or calculated with is quoted in many ways
  if (first === "Execution" && (hasSensitive(about) || namesSensitiveTable(sql))) {
    return reason.replace(/: .*/s, `: ${hidden}`)
  }
  return reason
}

/** What a message quotes. */
const keyIn = (reason: string): string => /"(.*)"/s.exec(reason)?.[1] ?? ""

const hideKey = (reason: string): string => reason.replace(/".*"/s, `"${hidden}"`)

const brokeDown = (reason: string): string => `DuckDB broke down: ${reason}`

const reopening =
  "All its connections are being closed and the database opened again. What is committed is kept: run it again."

/**
 * The failure of a statement that writes to a table, which plain SQL leaves to the message; the rows that it inserts tell which of
 * their columns are to blame.
 */
export const toWriteError = (failure: Failure, database: string, written?: Table, rows?: Rows): WriteError => {
  const { kind, reason: said, sql } = failure
  const isHidden = quotesKey.includes(kind) &&
    (written === undefined ? mayBeSensitive(keyIn(said)) : hasSensitiveKey(written))
  const reason = isHidden ? hideKey(said) : said
  const keyOf = () => isHidden ? hidden : referencedKey(said, written)
  const name = written?.name ?? tableIn(said)
  const table = written?.fullName ?? name
  const fields = (columns: ReadonlyArray<string>) => written === undefined ? columns : fieldsNamed(written, columns)
  switch (kind) {
    case "Unique": {
      const columns = duplicateColumns(written, said, rows)
      return uniqueViolation({ table, written, columns: fields(columns), reason, sql })
    }
    case "ForeignKey": {
      const columns = referringColumns(written, said, rows)
      return foreignKeyViolation({ table, written, columns: fields(columns), reason, sql }, keyOf())
    }
    case "StillReferenced":
      return new StillReferenced({ table, key: keyOf(), reason })
    case "NotNull":
      return new CheckViolation({ table, columns: fields([missingOf(reason, name)]), constraint: "NOT NULL", reason })
    case "Check": {
      const constraint = checkOf(reason)
      return new CheckViolation({ table, columns: checkedFields(constraint, name, written), constraint, reason })
    }
    case "ReadOnly":
      return new ReadOnly({ database, reason })
    case "Unanswered":
      return new CommitOutcomeUnknown({ database, sql, reason: brokeDown(reason), cause: failure.cause })
    case "Statement":
      return isOfView(reason) ? writtenView(table) : toStatementError(failure, database, written)
    case "Conflict":
    case "Aborted":
    case "OutOfMemory":
    case "Interrupted":
    case "Locked":
    case "WalUnreadable":
    case "Invalidated":
    case "Connection":
    case "SavepointLost":
    case "TimedOut":
    case "Unsupported":
    case "Execution":
      return toStatementError(failure, database, written)
  }
}

/** The kinds whose messages quote the values of a key. */
const quotesKey: ReadonlyArray<Kind> = ["Unique", "ForeignKey", "StillReferenced"]

/** DuckDB says so of a view, such as a model that is bound to files. */
const isOfView = (reason: string): boolean =>
  /^(?:Catalog Error: .* is not an table|Binder Error: [Cc]an only .* base table)/s.test(reason)

const writtenView = (table: string) =>
  new Unsupported({
    database: "DuckDB",
    feature: `a change of ${table}, which is a view`,
    instead: "Change the table or write the files that it reads; a model that is bound to files is for reading."
  })

/** The column in `NOT NULL constraint failed: table.column`, each of which may hold a dot. */
const missingOf = (reason: string, table: string): string => {
  const failed = reason.slice(reason.indexOf("failed: ") + "failed: ".length)
  return failed.startsWith(`${table}.`) ? failed.slice(table.length + 1) : failed.slice(failed.indexOf(".") + 1)
}

/** The check in `CHECK constraint failed on table t with expression CHECK((n > 0))`: the name that it has from us, or all of it. */
const checkOf = (reason: string): string => {
  const named = / AND \('((?:[^']|'')+)' != ''\)\)+$/s.exec(reason)?.[1]
  return named?.replaceAll("''", "'") ?? / with expression (.*)$/s.exec(reason)?.[1] ?? reason
}

/** The failure as Effect's SQL modules know it. The ORM's own error is kept as the cause, to be found again by `toOrmError`. */
export const toSqlError = (failure: Failure, database: string): SqlError.SqlError =>
  new SqlError.SqlError({ reason: sqlReason(failure, toWriteError(failure, database)) })

/** The table, where a message names one that plain SQL wrote to. */
const tableIn = (reason: string): string =>
  /^Constraint Error: CHECK constraint failed on table (.*?) with expression /s.exec(reason)?.[1] ??
    /^Constraint Error: NOT NULL constraint failed: ([^\s.]+)/.exec(reason)?.[1] ?? "unknown"

const sqlReason = (failure: Failure, cause: WriteError): SqlError.SqlErrorReason => {
  const { kind } = failure
  const reason = quotesKey.includes(kind) && "reason" in cause ? cause.reason : shownReason(failure, undefined)
  const hint = "hint" in cause ? `\nhint: ${cause.hint}` : ""
  const properties = { cause, message: `${reason}${hint}`, operation: "execute" }
  switch (kind) {
    case "Statement":
      return new SqlError.SqlSyntaxError(properties)
    case "Unique":
      return new SqlError.UniqueViolation({ ...properties, constraint: firstColumn(reason) ?? "unknown" })
    case "ForeignKey":
    case "StillReferenced":
    case "NotNull":
    case "Check":
      return new SqlError.ConstraintError(properties)
    case "Conflict":
      return new SqlError.SerializationError(properties)
    case "Locked":
      return new SqlError.LockTimeoutError(properties)
    case "WalUnreadable":
    case "Invalidated":
    case "Connection":
      return new SqlError.ConnectionError(properties)
    case "Interrupted":
    case "TimedOut":
      return new SqlError.StatementTimeoutError(properties)
    case "ReadOnly":
    case "OutOfMemory":
    case "Aborted":
    case "SavepointLost":
    case "Unsupported":
    case "Unanswered":
    case "Execution":
      return new SqlError.UnknownError(properties)
  }
}

/** The ORM's error of an error that passed through Effect's SQL client. */
export const toOrmError = (error: SqlError.SqlError): StatementError => {
  const { cause } = error.reason
  return isStatementError(cause) ? cause : new QueryFailed({ sql: "", reason: error.message, cause: error })
}

/** The same of one that a transaction began or ended with. */
export const toTransactionError = (error: SqlError.SqlError): StatementError | CommitOutcomeUnknown =>
  error.reason.cause instanceof CommitOutcomeUnknown ? error.reason.cause : toOrmError(error)

const statementErrors = [
  ConnectionFailed,
  PoolTimeout,
  QueryFailed,
  TransactionAborted,
  SavepointLost,
  Conflict,
  TimedOut,
  Unsupported
]

const isStatementError = (error: unknown): error is StatementError =>
  statementErrors.some((known) => error instanceof known)
