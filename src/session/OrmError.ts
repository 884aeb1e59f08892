/**
 * Every way an operation can fail, on one page.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Issue } from "./issue.ts"

export { FieldIssue, Issue } from "./issue.ts"
export type * from "./operationError.ts"
export { EventsMissed } from "./EventsMissed.ts"
export { InvalidCursor } from "./InvalidCursor.ts"
export { MultipleFound, NotFound, StaleRow } from "./RowError.ts"
export { type Difference, SqlMismatch } from "./SqlMismatch.ts"

const list = (names: ReadonlyArray<string>) => names.length === 0 ? "unknown columns" : names.join(", ")

/** A line of its own for what may be known. */
const line = (start: string, text: string | undefined) => text === undefined ? "" : `\n${start}: ${text}`

/**
 * The database can't be opened or reached, or the connection was lost. `hint` says what to do, where that is known.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>()("ConnectionFailed", {
  database: Schema.String,
  reason: Schema.String,
  hint: Schema.optionalKey(Schema.String),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `No connection to ${this.database}: ${this.reason}${line("hint", this.hint)}`
  }
}

/**
 * Another process has the database file open, and only one at a time can. `pid` is that process, where the database tells.
 *
 * @category errors
 * @since 0.1.0
 */
export class DatabaseLocked extends Schema.TaggedError<DatabaseLocked>()("DatabaseLocked", {
  database: Schema.String,
  pid: Schema.optionalKey(Schema.Int),
  reason: Schema.String
}) {
  override get message(): string {
    const holder = this.pid === undefined ? "another process" : `process ${this.pid}`
    return `${this.database} is open in ${holder}, and a database file can be open in one process at a time. End that process, ` +
      `or open the file read-only in all of them: ${this.reason}`
  }
}

/**
 * No connection of the pool became free in time. `longest` is who has held one for the longest.
 *
 * @category errors
 * @since 0.1.0
 */
export class PoolTimeout extends Schema.TaggedError<PoolTimeout>()("PoolTimeout", {
  database: Schema.String,
  size: Schema.Int,
  inUse: Schema.Int,
  waiting: Schema.Int,
  milliseconds: Schema.Number,
  longest: Schema.optionalKey(Schema.Struct({ holder: Schema.String, milliseconds: Schema.Number }))
}) {
  override get message(): string {
    const longest = this.longest === undefined
      ? ""
      : ` ${this.longest.holder} has held one for ${this.longest.milliseconds} ms.`
    return `No connection to ${this.database} was free within ${this.milliseconds} ms: ${this.inUse} of ${this.size} are in use ` +
      `and ${this.waiting} wait.${longest} Raise the pool's size or its acquireTimeout, or look for a transaction or stream ` +
      `that is held open.`
  }
}

/**
 * The database refused a statement, for instance because a table is missing or an expression failed. `hint` says what to do,
 * where that is known.
 *
 * @category errors
 * @since 0.1.0
 */
export class QueryFailed extends Schema.TaggedError<QueryFailed>()("QueryFailed", {
  sql: Schema.String,
  reason: Schema.String,
  hint: Schema.optionalKey(Schema.String),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `${this.reason}${line("hint", this.hint)}\nin: ${this.sql}`
  }
}

/**
 * A write was sent to a database, or in a transaction, that may only be read; nothing was changed.
 *
 * @category errors
 * @since 0.1.0
 */
export class ReadOnly
  extends Schema.TaggedError<ReadOnly>()("ReadOnly", { database: Schema.String, reason: Schema.String })
{
  override get message(): string {
    return `${this.database} can only be read here: ${this.reason}. Open it without \`readOnly\`, or write outside of the ` +
      `read-only transaction.`
  }
}

/**
 * What the database returned is no value of the column's type, for instance a timestamp of infinity, or none that its schema
 * allows. `row` is the row's primary key, such as `id = 5`, or its number in the result, where it is known.
 *
 * @category errors
 * @since 0.1.0
 */
export class Undecodable extends Schema.TaggedError<Undecodable>()("Undecodable", {
  column: Schema.String,
  row: Schema.optionalKey(Schema.String),
  reason: Schema.String
}) {
  override get message(): string {
    const row = this.row === undefined ? "" : ` of row ${this.row}`
    return `Column ${this.column}${row} holds a value that its model can't: ${this.reason}. ` +
      `Correct the row, or widen the column's schema.`
  }
}

/**
 * A stream ended before its last row: what it had given until then is not the whole result.
 *
 * @category errors
 * @since 0.1.0
 */
export class StreamBroken extends Schema.TaggedError<StreamBroken>()("StreamBroken", {
  sql: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `The stream ended early: ${this.reason}. Its rows so far are not the whole result.\nin: ${this.sql}`
  }
}

/**
 * The connection was lost before the answer to a `COMMIT` came, or to a write that commits by itself: what was to be stored is stored
 * whole, or not at all, and nobody here knows which. `sql` is `COMMIT`, or the write. With `inParts` it spans several servers that don't
 * commit together, so that some may have stored their part and others not.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommitOutcomeUnknown extends Schema.TaggedError<CommitOutcomeUnknown>()("CommitOutcomeUnknown", {
  database: Schema.String,
  sql: Schema.String,
  reason: Schema.String,
  inParts: Schema.optionalKey(Schema.Boolean),
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    const parts = this.inParts === true
      ? "Each server has stored its part, or not."
      : "It is stored whole or not at all."
    return `Nobody knows whether this is stored in ${this.database}, because the answer was lost: ${this.reason}. ${parts} ` +
      `Before it is run again, look for what it should have changed: a key that the program made up, or the ` +
      `version of a row.${line("in", this.sql)}`
  }

  /** A second run may store everything twice, so `Effect.retry` is told not to. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * The transaction was undone by the database, so it can't commit; nothing of it is stored. `statement` is the first that failed
 * in it, where it is known.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransactionAborted extends Schema.TaggedError<TransactionAborted>()("TransactionAborted", {
  reason: Schema.String,
  statement: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `The transaction is rolled back, nothing of it is stored: ${this.reason}. ` +
      `A failure inside a transaction ends it, also when it was caught: run the transaction again without the failing part, or ` +
      `put that part into a nested transaction.${line("in", this.statement)}`
  }
}

/**
 * A nested transaction failed, and what the outer one had done before it could not be done again as it was: the outer
 * transaction is rolled back, nothing of it is stored.
 *
 * @category errors
 * @since 0.1.0
 */
export class SavepointLost extends Schema.TaggedError<SavepointLost>()("SavepointLost", {
  reason: Schema.String,
  statement: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `A nested transaction failed, and its outer transaction could not be kept without it: ${this.reason}. Nothing of ` +
      `either is stored. Run the outer transaction again, or do without a nested transaction there.${
        line("in", this.statement)
      }`
  }
}

/**
 * Something took longer than it was given: a transaction, which is rolled back, or a statement, which the database has ended.
 * Nothing of either is stored.
 *
 * @category errors
 * @since 0.1.0
 */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {
  what: Schema.Literals(["transaction", "statement"]),
  milliseconds: Schema.Number,
  /** The statement. */
  sql: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const todo = {
      transaction:
        "It is rolled back, nothing of it is stored. Give it more time, or do less in it and wait for nobody.",
      statement: "The database has ended it. Give it more time, or look at its plan for what takes so long."
    }
    return `The ${this.what} took longer than ${this.milliseconds} ms. ${todo[this.what]}${line("in", this.sql)}`
  }
}

/**
 * The database has no such thing, or is told not to do it; nothing was sent. `instead` says what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unsupported extends Schema.TaggedError<Unsupported>()("Unsupported", {
  /** `DuckDB` or `PostgreSQL`. */
  database: Schema.String,
  feature: Schema.String,
  instead: Schema.String
}) {
  override get message(): string {
    return `${this.database} does not do this: ${this.feature}. ${this.instead}`
  }
}

/**
 * Another transaction changed the same rows, or the structure of the same table; running the whole transaction again may succeed.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", {
  reason: Schema.String,
  hint: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `Another transaction changed the same rows: ${this.reason}. Run the whole transaction again.${
      line("hint", this.hint)
    }`
  }

  /** A conflict is worth a retry, so `Effect.retry` can ask any failure the same question. */
  get isRetryable(): boolean {
    return true
  }
}

/**
 * Inputs that don't fit their model; nothing was sent to the database. `rows` is how many there are, and `issues` is all that is
 * wrong with them, or with the first hundred.
 *
 * @category errors
 * @since 0.1.0
 */
export class Invalid extends Schema.TaggedError<Invalid>()("Invalid", {
  model: Schema.String,
  rows: Schema.Int,
  issues: Schema.Array(Issue)
}) {
  /** The first of the rows. */
  get row(): number {
    return this.issues[0]?.row ?? 0
  }

  override get message(): string {
    const described = this.issues.map((issue) => ({ ...issue, place: issue.path.join(".") }))
    if (this.rows === 1) {
      const lines = described.map(({ message, place }) => `  ${place === "" ? "" : `${place}: `}${message}`)
      return [`${this.model} (row ${this.row}) is not valid:`, ...lines].join("\n")
    }
    const lines = described.map(({ message, place, row }) =>
      `  row ${row}${place === "" ? "" : `, ${place}`}: ${message}`
    )
    const more = this.rows - new Set(this.issues.map(({ row }) => row)).size
    return [
      `${this.rows} rows of ${this.model} are not valid:`,
      ...lines,
      ...more > 0 ? [`  and ${more} more rows`] : []
    ]
      .join("\n")
  }
}

/**
 * A row with the same values in these columns exists already. `key` is the key that they are, by the name that `Model.KeyName` gives
 * it, and is absent where the database doesn't tell, or the model doesn't declare it.
 *
 * @category errors
 * @since 0.1.0
 */
export class UniqueViolation<out Key extends string = string>
  extends Schema.TaggedError<UniqueViolation>()("UniqueViolation", {
    table: Schema.String,
    columns: Schema.Array(Schema.String),
    key: Schema.optionalKey(Schema.String),
    reason: Schema.String
  })
{
  /** The key that is taken, by its field, or by its fields as in `"aisle, place"`; a primary key of several is `"primary key"`. */
  declare readonly key?: Key

  override get message(): string {
    return `Table ${this.table} has a row with the same ${list(this.columns)} already: ${this.reason}`
  }
}

/**
 * A row refers to a row that doesn't exist: `columns` of `table` hold `key`, which no row of the other table has.
 *
 * @category errors
 * @since 0.1.0
 */
export class ForeignKeyViolation extends Schema.TaggedError<ForeignKeyViolation>()("ForeignKeyViolation", {
  table: Schema.String,
  columns: Schema.Array(Schema.String),
  /** The values of the key as the database prints them; empty where it doesn't. */
  key: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    const key = this.key === "" ? "a key" : this.key
    return `Table ${this.table} refers by ${list(this.columns)} to ${key}, and there is no such row: ${this.reason}`
  }
}

/**
 * A row can't be deleted or given another key, because others refer to it. `table` is the one that was to be changed, and `key`
 * the row's.
 *
 * @category errors
 * @since 0.1.0
 */
export class StillReferenced extends Schema.TaggedError<StillReferenced>()("StillReferenced", {
  table: Schema.String,
  /** The values of the key as the database prints them; empty where it doesn't. */
  key: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    const row = this.key === "" ? "A row" : `Row ${this.key}`
    return `${row} of table ${this.table} is still referred to: ${this.reason}. Delete or change the rows that refer to it first.`
  }
}

/**
 * A value breaks a check or is missing where one is required. `columns` are those of a missing value, and `constraint` is what
 * was broken: `NOT NULL`, or the check as the database calls it.
 *
 * @category errors
 * @since 0.1.0
 */
export class CheckViolation extends Schema.TaggedError<CheckViolation>()("CheckViolation", {
  table: Schema.String,
  columns: Schema.Array(Schema.String),
  constraint: Schema.optionalKey(Schema.String),
  reason: Schema.String
}) {
  override get message(): string {
    return `Table ${this.table} refuses the row: ${this.reason}`
  }
}
