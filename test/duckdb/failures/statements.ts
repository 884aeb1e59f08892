/**
 * Statements that are wrong in themselves, and values that they can't convert.
 */
import { failed, type FailingStatement, wrongStatement } from "./outcome.ts"
import { authors, books, indexed } from "./tables.ts"

export const statements: ReadonlyArray<FailingStatement> = [
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
    says: "2 values were given for 1 placeholders",
    ...wrongStatement
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

export const values: ReadonlyArray<FailingStatement> = [
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
