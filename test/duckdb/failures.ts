/**
 * What DuckDB refuses, statement by statement: how it says so, and what a user of plain SQL gets.
 */
import type { OrmError } from "andamios-orm"
import type { DuckDb } from "andamios-orm/duckdb"
import type { SqlErrorReason } from "effect/sql/SqlError"

/** What comes out. */
export interface Outcome {
  /** How DuckDB's message begins. */
  readonly says: string
  readonly reason: SqlErrorReason["_tag"]
  /** The ORM's error behind it, with the fields that matter. */
  readonly cause: { readonly _tag: OrmError.WriteError["_tag"]; readonly [field: string]: unknown }
  /** A part of the hint; none where there is none. */
  readonly hint?: string
  /** The constraint that a `UniqueViolation` names. */
  readonly constraint?: string
}

/** A statement that fails. */
export interface FailingStatement extends Outcome {
  readonly name: string
  /** What another program did to the file before, which this library would not do; in memory, where it isn't told. */
  readonly found?: ReadonlyArray<string>
  readonly before?: ReadonlyArray<string>
  readonly sql: string
  readonly parameters?: ReadonlyArray<unknown>
  readonly options?: Omit<DuckDb.Options, "path">
}

const books = [
  "CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR UNIQUE, pages INTEGER NOT NULL, CHECK (pages > 0))",
  "INSERT INTO books VALUES (1, 'Emma', 474)"
]

const authors = [
  "CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR UNIQUE)",
  "CREATE TABLE works (title VARCHAR, author INTEGER REFERENCES authors (id))",
  "INSERT INTO authors VALUES (900, 'Jane')",
  "INSERT INTO works VALUES ('Emma', 900)"
]

const composite = [
  "CREATE TABLE editions (isbn INTEGER, printing VARCHAR, PRIMARY KEY (isbn, printing))",
  "CREATE TABLE copies (book INTEGER, run VARCHAR, FOREIGN KEY (book, run) REFERENCES editions (isbn, printing))",
  "INSERT INTO editions VALUES (1, 'first')",
  "INSERT INTO copies VALUES (1, 'first')"
]

const indexed = ["CREATE TABLE notes (id INTEGER, text VARCHAR)", "CREATE INDEX by_text ON notes (text)"]

const inTransaction = ["CREATE TABLE notes (id INTEGER)", "BEGIN", "INSERT INTO notes VALUES (1)"]

const wrongStatement = { reason: "SqlSyntaxError", cause: { _tag: "QueryFailed" } } as const
const failed = { reason: "UnknownError", cause: { _tag: "QueryFailed" } } as const

const unique = { reason: "UniqueViolation", cause: { _tag: "UniqueViolation", table: "unknown", columns: [] } } as const

const constraints: ReadonlyArray<FailingStatement> = [
  {
    name: "a primary key that is taken",
    before: books,
    sql: "INSERT INTO books VALUES (1, 'Persuasion', 249)",
    says: "Constraint Error: Duplicate key \"id: 1\" violates primary key constraint.",
    constraint: "id",
    ...unique
  },
  {
    name: "a unique column that is taken",
    before: books,
    sql: "INSERT INTO books VALUES (2, 'Emma', 1)",
    says: "Constraint Error: Duplicate key \"title: Emma\" violates unique constraint.",
    constraint: "title",
    ...unique
  },
  {
    name: "a composite key that is taken",
    before: composite,
    sql: "INSERT INTO editions VALUES (1, 'first')",
    says: "Constraint Error: Duplicate key \"isbn: 1, printing: first\" violates primary key constraint.",
    constraint: "isbn",
    ...unique
  },
  {
    name: "a unique index over an expression",
    before: [...books, "CREATE UNIQUE INDEX by_lower ON books (lower(title))"],
    sql: "INSERT INTO books VALUES (2, 'EMMA', 1)",
    says: "Constraint Error: Duplicate key \"lower(title): emma\" violates unique constraint.",
    constraint: "lower(title)",
    ...unique
  },
  {
    name: "a key that an update takes",
    before: [...books, "INSERT INTO books VALUES (2, 'Persuasion', 249)"],
    sql: "UPDATE books SET id = 1 WHERE id = 2",
    says: "Constraint Error: Duplicate key \"id: 1\" violates primary key constraint.",
    constraint: "id",
    ...unique
  },
  {
    name: "a key that two rows of one statement share",
    before: books,
    sql: "INSERT INTO books VALUES (2, 'title: x', 1), (3, 'title: x', 1)",
    says: "Constraint Error: PRIMARY KEY or UNIQUE constraint violation: duplicate key \"title: x\"",
    constraint: "unknown",
    ...unique
  },
  {
    name: "a unique index over rows that are not",
    before: [...books, "INSERT INTO books VALUES (2, 'Persuasion', 474)"],
    sql: "CREATE UNIQUE INDEX by_pages ON books (pages)",
    says: "Constraint Error: Data contains duplicates on indexed column(s)",
    constraint: "unknown",
    ...unique
  },
  {
    name: "a missing value",
    before: books,
    sql: "INSERT INTO books VALUES (2, 'Persuasion', NULL)",
    says: "Constraint Error: NOT NULL constraint failed: books.pages",
    reason: "ConstraintError",
    cause: { _tag: "CheckViolation", table: "books", columns: ["pages"], constraint: "NOT NULL" }
  },
  {
    name: "a value that breaks a check",
    before: books,
    sql: "INSERT INTO books VALUES (2, 'Persuasion', 0)",
    says: "Constraint Error: CHECK constraint failed on table books with expression CHECK((pages > 0))",
    reason: "ConstraintError",
    cause: { _tag: "CheckViolation", table: "books", columns: [], constraint: "CHECK((pages > 0))" }
  },
  {
    name: "a merge that is told to fail",
    before: books,
    sql: "MERGE INTO books USING (VALUES (1)) other (id) ON books.id = other.id WHEN MATCHED THEN ERROR",
    says: "Constraint Error: Merge error condition",
    reason: "ConstraintError",
    cause: { _tag: "CheckViolation", table: "unknown", columns: [] }
  },
  {
    name: "a row that refers to none",
    before: authors,
    sql: "INSERT INTO works VALUES ('Orphan', 404)",
    says:
      "Constraint Error: Violates foreign key constraint because key \"id: 404\" does not exist in the referenced table",
    reason: "ConstraintError",
    cause: { _tag: "ForeignKeyViolation", key: "404" }
  },
  {
    name: "an update to a row that refers to none",
    before: authors,
    sql: "UPDATE works SET author = 404",
    says: "Constraint Error: Violates foreign key constraint because key \"id: 404\" does not exist",
    reason: "ConstraintError",
    cause: { _tag: "ForeignKeyViolation", key: "404" }
  },
  ...[
    "DELETE FROM authors",
    "UPDATE authors SET id = 901",
    "TRUNCATE authors"
  ].map((sql): FailingStatement => ({
    name: `a row that is still referred to: ${sql}`,
    before: authors,
    sql,
    says: "Constraint Error: Violates foreign key constraint because key \"author: 900\" is still referenced",
    reason: "ConstraintError",
    cause: { _tag: "StillReferenced", key: "900" }
  })),
  {
    name: "a row that is still referred to, in the transaction that deleted what refers to it",
    before: [...authors, "BEGIN", "DELETE FROM works"],
    sql: "DELETE FROM authors",
    says: "Constraint Error: Violates foreign key constraint because key \"author: 900\" is still referenced",
    reason: "ConstraintError",
    cause: { _tag: "StillReferenced", key: "900" }
  },
  {
    name: "a row that is still referred to by a composite key",
    before: composite,
    sql: "DELETE FROM editions",
    says: "Constraint Error: Violates foreign key constraint because key \"book: 1, run: first\" is still referenced",
    reason: "ConstraintError",
    cause: { _tag: "StillReferenced" }
  }
]

/** Values and names that read like DuckDB's own words: they change nothing. */
const hostile: ReadonlyArray<FailingStatement> = [
  {
    name: "a text that reads like a broken key, and is no number",
    sql: "SELECT CAST($1 AS INTEGER)",
    parameters: ["Constraint Error: Duplicate key \"id: 1\" violates primary key constraint."],
    says: "Conversion Error: Could not convert string 'Constraint Error: Duplicate key \"id: 1\" violates primary key",
    hint: "TRY_CAST",
    ...failed
  },
  {
    name: "an error that a user raises in DuckDB's words",
    sql: "SELECT error($1)",
    parameters: ["TransactionContext Error: Conflict on update!"],
    says: "Invalid Input Error: TransactionContext Error: Conflict on update!",
    ...failed
  },
  {
    name: "a table whose name reads like a conflict",
    sql: "SELECT * FROM \"TransactionContext Error: Conflict on update!\"",
    says: "Catalog Error: Table with name TransactionContext Error: Conflict on update! does not exist!",
    hint: "Session.createTables",
    ...wrongStatement
  },
  {
    name: "a missing reference whose value reads like one that is still held",
    before: [
      "CREATE TABLE authors (name VARCHAR PRIMARY KEY)",
      "CREATE TABLE works (author VARCHAR REFERENCES authors (name))"
    ],
    sql: "INSERT INTO works VALUES ($1)",
    parameters: ["x\" is still referenced by a foreign key in a different table. \n\""],
    says: "Constraint Error: Violates foreign key constraint because key \"name: x\" is still referenced by",
    reason: "ConstraintError",
    cause: {
      _tag: "ForeignKeyViolation",
      key: "x\" is still referenced by a foreign key in a different table. \n\""
    }
  },
  {
    name: "a held reference whose value reads like a missing one",
    before: [
      "CREATE TABLE authors (name VARCHAR PRIMARY KEY)",
      "CREATE TABLE works (author VARCHAR REFERENCES authors (name))",
      "INSERT INTO authors VALUES ('x\" does not exist in the referenced table')",
      "INSERT INTO works SELECT name FROM authors"
    ],
    sql: "DELETE FROM authors",
    says:
      "Constraint Error: Violates foreign key constraint because key \"author: x\" does not exist in the referenced table\"",
    reason: "ConstraintError",
    cause: { _tag: "StillReferenced", key: "x\" does not exist in the referenced table" }
  },
  {
    name: "a key whose value looks like another column",
    before: [...books, "INSERT INTO books VALUES (2, 'Emma, pages: 1', 1)"],
    sql: "INSERT INTO books VALUES (3, 'Emma, pages: 1', 1)",
    says: "Constraint Error: Duplicate key \"title: Emma, pages: 1\" violates unique constraint.",
    constraint: "title",
    ...unique
  },
  {
    name: "a table and a column full of dots and quotes",
    before: ["CREATE TABLE \"a\"\" b.c\" (\"x.y\" INTEGER NOT NULL)"],
    sql: "INSERT INTO \"a\"\" b.c\" VALUES (NULL)",
    says: "Constraint Error: NOT NULL constraint failed: a\" b.c.x.y",
    reason: "ConstraintError",
    cause: { _tag: "CheckViolation", constraint: "NOT NULL" }
  }
]

const statements: ReadonlyArray<FailingStatement> = [
  {
    name: "a typing error",
    sql: "SELEC 1",
    says: "Parser Error: syntax error at or near \"SELEC\"",
    ...wrongStatement
  },
  {
    name: "a missing table, with DuckDB's guess",
    before: books,
    sql: "SELECT * FROM boks",
    says: "Catalog Error: Table with name boks does not exist!\nDid you mean \"books\"?",
    hint: "Create it before: by Session.createTables, or by a migration.",
    ...wrongStatement
  },
  {
    name: "a missing schema",
    sql: "SELECT * FROM shop.books",
    says: "Catalog Error: Table with name \"shop.books\" does not exist because schema \"shop\" does not exist.",
    hint: "Session.createTables",
    ...wrongStatement
  },
  {
    name: "a table that is there",
    before: books,
    sql: "CREATE TABLE books (id INTEGER)",
    says: "Catalog Error: Table with name \"books\" already exists!",
    ...wrongStatement
  },
  {
    name: "a missing column, with the ones there are",
    before: books,
    sql: "SELECT titel FROM books",
    says: "Binder Error: Referenced column \"titel\" not found in FROM clause!\nCandidate bindings: \"title\"",
    hint: "compare it with the model",
    ...wrongStatement
  },
  {
    name: "a missing column in an insert",
    before: books,
    sql: "INSERT INTO books (id, author) VALUES (2, 'Jane')",
    says: "Binder Error: Table \"books\" does not have a column with name \"author\"",
    hint: "compare it with the model",
    ...wrongStatement
  },
  {
    name: "a missing function",
    sql: "SELECT flor(1)",
    says: "Catalog Error: Scalar Function with name flor does not exist!\nDid you mean \"floor\"?",
    ...wrongStatement
  },
  {
    name: "too few values for the columns",
    before: books,
    sql: "INSERT INTO books VALUES (2)",
    says: "Binder Error: table books has 3 columns but 1 values were supplied",
    ...wrongStatement
  },
  {
    name: "too few values for the placeholders",
    sql: "SELECT $1, $2",
    parameters: [1],
    says: "Invalid Input Error: Values were not provided for the following prepared statement parameters: 2",
    hint: "Give each placeholder a value.",
    ...failed
  },
  {
    name: "too many values for the placeholders",
    sql: "SELECT $1",
    parameters: ["a", "b"],
    says: "Failed to bind",
    hint: "Give each placeholder a value.",
    ...failed
  },
  {
    name: "two statements at once",
    sql: "SELECT 1; SELECT 2",
    says: "Invalid Input Error: Cannot prepare multiple statements at once!",
    hint: "one by one",
    ...failed
  },
  { name: "no statement", sql: " ", says: "Invalid Input Error: No statement to prepare!", ...failed },
  {
    name: "a conflict target that is no key",
    before: books,
    sql: "INSERT INTO books VALUES (1, 'Emma', 1) ON CONFLICT (pages) DO NOTHING",
    says:
      "Binder Error: The specified columns as conflict target are not referenced by a UNIQUE/PRIMARY KEY CONSTRAINT",
    ...wrongStatement
  },
  {
    name: "an expression that is too deep",
    sql: `SELECT ${"1+".repeat(2000)}1`,
    says: "Parser Error: Max expression depth limit of 1000 exceeded.",
    ...wrongStatement
  },
  {
    name: "an unknown setting",
    sql: "SET nonsense = 1",
    says: "Catalog Error: unrecognized configuration parameter \"nonsense\"",
    ...wrongStatement
  },
  {
    name: "a savepoint",
    sql: "SAVEPOINT here",
    says: "Parser Error: syntax error at or near \"SAVEPOINT\"",
    hint: "nest Session.transaction",
    ...wrongStatement
  },
  {
    name: "a row lock",
    sql: "SELECT 1 FOR UPDATE",
    says: "Parser Error: SELECT locking clause is not supported!",
    hint: "run it again where it fails with Conflict",
    ...wrongStatement
  },
  {
    name: "a foreign key that cascades",
    before: authors,
    sql: "CREATE TABLE more (author INTEGER REFERENCES authors (id) ON DELETE CASCADE)",
    says: "Parser Error: FOREIGN KEY constraints cannot use CASCADE, SET NULL or SET DEFAULT",
    hint: "delete the rows that refer to another first",
    ...wrongStatement
  },
  {
    name: "a foreign key to what is no key",
    before: indexed,
    sql: "CREATE TABLE more (note INTEGER REFERENCES notes (id))",
    says: "Binder Error: Failed to create foreign key: there is no primary key or unique constraint",
    ...wrongStatement
  },
  {
    name: "a stored generated column",
    sql: "CREATE TABLE boxes (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
    says: "Invalid Input Error: Can not create a STORED generated column!",
    ...failed
  },
  {
    name: "a type of a newer storage version",
    before: ["ATTACH '{folder}/old.duckdb' AS old"],
    sql: "CREATE TABLE old.things (thing VARIANT)",
    says: "Invalid Input Error: VARIANT columns are not supported in storage versions prior to v1.5.0",
    ...failed
  }
]

const values: ReadonlyArray<FailingStatement> = [
  {
    name: "a text that is no number, and which",
    sql: "SELECT 'many'::INTEGER",
    says: "Conversion Error: Could not convert string 'many' to INT32",
    hint: "'many' is no value of that type",
    ...failed
  },
  {
    name: "a text in a column of numbers",
    before: books,
    sql: "INSERT INTO books SELECT text, 'x', 1 FROM (VALUES ('many')) texts (text)",
    says: "Conversion Error: Could not convert string 'many' to INT32 when casting from source column text",
    hint: "'many' is no value of that type",
    ...failed
  },
  {
    name: "a value that an enum has not",
    before: ["CREATE TABLE volumes (binding ENUM ('cloth', 'paper'))"],
    sql: "INSERT INTO volumes VALUES ('leather')",
    says: "Conversion Error: Could not convert string 'leather' to UINT8",
    hint: "an enum counts its values in UINT8",
    ...failed
  },
  {
    name: "a text that is no date",
    sql: "SELECT 'soon'::DATE",
    says: "Conversion Error: invalid date field format: \"soon\"",
    hint: "a value that the type can hold",
    ...failed
  },
  {
    name: "a text that is no JSON",
    sql: "SELECT '{bad'::JSON",
    says: "Conversion Error: Malformed JSON at byte 1",
    hint: "a value that the type can hold",
    ...failed
  },
  {
    name: "a number that is too large for its type",
    sql: "SELECT 300::TINYINT",
    says: "Conversion Error: Type INT32 with value 300 can't be cast",
    hint: "a value that the type can hold",
    ...failed
  },
  {
    name: "a decimal that is too large",
    sql: "SELECT 12345::DECIMAL(4, 2)",
    says: "Conversion Error: Could not cast value 12345 to DECIMAL(4,2)",
    hint: "a value that the type can hold",
    ...failed
  },
  {
    name: "a sum that is too large",
    sql: "SELECT 2147483647::INTEGER + 1::INTEGER",
    says: "Out of Range Error: Overflow in addition of INT32",
    hint: "a wider type",
    ...failed
  },
  {
    name: "a sequence at its end",
    before: ["CREATE SEQUENCE numbers MAXVALUE 2", "SELECT nextval('numbers'), nextval('numbers') FROM range(1)"],
    sql: "SELECT nextval('numbers')",
    says: "Sequence Error: nextval: reached maximum value of sequence \"numbers\"",
    ...failed
  },
  {
    name: "a subquery of several rows",
    sql: "SELECT (SELECT unnest([1, 2]))",
    says: "Invalid Input Error: More than one row returned by a subquery used as an expression",
    ...failed
  }
]

const structure: ReadonlyArray<FailingStatement> = [
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

const transactions: ReadonlyArray<FailingStatement> = [
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

const resources: ReadonlyArray<FailingStatement> = [
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

/** Every statement that DuckDB refuses on one connection. */
export const failures: Readonly<Record<string, ReadonlyArray<FailingStatement>>> = {
  "a constraint": constraints,
  "words that look like DuckDB's": hostile,
  "a statement": statements,
  "a value": values,
  "a change of structure": structure,
  "a transaction": transactions,
  "a resource": resources
}
