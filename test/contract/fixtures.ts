/**
 * Fixtures store the rows of files as the models have them, all or none.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Mixin, Model, Query, Session } from "andamios-orm"
import { Files } from "andamios-orm/duckdb"
import { Factory, Fixture, TestDatabase } from "andamios-orm/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Database } from "./Subject.ts"

const GenreId = Schema.String.pipe(Schema.brand("GenreId"))

class Genre extends Model.Class<Genre>("Genre")({
  id: Column.id(GenreId),
  name: Column.named("genre_name", Schema.NonEmptyString),
  isOpen: Column.withDefault(Schema.Boolean, true),
  note: Schema.OptionFromNullOr(Schema.String),
  ...Mixin.timestamps
}, { table: "fixture_genres" }) {}

class Author extends Model.Class<Author>("Author")({
  id: Column.serial(Schema.Int),
  name: Schema.NonEmptyString,
  born: Column.date,
  mentor: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Author, "id")
}, { table: "fixture_authors" }) {}

class Book extends Model.Class<Book>("Book")({
  isbn: Column.primaryKey(Schema.String),
  author: Column.references(Schema.Int, () => Author, "id"),
  price: Column.decimal({ precision: 10, scale: 2 }),
  tags: Schema.Array(Schema.String)
}, { table: "fixture_books" }) {}

const tables = ["fixture_books", "fixture_authors", "fixture_genres"]

const emptied = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM fixture_books`
  // DuckDB deletes no row together with those that it refers to
  yield* sql`DELETE FROM fixture_authors WHERE mentor IS NOT NULL`
  for (const table of tables) yield* sql`DELETE FROM ${sql(table)}`
})

const countOf = (table: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ count: number }>`SELECT CAST(count(*) AS INTEGER) AS count FROM ${sql(table)}`
  ).pipe(Effect.map(([row]) => row?.count))

/** A file of this name and text, which goes with the test. */
const file = (name: string, text: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = join(mkdtempSync(join(tmpdir(), "andamios-fixture-")), name)
      writeFileSync(path, text)
      return path
    }),
    (path) => Effect.sync(() => rmSync(join(path, ".."), { recursive: true }))
  )

const authorsJson = JSON.stringify([
  { id: 7, name: "Ada", born: "1815-12-10", mentor: null },
  { id: 9, name: "Grace", born: "1906-12-09", mentor: 7 }
])
const booksCsv = "isbn,author,price,tags\n1,9,12.50,\"[\"\"a\"\",\"\"b\"\"]\"\n2,7,0.99,[]\n"

export const fixtures = (name: string, database: Database) =>
  layer(TestDatabase.layerOn(database, [Genre, Author, Book]), { timeout: "60 seconds" })(`${name}: fixtures`, (it) => {
    it.effect("store the rows of several files, those that others refer to first", () =>
      Effect.gen(function*() {
        yield* emptied
        const authors = yield* file("authors.json", authorsJson)
        const books = yield* file("books.csv", booksCsv)
        assert.strictEqual(yield* Fixture.loadAll([Book, books], [Author, authors]), 4)
        const sql = yield* SqlClient.SqlClient
        const found = yield* sql<{ isbn: string; name: string; price: string }>`
          SELECT isbn, name, CAST(price AS VARCHAR(9)) AS price FROM fixture_books
          JOIN fixture_authors ON fixture_authors.id = author ORDER BY isbn`
        assert.deepStrictEqual(found, [{ isbn: "1", name: "Grace", price: "12.50" }, {
          isbn: "2",
          name: "Ada",
          price: "0.99"
        }])
        assert.deepStrictEqual((yield* Query.from(Book).where(({ isbn }) => isbn.eq("1")).one).tags, ["a", "b"])
        // the database counts on behind the numbers that came
        const { id } = yield* Factory.make(Author).create()
        assert.isAbove(id, 9)
      }))

    it.effect("are loaded when a Layer is built", () =>
      Effect.gen(function*() {
        yield* emptied
        const authors = yield* file("authors.json", authorsJson)
        yield* Effect.provide(Effect.void, Fixture.layer([Author, authors]))
        assert.strictEqual(yield* countOf("fixture_authors"), 2)
      }))

    it.effect("leave out what a default or a mixin makes", () =>
      Effect.gen(function*() {
        yield* emptied
        const path = yield* file("genres.csv", "genre_name\nPoetry\nDrama\n")
        assert.strictEqual(yield* Fixture.load(Genre, path), 2)
        const genres = yield* Query.from(Genre).orderBy((genre) => genre.name.asc()).all
        assert.deepStrictEqual(
          genres.map((genre) => ({ name: genre.name, isOpen: genre.isOpen, note: genre.note })),
          ["Drama", "Poetry"].map((called) => ({ name: called, isOpen: true, note: Option.none() }))
        )
        const lines = yield* file(
          "genres.jsonl",
          `{"genre_name":"Essay","isOpen":null}\n{"genre_name":"Novel","isOpen":false}\n`
        )
        assert.strictEqual(yield* Fixture.load(Genre, lines), 2)
        const open = yield* Query.from(Genre).where((genre) => genre.isOpen).count
        assert.strictEqual(open, 3)
      }))

    it.effect("read Parquet files", () =>
      Effect.gen(function*() {
        yield* emptied
        const path = yield* file("unused", "")
        const parquet = join(path, "..", "genres.parquet")
        const made = yield* Effect.gen(function*() {
          yield* Session.createTables([Genre])
          const genres = yield* Factory.make(Genre).createMany(50)
          yield* Files.exportTo(Genre, parquet)
          return genres
        }).pipe(Effect.provide(TestDatabase.layer([])))
        assert.strictEqual(yield* Fixture.load(Genre, parquet), 50)
        const found = yield* Query.from(Genre).all
        assert.sameDeepMembers([...found], [...made])
      }))

    it.effect("tell which rows don't fit, and store none", () =>
      Effect.gen(function*() {
        yield* emptied
        const path = yield* file("authors.csv", "name,born,mentor\nAda,1815-12-10,\n,1900-01-01,\nGrace,yesterday,x\n")
        const failure = yield* Effect.flip(Fixture.load(Author, path))
        assert.strictEqual(failure._tag, "FileInvalid")
        if (failure._tag === "FileInvalid") {
          assert.deepStrictEqual(
            failure.rows.map(({ file: where, issues, row }) => [where, row, issues.map((issue) => issue.path.join())]),
            [[path, 1, ["name"]], [path, 2, ["born", "mentor"]]]
          )
        }
        assert.strictEqual(yield* countOf("fixture_authors"), 0)
      }))

    it.effect("tell of columns that are others, and of files that aren't there", () =>
      Effect.gen(function*() {
        const other = yield* file("books.csv", "isbn,pages\n1,2\n")
        assert.strictEqual((yield* Effect.flip(Fixture.load(Book, other)))._tag, "FileMismatch")
        const lacking = yield* file("books.csv", "isbn,price,tags\n1,2,[]\n")
        const mismatch = yield* Effect.flip(Fixture.load(Book, lacking))
        assert.strictEqual(mismatch._tag, "FileMismatch")
        assert.include(mismatch.message, "author")
        assert.strictEqual((yield* Effect.flip(Fixture.load(Book, "nowhere.json")))._tag, "FileFailed")
      }))

    it.effect("store nothing of any file where a row of one can't be stored", () =>
      Effect.gen(function*() {
        yield* emptied
        const authors = yield* file("authors.json", authorsJson)
        const books = yield* file("books.csv", "isbn,author,price,tags\n1,8,12.50,[]\n")
        const failure = yield* Effect.flip(Fixture.loadAll([Author, authors], [Book, books]))
        assert.strictEqual(failure._tag, "ForeignKeyViolation")
        assert.deepStrictEqual([yield* countOf("fixture_authors"), yield* countOf("fixture_books")], [0, 0])
      }))

    it.effect("are loaded in a transaction that there is, and go with it", () =>
      Effect.gen(function*() {
        yield* emptied
        const authors = yield* file("authors.json", authorsJson)
        const undone = Effect.andThen(Fixture.load(Author, authors), Effect.fail("undone"))
        assert.strictEqual(yield* Effect.flip(Session.transaction(undone)), "undone")
        assert.strictEqual(yield* countOf("fixture_authors"), 0)
      }))
  })
