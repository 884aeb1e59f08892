/**
 * What becomes of rows when those that they refer to are deleted is what their model says.
 */
import { assert, layer } from "@effect/vitest"
import { Column, Model, Query, Reference, Repository, Session, Table } from "andamios-orm"
import { TestDatabase } from "andamios-orm/testing"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Database, Facts } from "./Subject.ts"

class Author extends Model.Class<Author>("Author")({
  authorId: Column.primaryKey(Schema.Int),
  penName: Column.unique(Schema.String)
}, { table: "deleted_authors", schema: "on delete; --", columns: "snake_case" }) {}

class Book extends Model.Class<Book>("Book")({
  bookId: Column.primaryKey(Schema.Int),
  writtenBy: Column.references(Schema.Int, () => Author, "authorId", { onDelete: "cascade" })
}, { table: "deleted_books", schema: "on delete; --", columns: "snake_case" }) {}

class Chapter extends Model.Class<Chapter>("Chapter")({
  book: Column.primaryKey(Column.references(Schema.Int, () => Book, "bookId", { onDelete: "cascade" })),
  number: Column.primaryKey(Schema.Int)
}, { table: "deleted_chapters", schema: "on delete; --" }) {}

class Note extends Model.Class<Note>("Note")({
  id: Column.serial(Schema.Int),
  chapterOf: Schema.Int,
  chapter: Schema.Int
}, {
  table: "deleted_notes",
  schema: "on delete; --",
  columns: "snake_case",
  references: [
    Reference.to(["chapterOf", "chapter"], () => Chapter, ["book", "number"], { onDelete: "cascade" })
  ]
}) {}

class Review extends Model.Class<Review>("Review")({
  reviewId: Column.primaryKey(Schema.Int),
  reviewedBy: Column.references(Schema.NullOr(Schema.Int), () => Author, "authorId", { onDelete: "setNull" })
}, { table: "deleted_reviews", schema: "on delete; --", columns: "snake_case" }) {}

class Prize extends Model.Class<Prize>("Prize")({
  id: Column.primaryKey(Schema.Int),
  penName: Column.references(Schema.String, () => Author, "penName", { onDelete: "restrict" })
}, { table: "deleted_prizes", schema: "on delete; --" }) {}

/** It says nothing of authors that are deleted. */
class Letter extends Model.Class<Letter>("Letter")({
  id: Column.primaryKey(Schema.Int),
  to: Column.references(Schema.Int, () => Author, "authorId")
}, { table: "deleted_letters", schema: "on delete; --" }) {}

class Employee extends Model.Class<Employee>("Employee")({
  id: Column.primaryKey(Schema.Int),
  boss: Column.references(Schema.NullOr(Schema.Int), (): Model.Any => Employee, "id", { onDelete: "cascade" })
}, { table: "deleted_employees" }) {}

class Hour extends Model.Class<Hour>("Hour")({
  at: Column.unique(Column.timestamp),
  name: Schema.String
}, { table: "deleted_hours" }) {}

class Event extends Model.Class<Event>("Event")({
  id: Column.primaryKey(Schema.Int),
  at: Column.references(Schema.NullOr(Column.timestamp), () => Hour, "at", { onDelete: "setNull" })
}, { table: "deleted_events" }) {}

/** It refers to authors too, and has no table here. */
class Unmade extends Model.Class<Unmade>("Unmade")({
  id: Column.primaryKey(Schema.Int),
  author: Column.references(Schema.Int, () => Author, "authorId", { onDelete: "cascade" })
}, { table: "deleted_nowhere" }) {}

/** `together` says whether the database can do so inside of a transaction. */
export const onDelete = (name: string, database: Database, { freesRows: together }: Facts) =>
  layer(TestDatabase.layerOn(database, [Author, Book, Chapter, Note, Review, Prize, Letter, Employee, Hour, Event]), {
    timeout: "60 seconds"
  })(
    `${name}: references when rows are deleted`,
    (it) => {
      const library = Effect.fnUntraced(function*(first: number) {
        const authors = yield* Repository.make(Author)
        const books = yield* Repository.make(Book)
        const chapters = yield* Repository.make(Chapter)
        const notes = yield* Repository.make(Note)
        const reviews = yield* Repository.make(Review)
        const ids = [first, first + 1, first + 2]
        yield* authors.insertMany(ids.map((authorId) => ({ authorId, penName: `author ${authorId}` })))
        yield* books.insertMany([
          { bookId: first, writtenBy: first },
          { bookId: first + 1, writtenBy: first },
          { bookId: first + 2, writtenBy: first + 1 }
        ])
        yield* reviews.insertMany([
          { reviewId: first, reviewedBy: first },
          { reviewId: first + 1, reviewedBy: first + 2 }
        ])
        yield* chapters.insertMany(ids.flatMap((book) => [{ book, number: 1 }, { book, number: 2 }]))
        yield* notes.insertMany(ids.map((chapterOf) => ({ chapterOf, chapter: 2 })))
        const left = Effect.all({
          authors: Query.from(Author).where((one) => one.authorId.between(first, first + 2)).count,
          books: Query.from(Book).where((one) => one.bookId.between(first, first + 2)).count,
          reviews: Effect.map(
            Query.from(Review).where((one) => one.reviewId.between(first, first + 2)).orderBy((one) =>
              one.reviewId.asc()
            ),
            (found) => found.map(({ reviewedBy }) => reviewedBy)
          ),
          chapters: Query.from(Chapter).where((one) => one.book.between(first, first + 2)).count,
          notes: Query.from(Note).where((one) => one.chapterOf.between(first, first + 2)).count
        })
        return { authors, left }
      })

      it.effect("go too, at any distance, or refer to none from then on", () =>
        Effect.gen(function*() {
          const { authors, left } = yield* library(10)
          assert.strictEqual(Table.tableOf(Unmade).foreignKeys.length, 1)
          yield* authors.delete(10)
          assert.deepStrictEqual(yield* left, { authors: 2, books: 1, reviews: [null, 12], chapters: 2, notes: 1 })
          yield* authors.delete(12)
          assert.deepStrictEqual(yield* left, { authors: 1, books: 1, reviews: [null, null], chapters: 2, notes: 1 })
        }))

      it.effect("go with many rows at once", () =>
        Effect.gen(function*() {
          const { authors, left } = yield* library(20)
          assert.strictEqual(yield* authors.deleteMany([20, 21, 404]), 2)
          assert.deepStrictEqual(yield* left, { authors: 1, books: 0, reviews: [null, 22], chapters: 0, notes: 0 })
          assert.strictEqual(yield* authors.deleteMany([404]), 0)
          assert.strictEqual((yield* Effect.flip(authors.delete(404)))._tag, "NotFound")
        }))

      it.effect("keep a row from going where they say so or say nothing, and then nothing goes", () =>
        Effect.gen(function*() {
          const { authors, left } = yield* library(30)
          const prizes = yield* Repository.make(Prize)
          const letters = yield* Repository.make(Letter)
          const before = yield* left
          yield* prizes.insert({ id: 30, penName: "author 30" })
          const kept = yield* Effect.flip(authors.delete(30))
          assert.deepInclude(kept, {
            _tag: "StillReferenced",
            table: "on delete; --.deleted_authors",
            key: "author 30"
          })
          assert.deepStrictEqual(yield* left, before)
          yield* prizes.delete(30)
          yield* letters.insert({ id: 30, to: 30 })
          const addressed = yield* Effect.flip(authors.delete(30))
          assert.deepInclude(addressed, {
            _tag: "StillReferenced",
            table: "on delete; --.deleted_authors",
            key: "30"
          })
          assert.deepStrictEqual(yield* left, before)
          yield* letters.delete(30)
          yield* authors.delete(30)
        }))

      it.effect("are told by their fields and their values where they refer to none", () =>
        Effect.gen(function*() {
          const notes = yield* Repository.make(Note)
          const orphan = yield* Effect.flip(notes.insert({ chapterOf: 404, chapter: 9 }))
          assert.deepInclude(orphan, {
            _tag: "ForeignKeyViolation",
            columns: ["chapterOf", "chapter"],
            key: "404, 9"
          })
        }))

      it.effect("go with the rows of their own table that they refer to, at any distance", () =>
        Effect.gen(function*() {
          const employees = yield* Repository.make(Employee)
          const many = Array.from({ length: 30 }, (_, id) => ({ id: 100 + id, boss: id === 0 ? null : 99 + id }))
          yield* Effect.forEach(many, (employee) => employees.insert(employee))
          yield* employees.delete(110)
          assert.deepStrictEqual(
            (yield* employees.all).map(({ id }) => id).toSorted((a, b) => a - b),
            many.slice(0, 10).map(({ id }) => id)
          )
        }))

      it.effect("are told by what they refer to, exactly", () =>
        Effect.gen(function*() {
          const hours = yield* Repository.make(Hour)
          const events = yield* Repository.make(Event)
          const at = DateTime.mapEpochMillis(DateTime.makeUnsafe("2024-01-01T00:00:00Z"), (value) => value + 0.5)
          const later = DateTime.makeUnsafe("2024-01-01T00:00:00.001Z")
          yield* hours.insertMany([{ at, name: "first" }, { at: later, name: "second" }])
          yield* events.insertMany([{ id: 1, at }, { id: 2, at: later }, { id: 3, at: null }])
          const session = yield* Session.Session
          const first = Query.from(Hour).where((hour) => hour.name.eq("first")).statement
          assert.strictEqual(first._tag, "Select")
          const { from, where } = first
          if (from._tag !== "TableSource" || where === undefined) return
          yield* session.run({ _tag: "Delete", table: from.table, alias: from.alias, where })
          const stored = yield* Query.from(Event).orderBy((event) => event.id.asc())
          assert.deepStrictEqual(stored.map((event) => event.at), [null, later, null])
        }))

      it.effect(
        together ? "go inside of a transaction too" : "are refused inside of a transaction, saying what to do",
        () =>
          Effect.gen(function*() {
            const { authors, left } = yield* library(40)
            const inside = Session.transaction(authors.deleteMany([40]))
            if (together) {
              assert.strictEqual(yield* inside, 1)
              return assert.strictEqual((yield* left).authors, 2)
            }
            const before = yield* left
            const refused = yield* Effect.flip(inside)
            assert.strictEqual(refused._tag, "Unsupported")
            assert.include(refused.message, "Delete them outside of it")
            assert.deepStrictEqual(yield* left, before)
            // what nothing refers to can go
            yield* authors.insert({ authorId: 49, penName: "nobody" })
            assert.strictEqual(yield* Session.transaction(authors.deleteMany([49])), 1)
          })
      )
    }
  )
