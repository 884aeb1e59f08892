/**
 * The tables that statements fail at.
 */

export const books = [
  "CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR UNIQUE, pages INTEGER NOT NULL, CHECK (pages > 0))",
  "INSERT INTO books VALUES (1, 'Emma', 474)"
]

export const authors = [
  "CREATE TABLE authors (id INTEGER PRIMARY KEY, name VARCHAR UNIQUE)",
  "CREATE TABLE works (title VARCHAR, author INTEGER REFERENCES authors (id))",
  "INSERT INTO authors VALUES (900, 'Jane')",
  "INSERT INTO works VALUES ('Emma', 900)"
]

export const indexed = ["CREATE TABLE notes (id INTEGER, text VARCHAR)", "CREATE INDEX by_text ON notes (text)"]
