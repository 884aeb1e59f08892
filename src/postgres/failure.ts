/**
 * Tells our errors from what PostgreSQL and its driver report.
 *
 * @since 0.1.0
 */
import type { SqlError } from "effect/sql/SqlError"
import { hasSensitive, hasSensitiveKey, hidden, isSensitiveTable, namesSensitiveTable } from "../model/sensitive.ts"
import { checkedFields, fieldsNamed, type Table } from "../model/Table.ts"
import {
  CheckViolation,
  CommitOutcomeUnknown,
  Conflict,
  ConnectionFailed,
  PoolTimeout,
  QueryFailed,
  ReadOnly,
  SavepointLost,
  type StatementError,
  StillReferenced,
  TimedOut,
  TransactionAborted,
  type TransactionError,
  Unsupported,
  type WriteError
} from "../session/OrmError.ts"
import { foreignKeyViolation, uniqueViolation } from "../session/violation.ts"
import type { Sharding } from "../sql/Dialect.ts"
import { hints } from "./hints.ts"
import { isCommitTorn, isShardLost, remoteNames, said, shown } from "./remote.ts"
import { castIt, isUndecoded, ownType, refused } from "./unread.ts"

/** What was asked of which database when it failed. */
export interface Origin {
  readonly database: string
  readonly sql: string
  /** The table that the statement is about. */
  readonly table?: Table | undefined
  /** Whether it is stored as soon as it is done, because there is no transaction around it. */
  readonly commits?: boolean
  /** How rows are spread over several servers, where they are. */
  readonly sharding?: Pick<Sharding, "commitsTogether"> | undefined
}

/** What a server says of a failure, as far as it does. */
interface Report {
  readonly code: string
  readonly message: string
  /** The message with its detail. */
  readonly reason: string
  readonly detail: string
  readonly hint: string
  /** The table whose constraint was broken. */
  readonly table: string
  readonly column: string
  readonly constraint: string
}

/** Why a statement that writes failed. */
export const writeFailure = (error: SqlError, origin: Origin): WriteError => {
  const { cause } = error.reason
  const isKnown = cause instanceof PoolTimeout || cause instanceof ConnectionFailed ||
    cause instanceof TransactionAborted || cause instanceof SavepointLost || cause instanceof TimedOut ||
    cause instanceof Unsupported || cause instanceof CommitOutcomeUnknown
  if (isKnown) return cause
  if (origin.commits === true && isOpen(error, origin)) return outcomeUnknown(error, origin)
  const report = reportOf(error)
  if (!isConnectionLost(error)) return reported(report, origin, cause)
  const hint = isShardLost(error) ? { hint: shardLost } : hintOf(report)
  return new ConnectionFailed({
    database: origin.database,
    reason: report.reason,
    ...hint,
    cause: shownCause(cause, report, origin)
  })
}

const shardLost = "It is a shard that is lost. The coordinator goes on, and so does what asks other shards."

/** Whether nobody knows what has become of a statement that commits by itself. */
export const isOpen = (error: SqlError, { sharding }: Pick<Origin, "sharding">): boolean =>
  isUnanswered(error) || (sharding?.commitsTogether === false && isCommitTorn(error))

/** Why a statement that declares no constraint failed. */
export const readFailure = (error: SqlError, origin: Origin): StatementError => {
  const failure = writeFailure(error, origin)
  switch (failure._tag) {
    case "UniqueViolation":
    case "ForeignKeyViolation":
    case "StillReferenced":
    case "CheckViolation":
    case "ReadOnly":
      return queryFailed(reportOf(error), origin, error.reason.cause)
    case "CommitOutcomeUnknown":
      return unanswered(failure)
    case "ConnectionFailed":
    case "PoolTimeout":
    case "QueryFailed":
    case "TransactionAborted":
    case "SavepointLost":
    case "Conflict":
    case "TimedOut":
    case "Unsupported":
      return failure
  }
}

/** Why a read that is a part of a write failed: it locks rows, which is refused where nothing may be written. */
export const fedFailure = (error: SqlError, origin: Origin): StatementError | ReadOnly => {
  const failure = writeFailure(error, origin)
  return failure._tag === "ReadOnly" ? failure : readFailure(error, origin)
}

/** Why a transaction did not begin or commit; constraints may be deferred until then. */
export const transactionFailure = (error: SqlError, origin: Origin): TransactionError => {
  const failure = writeFailure(error, origin)
  return failure._tag === "CheckViolation" || failure._tag === "ReadOnly" ? readFailure(error, origin) : failure
}

/**
 * Whether there is no connection, or no longer: a server that shuts down, is full, or knows no such user or database ends
 * one as surely as a broken wire.
 */
export const isConnectionLost = ({ reason }: SqlError): boolean =>
  reason._tag === "ConnectionError" || reason._tag === "AuthenticationError" || reason.operation === "connect" ||
  /^(08...|28...|57P0.|53300|3D000)$/.test(said(reason.cause, "code"))

/** Whether the connection was lost when a statement had been sent: what the server refuses and goes on after, it has answered. */
export const isUnanswered = (error: SqlError): boolean =>
  isConnectionLost(error) && error.reason.operation === "query" &&
  said(error.reason.cause, "severityUnlocalized") !== "ERROR"

/** What becomes of a statement that is stored or not. */
export const outcomeUnknown = (error: SqlError, origin: Origin): CommitOutcomeUnknown => {
  const { database, sharding, sql } = origin
  const report = reportOf(error)
  return new CommitOutcomeUnknown({
    database,
    sql,
    reason: report.reason,
    ...(sharding?.commitsTogether === false && { inParts: true }),
    cause: shownCause(error.reason.cause, report, origin)
  })
}

/** The same of what changes nothing: to run it again does no harm. */
export const unanswered = ({ cause, database, reason }: CommitOutcomeUnknown): ConnectionFailed =>
  new ConnectionFailed({ database, reason, cause })

/** The server's code of a failure; none where it is not the server's. */
export const stateOf = ({ reason }: SqlError): string => said(reason.cause, "code")

/** Whether a transaction was ended by the server, before it committed. */
export const isAborted = ({ reason }: SqlError): boolean => /^25P0[23]$/.test(said(reason.cause, "code"))

/** Whether a statement refuses to be in a transaction, or to begin and end others while it is in one. */
export const isForNone = ({ reason }: SqlError): boolean => /^(25001|2D000)$/.test(said(reason.cause, "code"))

/** Whether a statement is for transactions, and there is none. */
export const isForOne = ({ reason }: SqlError): boolean => said(reason.cause, "code") === "25P01"

/** What the server says of a failure, without values that may be secret; nothing of one that it has not seen. */
export const serverMessage = (sql: string, error: SqlError): string | undefined => {
  const report = reportOf(error)
  if (report.code === "") return undefined
  return isSensitive(report, { database: "", sql }) ? shownMessage(report.code, report.message) : report.message
}

/** Whether a statement was ended before it was done, by a cancel request; one that is done, and commits, is not. */
export const isCancelled = (error: SqlError): boolean =>
  said(error.reason.cause, "code") === "57014" && !isCommitTorn(error)

const reported = (report: Report, origin: Origin, cause: unknown): WriteError => {
  const { code, column, constraint, detail } = report
  // the detail quotes the key, or all of the row
  const reason = isSensitive(report, origin) ? report.message : report.reason
  const isHiddenKey = origin.table === undefined ? isSensitiveTable(report.table) : hasSensitiveKey(origin.table)
  const keyOf = () => isHiddenKey ? hidden : keyValues(detail)
  const table = origin.table?.fullName ?? report.table
  const fields = (columns: ReadonlyArray<string>) =>
    origin.table === undefined ? columns : fieldsNamed(origin.table, columns)
  const broken = { table, written: origin.table, columns: fields(keyColumns(detail)), reason, sql: origin.sql }
  switch (code) {
    case "23505":
      return uniqueViolation(broken)
    case "23001":
      return new StillReferenced({ table, key: keyOf(), reason })
    case "23503":
      return isStillReferenced(report, origin.table?.name ?? report.table)
        ? new StillReferenced({ table, key: keyOf(), reason })
        : foreignKeyViolation(broken, keyOf())
    case "23502":
      return new CheckViolation({
        table,
        columns: column === "" ? [] : fields([column]),
        constraint: "NOT NULL",
        reason
      })
    case "23514": {
      const columns = checkedFields(constraint, report.table, origin.table)
      return new CheckViolation({ table, columns, ...(constraint !== "" && { constraint }), reason })
    }
    case "22001":
    case "23000":
    case "23P01":
      return new CheckViolation({ table, columns: [], ...(constraint !== "" && { constraint }), reason })
    case "25006":
      return new ReadOnly({ database: origin.database, reason })
    case "40001":
    case "40P01":
    case "55P03": // rows that another transaction has locked
      return new Conflict({ reason })
    case "25P02":
    case "25P03":
      return new TransactionAborted({ reason })
    case "0A000":
      if (origin.sharding !== undefined) return beyondOneServer(report)
  }
  return queryFailed(report, origin, cause)
}

/** What a database doesn't do with rows that are spread over servers. */
const beyondOneServer = ({ detail, hint, message }: Report): Unsupported =>
  new Unsupported({
    database: "PostgreSQL",
    feature: message,
    instead: hint || detail || "Ask for the rows of one shard key, or do it in several statements."
  })

/** Whether what is reported may quote a sensitive value: of the table that the statement is about, or else of one that is named. */
const isSensitive = ({ table }: Report, { sql, table: about }: Origin): boolean =>
  about === undefined ? isSensitiveTable(table) || namesSensitiveTable(sql) : hasSensitive(about)

/** A failure that has no name of its own. What it quotes of values stays hidden where one may be sensitive, and so does its cause. */
const queryFailed = (report: Report, origin: Origin, cause: unknown): QueryFailed => {
  const { code, message, reason } = report
  const hint = hintOf(report)
  return isSensitive(report, origin)
    ? new QueryFailed({ sql: origin.sql, reason: shownMessage(code, message), ...hint })
    : new QueryFailed({ sql: origin.sql, reason, ...hint, cause })
}

/** What to do, as far as it is known. */
const hintOf = ({ code, hint }: Report) => {
  const todo = hint || hints.get(code)
  return todo === undefined ? {} : { hint: todo }
}

/**
 * The cause of a failure. What the server quotes of values is taken away where that may hold a sensitive one: the detail, which quotes a
 * key or all of a row, a value in the message, and what a shard was told.
 */
const shownCause = (cause: unknown, report: Report, origin: Origin): unknown => {
  if (cause instanceof Error && isSensitive(report, origin)) {
    const message = shownMessage(report.code, report.message)
    cause.stack = cause.stack?.replace(report.message, () => message) ?? ""
    cause.message = message
    Reflect.deleteProperty(cause, "detail")
    Reflect.deleteProperty(cause, "where")
  }
  return cause
}

/** A message without the value that it quotes: only those about values do, and those of a lost shard behind their first line. */
const shownMessage = (code: string, message: string): string =>
  code.startsWith("22") ? message.replace(/".*"/s, `"${hidden}"`) : isLost(code) ? firstLine(message) : message

/** What a statement of plain SQL failed with, without values that may be sensitive. */
export const plainFailure = (sql: string) => (error: SqlError): SqlError => {
  if (isUndecoded(error)) return refused(sql, ownType)
  shownCause(error.reason.cause, reportOf(error), { database: "", sql })
  return error
}

/**
 * Whether a foreign key is broken at the row that it refers to. The server says so in words; in a language that we don't know,
 * the broken constraint belongs to another table than the one that was to be changed.
 */
const isStillReferenced = ({ detail, table }: Report, changed: string): boolean => {
  const told = /\)=\(.*\) is (still referenced|not present) /s.exec(detail)?.[1]
  return told === undefined ? table !== changed : told === "still referenced"
}

/** The columns in `Key (a, "B b")=(1, 2) already exists.`, in any language of the server. */
const keyColumns = (detail: string): ReadonlyArray<string> => {
  const key = /\((.*?)\)=\(/s.exec(detail)?.[1] ?? ""
  return Array.from(
    key.matchAll(/"((?:[^"]|"")+)"|[^",\s]+/g),
    ([plain, quoted]) => quoted?.replaceAll("\"\"", "\"") ?? plain
  )
}

/** The values in `Key (a, b)=(1, 2) already exists.` */
const keyValues = (detail: string): string => /\)=\((.*)\)/s.exec(detail)?.[1] ?? ""

const reportOf = (error: SqlError): Report => {
  const { cause } = error.reason
  const detail = shown(cause, "detail")
  const code = said(cause, "code")
  const message = shown(cause, "message") || code || error.message
  const told = isLost(code) ? firstLine(message) : message
  const remote = remoteNames(cause)
  return {
    code,
    message,
    reason: detail === "" ? told : `${told}. ${detail}`,
    detail,
    hint: said(cause, "hint") || (isUndecoded(error) ? castIt : ""),
    table: said(cause, "table") || remote.table || "unknown",
    column: said(cause, "column") || remote.column,
    constraint: said(cause, "constraint") || remote.constraint
  }
}

/** Whether a server says that it has lost another one. */
const isLost = (code: string): boolean => code.startsWith("08")

/** What is behind it is what the lost server was about. */
const firstLine = (message: string): string => message.split("\n", 1).join("")
