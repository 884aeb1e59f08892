/**
 * Statements that are right, at the wrong table, in the wrong transaction, or with too little of something.
 */
import { failed, type FailingStatement, wrongStatement } from "./outcome.ts"
import { authors, books, indexed } from "./tables.ts"

const inTransaction = ["CREATE TABLE notes (id INTEGER)", "BEGIN", "INSERT INTO notes VALUES (1)"]

export const structure: ReadonlyArray<FailingStatement> = [
  {
    name: "a change of an indexed table",
    before: indexed,
    sql: "ALTER TABLE notes RENAME COLUMN id TO number",
    says: "Dependency Error: Cannot alter entry \"notes\" because there are entries that depend on it.",
    hint: "Drop the indexes of the table, change it, and create them again.",
    ...failed
  },
  {
    name: "a column that an index depends on",
    before: indexed,
    sql: "ALTER TABLE notes DROP COLUMN text",
    says: "Catalog Error: Cannot drop this column: an index depends on it!",
    hint: "Drop the indexes of the table",
    ...wrongStatement
  },
  {
    name: "a sequence that a table uses",
    before: ["CREATE SEQUENCE numbers", "CREATE TABLE notes (id INTEGER DEFAULT nextval('numbers'))"],
    sql: "DROP SEQUENCE numbers",
    says: "Dependency Error: Cannot drop entry \"numbers\" because there are entries that depend on it.",
    hint: "CASCADE would drop that too",
    ...failed
  },
  {
    name: "a table that others refer to",
    before: authors,
    sql: "DROP TABLE authors CASCADE",
    says: "Catalog Error: Could not drop the table because this table is main key table of the table \"works\"",
    hint: "Drop the table that refers to it first.",
    ...wrongStatement
  },
  {
    name: "a table that refers to another, renamed: the other one can't be changed any more",
    found: [...authors, "ALTER TABLE works RENAME TO oeuvre"],
    sql: "DELETE FROM authors",
    says: "Catalog Error: Table with name works does not exist!\nDid you mean \"oeuvre\"?",
    hint: "Session.createTables",
    ...wrongStatement
  },
  {
    name: "a column that is added with a constraint",
    before: indexed,
    sql: "ALTER TABLE notes ADD COLUMN pages INTEGER NOT NULL",
    says: "Parser Error: Adding columns with constraints not yet supported",
    hint: "Add the column with a DEFAULT",
    ...wrongStatement
  },
  {
    name: "a constraint that is added",
    before: indexed,
    sql: "ALTER TABLE notes ADD CONSTRAINT one UNIQUE (id)",
    says: "Not implemented Error: No support for that ALTER TABLE option yet!",
    hint: "making the table anew",
    ...failed
  },
  {
    name: "a primary key over missing values",
    before: ["CREATE TABLE notes (id INTEGER)", "INSERT INTO notes VALUES (NULL)"],
    sql: "ALTER TABLE notes ADD PRIMARY KEY (id)",
    says: "Constraint Error: NOT NULL constraint failed: ",
    reason: "ConstraintError",
    cause: { _tag: "CheckViolation", constraint: "NOT NULL" }
  }
]

export const transactions: ReadonlyArray<FailingStatement> = [
  {
    name: "BEGIN in a transaction",
    before: ["BEGIN"],
    sql: "BEGIN",
    says: "TransactionContext Error: cannot start a transaction within a transaction",
    hint: "Use Session.transaction or sql.withTransaction",
    ...failed
  },
  {
    name: "COMMIT of nothing",
    sql: "COMMIT",
    says: "TransactionContext Error: cannot commit - no transaction is active",
    hint: "Use Session.transaction or sql.withTransaction",
    ...failed
  },
  {
    name: "ROLLBACK of nothing",
    sql: "ROLLBACK",
    says: "TransactionContext Error: cannot rollback - no transaction is active",
    hint: "Use Session.transaction or sql.withTransaction",
    ...failed
  },
  {
    name: "a write in a read-only transaction",
    before: [...books, "BEGIN TRANSACTION READ ONLY"],
    sql: "DELETE FROM books",
    says: "TransactionContext Error: Cannot write to database \"memory\" - transaction is launched in read-only mode",
    reason: "UnknownError",
    cause: { _tag: "ReadOnly", database: ":memory:" }
  },
  {
    name: "a write to a database that is attached read-only",
    before: [
      "ATTACH '{folder}/archive.duckdb' AS archive",
      "CREATE TABLE archive.notes (id INTEGER)",
      "DETACH archive",
      "ATTACH '{folder}/archive.duckdb' AS archive (READ_ONLY)"
    ],
    sql: "INSERT INTO archive.notes VALUES (1)",
    says:
      "Invalid Input Error: Cannot execute statement of type \"INSERT\" on database \"archive\" which is attached in read-only",
    reason: "UnknownError",
    cause: { _tag: "ReadOnly" }
  },
  {
    name: "writes to two databases in one transaction",
    before: ["ATTACH ':memory:' AS conflict", "CREATE TABLE conflict.notes (id INTEGER)", ...inTransaction],
    sql: "INSERT INTO conflict.notes VALUES (1)",
    says:
      "TransactionContext Error: Attempting to write to database \"conflict\" in a transaction that has already modified",
    hint: "in a transaction of its own",
    ...failed
  },
  {
    name: "CHECKPOINT in a transaction that has changed something",
    before: inTransaction,
    sql: "CHECKPOINT",
    says: "TransactionContext Error: Cannot CHECKPOINT: the current transaction has transaction local changes",
    hint: "outside of the transaction",
    ...failed
  }
]

export const resources: ReadonlyArray<FailingStatement> = [
  {
    name: "more memory than there may be",
    options: { memoryLimit: "20MB", tempDirectory: "" },
    sql: "CREATE TABLE big AS SELECT range::VARCHAR || repeat('x', 100) AS text FROM range(10000000)",
    says: "Out of Memory Error: ",
    hint: "Raise the Layer's `memoryLimit`, give it a `tempDirectory`",
    ...failed
  },
  {
    name: "a file that is not there",
    sql: "SELECT * FROM read_csv('/nowhere/books.csv')",
    says: "IO Error: No files found that match the pattern \"/nowhere/books.csv\"",
    hint: "A relative path starts at the folder",
    ...failed
  },
  {
    name: "a folder that is not there",
    sql: "COPY (SELECT 1) TO '/nowhere/books.csv'",
    says: "IO Error: Cannot open file \"/nowhere/books.csv\": No such file or directory",
    hint: "A relative path starts at the folder",
    ...failed
  },
  {
    name: "an extension that is not installed",
    before: ["SET extension_directory = '{folder}'"],
    sql: "LOAD fts",
    says: "IO Error: Extension \"",
    hint: "(INSTALL fts), and name it in the `extensions` option",
    ...failed
  },
  {
    name: "a function of an extension",
    sql: "SELECT st_point(1, 2)",
    says:
      "Catalog Error: Scalar Function with name \"st_point\" is not in the catalog, but it exists in the spatial extension.",
    hint: "(INSTALL spatial)",
    ...wrongStatement
  },
  {
    name: "a table function of an extension",
    sql: "SELECT * FROM read_xlsx('books.xlsx')",
    says:
      "Catalog Error: Table Function with name \"read_xlsx\" is not in the catalog, but it exists in the excel extension.",
    hint: "(INSTALL excel)",
    ...wrongStatement
  },
  {
    name: "a file that an extension would read",
    sql: "SELECT * FROM 'https://localhost:1/books.parquet'",
    says: "Missing Extension Error: File https://localhost:1/books.parquet requires the extension httpfs to be loaded",
    hint: "(INSTALL httpfs)",
    ...failed
  },
  {
    name: "an extension that can't be had",
    before: ["SET extension_directory = '{folder}'"],
    sql: "INSTALL fts FROM 'http://localhost:1'",
    says: "IO Error: Failed to download extension \"fts\"",
    hint: "(INSTALL fts)",
    ...failed
  },
  {
    name: "an assertion of DuckDB's own that fails, which ends the database",
    found: [...authors, "CREATE OR REPLACE TABLE works (title VARCHAR)"],
    sql: "DELETE FROM authors",
    says: "INTERNAL Error: Attempted to access index 1 within vector of size 1",
    reason: "ConnectionError",
    cause: {
      _tag: "ConnectionFailed",
      reason: "DuckDB broke down: INTERNAL Error: Attempted to access index 1 within vector of size 1"
    },
    hint: "the database opened again. What is committed is kept: run it again"
  }
]
