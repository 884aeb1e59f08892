/**
 * Tells our errors from what PostgreSQL and its driver report.
 *
 * @since 0.1.0
 */
import type { SqlError } from "effect/sql/SqlError"
import {
  CheckViolation,
  Conflict,
  ConnectionFailed,
  type ConstraintViolation,
  ForeignKeyViolation,
  PoolTimeout,
  QueryFailed,
  type StatementError,
  TransactionAborted,
  type TransactionError,
  UniqueViolation
} from "../session/OrmError.ts"

/** What was asked of which database when it failed. */
export interface Origin {
  readonly database: string
  readonly sql: string
  /** The table that was written to. */
  readonly table?: string
}

/** What a server says of a failure, as far as it does. */
interface Report {
  readonly code: string
  readonly reason: string
  readonly detail: string
  readonly table: string
}

/** Why a statement that writes failed. */
export const writeFailure = (error: SqlError, origin: Origin): StatementError | ConstraintViolation => {
  const { cause } = error.reason
  if (cause instanceof PoolTimeout || cause instanceof TransactionAborted) return cause
  const report = reportOf(cause, error.message)
  return isConnectionLost(error)
    ? new ConnectionFailed({ database: origin.database, reason: report.reason, cause })
    : reported(report, origin, cause)
}

/** Why a statement that declares no constraint failed. */
export const readFailure = (error: SqlError, origin: Origin): StatementError => {
  const failure = writeFailure(error, origin)
  switch (failure._tag) {
    case "UniqueViolation":
    case "ForeignKeyViolation":
    case "CheckViolation":
      return new QueryFailed({ sql: origin.sql, reason: failure.reason, cause: error.reason.cause })
    case "ConnectionFailed":
    case "PoolTimeout":
    case "QueryFailed":
    case "TransactionAborted":
    case "SavepointLost":
    case "Conflict":
    case "Unsupported":
      return failure
  }
}

/** Why a transaction did not begin or commit; constraints may be deferred until then. */
export const transactionFailure = (error: SqlError, origin: Origin): TransactionError => {
  const failure = writeFailure(error, origin)
  return failure._tag === "CheckViolation" ? readFailure(error, origin) : failure
}

/**
 * Whether there is no connection, or no longer: a server that shuts down, is full, or knows no such user or database ends
 * one as surely as a broken wire.
 */
export const isConnectionLost = ({ reason }: SqlError): boolean =>
  reason._tag === "ConnectionError" || reason._tag === "AuthenticationError" || reason.operation === "connect" ||
  /^(08...|28...|57P0.|53300|3D000)$/.test(said(reason.cause, "code"))

/** Whether a transaction was ended by the server, before it committed. */
export const isAborted = ({ reason }: SqlError): boolean => /^25P0[23]$/.test(said(reason.cause, "code"))

const reported = (
  { code, detail, reason, table }: Report,
  origin: Origin,
  cause: unknown
): StatementError | ConstraintViolation => {
  switch (code) {
    case "23505":
      return new UniqueViolation({ table: origin.table ?? table, columns: keyColumns(detail), reason })
    case "23001":
    case "23503":
      return new ForeignKeyViolation({ table: origin.table ?? table, reason })
    case "22001":
    case "23000":
    case "23502":
    case "23514":
    case "23P01":
      return new CheckViolation({ table: origin.table ?? table, reason })
    case "40001":
    case "40P01":
      return new Conflict({ reason })
    case "25P02":
    case "25P03":
      return new TransactionAborted({ reason })
  }
  return new QueryFailed({ sql: origin.sql, reason, cause })
}

/** The columns in `Key (a, "B b")=(1, 2) already exists.`, in any language of the server. */
const keyColumns = (detail: string): ReadonlyArray<string> => {
  const key = /\((.*?)\)=\(/s.exec(detail)?.[1] ?? ""
  return Array.from(
    key.matchAll(/"((?:[^"]|"")+)"|[^",\s]+/g),
    ([plain, quoted]) => quoted?.replaceAll("\"\"", "\"") ?? plain
  )
}

const reportOf = (cause: unknown, fallback: string): Report => {
  const [detail, hint] = [said(cause, "detail"), said(cause, "hint")]
  const lines = [said(cause, "message") || said(cause, "code") || fallback, detail, hint === "" ? "" : `Hint: ${hint}`]
  const reason = lines.filter((line) => line !== "").join(". ")
  return { code: said(cause, "code"), reason, detail, table: said(cause, "table") || "unknown" }
}

/** A field of what the server reports, or of any other error. */
const said = (cause: unknown, field: string): string => {
  const value: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, field) : undefined
  return typeof value === "string" ? value : ""
}
