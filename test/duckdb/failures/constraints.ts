/**
 * Constraints that are broken, in every form that DuckDB has for it.
 */
import type { FailingStatement } from "./outcome.ts"
import { authors, books } from "./tables.ts"

const composite = [
  "CREATE TABLE editions (isbn INTEGER, printing VARCHAR, PRIMARY KEY (isbn, printing))",
  "CREATE TABLE copies (book INTEGER, run VARCHAR, FOREIGN KEY (book, run) REFERENCES editions (isbn, printing))",
  "INSERT INTO editions VALUES (1, 'first')",
  "INSERT INTO copies VALUES (1, 'first')"
]

const unique = { reason: "UniqueViolation", cause: { _tag: "UniqueViolation", table: "unknown", columns: [] } } as const

export const constraints: ReadonlyArray<FailingStatement> = [
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
