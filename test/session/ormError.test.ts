/**
 * Every error says what happened, with what, and what to do.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrmError } from "andamios-orm"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const sql = "SELECT \"a\" FROM \"t\" WHERE (\"a\" = $1)"

const messages: ReadonlyArray<readonly [error: Error & { readonly _tag: string }, message: string]> = [
  [
    new OrmError.ConnectionFailed({ database: "books.duckdb", reason: "there is no folder /nowhere" }),
    "No connection to books.duckdb: there is no folder /nowhere"
  ],
  [
    new OrmError.ConnectionFailed({
      database: "books.duckdb",
      reason: "it is no database",
      hint: "Give another path.",
      cause: new Error("it is no database")
    }),
    "No connection to books.duckdb: it is no database\nhint: Give another path."
  ],
  [
    new OrmError.DatabaseLocked({ database: "books.duckdb", pid: 42, reason: "IO Error" }),
    "books.duckdb is open in process 42, and a database file can be open in one process at a time. End that process, or open " +
    "the file read-only in all of them: IO Error"
  ],
  [
    new OrmError.DatabaseLocked({ database: "books.duckdb", reason: "IO Error" }),
    "books.duckdb is open in another process, and a database file can be open in one process at a time. End that process, or " +
    "open the file read-only in all of them: IO Error"
  ],
  [
    new OrmError.PoolTimeout({ database: "books.duckdb", size: 2, inUse: 2, waiting: 5, milliseconds: 30_000 }),
    "No connection to books.duckdb was free within 30000 ms: 2 of 2 are in use and 5 wait. Raise the pool's size or its " +
    "acquireTimeout, or look for a transaction or stream that is held open."
  ],
  [
    new OrmError.PoolTimeout({
      database: "books.duckdb",
      size: 2,
      inUse: 2,
      waiting: 5,
      milliseconds: 30_000,
      longest: { holder: "Report.monthly", milliseconds: 61_000 }
    }),
    "No connection to books.duckdb was free within 30000 ms: 2 of 2 are in use and 5 wait. Report.monthly has held one for " +
    "61000 ms. Raise the pool's size or its acquireTimeout, or look for a transaction or stream that is held open."
  ],
  [
    new OrmError.CommitOutcomeUnknown({ database: "books at db:5432", sql: "COMMIT", reason: "Connection closed" }),
    "Nobody knows whether this is stored in books at db:5432, because the answer was lost: Connection closed. It is stored whole or " +
    "not at all. Before it is run again, look for what it should have changed: a key that the program made up, or the version of a " +
    "row.\nin: COMMIT"
  ],
  [
    new OrmError.QueryFailed({ sql, reason: "Catalog Error: Table t does not exist" }),
    `Catalog Error: Table t does not exist\nin: ${sql}`
  ],
  [
    new OrmError.QueryFailed({ sql, reason: "Catalog Error: Table t does not exist", hint: "Create it." }),
    `Catalog Error: Table t does not exist\nhint: Create it.\nin: ${sql}`
  ],
  [
    new OrmError.ReadOnly({ database: "books.duckdb", reason: "Cannot execute statement of type INSERT" }),
    "books.duckdb can only be read here: Cannot execute statement of type INSERT. Open it without `readOnly`, or write outside " +
    "of the read-only transaction."
  ],
  [
    new OrmError.Undecodable({ column: "born", reason: "infinity" }),
    "Column born holds a value that its model can't: infinity. Correct the row, or widen the column's schema."
  ],
  [
    new OrmError.StreamBroken({ sql, reason: "the connection was lost" }),
    `The stream ended early: the connection was lost. Its rows so far are not the whole result.\nin: ${sql}`
  ],
  [
    new OrmError.TransactionAborted({ reason: "Duplicate key \"id: 1\"" }),
    "The transaction is rolled back, nothing of it is stored: Duplicate key \"id: 1\". A failure inside a transaction ends it, " +
    "also when it was caught: run the transaction again without the failing part, or put that part into a nested transaction."
  ],
  [
    new OrmError.TransactionAborted({ reason: "Duplicate key \"id: 1\"", statement: sql }),
    "The transaction is rolled back, nothing of it is stored: Duplicate key \"id: 1\". A failure inside a transaction ends it, " +
    "also when it was caught: run the transaction again without the failing part, or put that part into a nested " +
    `transaction.\nin: ${sql}`
  ],
  [
    new OrmError.SavepointLost({ reason: "a statement gave other rows than before", statement: sql }),
    "A nested transaction failed, and its outer transaction could not be kept without it: a statement gave other rows than " +
    "before. Nothing of either is stored. Run the outer transaction again, or do without a nested transaction there." +
    `\nin: ${sql}`
  ],
  [
    new OrmError.SavepointLost({ reason: "it had run more statements than are recorded" }),
    "A nested transaction failed, and its outer transaction could not be kept without it: it had run more statements than " +
    "are recorded. Nothing of either is stored. Run the outer transaction again, or do without a nested transaction there."
  ],
  [
    new OrmError.TimedOut({ what: "transaction", milliseconds: 5_000 }),
    "The transaction took longer than 5000 ms. It is rolled back, nothing of it is stored. Give it more time, or do less in it and " +
    "wait for nobody."
  ],
  [
    new OrmError.TimedOut({ what: "statement", milliseconds: 200, sql }),
    "The statement took longer than 200 ms. The database has ended it. Give it more time, or look at its plan for what takes so " +
    `long.\nin: ${sql}`
  ],
  [
    new OrmError.Unsupported({
      database: "books.duckdb",
      feature: "a nested transaction",
      instead: "Join the outer one."
    }),
    "books.duckdb does not do this: a nested transaction. Join the outer one."
  ],
  [
    new OrmError.Conflict({ reason: "Conflict on tuple deletion!" }),
    "Another transaction changed the same rows: Conflict on tuple deletion!. Run the whole transaction again."
  ],
  [
    new OrmError.Conflict({ reason: "Cannot create index", hint: "Change the structure first." }),
    "Another transaction changed the same rows: Cannot create index. Run the whole transaction again." +
    "\nhint: Change the structure first."
  ],
  [
    new OrmError.Invalid({
      model: "Book",
      rows: 1,
      issues: [{ row: 3, path: ["pages"], message: "Expected an integer" }]
    }),
    "Book (row 3) is not valid:\n  pages: Expected an integer"
  ],
  [
    new OrmError.Invalid({
      model: "Book",
      rows: 1,
      issues: [
        { row: 0, path: ["tags", 1, "text"], message: "Expected a string" },
        { row: 0, path: [], message: "Expected a Book" }
      ]
    }),
    "Book (row 0) is not valid:\n  tags.1.text: Expected a string\n  Expected a Book"
  ],
  [
    new OrmError.Invalid({
      model: "Book",
      rows: 2,
      issues: [
        { row: 3, path: ["pages"], message: "Expected an integer" },
        { row: 7, path: [], message: "Expected a Book" }
      ]
    }),
    "2 rows of Book are not valid:\n  row 3, pages: Expected an integer\n  row 7: Expected a Book"
  ],
  [
    new OrmError.Invalid({
      model: "Book",
      rows: 1_000,
      issues: [
        { row: 3, path: ["pages"], message: "Expected an integer" },
        { row: 3, path: ["title"], message: "Expected a string" }
      ]
    }),
    "1000 rows of Book are not valid:\n  row 3, pages: Expected an integer\n  row 3, title: Expected a string\n" +
    "  and 999 more rows"
  ],
  [
    new OrmError.UniqueViolation({ table: "books", columns: ["series", "part"], reason: "Duplicate key" }),
    "Table books has a row with the same series, part already: Duplicate key"
  ],
  [
    new OrmError.UniqueViolation({ table: "books", columns: [], reason: "Duplicate key" }),
    "Table books has a row with the same unknown columns already: Duplicate key"
  ],
  [
    new OrmError.ForeignKeyViolation({ table: "books", columns: ["author"], key: "1", reason: "Violates foreign key" }),
    "Table books refers by author to 1, and there is no such row: Violates foreign key"
  ],
  [
    new OrmError.StillReferenced({ table: "authors", key: "1", reason: "Violates foreign key" }),
    "Row 1 of table authors is still referred to: Violates foreign key. Delete or change the rows that refer to it first."
  ],
  [
    new OrmError.ForeignKeyViolation({ table: "books", columns: [], key: "", reason: "Violates foreign key" }),
    "Table books refers by unknown columns to a key, and there is no such row: Violates foreign key"
  ],
  [
    new OrmError.StillReferenced({ table: "authors", key: "", reason: "Violates foreign key" }),
    "A row of table authors is still referred to: Violates foreign key. Delete or change the rows that refer to it first."
  ],
  [
    new OrmError.CheckViolation({
      table: "books",
      columns: ["title"],
      constraint: "NOT NULL",
      reason: "NOT NULL constraint failed: books.title"
    }),
    "Table books refuses the row: NOT NULL constraint failed: books.title"
  ],
  [new OrmError.NotFound({ model: "Book", criteria: "isbn = 1" }), "There is no Book with isbn = 1"],
  [
    new OrmError.StaleRow({ model: "Book", key: "isbn = 1", expected: 3, stored: 4, rows: [0] }),
    "Book with isbn = 1 was changed since version 3 was read, it is at version 4. Read it again, and make the change anew."
  ],
  [
    new OrmError.StaleRow({ model: "Book", key: "isbn = 1", expected: 3, stored: 5, rows: [0, 5, 6] }),
    "Book with isbn = 1 was changed since version 3 was read, it is at version 5. So were 2 more. Read it again, and make the change anew."
  ],
  [
    new OrmError.MultipleFound({ sql }),
    `One row was asked for, but there are more; narrow the query, or take \`.first\`.\nin: ${sql}`
  ],
  [
    new OrmError.SqlMismatch({
      sql,
      differences: [
        { place: "statement", name: "the statement", expected: "one that only reads", found: "one that writes" },
        { place: "column", name: "a", expected: "BIGINT", found: "no such column" },
        { place: "parameter", name: "1", expected: "TEXT", found: "INTEGER" }
      ]
    }),
    "The SQL is not what its schema says:\n  the statement: expected one that only reads, found one that writes\n" +
    `  column a: expected BIGINT, found no such column\n  parameter 1: expected TEXT, found INTEGER\nin: ${sql}`
  ],
  [
    new OrmError.InvalidCursor({ cursor: "x\"y", reason: "it belongs to another query" }),
    "The cursor \"x\\\"y\" can't be used: it belongs to another query. Begin again without one."
  ],
  [
    new OrmError.EventsMissed({ events: "app/LibraryEvents", missed: 3 }),
    "A subscriber of app/LibraryEvents was too slow, and has missed 3 of them. Subscribe again, and read from the database what it " +
    "missed; or give the events more capacity."
  ]
]

const json = Schema.toCodecJson(Schema.Union([
  OrmError.ConnectionFailed,
  OrmError.CommitOutcomeUnknown,
  OrmError.DatabaseLocked,
  OrmError.PoolTimeout,
  OrmError.QueryFailed,
  OrmError.ReadOnly,
  OrmError.Undecodable,
  OrmError.StreamBroken,
  OrmError.TransactionAborted,
  OrmError.SavepointLost,
  OrmError.TimedOut,
  OrmError.Unsupported,
  OrmError.Conflict,
  OrmError.Invalid,
  OrmError.UniqueViolation,
  OrmError.ForeignKeyViolation,
  OrmError.StillReferenced,
  OrmError.CheckViolation,
  OrmError.NotFound,
  OrmError.StaleRow,
  OrmError.MultipleFound,
  OrmError.SqlMismatch,
  OrmError.InvalidCursor,
  OrmError.EventsMissed
]))

const isErrorClass = (made: unknown) =>
  typeof made === "function" && Object.hasOwn(made, "prototype") && Reflect.get(made, "prototype") instanceof Error

const classes: Readonly<Record<string, unknown>> = OrmError

describe("an error", () => {
  it.each(messages.map(([error, message]) => [error._tag, error, message] as const))(
    "%s explains itself",
    (tag, error, message) => {
      assert.strictEqual(error.message, message)
      assert.strictEqual(error.name, tag)
      assert.include(String(error.stack), tag)
    }
  )

  it("is on this page, whichever it is", () => {
    const known = Object.entries(classes).flatMap(([name, made]) => isErrorClass(made) ? [name] : [])
    assert.deepStrictEqual([...new Set(messages.map(([error]) => error._tag))].toSorted(), known.toSorted())
  })

  it("is in the guide, by its name", () => {
    const guide = readFileSync(join(import.meta.dirname, "../../docs/errors.md"), "utf8")
    const headings = Array.from(guide.matchAll(/^### (\w+)$/gm), ([, name]) => name)
    assert.sameMembers(headings, [...new Set(messages.map(([error]) => error._tag))])
  })

  it("tells the first row that is invalid, which is the first of all where it tells none", () => {
    const issues = [{ row: 3, path: ["a"], message: "missing" }]
    assert.strictEqual(new OrmError.Invalid({ model: "Book", rows: 1, issues }).row, 3)
    assert.strictEqual(new OrmError.Invalid({ model: "Book", rows: 1, issues: [] }).row, 0)
  })

  it("says whether trying again is worth it", () => {
    assert.isTrue(new OrmError.Conflict({ reason: "" }).isRetryable)
  })

  it.each(messages.map(([error]) => [error._tag, error] as const))("%s can be sent as JSON", (tag, error) => {
    const sent: unknown = JSON.parse(JSON.stringify(Schema.encodeUnknownSync(json)(error)))
    const received = Schema.decodeUnknownSync(json)(sent)
    assert.strictEqual(received._tag, tag)
    assert.strictEqual(received.message, error.message)
    assert.strictEqual(received.constructor, error.constructor)
  })
})
