/**
 * Values and names that read like DuckDB's own words: they change nothing.
 */
import { failed, type FailingStatement, wrongStatement } from "./outcome.ts"
import { books } from "./tables.ts"

export const hostile: ReadonlyArray<FailingStatement> = [
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
    reason: "UniqueViolation",
    cause: { _tag: "UniqueViolation" }
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
