/**
 * Tells DuckDB's messages apart. They have no code, so each kind is known by how its message begins; what follows may quote
 * anything that a user wrote, and is looked at only behind that, from the end.
 *
 * @since 0.1.0
 */

/**
 * `Statement` is found before anything runs and leaves a transaction as it was; all others may end it. `Unanswered` is what breaks down
 * while it is to be stored.
 */
export type Kind =
  | "Statement"
  | "Unique"
  | "ForeignKey"
  | "StillReferenced"
  | "NotNull"
  | "Check"
  | "Conflict"
  | "Aborted"
  | "ReadOnly"
  | "OutOfMemory"
  | "Interrupted"
  | "Locked"
  | "WalUnreadable"
  | "Invalidated"
  | "Unanswered"
  | "Connection"
  | "SavepointLost"
  | "TimedOut"
  | "Unsupported"
  | "Execution"

const kinds: ReadonlyArray<readonly [message: RegExp, kind: Kind]> = [
  [/^(Parser|Binder|Catalog|Syntax) Error: /, "Statement"],
  [/^Constraint Error: (Duplicate key|PRIMARY KEY or UNIQUE|Data contains duplicates)/, "Unique"],
  [/^Constraint Error: Violates foreign key .*" does not exist in the referenced table$/s, "ForeignKey"],
  [/^Constraint Error: Violates foreign key /, "StillReferenced"],
  [/^Constraint Error: NOT NULL /, "NotNull"],
  [/^Constraint Error: /, "Check"],
  [/^TransactionContext Error: Current transaction is aborted/, "Aborted"],
  [/^TransactionContext Error: Cannot write to database .* - transaction is launched in read-only mode$/s, "ReadOnly"],
  [/^Invalid Input Error: Cannot execute statement of type .* which is attached in read-only mode!$/s, "ReadOnly"],
  // a statement that meets another transaction's change: of a row, of a table's structure, or of both
  [/^TransactionContext Error: (Conflict on |Transaction conflict|Catalog write-write conflict)/, "Conflict"],
  [/^TransactionContext Error: Cannot create index with outstanding updates/, "Conflict"],
  // the same, found at commit; what else a commit fails with, such as a full disk, no retry mends
  [
    /^TransactionContext Error: Failed to commit: (PRIMARY KEY or UNIQUE|Transaction conflict|Attempting to)/,
    "Conflict"
  ],
  [/^Out of Memory Error: /, "OutOfMemory"],
  [/^INTERRUPT Error: /, "Interrupted"],
  [/^IO Error: Could not set lock on file /, "Locked"],
  [/^INTERNAL Error: Failure while replaying WAL file /, "WalUnreadable"],
  [/^(FATAL|INTERNAL) Error: /, "Invalidated"],
  [/^Connection Error: |^Failed to ([a-z ]+: (connection disconnected|instance closed)|execute prepared)/, "Connection"]
]

/** The kind of a message; one that is not known here was found while the statement ran, as far as anyone can tell. */
export const kindOf = (message: string): Kind => kinds.find(([start]) => start.test(message))?.[1] ?? "Execution"
