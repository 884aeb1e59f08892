/**
 * Tells DuckDB's errors apart: the binding gives a message and no code.
 *
 * @since 0.1.0
 */
import * as BigDecimal from "effect/BigDecimal"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as SqlError from "effect/sql/SqlError"
import { type ColumnType, decimalText, toMicroseconds } from "../model/ColumnType.ts"
import type { Rows } from "../session/Database.ts"
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
  UniqueViolation
} from "../session/OrmError.ts"

/** What went wrong, in DuckDB's words. */
export class Failure extends Data.TaggedError("Failure")<{
  readonly kind: Kind
  readonly reason: string
  readonly sql: string
  readonly cause?: unknown
}> {}

/** `Statement` is found before anything runs and leaves a transaction as it was; all others end it. */
export type Kind =
  | "Statement"
  | "Unique"
  | "ForeignKey"
  | "Check"
  | "Conflict"
  | "Aborted"
  | "Interrupted"
  | "Connection"
  | "Execution"

/** Told by how a message begins, because the rest may quote what a user wrote. */
const kinds: ReadonlyArray<readonly [pattern: RegExp, kind: Kind]> = [
  [/^(Parser|Binder|Catalog|Syntax) Error/, "Statement"],
  [/^TransactionContext Error: Current transaction is aborted/, "Aborted"],
  [/^TransactionContext Error: .*([Cc]onflict|altered|Failed to commit)/s, "Conflict"],
  [/^Constraint Error: (Duplicate key|PRIMARY KEY or UNIQUE constraint violation)/, "Unique"],
  [/^Constraint Error: Violates foreign key constraint/, "ForeignKey"],
  [/^Constraint Error/, "Check"],
  [/^INTERRUPT Error/, "Interrupted"],
  [/^(IO|Connection|FATAL|INTERNAL) Error|^Failed to (connect|query)/, "Connection"]
]

/** The failure that an error of the binding stands for. */
export const failureOf = (error: unknown, sql: string): Failure => {
  if (error instanceof Failure) return error
  const reason = error instanceof Error ? error.message.trim() : String(error)
  const kind = kinds.find(([pattern]) => pattern.test(reason))?.[1] ?? "Execution"
  return new Failure({ kind, reason, sql, cause: error })
}

/** The failure as Effect's SQL modules know it. The ORM's own error is kept as the cause, to be found again by `toOrmError`. */
export const toSqlError = (failure: Failure, database: string): SqlError.SqlError =>
  new SqlError.SqlError({ reason: sqlReason(failure, database) })

const sqlReason = (failure: Failure, database: string): SqlError.SqlErrorReason => {
  const properties = { cause: toStatementError(failure, database), message: failure.reason, operation: "execute" }
  switch (failure.kind) {
    case "Statement":
      return new SqlError.SqlSyntaxError(properties)
    case "Unique":
      return new SqlError.UniqueViolation({
        ...properties,
        constraint: /"([^"]+)"/.exec(failure.reason)?.[1] ?? "unknown"
      })
    case "ForeignKey":
    case "Check":
      return new SqlError.ConstraintError(properties)
    case "Conflict":
      return new SqlError.SerializationError(properties)
    case "Connection":
      return new SqlError.ConnectionError(properties)
    case "Interrupted":
    case "Aborted":
    case "Execution":
      return new SqlError.UnknownError(properties)
  }
}

/** The failure of a statement that touches no table of ours, or none that we know. */
export const toStatementError = (failure: Failure, database: string): StatementError => {
  switch (failure.kind) {
    case "Conflict":
      return new Conflict({ reason: failure.reason })
    case "Aborted":
      return new TransactionAborted({ reason: failure.reason })
    case "Connection":
      return new ConnectionFailed({ database, reason: failure.reason, cause: failure.cause })
    case "Statement":
    case "Unique":
    case "ForeignKey":
    case "Check":
    case "Interrupted":
    case "Execution":
      return new QueryFailed({ sql: failure.sql, reason: failure.reason, cause: failure.cause })
  }
}

/** The failure of a statement that writes to a table; `keyOf` finds the key that a duplicate belongs to. */
export const toWriteError = (
  failure: Failure,
  database: string,
  table: string,
  keyOf: (duplicate: string) => ReadonlyArray<string>
): StatementError | ConstraintViolation => {
  switch (failure.kind) {
    case "Unique":
      return new UniqueViolation({ table, columns: keyOf(duplicateOf(failure.reason)), reason: failure.reason })
    case "ForeignKey":
      return new ForeignKeyViolation({ table, reason: failure.reason })
    case "Check":
      return new CheckViolation({ table, reason: failure.reason })
    case "Statement":
    case "Conflict":
    case "Aborted":
    case "Interrupted":
    case "Connection":
    case "Execution":
      return toStatementError(failure, database)
  }
}

/** `Duplicate key "email: a@b.c" violates …` names the columns, `… violation: duplicate key "a@b.c"` only the values. */
const duplicateOf = (reason: string): string => /duplicate key "(.*)"/is.exec(reason)?.[1] ?? ""

/** The columns of the key that a duplicate of these rows belongs to; none where neither message nor rows tell. */
export const keyOf = (rows: Rows) => (duplicate: string): ReadonlyArray<string> => {
  const { primaryKey, uniques } = rows.table
  const keys = [primaryKey.map(({ name }) => name), ...uniques].filter((key) => key.length > 0)
  const named = keys.filter((key) => namesColumns(duplicate, key)).toSorted((a, b) => b.length - a.length)
  if (named[0] !== undefined) return named[0]
  const found = keys.map((key) => ({ key, holders: holders(rows, key, duplicate) }))
  const shared = found.find(({ holders }) => holders > 1)
  const [only, ...more] = found.filter(({ holders }) => holders > 0)
  return shared?.key ?? (more.length === 0 ? only?.key : undefined) ?? []
}

/** How many rows have these values in the columns of a key. */
const holders = ({ columns, count, values }: Rows, key: ReadonlyArray<string>, duplicate: string): number => {
  const parts = key.map((name) => columns.findIndex((column) => column.name === name))
  const textOf = (row: number) => parts.map((part) => printed(columns[part]?.type, values[part]?.[row])).join(", ")
  return Array.from({ length: count }, (_, row) => textOf(row)).filter((text) => text === duplicate).length
}

/** A value of a key as DuckDB prints it. */
const printed = (type: ColumnType | undefined, value: unknown): string => {
  if (BigDecimal.isBigDecimal(value)) return decimalText(value.value, value.scale)
  const instant = value instanceof Date ? DateTime.fromDateUnsafe(value) : value
  if (!DateTime.isDateTime(instant)) return String(value)
  const day = DateTime.formatIsoDateUtc(instant)
  return type?._tag === "Date" ? day : `${day} ${clockOf(toMicroseconds(DateTime.toUtc(instant)))}`
}

/** The time of day, with as many places of a second as it needs. */
const clockOf = (microseconds: bigint): string => {
  const [seconds = "", places = ""] = new Date(Number(microseconds / 1000n)).toISOString().slice(11, -1).split(".")
  const rest = `${places}${String(microseconds % 1000n).padStart(3, "0")}`.replace(/0+$/, "")
  return rest === "" ? seconds : `${seconds}.${rest}`
}

/** Whether a text reads `a: …, b: …` for exactly these columns, in order. */
const namesColumns = (duplicate: string, columns: ReadonlyArray<string>): boolean => {
  const parts = columns.map((column) => `${column.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}: .*`)
  return new RegExp(`^${parts.join(", ")}$`, "is").test(duplicate)
}

/** The ORM's error of an error that passed through Effect's SQL client. */
export const toOrmError = (error: SqlError.SqlError): StatementError => {
  const { cause } = error.reason
  if (isStatementError(cause)) return cause
  return new QueryFailed({ sql: "", reason: error.message, cause: error })
}

const isStatementError = (error: unknown): error is StatementError =>
  [ConnectionFailed, PoolTimeout, QueryFailed, TransactionAborted, Conflict].some((known) => error instanceof known)
