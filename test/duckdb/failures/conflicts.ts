/**
 * Two transactions that meet: how DuckDB says so, when, and what comes of it.
 */
import type { Outcome } from "./outcome.ts"

/** Statements of two connections in turn; the last one fails. */
export interface Meeting extends Outcome {
  readonly name: string
  readonly before: ReadonlyArray<string>
  readonly steps: ReadonlyArray<readonly [who: "first" | "second", sql: string]>
}

const counters = ["CREATE TABLE counters (id INTEGER PRIMARY KEY, value INTEGER)", "INSERT INTO counters VALUES (1, 0)"]
const notes = ["CREATE TABLE notes (id INTEGER)", "INSERT INTO notes VALUES (1)"]

const begin = [["first", "BEGIN"], ["second", "BEGIN"]] as const

/** Running the whole transaction again sees what the other one did, and can succeed. */
const conflict = { reason: "SerializationError", cause: { _tag: "Conflict", isRetryable: true } } as const

export const meetings: ReadonlyArray<Meeting> = [
  {
    name: "both update a row",
    before: counters,
    steps: [...begin, ["first", "UPDATE counters SET value = 1"], ["second", "UPDATE counters SET value = 2"]],
    says: "TransactionContext Error: Conflict on update!",
    ...conflict
  },
  {
    name: "both delete a row",
    before: counters,
    steps: [...begin, ["first", "DELETE FROM counters"], ["second", "DELETE FROM counters"]],
    says: "TransactionContext Error: Conflict on tuple deletion!",
    ...conflict
  },
  {
    name: "one deletes a row, the other one updates its key",
    before: counters,
    steps: [...begin, ["first", "DELETE FROM counters"], ["second", "UPDATE counters SET id = 2"]],
    says: "TransactionContext Error: Conflict on tuple deletion!",
    ...conflict
  },
  {
    // a second run meets a row that it can see, and fails with UniqueViolation
    name: "both insert a key, found at commit",
    before: counters,
    steps: [
      ...begin,
      ["first", "INSERT INTO counters VALUES (50, 1)"],
      ["second", "INSERT INTO counters VALUES (50, 2)"],
      ["first", "COMMIT"],
      ["second", "COMMIT"]
    ],
    says:
      "TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation: duplicate key \"50\"",
    ...conflict
  },
  {
    // the row is there for good, even though this transaction can't see it: a second run fails in the same way
    name: "one inserts a key that the other one has committed",
    before: counters,
    steps: [
      ["second", "BEGIN"],
      ["second", "SELECT * FROM counters"],
      ["first", "INSERT INTO counters VALUES (60, 1)"],
      ["second", "INSERT INTO counters VALUES (60, 2)"]
    ],
    says: "Constraint Error: Duplicate key \"id: 60\" violates primary key constraint.",
    reason: "UniqueViolation",
    cause: { _tag: "UniqueViolation" },
    constraint: "id"
  },
  {
    name: "both create a table",
    before: [],
    steps: [...begin, ["first", "CREATE TABLE notes (id INTEGER)"], ["second", "CREATE TABLE notes (id INTEGER)"]],
    says:
      "TransactionContext Error: Catalog write-write conflict on create with \"Schema\\0main\\0main\\0Table\\0main\\0notes\"",
    ...conflict
  },
  {
    name: "both create a table where there is none",
    before: [],
    steps: [
      ...begin,
      ["first", "CREATE TABLE IF NOT EXISTS notes (id INTEGER)"],
      ["second", "CREATE TABLE IF NOT EXISTS notes (id INTEGER)"]
    ],
    says: "TransactionContext Error: Catalog write-write conflict on create",
    ...conflict
  },
  {
    name: "both change a table",
    before: notes,
    steps: [
      ...begin,
      ["first", "ALTER TABLE notes ADD COLUMN a INTEGER"],
      ["second", "ALTER TABLE notes ADD COLUMN b INTEGER"]
    ],
    says: "TransactionContext Error: Catalog write-write conflict on alter with \"notes\"",
    ...conflict
  },
  {
    name: "both drop a table",
    before: notes,
    steps: [...begin, ["first", "DROP TABLE notes"], ["second", "DROP TABLE notes"]],
    says: "TransactionContext Error: Catalog write-write conflict on alter with",
    ...conflict
  },
  {
    name: "one inserts into a table that the other one has changed",
    before: notes,
    steps: [
      ["second", "BEGIN"],
      ["second", "SELECT * FROM notes"],
      ["first", "ALTER TABLE notes ADD COLUMN a INTEGER"],
      ["second", "INSERT INTO notes VALUES (2)"]
    ],
    says:
      "TransactionContext Error: Transaction conflict: attempting to insert into table \"notes\" but it has been altered by",
    ...conflict
  },
  {
    name: "one updates a table that the other one has changed",
    before: notes,
    steps: [
      ["second", "BEGIN"],
      ["second", "SELECT * FROM notes"],
      ["first", "ALTER TABLE notes ADD COLUMN a INTEGER"],
      ["second", "UPDATE notes SET id = 2"]
    ],
    says:
      "TransactionContext Error: Transaction conflict: attempting to update table \"notes\" but it has been altered by",
    ...conflict
  },
  {
    name: "one has inserted into a table that the other one then changes, found at commit",
    before: notes,
    steps: [
      ["second", "BEGIN"],
      ["second", "INSERT INTO notes VALUES (2)"],
      ["first", "ALTER TABLE notes ADD COLUMN a INTEGER"],
      ["second", "COMMIT"]
    ],
    says:
      "TransactionContext Error: Failed to commit: Transaction conflict: attempting to insert into table \"notes\" but it has",
    ...conflict
  },
  {
    // a second run finds no such table, and fails with QueryFailed
    name: "one has inserted into a table that the other one then drops, found at commit",
    before: notes,
    steps: [
      ["second", "BEGIN"],
      ["second", "INSERT INTO notes VALUES (2)"],
      ["first", "DROP TABLE notes"],
      ["second", "COMMIT"]
    ],
    says:
      "TransactionContext Error: Failed to commit: Transaction conflict: attempting to insert into table \"notes\" but it has",
    ...conflict
  },
  {
    name: "one makes an index over rows that the other one has updated",
    before: notes,
    steps: [["first", "BEGIN"], ["first", "UPDATE notes SET id = 2"], ["second", "CREATE INDEX by_id ON notes (id)"]],
    says: "TransactionContext Error: Cannot create index with outstanding updates",
    hint: "change the structure first",
    ...conflict
  },
  {
    // DuckDB says the same of a transaction that is in its own way, where no second run helps: the hint says what does
    name: "a transaction updates rows, and then wants no nulls among them",
    before: notes,
    steps: [
      ["first", "BEGIN"],
      ["first", "UPDATE notes SET id = 2"],
      ["first", "ALTER TABLE notes ALTER id SET NOT NULL"]
    ],
    says: "TransactionContext Error: Cannot create index with outstanding updates",
    hint: "change the structure first",
    ...conflict
  },
  {
    name: "a transaction updates rows, and then changes their table",
    before: notes,
    steps: [
      ["first", "BEGIN"],
      ["first", "UPDATE notes SET id = 2"],
      ["first", "ALTER TABLE notes ADD COLUMN a INTEGER"],
      ["first", "COMMIT"]
    ],
    says:
      "TransactionContext Error: Failed to commit: Attempting to modify table notes but another transaction has altered this",
    hint: "change the structure first",
    ...conflict
  }
]
